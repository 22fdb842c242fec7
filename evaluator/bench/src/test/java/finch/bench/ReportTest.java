package finch.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import finch.space.network.Network;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.annotations.Param;

class ReportTest {
    private static final String DOCUMENT = "before\n<!-- generated: one -->\nold\n<!-- end: one -->\nbetween\n"
            + "<!-- generated: two --><!-- end: two -->\nafter\n";

    @Test
    void a_part_is_replaced_and_the_rest_stays() {
        String once = Sections.replace(DOCUMENT, "one", "| $1 |\n");
        assertThat(once).isEqualTo(DOCUMENT.replace("\nold\n", "\n\n| $1 |\n\n"));
        assertThat(Sections.replace(once, "one", "| $1 |\n")).isEqualTo(once);
        assertThat(Sections.replace(DOCUMENT, "two", "x")).contains("old", "<!-- generated: two -->\n\nx\n\n<!-- end: two -->\nafter");
    }

    @Test
    void a_part_must_be_there_once() {
        assertThatThrownBy(() -> Sections.replace(DOCUMENT, "three", "")).hasMessageContaining("<!-- generated: three -->");
        assertThatThrownBy(() -> Sections.replace(DOCUMENT + DOCUMENT, "one", "")).hasMessageContaining("twice");
    }

    @Test
    void the_document_has_a_place_for_each_part() throws IOException {
        String document = Files.readString(Path.of(System.getProperty("finch.root")).resolve("evaluator/README.md"));
        for (String name : Report.names()) {
            assertThatCode(() -> Sections.replace(document, name, "")).as(name).doesNotThrowAnyException();
        }
    }

    @Test
    void a_table_can_be_read_as_it_is() {
        assertThat(new Markdown("network", "ms").row("mobilenetv3-large", 1).row("a", "22.5")).hasToString("""
                | network           | ms   |
                | ----------------- | ---- |
                | mobilenetv3-large | 1    |
                | a                 | 22.5 |
                """);
        assertThatThrownBy(() -> new Markdown("network").row("a", "b")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void wrong_answers_are_refused() {
        assertThatCode(() -> Answers.compare(new float[] {1, 2.001f}, new float[] {1, 2}, 1e-3)).doesNotThrowAnyException();
        assertThatThrownBy(() -> Answers.compare(new float[] {1, 2.1f}, new float[] {1, 2}, 1e-3)).hasMessageContaining("wrong answer");
        assertThatThrownBy(() -> Answers.compare(new float[] {Float.NaN, 2}, new float[] {1, 2}, 1e-3)).hasMessageContaining("wrong answer");
    }

    @Test
    void whole_networks_are_timed_for_all_that_are_benchmarked() throws NoSuchFieldException {
        assertThat(NetworkBenchmark.class.getField("network").getAnnotation(Param.class).value())
                .containsExactlyElementsOf(BenchmarkNetworks.NAMES);
    }

    @Test
    void other_networks_are_as_many_as_asked_all_different_and_not_the_timed_one() {
        List<Network> others = BenchmarkNetworks.others("mobilenetv3-large", 30, 1);
        assertThat(others).hasSize(30).doesNotHaveDuplicates().extracting(Network::name).doesNotContain("mobilenetv3-large")
                .contains("mobilenetv3-small", "random-29");
        assertThat(BenchmarkNetworks.others("mobilenetv3-large", 30, 1)).isEqualTo(others);
        assertThat(BenchmarkNetworks.others("mobilenetv3-large", 3, 1)).hasSize(3);
    }

    @Test
    void a_fork_has_what_it_needs_once() {
        List<String> command = Fork.command(List.of("-Xmx1g"), Report.class, List.of("quick=yes"));
        assertThat(command).filteredOn(word -> word.startsWith("--add-modules")).hasSize(1);
        assertThat(command).containsSequence(Report.class.getName(), "quick=yes").contains("-Xmx1g");
    }
}
