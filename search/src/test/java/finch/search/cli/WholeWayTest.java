package finch.search.cli;

import static org.assertj.core.api.Assertions.assertThat;

import finch.accuracy.AccuracyEstimator;
import finch.data.DataSet;
import finch.data.Split;
import finch.latency.Measurement;
import finch.search.config.Accuracy;
import finch.search.config.ConfigReader;
import finch.search.config.SearchConfig;
import finch.search.run.DeviceLatency;
import finch.search.run.RunListener;
import finch.search.run.RunResult;
import finch.search.run.RunStatus;
import finch.search.run.SearchRun;
import finch.search.run.SearchServices;
import finch.search.run.TrainingServices;
import finch.space.Architecture;
import finch.space.SearchSpace;
import finch.space.format.SpaceFormat;
import finch.space.network.Network;
import finch.training.CurvePoint;
import finch.training.ModelFile;
import finch.training.TrainedModel;
import finch.training.Training;
import finch.training.TrainingListener;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** From images to exported networks by one command: super-network, search, final trainings, comparison. */
class WholeWayTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String SPACE = """
            format: finch-space/1
            name: tiny
            resolution: 8
            channels: 1
            classes: 2
            stem: { out: 8, kernel: 3, stride: 1, activation: relu }
            stages:
              - { depth: [1, 2], out: [8, 16], stride: 2, per-block: { kernel: [3, 5], expand: [1, 2], activation: relu } }
            head: { conv: 16, activation: relu }
            """;
    private static final String BASELINE = """
            format: finch-architecture/1
            name: plain
            resolution: 8
            channels: 1
            classes: 2
            stem: { out: 8, kernel: 3, stride: 1, activation: relu }
            blocks:
              - { type: inverted-residual, kernel: 3, expanded: 16, out: 16, stride: 2, squeeze: 0, activation: relu }
              - { type: inverted-residual, kernel: 3, expanded: 32, out: 16, stride: 1, squeeze: 0, activation: relu }
            head: { conv: 16, activation: relu }
            """;
    private static final String CONFIG = """
            schema: 1
            name: way
            space: space.yaml
            device: { profile: profile.json }
            accuracy:
              type: supernet
              data: bars
              images: 16
              train: { recipe: { base: recipe.yaml, epochs: 2 }, random: 1 }
            objectives: [top1, latency]
            algorithm: { type: random, batch: 4 }
            stop: { evaluations: 12 }
            front: { measure: true, top: 1, runs: 3 }
            finals: { recipe: recipe.yaml, seeds: 2, candidates: 2, baselines: [plain.yaml] }
            export: { pick: none }
            """;
    private static final String RECIPE = "{ format: finch-recipe/1, epochs: 1, batch: 16, augment: [], validation: 0.25, learning-rate: 0.05 }";

    @TempDir
    private static Path folder;

    @BeforeAll
    static void images_a_space_and_a_calibrated_machine() throws IOException {
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 120; i++) {
            boolean lying = i % 2 == 0;
            BufferedImage image = new BufferedImage(8, 8, BufferedImage.TYPE_BYTE_GRAY);
            int line = random.nextInt(8);
            for (int p = 0; p < 64; p++) {
                image.getRaster().setSample(p % 8, p / 8, 0, random.nextInt(60) + ((lying ? p / 8 : p % 8) == line ? 150 : 20));
            }
            Path file = Files.createDirectories(folder.resolve("bars").resolve(i < 80 ? "train" : "test").resolve(lying ? "lying" : "standing")).resolve(i + ".png");
            ImageIO.write(image, "png", file.toFile());
        }
        Files.writeString(folder.resolve("space.yaml"), SPACE);
        Files.writeString(folder.resolve("plain.yaml"), BASELINE);
        Files.writeString(folder.resolve("recipe.yaml"), RECIPE);
        Files.writeString(folder.resolve("way.yaml"), CONFIG);
        SmallCalibration.write(folder.resolve("profile.json"), SpaceFormat.parse("space", SPACE));
    }

    private static JsonNode json(Path file) throws IOException {
        return JSON.readTree(Files.readString(file));
    }

    @Test
    void one_command_goes_the_whole_way_and_the_same_command_leaves_a_finished_run() throws IOException {
        CommandLineRun run = CommandLineRun.of(folder, "search", "way.yaml", "--resume", "--threads", "2");
        assertThat(run.code()).as(run.err()).isZero();
        Path way = folder.resolve("runs/way");
        assertThat(way.resolve("shared.supernet")).exists();
        assertThat(way.resolve("shared.supernet.checkpoint")).doesNotExist();
        assertThat(json(way.resolve("manifest.json")).at("/accuracySupernet/sha256").asString()).isEqualTo(json(way.resolve("supernet.json")).at("/supernets/0/sha256").asString()).isNotEmpty();
        assertThat(json(way.resolve("supernet.json")).at("/supernets/0/curve").size()).isEqualTo(2);

        JsonNode finals = json(way.resolve("finals.json"));
        JsonNode compared = finals.path("compared").path(0);
        String found = compared.path("found").asString();
        assertThat(compared.path("baseline").asString()).isEqualTo("plain");
        assertThat(compared.path("on").asString()).isEqualTo("test");
        assertThat(compared.at("/foundTop1/values").size()).isEqualTo(2);
        assertThat(compared.at("/baselineTop1/values").size()).isEqualTo(2);
        assertThat(compared.path("measuredRatio").asDouble()).isPositive();
        double mean = compared.at("/foundTop1/values").valueStream().mapToDouble(JsonNode::asDouble).average().orElseThrow();
        assertThat(compared.at("/foundTop1/mean").asDouble()).isEqualTo(mean);
        assertThat(compared.path("difference").asDouble()).isEqualTo(mean - compared.at("/baselineTop1/mean").asDouble());
        for (JsonNode training : finals.path("trainings")) {
            assertThat(training.at("/test/images").asInt()).isEqualTo(40);
            TrainedModel model = ModelFile.read(way.resolve(training.path("model").asString()));
            assertThat(model.architecture().name()).isEqualTo(training.path("network").asString());
            assertThat(way.resolve(training.path("model").asString() + ".checkpoint")).doesNotExist();
        }

        // what is exported answers as the training that it came from did
        JsonNode exported = finals.path("exported").path(0);
        assertThat(exported.path("name").asString()).isEqualTo(found);
        JsonNode best = finals.path("trainings").valueStream().filter(t -> t.path("network").asString().equals(found) && t.path("seed").asInt() == exported.path("seed").asInt()).findFirst().orElseThrow();
        for (String file : List.of(exported.path("model").asString(), exported.path("onnx").asString())) {
            CommandLineRun evaluated = CommandLineRun.of(folder, "evaluate", way.resolve(file).toString(), "--data", "bars", "--json");
            assertThat(evaluated.code()).as(evaluated.err()).isZero();
            assertThat(evaluated.json().getFirst().path("top1").asDouble()).as(file).isEqualTo(best.at("/test/top1").asDouble());
        }

        assertThat(run.out()).contains("trained alone, 2 seeds").contains("than plain; its test accuracy is ").contains(".onnx (trained)").doesNotContain("untrained");
        String report = Files.readString(way.resolve("report.html"));
        assertThat(report).contains("The final comparison").contains("id=\"training-chart\"").contains("id=\"supernet-chart\"").contains(found + ", seed 2").doesNotContain("rank-chart");

        CommandLineRun again = CommandLineRun.of(folder, "search", "way.yaml", "--resume", "--threads", "1");
        assertThat(again.code()).as(again.err()).isZero();
        assertThat(again.err()).contains("is finished; it is left as it is");
        CommandLineRun other = CommandLineRun.of(folder, "search", "way.yaml", "--resume", "--seed", "2");
        assertThat(other.code()).isEqualTo(ExitCode.USAGE);
        assertThat(other.err()).contains("is a run of another config: seed: 1 became seed: 2");
        CommandLineRun device = CommandLineRun.of(folder, "search", "way.yaml", "--resume", "--set", "device.threads=2");
        assertThat(device.code()).isEqualTo(ExitCode.USAGE);
        assertThat(device.err()).contains("is a run of another config").contains("threads");

        ranked(way);
    }

    @Test
    void a_space_or_a_baseline_that_is_not_for_the_images_is_refused_before_anything_is_trained() throws IOException {
        SplittableRandom random = new SplittableRandom(2);
        for (int i = 0; i < 40; i++) {
            BufferedImage image = new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB);
            for (int p = 0; p < 64; p++) {
                image.setRGB(p % 8, p / 8, random.nextInt(1 << 24));
            }
            Path file = Files.createDirectories(folder.resolve("colours/train").resolve(i % 2 == 0 ? "lying" : "standing")).resolve(i + ".png");
            ImageIO.write(image, "png", file.toFile());
        }
        Files.writeString(folder.resolve("grey.yaml"), CONFIG.replace("name: way", "name: grey").replace("finals: {", "finals: { data: colours,").replace("baselines: [plain.yaml]", "baselines: []"));
        CommandLineRun grey = CommandLineRun.of(folder, "search", "grey.yaml");
        assertThat(grey.code()).isNotZero();
        assertThat(grey.err()).contains("finals: the space has 1 channel(s), and images of").contains("have 3").contains("channels: 3");
        assertThat(folder.resolve("runs/grey")).doesNotExist();
    }

    /** The table of a ranking goes into the report. */
    private static void ranked(Path way) throws IOException {
        CommandLineRun rank = CommandLineRun.of(folder, "supernet-rank", "space.yaml", way.resolve("shared.supernet").toString(), "--data", "bars", "--subnets", "4", "--recipe", "recipe.yaml",
                "--threads", "1", "-o", "rank.jsonl");
        assertThat(rank.code()).as(rank.err()).isZero();
        CommandLineRun report = CommandLineRun.of(folder, "report", "way", "--rank", "rank.jsonl");
        assertThat(report.code()).as(report.err()).isZero();
        assertThat(Files.readString(way.resolve("report.html"))).contains("id=\"rank-chart\"").contains("Rank correlation with 4 networks").doesNotContain("of another super-network");
        assertThat(CommandLineRun.of(folder, "report", "way", "--rank", "way.yaml").err()).contains("way.yaml is no finch-supernet-rank/1");
    }

    /** Stops after so many steps of training, and times by multiply-adds, so that what follows repeats. */
    private record Stopping(SearchServices services, int[] steps) implements SearchServices {
        @Override
        public AccuracyEstimator accuracy(Accuracy choice, SearchSpace space) throws IOException {
            return services.accuracy(choice, space);
        }

        @Override
        public DeviceLatency latency(SearchConfig.Device device, SearchSpace space) throws IOException {
            return services.latency(device, space);
        }

        @Override
        public List<Measurement> time(List<Architecture> networks, SearchConfig.Device device, int runs) {
            return networks.stream().map(a -> {
                double micros = Network.of(a).macs() / 1e3;
                return new Measurement(a.name(), "toy", "1", 1, "none", runs, micros, micros, micros, micros, Network.of(a).macs(), OptionalLong.empty(), 0, false, true);
            }).toList();
        }

        @Override
        public void exportOnnx(Architecture architecture, long weightSeed, Path file) {
            throw new AssertionError("nothing untrained is exported");
        }

        @Override
        public TrainingServices training() {
            TrainingServices real = services.training();
            return new TrainingServices() {
                @Override
                public DataSet images(String data, Split split) throws IOException {
                    return real.images(data, split);
                }

                @Override
                public int threads() {
                    return 1;
                }

                @Override
                public Training.Listener listener(String what, int epochs) {
                    Training.Listener told = real.listener(what, epochs);
                    return new Training.Listener() {
                        @Override
                        public void step(TrainingListener.Progress progress) {
                            told.step(progress);
                        }

                        @Override
                        public void epoch(CurvePoint point, double imagesPerSecond, boolean resumed) {
                            told.epoch(point, imagesPerSecond, resumed);
                        }

                        @Override
                        public boolean stop() {
                            return --steps[0] < 0;
                        }
                    };
                }

                @Override
                public void exportOnnx(TrainedModel model, Path file) throws IOException {
                    real.exportOnnx(model, file);
                }
            };
        }
    }

    @Test
    void a_run_that_is_stopped_again_and_again_comes_to_the_same_end() throws IOException {
        try (Interruption interruption = Interruption.watch(TERMINAL)) {
            stopAndGoOn(interruption);
        }
    }

    private static void stopAndGoOn(Interruption interruption) throws IOException {
        SearchConfig config = ConfigReader.read(folder.resolve("way.yaml"), List.of());
        RunResult whole = SearchRun.start(config, folder.resolve("whole"), 1, new Stopping(services(interruption), new int[] {Integer.MAX_VALUE}), RunListener.SILENT, () -> false);
        assertThat(whole.status()).isEqualTo(RunStatus.FINISHED);

        Path stopped = folder.resolve("stopped");
        List<RunStatus> statuses = new ArrayList<>();
        RunResult result = SearchRun.start(config, stopped, 1, new Stopping(services(interruption), new int[] {3}), RunListener.SILENT, () -> false);
        statuses.add(result.status());
        while (result.status() == RunStatus.INTERRUPTED && statuses.size() < 20) {
            result = SearchRun.resume(stopped, 1, new Stopping(services(interruption), new int[] {3}), RunListener.SILENT, () -> false);
            statuses.add(result.status());
        }
        assertThat(statuses).endsWith(RunStatus.FINISHED).hasSizeGreaterThan(4);
        for (String file : List.of("front.json", "journal.jsonl")) {
            assertThat(untimed(stopped.resolve(file))).as(file).isEqualTo(untimed(folder.resolve("whole").resolve(file)));
        }
        assertThat(repeatable(stopped)).isEqualTo(repeatable(folder.resolve("whole")));
        assertThat(Files.mismatch(stopped.resolve("shared.supernet"), folder.resolve("whole/shared.supernet"))).isEqualTo(-1);
    }

    private static final Terminal TERMINAL = new Terminal(System.in, System.out, System.err, Path.of(""), false).quietly();

    private static SearchServices services(Interruption interruption) {
        return new EvaluatorServices(new Progress(TERMINAL), interruption);
    }

    private static String untimed(Path file) throws IOException {
        return Files.readString(file).replaceAll("\"timing\":\\{[^}]*}", "");
    }

    /** All but the seconds that a sitting took. */
    private static String repeatable(Path run) throws IOException {
        return Files.readString(run.resolve("finals.json")).replaceAll("\"seconds\" : [0-9.E-]+", "");
    }
}
