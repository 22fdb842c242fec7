package finch.search.cli;

import static org.assertj.core.api.Assertions.assertThat;

import finch.space.SearchSpace;
import finch.space.format.SpaceFormat;
import finch.space.network.Network;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Searches that follow proxies and ensembles, in a space where parameters tell the accuracy. */
class SignalSearchTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String SPACE = """
            format: finch-space/1
            name: small
            resolution: 8
            classes: 2
            stem: { out: 4, kernel: 3, stride: 1, activation: relu }
            defaults: { activation: relu, per-block: { expand: [1, 2, 3] } }
            stages:
              - { depth: [1, 2, 3], out: 6, stride: 2, kernel: 3 }
            head: { conv: 16, activation: relu }
            """;
    private static final String CONFIG = """
            schema: 1
            name: signals
            space: small.yaml
            algorithm: { type: random, batch: 5 }
            front: { measure: false }
            export: { pick: none }
            """;

    @TempDir
    private Path folder;

    @BeforeEach
    void write() throws IOException {
        Files.writeString(folder.resolve("small.yaml"), SPACE);
        SplittableRandom random = new SplittableRandom(1);
        for (String label : List.of("cat", "dog")) {
            Files.createDirectories(folder.resolve("pets").resolve(label));
            for (int i = 0; i < 8; i++) {
                BufferedImage picture = new BufferedImage(10, 10, BufferedImage.TYPE_INT_RGB);
                for (int p = 0; p < 100; p++) {
                    picture.setRGB(p % 10, p / 10, random.nextInt(1 << 24));
                }
                ImageIO.write(picture, "png", folder.resolve("pets").resolve(label).resolve(i + ".png").toFile());
            }
        }
        SearchSpace space = SpaceFormat.parse("small.yaml", SPACE);
        StringBuilder table = new StringBuilder("genome,top1\n");
        space.canonicalGenomes().forEach(genome -> table.append(String.join(".", IntStream.of(genome.toArray()).mapToObj(Integer::toString).toList())).append(',')
                .append(10 + Network.of(space.decode(genome)).params() / 100.0).append('\n'));
        Files.writeString(folder.resolve("table.csv"), table);
    }

    private CommandLineRun search(String config, String out, String... more) throws IOException {
        Files.writeString(folder.resolve("c.yaml"), CONFIG + config);
        List<String> arguments = new ArrayList<>(List.of("search", "c.yaml", "--out", out));
        arguments.addAll(List.of(more));
        return CommandLineRun.of(folder, arguments.toArray(String[]::new));
    }

    private JsonNode json(String file) throws IOException {
        return JSON.readTree(Files.readString(folder.resolve(file)));
    }

    private List<String> journal(String run) throws IOException {
        return Files.readAllLines(folder.resolve(run).resolve("journal.jsonl")).stream().map(line -> line.replaceFirst(",\"timing\":\\{[^}]*}", "")).toList();
    }

    @Test
    void a_proxy_tells_a_score_and_nowhere_an_accuracy() throws IOException {
        String config = "accuracy: { type: proxy, proxy: naswot, data: pets, seeds: 2, batch: 4 }\nobjectives: [score, macs]\nstop: { evaluations: 15 }\n";
        CommandLineRun run = search(config, "run", "--threads", "1");

        assertThat(run.code()).as(run.err()).isZero();
        JsonNode front = json("run/front.json");
        assertThat(front.at("/objectives/0").toString()).isEqualTo("{\"name\":\"score\",\"direction\":\"maximise\",\"unit\":\"score\"}");
        assertThat(front.at("/accuracy/signal").asString()).isEqualTo("naswot");
        assertThat(front.at("/accuracy/spearman").asDouble()).isEqualTo(0.882);
        assertThat(front.at("/members/0/objectives/score/low").asDouble()).isLessThan(front.at("/members/0/objectives/score/value").asDouble());
        for (String file : List.of("front.json", "front.csv", "journal.jsonl")) {
            assertThat(Files.readString(folder.resolve("run").resolve(file))).contains("score").doesNotContain("top1");
        }
        assertThat(run.out()).contains("score  ", "it is no accuracy").doesNotContain("top-1, %");
        assertThat(Files.readString(folder.resolve("run/report.html"))).contains("zero-cost proxy <code>naswot</code>", "is no accuracy", "0.882").doesNotContain("Top-1 accuracy, %");
        assertThat(search(config, "parallel", "--threads", "3").code()).isZero();
        assertThat(journal("parallel")).isEqualTo(journal("run"));
        assertThat(folder.resolve("run/baseline.json")).as("a proxy is too dear to ask as often again").doesNotExist();
    }

    @Test
    void images_of_more_classes_than_networks_tell_apart_are_refused_before_the_search() throws IOException {
        Files.createDirectories(folder.resolve("pets/fish"));
        Files.copy(folder.resolve("pets/cat/0.png"), folder.resolve("pets/fish/0.png"));
        Files.copy(folder.resolve("pets/cat/1.png"), folder.resolve("pets/fish/1.png"));
        CommandLineRun run = search("accuracy: { type: proxy, proxy: naswot, data: pets }\nobjectives: [score, macs]\nstop: { evaluations: 15 }\n", "run");

        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains("pets has 3 classes, and the networks of small tell 2 apart");
        assertThat(folder.resolve("run")).doesNotExist();
    }

    @Test
    void a_fitted_ensemble_tells_top1_with_its_weights_and_hold_out_score() throws IOException {
        CommandLineRun run = search("accuracy: { type: ensemble, method: fitted, signals: [params, macs, depth], table: table.csv }\nobjectives: [top1, macs]\n"
                + "stop: { evaluations: 20 }\n", "run");

        assertThat(run.code()).as(run.err()).isZero();
        JsonNode facts = json("run/front.json").path("accuracy");
        assertThat(facts.at("/weights").propertyNames()).containsExactly("params", "macs", "depth");
        assertThat(facts.at("/heldOut/spearman").asDouble()).isGreaterThan(0.95);
        assertThat(facts.at("/heldOut/rmse").asDouble()).isBetween(0.0, 1.5);
        assertThat(facts.at("/heldOut/bestSignal").asString()).isEqualTo("params");
        assertThat(json("run/manifest.json").path("accuracy")).isEqualTo(facts);
        assertThat(Files.readString(folder.resolve("run/report.html"))).contains("ridge regression of the logarithm of the error", "that it was not made with", ">params<");
        JsonNode best = json("run/front.json").at("/members/0");
        assertThat(best.at("/objectives/top1/value").asDouble()).isCloseTo(10 + best.at("/costs/params").asDouble() / 100, org.assertj.core.api.Assertions.within(2.0));

        // what a resumed run is judged by is what it began with
        Files.writeString(folder.resolve("run/manifest.json"), Files.readString(folder.resolve("run/manifest.json")).replace("\"finished\"", "\"running\""));
        Files.writeString(folder.resolve("table.csv"), Files.readString(folder.resolve("table.csv")).replaceAll("(?m)(\\.[0-9]+)$", "$19"));
        CommandLineRun resumed = CommandLineRun.of(folder, "resume", "run");
        assertThat(resumed.code()).isNotZero();
        assertThat(resumed.err()).contains("table.csv, which the run's accuracies come from, is not what it was when the run began");
    }

    @Test
    void an_ensemble_by_ranks_tells_a_score_that_the_table_tests() throws IOException {
        Files.copy(folder.resolve("table.csv"), folder.resolve("other.csv"));
        String ranks = "accuracy: { type: ensemble, method: ranks, signals: [params, macs, { type: table, table: other.csv }], table: table.csv, networks: 30 }\n"
                + "objectives: [score, macs]\nstop: { evaluations: 15 }\n";
        CommandLineRun run = search(ranks, "run");

        assertThat(run.code()).as(run.err()).isZero();
        JsonNode facts = json("run/front.json").path("accuracy");
        assertThat(facts.at("/weights").toString()).isEqualTo("{\"params\":1,\"macs\":1,\"table other.csv\":1}");
        assertThat(facts.at("/heldOut/spearman").asDouble()).isGreaterThan(0.87);

        CommandLineRun weak = search(ranks.replace("[params, macs, { type: table, table: other.csv }]", "[depth, az-progressivity]"), "weak");
        assertThat(weak.code()).isEqualTo(2);
        assertThat(weak.err()).contains("has a rank correlation (Spearman's ρ) of ", "and 0.87 is the least", "allow-weak: true");
        assertThat(folder.resolve("weak")).doesNotExist();
    }

    @Test
    void a_ladder_from_a_proxy_to_a_table_has_top1_of_the_table_alone() throws IOException {
        CommandLineRun run = search("accuracy: { type: ladder, rungs: [{ type: proxy, proxy: depth, allow-weak: true }, { type: table, table: table.csv, share: 1/2 }] }\n"
                + "objectives: [top1, macs]\nstop: { evaluations: 30 }\n", "run");

        assertThat(run.code()).as(run.err()).isZero();
        assertThat(journal("run")).allMatch(line -> line.contains("\"rung\":1,\"objectives\":{\"score\"") || line.contains("\"rung\":2,\"objectives\":{\"top1\""));
        assertThat(json("run/front.json").get("members")).isNotEmpty().allSatisfy(member -> assertThat(member.at("/objectives/top1/rung").asInt()).isEqualTo(2));
        assertThat(json("run/manifest.json").get("accuracySources")).hasSize(1);
    }

    @Test
    void a_run_whose_images_have_changed_is_not_resumed_and_one_that_tells_none_is() throws IOException {
        String config = "accuracy: { type: proxy, proxy: naswot, data: pets, batch: 4 }\nobjectives: [score, macs]\nstop: { evaluations: 10 }\n";
        assertThat(search(config, "run").code()).isZero();
        Path manifest = folder.resolve("run/manifest.json");
        String finished = Files.readString(manifest);
        assertThat(json("run/manifest.json").at("/accuracy/imagesFingerprint").asString()).matches("[0-9a-f]{64}");
        String front = Files.readString(folder.resolve("run/front.json"));
        String running = finished.replace("\"finished\"", "\"running\"");
        Path image = folder.resolve("pets/cat/0.png");
        byte[] before = Files.readAllBytes(image);
        ImageIO.write(new BufferedImage(10, 10, BufferedImage.TYPE_INT_RGB), "png", image.toFile());
        Files.writeString(manifest, running);

        CommandLineRun changed = CommandLineRun.of(folder, "resume", "run");

        assertThat(changed.code()).as(changed.err()).isEqualTo(ExitCode.USAGE);
        assertThat(changed.err()).contains("the accuracies are not those that the run began with, since a table, the images or the program have changed");
        Files.write(image, before);
        // as an earlier version wrote it
        Files.writeString(manifest, running.replaceAll(",\\s*\"imagesFingerprint\" : \"[0-9a-f]*\"", ""));
        CommandLineRun same = CommandLineRun.of(folder, "resume", "run");
        assertThat(same.code()).as(same.err()).isZero();
        assertThat(Files.readString(folder.resolve("run/front.json"))).isEqualTo(front);
    }

    @Test
    void tables_of_one_name_in_two_folders_are_two_signals() throws IOException {
        Files.createDirectories(folder.resolve("other"));
        Files.copy(folder.resolve("table.csv"), folder.resolve("other/table.csv"));
        CommandLineRun run = search("accuracy: { type: ensemble, method: ranks, networks: 20, allow-weak: true, signals: [{ type: table, table: table.csv }, { type: table, table: other/table.csv }] }\n"
                + "objectives: [score, macs]\nstop: { evaluations: 10 }\n", "run");
        assertThat(run.code()).as(run.err()).isZero();
        JsonNode weights = json("run/front.json").at("/accuracy/weights");
        assertThat(weights.propertyNames()).containsExactly("table " + folder.resolve("table.csv"), "table " + folder.resolve("other/table.csv"));
        CommandLineRun twice = search("accuracy: { type: ensemble, method: ranks, networks: 20, allow-weak: true, signals: [{ type: table, table: table.csv }, { type: table, table: table.csv }] }\n"
                + "objectives: [score, macs]\nstop: { evaluations: 10 }\n", "twice");
        assertThat(twice.code()).isEqualTo(ExitCode.USAGE);
        assertThat(twice.err()).contains("table table.csv is given twice; keep one");
    }
}
