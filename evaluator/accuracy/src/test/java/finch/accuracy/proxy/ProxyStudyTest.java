package finch.accuracy.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import finch.accuracy.AccuracyTable;
import finch.accuracy.RankCorrelation;
import finch.data.DataSet;
import finch.data.DataSets;
import finch.data.Split;
import finch.space.Architecture;
import finch.space.Genome;
import finch.space.SearchSpace;
import finch.space.SharedData;
import finch.space.format.SpaceFormat;
import finch.space.network.Network;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProxyStudyTest {
    private static final String SMALL = """
            format: finch-space/1
            name: small
            resolution: 12
            classes: 3
            stem: { out: 4, kernel: 3, stride: 1, activation: relu }
            defaults: { activation: relu, per-block: { expand: [1, 2, 3] } }
            stages:
              - { depth: [1, 2, 3], out: 6, stride: 2, kernel: 3 }
              - { depth: [1, 2], out: 8, stride: 2, kernel: 3 }
            head: { conv: 16, activation: relu }
            """;

    private final SearchSpace space = SpaceFormat.parse("small", SMALL);

    @TempDir
    private Path folder;

    /** Genomes of which the accuracy is the share of the multiply-adds. */
    private AccuracyTable byMacs(int rows) {
        SplittableRandom random = new SplittableRandom(5);
        StringBuilder text = new StringBuilder("genome,top1\n");
        for (int i = 0; i < rows; i++) {
            int[] genome = space.decisions().stream().mapToInt(d -> random.nextInt(d.size())).toArray();
            long macs = Network.of(space.decode(Genome.of(genome))).macs();
            text.append(String.join(".", IntStream.of(genome).mapToObj(Integer::toString).toList())).append(',').append(10 + macs / 1e5).append('\n');
        }
        return AccuracyTable.parse("table", text.toString(), Optional.of(space));
    }

    private DataSet images(int classes) throws IOException {
        for (int label = 0; label < classes; label++) {
            for (int i = 0; i < 8; i++) {
                BufferedImage picture = new BufferedImage(12, 12, BufferedImage.TYPE_INT_RGB);
                SplittableRandom random = new SplittableRandom(31L * label + i);
                for (int p = 0; p < 144; p++) {
                    picture.setRGB(p % 12, p / 12, random.nextInt(1 << 24));
                }
                Path file = folder.resolve("images" + classes + "/" + label + "/" + i + ".png");
                Files.createDirectories(file.getParent());
                ImageIO.write(picture, "png", file.toFile());
            }
        }
        return DataSets.open("images" + classes, folder, Split.DEFAULT);
    }

    @Test
    void a_table_that_multiply_adds_explain_leaves_no_proxy_ahead_of_them() throws IOException {
        ProxyProbe probe = new ProxyProbe(Optional.of(new ProxyImages(images(3))), 4, 1);
        List<Integer> told = new ArrayList<>();

        ProxyReport report = ProxyReport.of(ProxyStudy.of(byMacs(60), probe, 20, 2, (done, all) -> told.add(done)));

        assertThat(told).hasSize(report.networks());
        assertThat(report.networks()).isEqualTo(20);
        assertThat(report.top()).as("two of 20 are no top").isZero();
        assertThat(report.figures().stream().map(ProxyReport.Figure::signal)).containsExactly("naswot", "synflow", "grad-norm", "snip", "zico", "az-expressivity",
                "az-progressivity", "az-trainability", "az-nas", "params", "macs", "depth", "trivial-fit");
        for (ProxyReport.Figure figure : report.figures()) {
            assertThat(figure.all().spearman()).as(figure.signal()).isBetween(-1.0, 1.0).isNotNaN();
            if (figure.kind() != Signal.Kind.TRIVIAL) {
                assertThat(figure.bySeed()).hasSize(2);
                assertThat(figure.betterThan()).as(figure.signal()).doesNotContain("macs");
                assertThat(figure.losesTo().contains("macs")).as(figure.signal()).isEqualTo(figure.all().spearman() < 0.99);
                assertThat(figure.inTop()).isEmpty();
            }
        }
        assertThat(report.figures().get(10).all()).isEqualTo(new ProxyReport.Ranking(1, 1));
        assertThat(report.combinations().getFirst().testedOn()).isEqualTo(10);
        assertThat(report.combinations().getFirst().weights()).containsKey("macs");
        assertThat(report.combinations().getFirst().all().spearman()).isEqualTo(1, within(1e-9));
    }

    /** Made-up signals of made-up networks: NASWOT tells all, multiply-adds half, SynFlow as much in another way, depth nothing. */
    private static ProxyStudy study(int networks) {
        SplittableRandom random = new SplittableRandom(7);
        Map<Signal, List<List<Double>>> values = new EnumMap<>(Signal.class);
        List<Double> accuracies = new ArrayList<>();
        for (int n = 0; n < networks; n++) {
            double truth = random.nextDouble();
            accuracies.add(50 + truth);
            Map<Signal, Double> own = Map.of(Signal.NASWOT, truth + 0.02 * random.nextDouble(), Signal.SYNFLOW, truth + random.nextDouble(),
                    Signal.SNIP, random.nextDouble(), Signal.MACS, truth + random.nextDouble(), Signal.PARAMS, truth + random.nextDouble(),
                    Signal.DEPTH, random.nextDouble());
            own.forEach((signal, value) -> values.computeIfAbsent(signal, _ -> new ArrayList<>()).add(List.of(value)));
        }
        return new ProxyStudy(List.of(), accuracies, values, 1);
    }

    @Test
    void a_verdict_tells_what_other_draws_of_networks_would_tell_as_well() {
        ProxyReport report = ProxyReport.of(study(200));
        Map<String, ProxyReport.Figure> figures = new LinkedHashMap<>();
        report.figures().forEach(f -> figures.put(f.signal(), f));

        assertThat(figures.keySet()).containsExactly("naswot", "synflow", "snip", "params", "macs", "depth", "trivial-fit");
        assertThat(figures.get("naswot").betterThan()).containsExactly("params", "macs", "depth", "trivial-fit");
        assertThat(figures.get("synflow").betterThan()).containsExactly("depth");
        assertThat(figures.get("synflow").notToldApartFrom()).containsExactly("params", "macs");
        assertThat(figures.get("synflow").losesTo()).as("two halves of the truth tell more than one").containsExactly("trivial-fit");
        assertThat(figures.get("snip").losesTo()).containsExactly("params", "macs", "trivial-fit");
        assertThat(figures.get("snip").notToldApartFrom()).containsExactly("depth");
        assertThat(figures.get("trivial-fit").all().spearman()).isGreaterThan(Math.max(figures.get("macs").all().spearman(), figures.get("params").all().spearman()));
        assertThat(figures.values()).allSatisfy(f -> assertThat(f.differences().values()).allSatisfy(d -> assertThat(d.value()).isBetween(d.low(), d.high())));
        ProxyReport.Difference few = ProxyReport.of(study(50)).figures().getFirst().differences().get("macs");
        ProxyReport.Difference many = figures.get("naswot").differences().get("macs");
        assertThat(few.high() - few.low()).as("of a quarter of the networks").isGreaterThan(1.5 * (many.high() - many.low()));
    }

    @Test
    void a_top_is_ranked_where_it_has_ten_networks() {
        ProxyReport report = ProxyReport.of(study(200));
        assertThat(report.top()).isEqualTo(20);
        assertThat(report.figures()).allSatisfy(f -> assertThat(f.inTop()).isPresent());
        assertThat(report.combinations()).allSatisfy(c -> assertThat(c.top()).isEqualTo(10)).allSatisfy(c -> assertThat(c.inTop()).isPresent());

        ProxyReport smaller = ProxyReport.of(study(198));
        assertThat(smaller.top()).isEqualTo(19);
        assertThat(smaller.combinations()).allSatisfy(c -> assertThat(c.top()).isZero()).allSatisfy(c -> assertThat(c.inTop()).isEmpty());
    }

    @Test
    void a_probe_repeats_itself_on_any_number_of_threads_and_seeds_differ() throws IOException {
        Optional<ProxyImages> images = Optional.of(new ProxyImages(images(3)));
        var network = byMacs(1).entries().getFirst().architecture();

        Map<Signal, Double> one = new ProxyProbe(images, 4, 1).signals(network, 1);

        assertThat(one).hasSize(Signal.values().length);
        assertThat(one.values()).allMatch(Double::isFinite);
        assertThat(new ProxyProbe(images, 4, 2).signals(network, 1)).isEqualTo(one);
        Map<Signal, Double> other = new ProxyProbe(images, 4, 1).signals(network, 2);
        for (Signal signal : Signal.values()) {
            assertThat(other.get(signal).equals(one.get(signal))).as(signal.key()).isEqualTo(signal.kind() == Signal.Kind.TRIVIAL);
        }
        assertThat(new ProxyProbe(Optional.empty(), 4, 1).signals(network, 1)).doesNotContainKeys(Signal.NASWOT, Signal.ZICO).containsKey(Signal.SYNFLOW);
    }

    @Test
    void a_corrupt_image_is_left_out_and_told() throws IOException {
        ProxyProbe probe = new ProxyProbe(Optional.of(new ProxyImages(images(3))), 4, 1);
        var network = byMacs(1).entries().getFirst().architecture();
        probe.signals(network, 1);
        assertThat(probe.images().orElseThrow().corrupt()).isEmpty();

        DataSet data = images(3);
        for (int label = 0; label < 3; label++) {
            Files.writeString(folder.resolve("images3/" + label + "/3.png"), "?");
        }
        ProxyProbe after = new ProxyProbe(Optional.of(new ProxyImages(data)), 4, 1);
        for (int seed = 1; seed <= 4; seed++) {
            assertThat(after.signals(network, seed).get(Signal.NASWOT)).isFinite();
        }
        assertThat(after.images().orElseThrow().corrupt()).isNotEmpty().allMatch(text -> text.contains("3.png: is neither JPEG nor PNG"));
    }

    @Test
    void what_cannot_be_answered_is_said() throws IOException {
        ProxyProbe probe = new ProxyProbe(Optional.of(new ProxyImages(images(3))), 16, 1);
        assertThatThrownBy(() -> ProxyStudy.of(byMacs(60), probe, 30, 1, (_, _) -> { })).hasMessageContaining("images3: has 21 training images that can be used, too few for 2 batches of 16");
        assertThatThrownBy(() -> ProxyStudy.of(byMacs(5), probe, 30, 1, (_, _) -> { })).hasMessageContaining("distinct networks are too few");
        ProxyProbe wrong = new ProxyProbe(Optional.of(new ProxyImages(images(4))), 4, 1);
        assertThatThrownBy(() -> ProxyStudy.of(byMacs(60), wrong, 30, 1, (_, _) -> { })).hasMessage("images4: has 4 classes, and the networks tell 3 apart. Use images of as many classes.");
        assertThatThrownBy(() -> new ProxyProbe(Optional.empty(), 1, 1)).hasMessageContaining("at least 2 images, not 1");
    }

    @Test
    void a_signal_that_does_not_exist_for_a_network_ranks_it_last() {
        Map<Signal, List<List<Double>>> values = new EnumMap<>(Signal.class);
        values.put(Signal.NASWOT, List.of(List.of(Double.NaN), List.of(1.0), List.of(2.0)));
        ProxyStudy study = new ProxyStudy(List.of(), List.of(1.0, 2.0, 3.0), values, 1);

        assertThat(study.column(Signal.NASWOT, -1)).containsExactly(Double.NEGATIVE_INFINITY, 1, 2);
    }

    /** The trivial signals of all distinct networks, as independent formulas have them. */
    @Test
    void on_nas_bench_macro_the_bars_are_where_they_are_known_to_be() throws IOException {
        AccuracyTable table = AccuracyTable.read(SharedData.path("nas-bench-macro/nas-bench-macro_cifar10.json"), Optional.of(SpaceFormat.named("nas-bench-macro")));
        Map<Architecture, Double> distinct = new LinkedHashMap<>();
        table.entries().forEach(e -> distinct.put(e.architecture().anonymous(), e.value()));
        List<Map<Signal, Double>> signals = distinct.keySet().stream().map(a -> ProxyProbe.trivial(Network.of(a))).toList();
        double[] accuracy = distinct.values().stream().mapToDouble(Double::doubleValue).toArray();

        assertThat(distinct).hasSize(3969);
        assertThat(RankCorrelation.spearman(column(signals, Signal.PARAMS), accuracy)).isEqualTo(0.3146, within(1e-3));
        assertThat(RankCorrelation.spearman(column(signals, Signal.MACS), accuracy)).isEqualTo(0.7377, within(1e-3));
        assertThat(RankCorrelation.spearman(column(signals, Signal.DEPTH), accuracy)).isEqualTo(0.8205, within(1e-3));
    }

    private static double[] column(List<Map<Signal, Double>> signals, Signal signal) {
        return signals.stream().mapToDouble(s -> s.get(signal)).toArray();
    }
}
