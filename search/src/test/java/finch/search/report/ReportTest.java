package finch.search.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import finch.search.run.RunFolder;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xml.sax.InputSource;

class ReportTest {
    private static final String HOSTILE = "<script>alert(1)</script>&\\\"'";

    @TempDir
    private Path folder;
    private RunFolder run;

    @BeforeEach
    void write_a_run() throws IOException {
        run = new RunFolder(folder);
        Files.writeString(run.manifest(), """
                {"format": "finch-run/1", "name": "%s", "status": "finished", "message": "ended by %s", "seed": 7,
                 "versions": {"finch": "0.1"}, "machine": {"os": "Linux", "cores": 2}, "jvm": {"vendor": "V", "version": "25"},
                 "counts": {"evaluated": 4711, "front": 2}}
                """.formatted(HOSTILE, HOSTILE));
        Files.writeString(run.front(), """
                {"format": "finch-front/1", "objectives": [{"name": "top1"}, {"name": "latency"}], "constraints": ["latency at-most 9 ms"],
                 "members": [
                  {"name": "%1$s", "best": true, "objectives": {"top1": {"value": 76.25, "low": 75, "high": 77.5},
                    "latency": {"value": 8000, "low": 7000, "high": 9000}}, "costs": {"params": 5000000, "macs": 220000000, "peakActivationBytes": 4000000},
                    "architecture": {"resolution": 224, "stem": {"out": 16}, "blocks": [{"type": "conv", "kernel": 3, "stride": 1, "out": 16,
                    "activation": "%1$s"}], "head": {"conv": 0, "hidden": 0}}},
                  {"name": "small", "knee": true, "objectives": {"top1": {"value": 70, "low": 69, "high": 71},
                    "latency": {"value": 3000, "low": 2500, "high": 3500}}, "costs": {"params": 1000000, "macs": 50000000}}],
                 "references": [{"name": "mobilenetv3-large", "reference": "mobilenetv3-large", "objectives": {"top1": {"value": 75.2, "low": 74, "high": 76},
                    "latency": {"value": 8500, "low": 8000, "high": 9000}}, "costs": {"params": 5483032, "macs": 216589760}}]}
                """.formatted(HOSTILE));
        Files.writeString(run.measured(), """
                {"networks": [{"name": "%s", "medianMicros": 8400, "p10Micros": 8300, "p90Micros": 8600, "runs": 30,
                  "predictedMicros": {"value": 8000, "low": 7000, "high": 9000}}]}
                """.formatted(HOSTILE));
        Files.writeString(run.journal(), """
                {"id": 0, "objectives": {"top1": {"value": 72, "low": 71, "high": 73}, "latency": {"value": 5000, "low": 4000, "high": 6000}}, "outcome": "measured"}
                {"id": 1, "objectives": {"latency": {"value": 5000, "low": 4000, "high": 6000}}, "outcome": "infeasible"}
                {"id": 2, "objec""");
        Files.writeString(run.config(), "name: x # " + HOSTILE + "\n");
    }

    private String page() throws IOException {
        return Files.readString(Report.write(run));
    }

    @Test
    void it_tells_the_front_the_references_and_the_timings() throws IOException {
        assertThat(page()).contains("76.25 (75.00 to 77.50)").contains("8.00 (7.00 to 9.00)").contains("mobilenetv3-large")
                .contains("8.40 (8.30 to 8.60)").contains(">1.05<").contains("4,711").contains("latency at-most 9 ms").contains("The best network");
    }

    @Test
    void nothing_from_a_file_becomes_markup() throws IOException {
        assertThat(page()).doesNotContain("<script").contains("&lt;script&gt;alert(1)&lt;/script&gt;&amp;&quot;&#39;");
    }

    @Test
    void it_loads_nothing_from_anywhere() throws IOException {
        assertThat(page()).doesNotContainPattern("(?i)(src|href)\\s*=").doesNotContain("http://").doesNotContain("https://")
                .doesNotContain("@import").doesNotContain("url(").contains("default-src 'none'");
    }

    @Test
    void the_chart_is_well_formed_named_and_holds_every_point() throws Exception {
        String page = page();
        String svg = page.substring(page.indexOf("<svg"), page.indexOf("</svg>") + 6);

        var document = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new InputSource(new StringReader(svg)));
        assertThat(document.getDocumentElement().getAttribute("role")).isEqualTo("img");
        assertThat(svg).contains("<title id=\"chart-title\">Top-1 accuracy against Predicted latency</title>");
        assertThat(svg.split("class=\"front\"", -1)).hasSize(3);
        assertThat(svg.split("class=\"reference\"", -1)).hasSize(2);
        assertThat(svg.split("<circle r=\"2\"", -1)).hasSize(2);
        assertThat(svg).doesNotContain("NaN").doesNotContain("Infinity");
    }

    @Test
    void a_front_of_one_network_and_no_timings_is_fine() throws IOException {
        Files.delete(run.measured());
        Files.delete(run.journal());
        Files.writeString(run.front(), """
                {"objectives": [{"name": "top1"}, {"name": "macs"}], "members": [{"name": "only", "best": true, "knee": true,
                 "objectives": {"top1": {"value": 70, "low": 70, "high": 70}, "macs": {"value": 1000, "low": 1000, "high": 1000}}}], "references": []}
                """);

        assertThat(page()).contains("only").doesNotContain("NaN").doesNotContain("Measured on this machine");
    }

    @Test
    void a_folder_without_a_front_is_refused() throws IOException {
        Files.delete(run.front());

        assertThatThrownBy(() -> Report.write(run)).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("has no front yet");
        Files.delete(run.manifest());
        assertThatThrownBy(() -> Report.write(run)).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("is no run folder");
    }

    @Test
    void ticks_are_round_and_inside() {
        assertThat(new Axis(0.13, 7.2, 0, 100).ticks(8)).containsExactly(1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0);
        assertThat(new Axis(66, 74, 0, 100).ticks(4)).containsExactly(66.0, 68.0, 70.0, 72.0, 74.0);
    }
}
