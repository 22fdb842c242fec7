package finch.search.cli;

import static org.assertj.core.api.Assertions.assertThat;

import finch.engine.LoadedNetwork;
import finch.engine.Runtime;
import finch.engine.Weights;
import finch.latency.Calibration;
import finch.onnx.OnnxReader;
import finch.space.SearchSpace;
import finch.space.format.SpaceFormat;
import finch.space.network.Network;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Whole searches through the command line, on the profile of a machine whose times follow the multiply-adds. */
class SearchCommandTest {
    @TempDir
    private static Path shared;
    private static Path profile;

    @TempDir
    private Path folder;

    @BeforeAll
    static void calibrate_a_made_up_machine() throws IOException {
        SearchSpace space = SpaceFormat.named("mobilenetv3-small");
        SplittableRandom random = new SplittableRandom(3);
        Calibration.Request request = new Calibration.Request(new Idle(), 1, Duration.ofSeconds(2),
                Stream.generate(() -> space.decode(space.random(random))).iterator(), List.of(), 1);
        profile = shared.resolve("profile.json");
        new Calibration().run(request, Calibration.Listener.silent()).profile().write(profile);
    }

    /** Takes a time in proportion to the multiply-adds, and does nothing. */
    private static final class Idle implements Runtime {
        @Override
        public String name() {
            return "idle";
        }

        @Override
        public String version() {
            return "1";
        }

        @Override
        public String kernelSet() {
            return "none";
        }

        @Override
        public LoadedNetwork load(Network network, Weights weights, int batch, int threads) {
            long nanos = network.macs() / 1000;
            return new LoadedNetwork() {
                @Override
                public void run(float[] input, float[] output) {
                    long end = System.nanoTime() + nanos;
                    while (System.nanoTime() < end) {
                        Thread.onSpinWait();
                    }
                }

                @Override
                public OptionalLong arenaBytes() {
                    return OptionalLong.empty();
                }

                @Override
                public void close() {}
            };
        }
    }

    @BeforeEach
    void write_a_config() throws IOException {
        Files.writeString(folder.resolve("small.yaml"), """
                schema: 1
                name: small
                space: mobilenetv3-small
                device: { profile: %s }
                objectives: [top1, latency]
                constraints:
                  latency: { at-most: 1.2 x mobilenetv3-small }
                algorithm: { type: nsga2, population: 20, offspring: 20 }
                stop: { evaluations: 200 }
                seed-with: [mobilenetv3-small]
                front: { measure: false }
                """.formatted(profile));
    }

    private CommandLineRun run(String... args) {
        return CommandLineRun.of(folder, args);
    }

    @Test
    void a_search_ends_with_a_front_an_export_and_a_report() throws IOException {
        CommandLineRun search = run("search", "small.yaml");

        assertThat(search.code()).as(search.err()).isZero();
        Path run = folder.resolve("runs/small");
        for (String file : List.of("config.yaml", "manifest.json", "journal.jsonl", "front.json", "front.csv", "report.html")) {
            assertThat(run.resolve(file)).exists();
        }
        assertThat(search.out()).contains("front/1").contains("mobilenetv3-small").contains("runs/small/report.html").contains("untrained");
        try (Stream<Path> exports = Files.list(run.resolve("export"))) {
            Path onnx = exports.findFirst().orElseThrow();
            assertThat(OnnxReader.read(onnx).weights().trained()).isFalse();
        }

        JsonNode best = run("show", "runs/small:best", "--json").json().getFirst();
        assertThat(run("show", "small:front/1", "--json").json().getFirst().get("params")).isEqualTo(best.get("params"));
        assertThat(run("show", "small:front/999").code()).isEqualTo(2);
        assertThat(run("show", "smal:best").err()).contains("Maybe you meant small");
        assertThat(run("list", "runs", "--json").json().getFirst().get("name").asString()).isEqualTo("small");
        CommandLineRun again = run("resume", "small");
        assertThat(again.code()).isZero();
        assertThat(again.err()).contains("finished");

        CommandLineRun second = run("search", "small.yaml", "--json");
        assertThat(second.json().getFirst().get("folder").asString()).endsWith("runs/small-2");
        assertThat(Files.readString(folder.resolve("runs/small-2/front.json"))).isEqualTo(Files.readString(run.resolve("front.json")));
        for (CommandLineRun finished : List.of(run("resume", "small-2", "--json"), run("search", "small.yaml", "--out", "runs/small-2", "--resume", "--json"))) {
            assertThat(finished.code()).as(finished.err()).isZero();
            assertThat(finished.out()).as("what it told at its end").isEqualTo(second.out());
            assertThat(finished.err()).contains("runs/small-2 is finished; it is left as it is");
        }
    }

    @Test
    void threads_do_not_change_the_result_and_seeds_do() throws IOException {
        assertThat(run("search", "small.yaml", "--out", "one", "--threads", "1").code()).isZero();
        assertThat(run("search", "small.yaml", "--out", "three", "--threads", "3").code()).isZero();
        assertThat(run("search", "small.yaml", "--out", "seven", "--seed", "7").code()).isZero();

        assertThat(Files.readString(folder.resolve("three/front.json"))).isEqualTo(Files.readString(folder.resolve("one/front.json")));
        assertThat(Files.readString(folder.resolve("seven/front.json"))).isNotEqualTo(Files.readString(folder.resolve("one/front.json")));
    }

