package finch.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import finch.accuracy.AccuracyDifference;
import finch.accuracy.AccuracyEstimator;
import finch.accuracy.Surrogate;
import finch.accuracy.TableEstimator;
import finch.search.config.Accuracy;
import finch.search.config.ConfigReader;
import finch.search.config.ConfigWriter;
import finch.search.config.EnsembleAccuracy;
import finch.search.config.LadderAccuracy;
import finch.search.config.Objective;
import finch.search.config.ProxyAccuracy;
import finch.search.config.SearchConfig;
import finch.search.config.ShippedCatalog;
import finch.search.evolve.Evaluation;
import finch.search.run.Journal;
import finch.search.run.JournalEntry;
import finch.search.run.RunListener;
import finch.search.run.RunResult;
import finch.search.run.RunStatus;
import finch.search.run.SearchRun;
import finch.space.Architecture;
import finch.space.Block;
import finch.space.Extent;
import finch.space.NotInSpaceException;
import finch.space.SearchSpace;
import finch.space.SharedData;
import finch.space.format.ArchitectureFormat;
import finch.space.format.References;
import finch.space.network.Network;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The configs that users start from: they read, resolve to themselves and find something; latencies here are made up. */
class ShippedConfigsTest {
    private static final Path CONFIGS = Path.of(System.getProperty("finch.root", ".."), "configs");

    @TempDir
    private Path temp;

    private static final class RealAccuracy extends ToyServices {
        @Override
        public AccuracyEstimator accuracy(Accuracy choice, SearchSpace space) throws IOException {
            return switch (choice) {
                case Accuracy.Surrogate surrogate -> Surrogate.shipped();
                case Accuracy.Table table -> TableEstimator.read(table.table(), Optional.of(space));
                case Accuracy.Supernet supernet -> throw new AssertionError("super-networks are not trained in this test");
                case Accuracy.Command command -> throw new AssertionError("no shipped config runs a trainer");
                case ProxyAccuracy _, EnsembleAccuracy _, LadderAccuracy _ -> throw new AssertionError("the test asks for the rungs of a ladder, and knows no proxies");
            };
        }
    }

    @Test
    void every_config_reads_and_its_resolved_form_is_the_same_search() throws IOException {
        Path table = Files.writeString(temp.resolve("t.json"), "{}");
        try (Stream<Path> configs = Files.list(CONFIGS)) {
            List<Path> files = configs.filter(f -> f.toString().endsWith(".yaml")).sorted().toList();
            assertThat(files).extracting(f -> f.getFileName().toString()).contains("mobilenetv3-large.yaml", "mobilenetv3-small.yaml",
                    "quickstart.yaml", "nas-bench-macro.yaml", "mobilenetv3-paper.yaml");
            for (Path file : files) {
                List<String> overrides = file.endsWith("nas-bench-macro.yaml") ? List.of("accuracy.table=" + table) : List.of();
                SearchConfig config = ConfigReader.read(file, overrides);
                assertThat(config.name() + ".yaml").isEqualTo(file.getFileName().toString());
                SearchConfig again = ConfigReader.parse("config.yaml", ConfigWriter.toYaml(config, temp), temp, List.of(), new ShippedCatalog());
                assertThat(again).usingRecursiveComparison().ignoringFields("space").isEqualTo(config);
                assertThat(again.space().space().decisions()).isEqualTo(config.space().space().decisions());
                assertThat(again.space().space().name()).isEqualTo(config.space().space().name());
            }
        }
    }

    /** What they are for: images of 28 and 32 pixels, whose last maps must not shrink to a point. */
    @Test
    void the_small_networks_are_as_small_as_they_say() throws IOException {
        Network fashion = Network.of(ArchitectureFormat.read(CONFIGS.resolve("architectures/small/fashion-mnist.yaml")));
        assertThat(fashion.input()).hasToString("28x28x1");
        assertThat(fashion.macs()).isEqualTo(7_412_000);
        assertThat(macs("cifar10-v3-small")).isEqualTo(16_315_392);
        assertThat(macs("cifar10-v3-small-0.5")).isEqualTo(5_820_288);
        assertThat(macs("fashion-mnist-v3-small")).isEqualTo(13_789_320);
        assertThat(macs("fashion-mnist-v3-small-0.5")).isEqualTo(4_797_072);
        Network cifar = Network.of(ArchitectureFormat.read(CONFIGS.resolve("architectures/small/cifar10.yaml")));
        assertThat(cifar.input()).hasToString("32x32x3");
        assertThat(cifar.macs()).isEqualTo(14_993_920);
    }

