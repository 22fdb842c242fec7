package finch.search.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import finch.search.config.Objective;
import finch.search.run.RunFolder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ReportTest {
    /** Those that run; data blocks have a type. */
    private static final Pattern SCRIPT = Pattern.compile("<script>(.*?)</script>", Pattern.DOTALL);
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
                 "counts": {"evaluated": 4711, "front": 2},
                 "reachable": [{"constraint": "latency at-most 9 ms", "limit": 9000, "unit": "microseconds"}]}
                """.formatted(HOSTILE, HOSTILE));
        Files.writeString(run.front(), """
                {"format": "finch-front/1", "objectives": [{"name": "top1"}, {"name": "latency"}], "constraints": ["latency at-most 9 ms", "size at-most 1.0 x nets/small.yaml"],
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
                {"id": 1, "objectives": {"latency": {"value": 5000, "low": 4000, "high": 6000}}, "outcome": "infeasible", "violations": [{"amount": 1, "constraint": "latency at-most 9 ms", "reason": "x"}]}
                {"id": 3, "objectives": {}, "outcome": "failed", "reason": "it broke"}
                {"id": 2, "objec""");
        Files.writeString(run.config(), "name: x # " + HOSTILE + "\n");
    }

    private String page() throws IOException {
        return Files.readString(Report.write(run));
    }

    @Test
    void it_tells_the_front_the_references_and_the_timings() throws IOException {
        assertThat(page()).contains("76.25 (75.00 to 77.50)").contains("8.00 (7.00 to 9.00)").contains("mobilenetv3-large")
                .contains("8.40 (8.30 to 8.60)").contains(">1.05<").contains("4,711").contains("Every network keeps: latency at-most 9 ms; size at-most 1.0 x small.").contains("What can be had");
    }

    @Test
    void lines_of_a_journal_that_cannot_be_read_are_told_and_a_torn_last_one_is_not() throws IOException {
        assertThat(page()).doesNotContain("The journal is damaged");
        Files.writeString(run.journal(), "\n{\"id\": 4, \"objectives\": {}, \"outcome\": \"failed\", \"reason\": \"too\"}\n", StandardOpenOption.APPEND);
        assertThat(page()).contains("The journal is damaged: line 4 is not told of here").contains(">too<");
        Files.writeString(run.journal(), "no line\n{}\n", StandardOpenOption.APPEND);
        assertThat(page()).contains("The journal is damaged: 2 lines, the first of them 4, are not told of here");
    }

    @Test
    void a_front_without_objectives_is_refused_in_words() throws IOException {
        Files.writeString(run.front(), Files.readString(run.front()).replace("[{\"name\": \"top1\"}, {\"name\": \"latency\"}]", "1311"));
        assertThatThrownBy(this::page).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("front.json: is damaged: it names no objective");
    }

    @Test
    void nothing_from_a_file_becomes_markup() throws IOException {
        String page = withoutScripts(page());
        assertThat(page).doesNotContain("<script>alert").contains("&lt;script&gt;alert(1)&lt;/script&gt;&amp;");
        assertThat(data(page(), "front-chart").at("/series/1/points/0/2").asString()).isEqualTo(HOSTILE.replace("\\\"", "\""));
    }

    @Test
    void it_loads_nothing_from_anywhere_and_runs_only_its_own_scripts() throws Exception {
        String page = page();
        assertThat(withoutScripts(page)).doesNotContainPattern("(?i)src\\s*=").doesNotContainPattern("(?i)href\\s*=\\s*\"(?!#|data:,)").doesNotContain("http://")
                .doesNotContain("https://").doesNotContain("@import").doesNotContain("url(");
        Matcher policy = Pattern.compile("Content-Security-Policy\" content=\"([^\"]*)\"").matcher(page);
        assertThat(policy.find()).isTrue();
        assertThat(policy.group(1)).startsWith("default-src 'none'").doesNotContain("unsafe-eval").doesNotContain("http");
        Matcher script = SCRIPT.matcher(page);
        int scripts = 0;
        while (script.find()) {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(script.group(1).getBytes(StandardCharsets.UTF_8));
            assertThat(policy.group(1)).contains("'sha256-" + Base64.getEncoder().encodeToString(digest) + "'");
            scripts++;
        }
        assertThat(scripts).isEqualTo(2);
        assertThat(policy.group(1).split("sha256-", -1)).hasSize(3);
    }

    @Test
    void it_stays_under_three_megabytes() throws IOException {
        assertThat(Files.size(Report.write(run))).isLessThan(3_000_000);
    }

    @Test
    void the_chart_holds_every_point_the_bounds_and_the_timings() throws IOException {
        JsonNode chart = data(page(), "front-chart");

        assertThat(chart.path("series").valueStream().map(s -> s.path("name").asString() + " " + s.path("points").size()))
                .containsExactly("evaluated 1", "front 2", "references 1", "measured 1");
        assertThat(chart.at("/series/1/points/0/0").asDouble()).isEqualTo(8);
        assertThat(chart.at("/series/1/points/0/1").asDouble()).isEqualTo(76.25);
        assertThat(chart.at("/series/3/points/0/0").asDouble()).isEqualTo(8.4);
        assertThat(chart.at("/bounds/0/x").asDouble()).isEqualTo(9);
        assertThat(chart.at("/xRange/1").asDouble()).isGreaterThan(9);
    }

    /** A search that found nothing better than a reference has it on its front. */
    @Test
    void timings_near_the_front_fit_into_the_chart_and_those_far_off_are_told() throws IOException {
        assertThat(page()).doesNotContain("Beyond the chart");
        Files.writeString(run.measured(), Files.readString(run.measured()).replace("8400", "10400"));
        assertThat(data(page(), "front-chart").at("/xRange/1").asDouble()).isBetween(10.5, 11.5);
        assertThat(page()).doesNotContain("Beyond the chart");

        Files.writeString(run.measured(), Files.readString(run.measured()).replace("10400", "42000"));
        assertThat(data(page(), "front-chart").at("/xRange/1").asDouble()).isLessThan(11);
        assertThat(withoutScripts(page())).contains("Beyond the chart's ends: ").contains(" (42.00 ms).").doesNotContain("<script>alert");
    }

    @Test
    void a_reference_that_would_leave_the_front_no_room_is_told_in_words() throws IOException {
        assertThat(data(page(), "front-chart").at("/yRange/0").asDouble()).isGreaterThan(69);
        Files.writeString(run.front(), Files.readString(run.front()).replace("\"references\": [", """
                "references": [{"name": "tiny", "reference": "tiny", "objectives": {"top1": {"value": 60, "low": 59, "high": 61},
                    "latency": {"value": 900, "low": 800, "high": 1000}}, "costs": {"params": 1000, "macs": 1000}},
                """));
        assertThat(data(page(), "front-chart").at("/yRange/0").asDouble()).as("76.25 to 60 is less than three times 76.25 to 70").isLessThan(60);

        Files.writeString(run.front(), Files.readString(run.front()).replace("\"value\": 60", "\"value\": 50"));
        JsonNode chart = data(page(), "front-chart");
        assertThat(chart.at("/yRange/0").asDouble()).isBetween(69.0, 70.0);
        assertThat(chart.at("/xRange/0").asDouble()).as("it is not there on the other axis either").isGreaterThan(2);
        assertThat(withoutScripts(page())).contains("Beyond the chart's ends: tiny (50.00 %, 0.90 ms).").contains(">tiny<");
    }

    @Test
    void the_line_of_a_front_is_its_steps_with_the_references_that_stand_on_it() throws IOException {
        Files.writeString(run.front(), Files.readString(run.front()).replace("{\"name\": \"small\"", "{\"name\": \"small\", \"reference\": \"small\""));
        JsonNode front = data(page(), "front-chart").at("/series/1");

        assertThat(front.path("points")).hasSize(1);
        assertThat(front.path("line").toString()).isEqualTo("[[3.0,70.0],[8.0,76.25]]");
        assertThat(front.path("step").asString()).as("up to 8 ms there is nothing better than the one of 3 ms").isEqualTo("end");
        assertThat(Chart.step(Objective.TOP1)).as("of more accurate than 70 there is the one of 76").isEqualTo("start");
    }

    @Test
    void a_front_of_three_objectives_has_no_line() throws IOException {
        Files.writeString(run.front(), Files.readString(run.front()).replace("{\"name\": \"latency\"}]", "{\"name\": \"latency\"}, {\"name\": \"params\"}]")
                .replace("\"objectives\": {\"top1\"", "\"objectives\": {\"params\": {\"value\": 1000000}, \"top1\""));
        String page = page();
        JsonNode front = data(page, "front-chart").at("/series/1");

        assertThat(front.path("points")).hasSize(2);
        assertThat(front.has("line")).as("a projection of a front is no front").isFalse();
        assertThat(withoutScripts(page)).doesNotContain("The steps are what");
        assertThat(front.at("/points/0/7").toString()).contains("Parameters");
    }

    @Test
    void only_networks_that_are_there_are_offered() throws IOException {
        assertThat(page()).contains(":front/2 ").contains(":best ");
        String two = Files.readString(run.front());
        Files.writeString(run.front(), two.replaceFirst("(?s),\\s*\\{\"name\": \"small\".*?\\}\\}\\],", "],"));
        assertThat(page()).doesNotContain(":front/2").contains(":best ");
        Files.writeString(run.front(), "{\"objectives\": [{\"name\": \"top1\"}, {\"name\": \"latency\"}], \"members\": [], \"references\": []}");
        assertThat(page()).doesNotContain(":front/").doesNotContain(":best").contains("finch resume");
    }

    @Test
    void a_baseline_beside_no_journal_is_no_curve() throws IOException {
        Files.delete(run.journal());
        Files.writeString(folder.resolve("baseline.json"), """
                {"evaluated": 4, "improvements": [{"evaluation": 1, "objectives": {"top1": 70, "latency": 9000}},
                 {"evaluation": 3, "objectives": {"top1": 71, "latency": 8000}}, {"evaluation": 4, "objectives": {"top1": 60, "latency": 2000}}]}
                """);
        assertThat(page()).contains("What can be had").doesNotContain("hypervolume-chart");
    }

    @Test
    void trainers_that_fail_alike_are_one_reason() throws IOException {
        String failed = "{\"id\": %d, \"objectives\": {}, \"outcome\": \"failed\", \"reason\": \"the trainer ended with exit code 1; its last lines: loss %d\"}\n";
        StringBuilder journal = new StringBuilder();
        for (int i = 0; i < 40; i++) {
            journal.append(failed.formatted(i, 100 + i));
        }
        Files.writeString(run.journal(), journal);
        assertThat(page()).containsPattern("the trainer ended with exit code 1</td>\\s*<td class=\"n\">40<").doesNotContain("loss 1");
    }

    @Test
    void outcomes_and_reasons_are_counted() throws IOException {
        assertThat(page()).contains("latency at-most 9 ms").contains("it broke").contains("of these feasible").contains("of these infeasible");
    }

    @Test
    void a_running_search_refreshes_itself_and_a_finished_one_does_not() throws IOException {
        assertThat(withoutScripts(page())).doesNotContain("data-refresh");
        Files.writeString(run.manifest(), Files.readString(run.manifest()).replace("\"finished\"", "\"running\""));
        assertThat(withoutScripts(page())).contains("data-refresh=\"10\"").contains("class=\"live\"");
    }

    private static String withoutScripts(String page) {
        return SCRIPT.matcher(page).replaceAll("");
    }

    private static JsonNode data(String page, String chart) {
        Matcher block = Pattern.compile("<script type=\"application/json\" id=\"" + chart + "-data\">(.*?)</script>", Pattern.DOTALL).matcher(page);
        assertThat(block.find()).as(chart).isTrue();
        return JsonMapper.builder().build().readTree(block.group(1));
    }

    @Test
    void a_front_of_one_network_and_no_timings_is_fine() throws IOException {
        Files.delete(run.measured());
        Files.delete(run.journal());
        Files.writeString(run.front(), """
                {"objectives": [{"name": "top1"}, {"name": "macs"}], "members": [{"name": "only", "best": true, "knee": true,
                 "objectives": {"top1": {"value": 70, "low": 70, "high": 70}, "macs": {"value": 1000, "low": 1000, "high": 1000}}}], "references": []}
                """);

        assertThat(withoutScripts(page())).contains("only").doesNotContain("NaN").doesNotContain("Measured on this machine");
    }

    @Test
    void a_folder_without_a_front_is_refused() throws IOException {
        Files.delete(run.front());

        assertThatThrownBy(() -> Report.write(run)).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("has no front yet");
        Files.delete(run.manifest());
        assertThatThrownBy(() -> Report.write(run)).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("is no run folder");
    }
}