    @Test
    void a_run_cut_off_in_the_middle_resumes_to_the_same_front() throws IOException {
        assertThat(run("search", "small.yaml", "--out", "whole").code()).isZero();
        Path whole = folder.resolve("whole");
        Path cut = Files.createDirectory(folder.resolve("cut"));
        for (String file : List.of("config.yaml", "device-profile.json")) {
            Files.copy(whole.resolve(file), cut.resolve(file));
        }
        Files.writeString(cut.resolve("manifest.json"), Files.readString(whole.resolve("manifest.json"))
                .replace("\"status\" : \"finished\"", "\"status\" : \"running\""));
        List<String> lines = Files.readAllLines(whole.resolve("journal.jsonl"));
        // killed while it wrote a line
        Files.writeString(cut.resolve("journal.jsonl"), String.join("\n", lines.subList(0, 90)) + "\n" + lines.get(90).substring(0, 40));

        CommandLineRun resumed = run("resume", "cut");

        assertThat(resumed.code()).as(resumed.err()).isZero();
        assertThat(Files.readString(cut.resolve("front.json"))).isEqualTo(Files.readString(whole.resolve("front.json")));
    }

    @Test
    void all_mistakes_of_a_config_are_told_at_once_with_their_lines() throws IOException {
        Files.writeString(folder.resolve("bad.yaml"), """
                schema: 1
                name: bad
                space: mobilnetv3
                objectives: [top1, latenzy]
                stop: { evaluations: -5 }
                sed: 3
                """);

        CommandLineRun run = run("search", "bad.yaml");

        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains("bad.yaml:3: ").contains("mobilenetv3").contains("bad.yaml:4: ").contains("latency")
                .contains("bad.yaml:5: ").contains("-5").contains("bad.yaml:6: ").contains("seed").doesNotContain("\tat ");
        assertThat(folder.resolve("runs")).doesNotExist();
    }

    @Test
    void an_unreachable_bound_is_refused_with_the_reachable_range() {
        CommandLineRun run = run("search", "small.yaml", "--set", "constraints.latency.at-most=1 us", "--json");

        assertThat(run.code()).isEqualTo(3);
        assertThat(run.json().getFirst().get("folder").isNull()).as("none was made").isTrue();
        assertThat(run.err()).contains("latency").doesNotContain("\tat ");
        assertThat(folder.resolve("runs")).doesNotExist();
    }

    @Test
    void a_missing_config_names_the_shipped_ones() {
        System.setProperty("finch.home", System.getProperty("finch.root"));
        try {
            CommandLineRun run = run("search", "quickstar");
            assertThat(run.code()).isEqualTo(2);
            assertThat(run.err()).contains("Maybe you meant quickstart").contains("mobilenetv3-large");
        } finally {
            System.clearProperty("finch.home");
        }
    }

    @Test
    void a_folder_that_is_not_empty_is_not_overwritten() throws IOException {
        Files.createDirectories(folder.resolve("mine"));
        Files.writeString(folder.resolve("mine/thesis.txt"), "precious");

        CommandLineRun run = run("search", "small.yaml", "--out", "mine");

        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains("not empty");
        assertThat(folder.resolve("mine/thesis.txt")).hasContent("precious");
    }

    @Test
    void a_profile_is_of_the_runtime_and_the_threads_that_are_asked_for() {
        String file = profile.toString();
        assertThat(run("estimate", "mobilenetv3-small", "--device", file, "--runtime", "idle", "--threads", "1").code()).isZero();
        CommandLineRun threads = run("estimate", "mobilenetv3-small", "--device", file, "--threads", "2");
        assertThat(threads.code()).isEqualTo(2);
        assertThat(threads.err()).contains("--threads 2: " + file + " is a profile of 1 thread. ").contains("a profile of 2 threads");
        CommandLineRun runtime = run("estimate", "mobilenetv3-small", "--device", file, "--runtime", "finch");
        assertThat(runtime.code()).isEqualTo(2);
        assertThat(runtime.err()).contains("--runtime finch: " + file + " is a profile of idle. ");
    }

    @Test
    void a_missing_profile_is_told_with_the_command_that_makes_it() {
        assertThat(run("estimate", "mobilenetv3-small", "--threads", "977").err()).contains("no profile of finch with 977 threads. Make one with: finch calibrate --threads 977\n");
        assertThat(run("estimate", "mobilenetv3-small", "--runtime", "onnxruntime", "--threads", "977").err())
                .contains("no profile of onnxruntime with 977 threads. Make one with: finch calibrate --runtime onnxruntime --threads 977\n");
    }

    @Test
    void estimates_follow_the_profile_and_say_their_interval() {
        CommandLineRun run = run("estimate", "mobilenetv3-small", "mobilenetv3-large", "--device", profile.toString(), "--json");

        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.json()).hasSize(2);
        for (JsonNode answer : run.json()) {
            assertThat(answer.propertyNames()).containsExactly("name", "params", "macs", "peakActivationBytes", "latencyMicros", "top1");
            assertThat(answer.get("latencyMicros").propertyNames()).containsExactly("value", "low", "high", "device");
            assertThat(answer.get("top1").propertyNames()).containsExactly("value", "low", "high", "source", "dataset");
            assertThat(answer.get("latencyMicros").get("low").asDouble()).isLessThanOrEqualTo(answer.get("latencyMicros").get("value").asDouble());
        }
        assertThat(run.json().get(0).get("latencyMicros").get("value").asDouble())
                .isLessThan(run.json().get(1).get("latencyMicros").get("value").asDouble());
    }

    @Test
    void a_network_that_is_too_large_for_an_array_has_no_latency() {
        CommandLineRun run = run("estimate", "mobilenetv2@/16384", "--device", profile.toString());

        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains("mobilenetv2@/16384 is too large to be run");
    }
}
