package finch.accuracy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import finch.space.Architecture;
import finch.space.Decision;
import finch.space.Genome;
import finch.space.SearchSpace;
import finch.space.SharedData;
import finch.space.format.ArchitectureFormat;
import finch.space.format.InvalidFileException;
import finch.space.format.References;
import finch.space.format.SpaceFormat;
import finch.space.network.Network;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class TableEstimatorTest extends AccuracyEstimatorContract {
    private static final SearchSpace MACRO = SpaceFormat.named("nas-bench-macro");

    @Override
    AccuracyEstimator estimator() {
        return table("""
                architecture,top1,std
                mobilenetv3-large,75.2,0.2
                mobilenetv3-small@0.75,65.4,0
                """, Optional.empty());
    }

    @Override
    List<Architecture> known() {
        return List.of(References.resolve("mobilenetv3-large"), References.resolve("mobilenetv3-small@0.75"));
    }

    @Override
    List<Architecture> unknown() {
        return List.of(References.resolve("mobilenetv2"), References.resolve("mobilenetv3-large@/192"));
    }

    private static TableEstimator table(String text, Optional<SearchSpace> space) {
        return TableEstimator.of(AccuracyTable.parse("table", text, space), "some data");
    }

    private static AccuracyEstimate.Known known(AccuracyEstimator estimator, Architecture a) {
        return (AccuracyEstimate.Known) estimator.estimate(a);
    }

    /** Quantiles of Student's t as in its printed tables. */
    @Test
    void few_rows_of_a_network_tell_its_spread_badly() {
        assertThat(IntStream.of(1, 2, 3, 4, 9, 30).mapToObj(Statistics::t95)).usingComparatorForType(
                (a, b) -> Math.abs(a - b) < 0.002 ? 0 : Double.compare(a, b), Double.class).containsExactly(6.3138, 2.9200, 2.3534, 2.1318, 1.8331, 1.6973);

        AccuracyEstimate.Known two = known(table("architecture,top1\nmobilenetv2,70\nmobilenetv2,72\n", Optional.empty()), References.resolve("mobilenetv2"));
        assertThat(two.top1()).isEqualTo(71);
        assertThat(two.high() - 71).as("6.31 standard deviations of 1.41, and the mean's own error").isCloseTo(6.3138 * Math.sqrt(2 * 1.5), within(1e-3));
    }

    @Test
    void the_interval_is_where_single_runs_fall() {
        AccuracyEstimate.Known large = known(estimator(), References.resolve("mobilenetv3-large"));

        assertThat(large.top1()).isEqualTo(75.2);
        assertThat(large.low()).isCloseTo(75.2 - 1.6449 * 0.2, within(1e-4));
        assertThat(known(estimator(), References.resolve("mobilenetv3-small@0.75")).high()).isEqualTo(65.4);
    }

    @Test
    void rows_of_one_network_are_its_runs() {
        TableEstimator estimator = table("genome,top1\n22212220,93.0\n22212202,93.4\n00000000,45\n", Optional.of(MACRO));

        assertThat(estimator.size()).isEqualTo(2);
        AccuracyEstimate.Known best = known(estimator, MACRO.decode(Genome.of(2, 2, 2, 1, 2, 2, 0, 2)));
        assertThat(best.top1()).isCloseTo(93.2, within(1e-9));
        assertThat(best.low()).isLessThan(93.0);
    }

    @Test
    void every_format_tells_the_same() throws IOException {
        String json = ArchitectureFormat.toJson(References.resolve("mobilenetv2"));
        List<String> texts = List.of("architecture,accuracy\nmobilenetv2,71.8\n",
                "\"architecture\",\"top1\"\n\"" + json.replace("\"", "\"\"") + "\",71.8\n",
                "{\"architecture\": \"mobilenetv2\", \"top1\": 71.8}\n",
                "\n{\"architecture\": " + json + ", \"value\": 71.8, \"recipe\": \"x\"}\n{\"architecture\": \"mobilenetv1\", \"top1\": 70.9}\n");
        assertThat(texts).allSatisfy(t -> assertThat(known(table(t, Optional.empty()), References.resolve("mobilenetv2")).top1()).isEqualTo(71.8));

        List<String> genomes = List.of("genome,value\n01201201,80\n", "genome,value\n0.1.2.0.1.2.0.1,80\n", "{\"01201201\": 80}",
                "{\"01201201\": {\"test_acc\": [79, 81], \"mean_acc\": 80, \"std\": 1, \"params\": 3}}", "{\"genome\": \"0-1-2-0-1-2-0-1\", \"top1\": 80}");
        Architecture a = MACRO.decode(Genome.of(0, 1, 2, 0, 1, 2, 0, 1));
        assertThat(genomes).allSatisfy(t -> assertThat(known(table(t, Optional.of(MACRO)), a).top1()).isEqualTo(80));
    }

    @Test
    void architecture_files_are_found_beside_the_table(@TempDir Path folder) throws IOException {
        Files.writeString(folder.resolve("net.yaml"), ArchitectureFormat.toYaml(References.resolve("mnasnet-a1")));
        Files.writeString(folder.resolve("t.csv"), "architecture,top1\nnet.yaml,75.2\n");

        TableEstimator estimator = TableEstimator.read(folder.resolve("t.csv"), Optional.empty());
        AccuracyEstimate.Known known = known(estimator, References.resolve("mnasnet-a1"));
        assertThat(known.top1()).isEqualTo(75.2);
        assertThat(known.source()).isEqualTo("table t.csv");
    }

    @Test
    void every_bad_row_is_named_with_its_line() {
        assertThatThrownBy(() -> table("architecture,top1,std\nmobilenetv9,75,0\nmobilenetv2,abc,0\nmobilenetv2,175,0\nmobilenetv2,70,-1\nmobilenetv2\n",
                Optional.empty())).isInstanceOf(InvalidFileException.class).hasMessageContaining("table:6");
        assertThatThrownBy(() -> table("architecture,top1,std\nmobilenetv9,75,0\nmobilenetv2,abc,0\nmobilenetv2,175,0\nmobilenetv2,70,-1\n",
                Optional.empty())).isInstanceOf(InvalidFileException.class).hasMessageContaining("table:2: architecture: ")
                .hasMessageContaining("mobilenetv9").hasMessageContaining("table:3: top1: ").hasMessageContaining("\"abc\"")
                .hasMessageContaining("table:4: top1: ").hasMessageContaining("table:5: std: ");
        assertThatThrownBy(() -> table("{\"genome\": \"01201201\", \"top1\": 5}\n{\"genome\": \"0120120\", \"top1\": 5}\n{\"genome\": \"01201203\", \"top1\": 5}\n"
                + "{\"genom\": 3}\n{\"genome\": \"01201201\"}\n{oops\n", Optional.of(MACRO))).isInstanceOf(InvalidFileException.class)
                .hasMessageContaining("table:2: genome").hasMessageContaining("8 decisions").hasMessageContaining("table:3: genome")
                .hasMessageContaining("table:4: genom").hasMessageContaining("table:5: ").hasMessageContaining("table:6: ");
        assertThatThrownBy(() -> table("a,b\n1,2\n", Optional.empty())).hasMessageContaining("table:1: ").hasMessageContaining("architecture or genome");
        assertThatThrownBy(() -> table("", Optional.empty())).isInstanceOf(InvalidFileException.class).hasMessageContaining("empty");
        assertThatThrownBy(() -> table("architecture,top1\n", Optional.empty())).hasMessageContaining("no rows");
        assertThatThrownBy(() -> table("genome,top1\n01201201,80\n", Optional.empty())).hasMessageContaining("table:2: genome")
                .hasMessageContaining("search space");
        assertThatThrownBy(() -> table("architecture,top1\n\"mobilenetv2,80\n", Optional.empty())).hasMessageContaining("table:2: ")
                .hasMessageContaining("never closed");
    }

    /** NAS-Bench-Macro with one choice for the fourth layer, which is still a decision. */
    private static final SearchSpace FROZEN = new SearchSpace() {
        private static final int AT = 3;

        @Override
        public String name() {
            return "frozen";
        }

        @Override
        public List<Decision> decisions() {
            List<Decision> decisions = new ArrayList<>(MACRO.decisions());
            decisions.set(AT, new Decision(decisions.get(AT).name(), List.of("2")));
            return decisions;
        }

        @Override
        public BigInteger size() {
            return genomes();
        }

        @Override
        public Architecture decode(Genome genome) {
            int[] choices = genome.toArray();
            choices[AT] = 2;
            return MACRO.decode(Genome.of(choices));
        }

        @Override
        public Genome encode(Architecture architecture) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Genome canonical(Genome genome) {
            return genome;
        }
    };

    @ParameterizedTest
    @ValueSource(strings = {"1210212", "1.2.1.0.2.1.2", "12100212", "1-2-1-0-0-2-1-2"})
    void genomes_may_be_written_as_journals_write_them(String genome) {
        Architecture a = FROZEN.decode(Genome.of(1, 2, 1, 0, 0, 2, 1, 2));
        assertThat(known(table("genome,top1\n" + genome + ",80\n", Optional.of(FROZEN)), a).top1()).isEqualTo(80);
    }

    @Test
    void a_genome_of_another_length_is_told_how_many_choices_there_are() {
        assertThatThrownBy(() -> table("genome,top1\n121212,80\n", Optional.of(FROZEN))).hasMessageContaining("table:2: genome")
                .hasMessageContaining("8 decisions, 7 of them with a choice");
    }

    @Test
    void the_front_of_a_run_is_a_table() throws IOException {
        Path run = Path.of(System.getProperty("finch.root", "../.."), "runs", "example");
        SearchSpace space = SpaceFormat.parse("space", "base: mobilenetv3-small\nfreeze: { resolution: 224 }\n");
        TableEstimator estimator = TableEstimator.read(run.resolve("front.csv"), Optional.of(space));

        List<JsonNode> members = new ArrayList<>();
        new JsonMapper().readTree(Files.readString(run.resolve("front.json"))).get("members").forEach(members::add);
        assertThat(members).hasSizeGreaterThan(5);
        assertThat(members).allSatisfy(m -> assertThat(known(estimator, ArchitectureFormat.parse("front", m.get("architecture").toString())).top1())
                .isEqualTo(m.at("/objectives/top1/value").asDouble()));
    }

    @Test
    void once_for_all_evaluations_are_points_of_the_shipped_space() throws Exception {
        SearchSpace space = SpaceFormat.named("once-for-all");
        Path file = SharedData.path("ofa-mbv3-imagenet/subnets.csv");
        TableEstimator estimator = TableEstimator.read(file, Optional.empty());
        CsvTable rows = CsvTable.read(file);
        assertThat(estimator.size()).isGreaterThan(1000);

        for (AccuracyTable.Entry entry : AccuracyTable.read(file, Optional.empty()).entries().subList(0, 200)) {
            Architecture decoded = space.decode(space.encode(entry.architecture()));
            assertThat(known(estimator, decoded).low()).isLessThanOrEqualTo(entry.value());
            assertThat(known(estimator, decoded).high()).isGreaterThanOrEqualTo(entry.value());
        }
        assertThat(rows.rows()).hasSizeGreaterThanOrEqualTo(estimator.size());
    }

    @Test
    void a_missing_entry_is_silence_or_a_failure() {
        TableEstimator estimator = table("architecture,top1\nmobilenetv2,71.8\n", Optional.empty());
        Architecture other = References.resolve("mobilenetv1");

        assertThat(estimator.estimate(other)).isEqualTo(new AccuracyEstimate.Silent("the table table has no entry for this architecture among its 1."));
        assertThatThrownBy(() -> estimator.failingWhereMissing().estimate(other)).isInstanceOf(EstimateFailedException.class)
                .hasMessage("the table table has no entry for this architecture among its 1");
        assertThat(estimator.failingWhereMissing().estimate(References.resolve("mobilenetv2"))).isEqualTo(estimator.estimate(References.resolve("mobilenetv2")));
    }

    @Test
    void nas_bench_macro_gives_its_true_accuracies() throws IOException {
        TableEstimator estimator = TableEstimator.read(SharedData.path("nas-bench-macro/nas-bench-macro_cifar10.json"), Optional.of(MACRO));

        assertThat(estimator.size()).isEqualTo(3969);
        AccuracyEstimate.Known best = known(estimator, MACRO.decode(Genome.of(2, 2, 2, 1, 2, 2, 2, 0)));
        assertThat(best.top1()).isCloseTo(93.127, within(5e-4));
        assertThat(best.low()).isLessThan(best.top1());
        assertThat(known(estimator, MACRO.decode(Genome.of(0, 0, 0, 0, 0, 0, 0, 0))).top1()).isCloseTo(45.363, within(5e-4));
        Random random = new Random(5);
        for (int i = 0; i < 500; i++) {
            assertThat(known(estimator, MACRO.decode(MACRO.random(random))).top1()).isBetween(45.36, 93.128);
        }
    }

    @Test
    void a_surrogate_fitted_to_another_data_set_speaks_for_its_space() throws IOException {
        AccuracyTable table = AccuracyTable.read(SharedData.path("nas-bench-macro/nas-bench-macro_cifar10.json"), Optional.of(MACRO));
        List<AccuracyTable.Entry> fitted = new ArrayList<>();
        List<AccuracyTable.Entry> others = new ArrayList<>();
        for (int i = 0; i < table.entries().size(); i++) {
            (i % 16 == 0 ? fitted : others).add(table.entries().get(i));
        }
        Surrogate surrogate = SurrogateFit.fit(new AccuracyTable("macro", fitted), Optional.of("cifar10"));
        List<AccuracyTable.Entry> spoken = others.stream()
                .filter(e -> surrogate.estimate(e.architecture()) instanceof AccuracyEstimate.Known).toList();
        double[] estimates = spoken.stream().mapToDouble(e -> known(surrogate, e.architecture()).top1()).toArray();
        double[] actual = spoken.stream().mapToDouble(AccuracyTable.Entry::value).toArray();
        double[] macs = spoken.stream().mapToDouble(e -> Network.of(e.architecture()).macs()).toArray();

        System.out.println("fitted to " + fitted.size() + " of NAS-Bench-Macro, spoke for " + spoken.size() + " of " + others.size()
                + ": rank correlation " + RankCorrelation.spearman(estimates, actual) + ", multiply-adds " + RankCorrelation.spearman(macs, actual));
        assertThat(surrogate.dataset()).isEqualTo("cifar10");
        assertThat(spoken).hasSizeGreaterThan(others.size() / 2);
        assertThat(RankCorrelation.spearman(estimates, actual)).isGreaterThan(RankCorrelation.spearman(macs, actual) + 0.1);
        assertThat(surrogate.estimate(References.resolve("mobilenetv2"))).isInstanceOf(AccuracyEstimate.Silent.class);
    }
}
