package finch.search.cli;

import static org.assertj.core.api.Assertions.assertThat;

import finch.accuracy.Surrogate;
import finch.space.SearchSpace;
import finch.space.format.ArchitectureFormat;
import finch.space.format.References;
import finch.space.format.SpaceFormat;
import finch.space.network.Network;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class OtherCommandsTest {
    @TempDir
    private Path folder;

    private CommandLineRun run(String... args) {
        return CommandLineRun.of(folder, args);
    }

    @Test
    void list_knows_every_reference_and_space_with_its_size() {
        CommandLineRun run = run("list", "--json");

        assertThat(run.code()).isZero();
        assertThat(run.json()).filteredOn(node -> node.get("kind").asString().equals("architecture"))
                .extracting(node -> node.get("name").asString()).containsExactlyElementsOf(References.names());
        assertThat(run.json()).filteredOn(node -> node.get("name").asString().equals("nas-bench-macro")).singleElement()
                .satisfies(node -> assertThat(node.get("size").bigIntegerValue()).isEqualTo(SpaceFormat.named("nas-bench-macro").size()))
                .satisfies(node -> assertThat(node.get("cheapest").get("macs").asLong()).isPositive().isLessThan(node.get("dearest").get("macs").asLong()));
        assertThat(run("list", "spaces").out()).containsPattern("nas-bench-macro +8 +3,969 +[0-9,]+ to [0-9,]+ +[0-9,]+ to [0-9,]+");
        assertThat(run("list", "architectures").out()).contains("mobilenetv3-large").contains("5,483,032").doesNotContain("once-for-all");
        assertThat(run("list", "runs").err()).contains("no runs");
    }

    @Test
    void show_space_tells_the_exact_size_and_both_ends() {
        JsonNode answer = run("show-space", "once-for-all", "--json").json().getFirst();
        SearchSpace space = SpaceFormat.named("once-for-all");

        assertThat(answer.get("size").bigIntegerValue()).isEqualTo(space.size());
        assertThat(answer.get("decisions")).hasSize(space.decisions().size());
        assertThat(answer.get("cheapest").get("macs").asLong()).isLessThan(answer.get("dearest").get("macs").asLong());
        assertThat(run("show-space", "once-for-all").out()).contains(space.size().toString());
        assertThat(run("show-space", "once-for-al").err()).contains("Maybe you meant once-for-all");
        assertThat(run("show-space", "nowhere.yaml").code()).isEqualTo(2);
    }

    private void space(String resolution, String stage, String head) throws IOException {
        Files.writeString(folder.resolve("a.yaml"), "format: finch-space/1\nname: \"\\e[31mred\"\nresolution: " + resolution + "\nstem: { out: 16, activation: relu }\nstages:\n  - { depth: 1, kernel: 3, activation: relu, "
                + stage + " }\nhead: { " + head + " }\n");
    }

    /** In each, what looks cheap when it is taken alone is dear. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "out: 16, expand: 6, type: [conv, inverted-residual] | conv: none | 19800 | 21816",
        "out: 80, type: conv | conv: [1280, 6 of input], activation: relu | 532504 | 1398104",
        "out: 16, expand: 1, force-expand: [true, false] | conv: none | 17928 | 18216",
    })
    void show_space_finds_the_ends_of_a_space(String stage, String head, long least, long most) throws IOException {
        space("[32, 64]", stage, head);

        JsonNode answer = run("show-space", "a.yaml", "--json").json().getFirst();
        assertThat(answer.get("fewestParams").get("params").asLong()).isEqualTo(least);
        assertThat(answer.get("mostParams").get("params").asLong()).isEqualTo(most);
        assertThat(answer.get("cheapest")).isEqualTo(answer.get("fewestParams"));
        assertThat(answer.get("dearest")).isEqualTo(answer.get("mostParams"));
        assertThat(answer.get("endsProved").asBoolean()).isTrue();
        assertThat(run("show-space", "a.yaml").out()).containsPattern("cheapest +" + String.format(Locale.ROOT, "%,d", least)).doesNotContain("searched for")
                .startsWith("\\u001b[31mred\n");
    }

    @Test
    void ends_of_two_costs_that_are_two_networks_get_a_row_each() throws IOException {
        // with a stride of 2 an expansion works on four times the pixels of a convolution
        space("32", "out: 16, expand: 3, stride: 2, type: [conv, inverted-residual]", "conv: none");
        assertThat(run("show-space", "a.yaml").out()).containsPattern("fewest params +19,656").containsPattern("fewest multiply-adds +19,800")
                .containsPattern("most params +19,800").containsPattern("most multiply-adds +19,656").doesNotContain("cheapest", "dearest");
    }

    @Test
    void show_space_spells_out_what_a_terminal_would_obey_and_says_what_is_not_proved() throws IOException {
        space("32", "type: [{ name: \"\\e[2Jk1\", type: conv, kernel: 1 }, { name: same, type: conv }], blocks: [{ out: 64, stride: [1, 2] }]", "conv: none");
        assertThat(run("show-space", "a.yaml").out()).contains("\\u001b[2Jk1").doesNotContain("\u001b");
        assertThat(run("show-space", "once-for-all").out()).contains("These ends were searched for, not proved");
    }

    @Test
    void a_space_some_or_all_of_whose_networks_cannot_be_made_is_shown() throws IOException {
        space("[1, 32]", "out: 16, expand: [3, 6]", "conv: none");
        CommandLineRun some = run("show-space", "a.yaml", "--json");
        assertThat(some.code()).isZero();
        assertThat(some.err()).startsWith("a.yaml: some choices make no network: resolution 1 is too small");
        assertThat(some.json().getFirst().get("cheapest").get("resolution").toString()).isEqualTo("[32,32]");

        space("1", "out: 16, expand: [3, 6]", "conv: none");
        CommandLineRun none = run("show-space", "a.yaml");
        assertThat(none.code()).isZero();
        assertThat(none.err()).startsWith("a.yaml: no choices that were tried make a network: resolution 1 is too small");
        assertThat(none.out()).contains("2 architectures, 1 decisions").doesNotContain("cheapest");
    }

    @Test
    void reproduce_prints_both_sides_and_all_exact_figures_agree() {
        CommandLineRun run = run("reproduce", "mobilenetv3-large", "--json");

        assertThat(run.code()).isZero();
        assertThat(run.json()).isNotEmpty().allSatisfy(node -> {
            assertThat(node.propertyNames()).startsWith("name", "figure", "source", "published", "ours", "exact", "ok");
            assertThat(node.get("ok").asBoolean()).isTrue();
        });
        assertThat(run.json()).anySatisfy(node -> assertThat(node.get("ours").asString()).isEqualTo("5483032"));
        assertThat(run("reproduce").code()).isZero();
        assertThat(run("reproduce", "mobilenetv9").code()).isEqualTo(2);
    }

    @Test
    void measure_answers_with_the_agreed_keys() {
        CommandLineRun run = run("measure", "mobilenetv3-small@0.35/64", "--runs", "5", "--json");

        assertThat(run.code()).as(run.err()).isZero();
        JsonNode answer = run.json().getFirst();
        assertThat(answer.propertyNames()).startsWith("name", "runtime", "threads", "kernelSet", "runs", "medianMicros", "p10Micros", "p90Micros",
                "macs", "arenaBytes");
        assertThat(answer.get("macs").asLong()).isEqualTo(Network.of(References.resolve("mobilenetv3-small@0.35/64")).macs());
        assertThat(answer.get("medianMicros").asDouble()).isPositive();
        assertThat(answer.get("arenaBytes").asLong()).isPositive().isLessThan(answer.get("peakActivationBytes").asLong() * 13 / 10);
        assertThat(run("measure", "mobilenetv3-small", "--runtime", "abacus").err()).contains("abacus").contains("finch");
        assertThat(run("measure", "mobilenetv3-small", "--threads", "0").code()).isEqualTo(2);
        assertThat(run("measure", "mobilenetv3-small", "--runs", "0").code()).isEqualTo(2);
    }

    @Test
    void calibrate_refuses_durations_that_are_none() {
        assertThat(run("calibrate", "--budget", "45").err()).contains("--budget").contains("PT45S");
        assertThat(run("calibrate", "--budget", "PT0S").code()).isEqualTo(2);
    }

    @Test
    void a_file_that_cannot_be_written_is_told_before_the_work_that_makes_it() throws IOException {
        CommandLineRun calibrate = run("calibrate", "--budget", "PT2S", "-o", "nowhere/profile.json");
        assertThat(calibrate.code()).isEqualTo(2);
        assertThat(calibrate.err()).contains("there is no folder").doesNotContain("calibrating");
        Files.writeString(folder.resolve("empty.csv"), "");
        CommandLineRun fit = run("fit", "empty.csv", "-o", "nowhere/surrogate.json");
        assertThat(fit.code()).isEqualTo(2);
        assertThat(fit.err()).contains("there is no folder").doesNotContain("empty.csv");
    }

    @Test
    void an_architecture_that_no_estimator_speaks_for_has_no_accuracy_and_a_reason() {
        String json = ArchitectureFormat.toJson(References.resolve("mobilenetv3-large").withClasses(7));

        CommandLineRun run = CommandLineRun.withInput(folder, json, "estimate", "-", "--json");

        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.json().getFirst().has("top1")).isFalse();
        assertThat(run.err()).contains("no accuracy: ");
        assertThat(run("estimate", "mobilenetv3-large", "--recipe", "alchemy").code()).isEqualTo(2);
    }

    @Test
    void a_latency_beyond_those_that_a_profile_was_checked_on_says_so() {
        String profile = Path.of(System.getProperty("finch.root"), "runs/example/device-profile.json").toString();

        CommandLineRun run = run("estimate", "mobilenetv3-small@0.5/32", "mobilenetv3-small", "--device", profile, "--json");

        assertThat(run.code()).isZero();
        assertThat(run.json()).hasSize(2);
        assertThat(run.err().lines().filter(line -> line.contains(": latency: "))).singleElement().asString().startsWith("finch: mobilenetv3-small@0.5/32: latency: the profile was checked on networks of 463 ");
    }

    @Test
    void fit_makes_a_surrogate_that_estimate_uses() throws IOException {
        SearchSpace space = SpaceFormat.named("mobilenetv3-small");
        SplittableRandom random = new SplittableRandom(1);
        StringBuilder table = new StringBuilder();
        for (int i = 0; i < 80; i++) {
            var architecture = space.decode(space.random(random));
            double top1 = 50 + 10 * Math.log10(Network.of(architecture).macs() / 1e6) + random.nextGaussian() / 4;
            table.append("{\"architecture\": ").append(ArchitectureFormat.toJson(architecture)).append(", \"top1\": ").append(top1).append("}\n");
        }
        Files.writeString(folder.resolve("table.jsonl"), table);

        CommandLineRun fit = run("fit", "table.jsonl", "-o", "surrogate.json", "--dataset", "made-up");

        assertThat(fit.code()).as(fit.err()).isZero();
        assertThat(fit.out()).contains("errors on data it was not fitted to");
        assertThat(Surrogate.read(folder.resolve("surrogate.json")).dataset()).isEqualTo("made-up");
        JsonNode answer = run("estimate", "mobilenetv3-small", "--surrogate", "surrogate.json", "--json").json().getFirst();
        assertThat(answer.get("top1").get("dataset").asString()).isEqualTo("made-up");
        assertThat(run("fit", "nothing.csv", "-o", "x.json").code()).isEqualTo(2);
    }

    @Test
    void a_folder_that_is_no_run_is_told_so() throws IOException {
        Files.createDirectories(folder.resolve("empty"));

        assertThat(run("report", "empty").code()).isEqualTo(2);
        for (String command : List.of("report", "resume")) {
            assertThat(run(command, "empty").err()).contains("empty: is no run folder; it has no manifest.json");
            assertThat(run(command, "nowhere").err()).contains("nowhere: there is no such run folder");
        }
        assertThat(run("resume", "empty").code()).isEqualTo(2);
    }

    @Test
    void a_link_to_nowhere_is_no_folder_for_a_run() throws IOException {
        Files.createSymbolicLink(folder.resolve("link"), folder.resolve("gone"));

        Files.writeString(folder.resolve("c.yaml"), "schema: 1\nname: linked\nspace: nas-bench-macro\nobjectives: [macs, params]\nfront: { measure: false }\n");

        CommandLineRun search = run("search", "c.yaml", "--out", "link");

        assertThat(search.code()).isEqualTo(2);
        assertThat(search.err()).contains("link is a link to ", "gone, which is not there. Make that folder, or give another.");
    }
}