    private static long macs(String name) throws IOException {
        return Network.of(ArchitectureFormat.read(CONFIGS.resolve("architectures/small/" + name + ".yaml"))).macs();
    }

    /** They are MobileNetV3-Small but for its first and third stride, and the whole one is where its search begins. */
    @Test
    void the_baselines_of_small_images_are_mobilenetv3_small_with_fewer_strides() throws IOException {
        for (String images : List.of("cifar10", "fashion-mnist")) {
            for (String width : List.of("", "-0.5")) {
                Architecture small = ArchitectureFormat.read(CONFIGS.resolve("architectures/small/" + images + "-v3-small" + width + ".yaml"));
                Architecture published = References.resolve("mobilenetv3-small" + width.replace('-', '@'));
                assertThat(small.head()).isEqualTo(published.head());
                assertThat(small.stem().out()).isEqualTo(published.stem().out());
                for (int i = 0; i < small.blocks().size(); i++) {
                    Block.InvertedResidual ours = (Block.InvertedResidual) small.blocks().get(i);
                    Block.InvertedResidual theirs = (Block.InvertedResidual) published.blocks().get(i);
                    assertThat(new Block.InvertedResidual(ours.kernel(), theirs.stride(), ours.expanded(), ours.out(), ours.squeeze(), ours.activation(), ours.forceExpand(), ours.skip())).isEqualTo(theirs);
                    assertThat(ours.stride()).isEqualTo(i == 1 ? Extent.square(1) : theirs.stride());
                }
            }
            SearchConfig config = ConfigReader.read(CONFIGS.resolve(images + ".yaml"), List.of());
            assertThat(config.seedWith()).singleElement().satisfies(seed -> assertThat(config.space().space().decode(config.space().space().encode(seed.network().architecture())).anonymous())
                    .isEqualTo(seed.network().architecture().anonymous()));
            assertThat(config.finals().orElseThrow().baselines()).hasSize(2).allSatisfy(b -> assertThat(b.architecture().classes()).isEqualTo(10));
        }
    }

    /** A refit of the surrogate may change its mind about them; then their files say what is not so. */
    @Test
    void the_networks_that_were_found_are_what_their_files_say() throws IOException, NotInSpaceException {
        Pattern gain = Pattern.compile("Estimated top-1: ([0-9.]+) points more than (\\S+) under the same recipe, 90 % interval (\\S+) to (\\S+)\\.");
        for (String size : List.of("large", "small")) {
            Path file = CONFIGS.resolve("architectures/finch-" + size + ".yaml");
            Architecture found = ArchitectureFormat.read(file);
            assertThat(found.name()).isEqualTo("finch-" + size);
            SearchSpace space = ConfigReader.read(CONFIGS.resolve("mobilenetv3-" + size + ".yaml"), List.of()).space().space();
            assertThat(space.decode(space.encode(found))).isEqualTo(found.named(""));
            Matcher told = gain.matcher(Files.readString(file));
            assertThat(told.find()).as(size).isTrue();
            AccuracyDifference difference = Surrogate.shipped().difference(found, References.resolve(told.group(2))).orElseThrow();
            assertThat(List.of(difference.value(), difference.low(), difference.high())).as(size)
                    .usingElementComparator((a, b) -> Math.abs(a - b) < 0.0051 ? 0 : Double.compare(a, b))
                    .containsExactly(Double.valueOf(told.group(1)), Double.valueOf(told.group(3)), Double.valueOf(told.group(4)));
            assertThat(difference.value()).as(size).isPositive();
        }
    }

    @Test
    void the_benchmark_says_where_its_table_is_given() {
        assertThatThrownBy(() -> ConfigReader.read(CONFIGS.resolve("nas-bench-macro.yaml"), List.of()))
                .hasMessageContaining("accuracy.table: is missing: path of the table").hasMessageContaining("--set accuracy.table=PATH");
    }

