package finch.search.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import finch.accuracy.proxy.ProxyProbe;
import finch.accuracy.proxy.Signal;
import finch.space.Genome;
import finch.space.SearchSpace;
import finch.space.format.SpaceFormat;
import finch.space.network.Network;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A table in which parameters tell the accuracy. */
class ProxiesCommandTest {
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

    @TempDir
    private Path folder;

    @BeforeEach
    void write_a_space_a_table_and_images() throws IOException {
        Files.writeString(folder.resolve("small.yaml"), SPACE);
        SearchSpace space = SpaceFormat.parse("small.yaml", SPACE);
        SplittableRandom random = new SplittableRandom(1);
        StringBuilder table = new StringBuilder("genome,top1\n");
        for (int i = 0; i < 200; i++) {
            int[] genome = space.decisions().stream().mapToInt(d -> random.nextInt(d.size())).toArray();
            table.append(String.join(".", IntStream.of(genome).mapToObj(Integer::toString).toList())).append(',')
                    .append(10 + Network.of(space.decode(Genome.of(genome))).params() / 100.0).append('\n');
        }
        Files.writeString(folder.resolve("table.csv"), table);
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
    }

    private CommandLineRun run(String... more) {
        List<String> arguments = new ArrayList<>(List.of("proxies", "--space", "small.yaml", "--table", "table.csv", "--threads", "1"));
        arguments.addAll(List.of(more));
        return CommandLineRun.of(folder, arguments.toArray(String[]::new));
    }

    @Test
    void every_signal_is_set_beside_the_trivial_ones() {
        CommandLineRun run = run("--data", "pets", "--networks", "20", "--seeds", "1", "--batch", "4", "--json");

        assertThat(run.code()).as(run.err()).isZero();
        JsonNode answer = run.json().getFirst();
        assertThat(answer.get("networks").asInt()).isEqualTo(20);
        assertThat(answer.get("data").asString()).isEqualTo("pets");
        List<JsonNode> signals = StreamSupport.stream(answer.get("signals").spliterator(), false).toList();
        assertThat(signals).extracting(s -> s.get("signal").asString()).contains("naswot", "synflow", "grad-norm", "snip", "zico", "az-nas", "params", "macs", "depth");
        assertThat(signals).filteredOn(s -> s.get("signal").asString().equals("params")).singleElement()
                .satisfies(s -> assertThat(s.get("spearman").asDouble()).isGreaterThan(0.999))
                .satisfies(s -> assertThat(s.get("kendall").asDouble()).isGreaterThan(0.999));
        assertThat(signals).filteredOn(s -> !s.get("needs").asString().equals("trivial")).isNotEmpty()
                .allSatisfy(s -> assertThat(s.get("betterThan").toString()).doesNotContain("params"))
                .anySatisfy(s -> assertThat(s.get("losesTo").toString()).contains("params"));
        assertThat(answer.has("top")).as("two of 20 are no top").isFalse();
        assertThat(answer.get("combinations")).hasSize(4).allSatisfy(c -> assertThat(c.get("madeWith").asInt() + c.get("testedOn").asInt()).isEqualTo(20));
    }

    @Test
    void without_images_it_says_what_is_left_out_and_who_loses() {
        CommandLineRun run = run("--networks", "20", "--seeds", "1", "--batch", "4");

        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.err()).contains("without --data these are left out, which need images: naswot, grad-norm, snip, zico");
        assertThat(run.out()).contains("20 networks of small.yaml, 1 seed, batches of 4; a tenth of them is too few to rank a top.")
                .containsPattern("az-progressivity +no data .*LOSES to .*params").doesNotContain("naswot");
    }

    /** The table is what a proxy says, so that what is computed for a network must come to stand beside its accuracy. */
    @Test
    void a_proxy_that_tells_the_accuracy_is_found() throws IOException {
        SearchSpace space = SpaceFormat.parse("small.yaml", SPACE);
        ProxyProbe probe = new ProxyProbe(Optional.empty(), 4, 1);
        StringBuilder text = new StringBuilder("genome,top1\n");
        SplittableRandom random = new SplittableRandom(4);
        Set<Genome> genomes = new LinkedHashSet<>();
        while (genomes.size() < 30) {
            genomes.add(space.canonical(space.random(new Random(random.nextLong()))));
        }
        for (Genome genome : genomes) {
            double trainability = probe.signals(space.decode(genome).anonymous(), 1).get(Signal.TRAINABILITY);
            text.append(IntStream.of(genome.toArray()).mapToObj(Integer::toString).collect(Collectors.joining("."))).append(',')
                    .append(50 + 40 * trainability / (1 + Math.abs(trainability))).append('\n');
        }
        Files.writeString(folder.resolve("table.csv"), text);

        CommandLineRun run = run("--networks", "30", "--seeds", "1", "--batch", "4", "--json");

        assertThat(run.code()).as(run.err()).isZero();
        List<JsonNode> signals = StreamSupport.stream(run.json().getFirst().get("signals").spliterator(), false).toList();
        JsonNode told = signals.stream().filter(s -> s.get("signal").asString().equals("az-trainability")).findFirst().orElseThrow();
        assertThat(told.get("spearman").asDouble()).isEqualTo(1, within(1e-9));
        assertThat(told.get("betterThan")).hasSize(4);
        assertThat(told.at("/differences/macs/low").asDouble()).isPositive();
        assertThat(signals).filteredOn(s -> s.get("spearman").asDouble() > 0.999).hasSize(1);
    }

    @Test
    void what_is_wrong_is_told_with_exit_code_2() {
        assertThat(run("--data", "nowhere")).satisfies(r -> assertThat(r.code()).isEqualTo(2))
                .satisfies(r -> assertThat(r.err()).contains("nowhere: there is no such folder or archive"));
        assertThat(run("--networks", "5")).satisfies(r -> assertThat(r.code()).isEqualTo(2))
                .satisfies(r -> assertThat(r.err()).contains("5 distinct networks are too few"));
        assertThat(run("--seeds", "0").err()).contains("--seeds must be at least 1 and --batch at least 2, not 0 and 16");
        assertThat(CommandLineRun.of(folder, "proxies", "--space", "small.yaml", "--table", "none.csv").err()).contains("none.csv: there is no such file");
        assertThat(CommandLineRun.of(folder, "proxies", "--space", "small.yaml").err()).contains("needs --table");
    }
}