    /** Networks that are surely more accurate, which two of them ask for, come after some 700 to 1400 evaluations. */
    @Test
    void searches_around_the_references_find_networks_at_least_as_good() throws IOException {
        for (String name : List.of("mobilenetv3-large", "mobilenetv3-small", "quickstart")) {
            SearchConfig config = ConfigReader.read(CONFIGS.resolve(name + ".yaml"), List.of("stop={ evaluations: 2500 }"));
            RunResult result = SearchRun.start(config, temp.resolve(name), 2, new RealAccuracy(), RunListener.SILENT, () -> false);

            assertThat(result.status()).isEqualTo(RunStatus.FINISHED);
            List<JournalEntry> journal = Journal.read(temp.resolve(name).resolve("journal.jsonl"));
            Evaluation.Measured reference = (Evaluation.Measured) journal.getFirst().evaluation();
            double best = journal.stream().map(JournalEntry::evaluation).filter(Evaluation.Measured.class::isInstance)
                    .mapToDouble(e -> e.valuesOrEmpty().get(Objective.TOP1).value()).max().orElseThrow();
            assertThat(best).as(name).isGreaterThan(reference.values().get(Objective.TOP1).value());
            assertThat(journal.stream().filter(e -> e.evaluation() instanceof Evaluation.Failed)).isEmpty();
            System.out.printf("%s: reference %.2f %%, best of 600 %.2f %%, %d feasible, %d outside the domain%n", name,
                    reference.values().get(Objective.TOP1).value(), best, journal.stream().filter(e -> e.evaluation() instanceof Evaluation.Measured).count(),
                    journal.stream().filter(e -> e.evaluation() instanceof Evaluation.Infeasible i && i.violations().getFirst().constraint().equals("domain")).count());
            assertThat(Files.readString(temp.resolve(name).resolve("front.json"))).contains("\"reference\" : \"mobilenetv3-small\"");
        }
    }

    @Test
    void the_papers_pipeline_goes_from_mnasnet_to_both_targets() throws Exception {
        SearchConfig shipped = ConfigReader.read(CONFIGS.resolve("mobilenetv3-paper.yaml"), List.of());
        for (String member : List.of("mnasnet-a1", "mobilenetv3-large", "mobilenetv3-small")) {
            SearchSpace space = shipped.space().space();
            assertThat(space.decode(space.encode(References.resolve(member))).anonymous()).isEqualTo(References.resolve(member).anonymous());
        }
        String stages = Files.readString(CONFIGS.resolve("mobilenetv3-paper.yaml")).lines().filter(l -> l.startsWith("  - { type: "))
                .map(l -> l.strip().substring(2).replace("evaluations: 3000", "evaluations: 400")).collect(Collectors.joining(", ", "algorithm=[", "]"));
        SearchConfig config = ConfigReader.read(CONFIGS.resolve("mobilenetv3-paper.yaml"), List.of(stages, "stop={ evaluations: 5000 }"));

        RunResult result = SearchRun.start(config, temp.resolve("paper"), 2, new RealAccuracy(), RunListener.SILENT, () -> false);

        Matcher ends = Pattern.compile("netadapt: target met after [0-9]+ steps, evaluation ([0-9]+) with").matcher(result.message());
        List<JournalEntry> journal = Journal.read(temp.resolve("paper/journal.jsonl"));
        for (String reference : List.of("mobilenetv3-large", "mobilenetv3-small")) {
            assertThat(ends.find()).as(result.message()).isTrue();
            JournalEntry found = journal.get(Integer.parseInt(ends.group(1)));
            assertThat(found.operator()).isIn("expansion", "bottleneck");
            double latency = ToyServices.micros(Network.of(References.resolve(reference)));
            assertThat(found.evaluation().valuesOrEmpty().get(Objective.LATENCY).value()).isBetween(0.8 * latency, latency);
            System.out.printf("the paper's pipeline, %s: top-1 %.2f %% at %.3f of its latency, made up here%n", reference,
                    found.evaluation().valuesOrEmpty().get(Objective.TOP1).value(), found.evaluation().valuesOrEmpty().get(Objective.LATENCY).value() / latency);
        }
    }

    @Test
    void the_benchmark_search_writes_genomes_as_the_tables_digits() throws IOException {
        Path table = SharedData.path("nas-bench-macro/nas-bench-macro_cifar10.json");
        SearchConfig config = ConfigReader.read(CONFIGS.resolve("nas-bench-macro.yaml"), List.of("accuracy.table=" + table.toAbsolutePath()));

        RunResult result = SearchRun.start(config, temp.resolve("macro"), 1, new RealAccuracy(), RunListener.SILENT, () -> false);

        assertThat(result.evaluated()).isEqualTo(400);
        String keys = Files.readString(table);
        for (JournalEntry entry : Journal.read(temp.resolve("macro/journal.jsonl"))) {
            assertThat(entry.genome()).matches("[012]{8}");
            assertThat(entry.evaluation().valuesOrEmpty()).containsOnlyKeys(Objective.TOP1, Objective.MACS);
            assertThat(keys.contains('"' + entry.genome() + '"')).as(entry.genome()).isTrue();
        }
    }
}
