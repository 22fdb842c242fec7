package finch.search.cli;

import finch.space.Architecture;
import finch.space.format.Suggestions;
import finch.training.DivergedException;
import finch.training.OtherTrainingException;
import finch.training.StoppedException;
import finch.training.Training;
import finch.training.TrainingConfig;
import finch.training.ablation.Ablation;
import finch.training.ablation.AblationRow;
import finch.training.ablation.AblationStudy;
import finch.training.ablation.Ablations;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "training", description = "Tries what the papers say of parts of MobileNets: small networks with a part and without it, each trained with several seeds. What is done is kept in a"
        + " file; the same command goes on after a stop, and tells the table when all is done.",
        footer = {"  finch reproduce training --data fashion-mnist --recipe fashion-mnist --epochs 10", "  finch reproduce training shortcut hard-swish --data my-images --images 5000 --epochs 5 -o parts.jsonl"})
final class ReproduceTrainingCommand implements Callable<Integer> {
    @Parameters(paramLabel = "PART", arity = "0..*", description = "separable-small, separable-tutorial, linear-bottleneck, shortcut, squeeze-excite, hard-swish; without one, all.")
    private List<String> parts = new ArrayList<>();

    @Mixin
    private DataOption data;

    @Option(names = {"-o", "--output"}, paramLabel = "FILE", defaultValue = "reproduce-training.jsonl", description = "Where to keep what is done. Default: ${DEFAULT-VALUE}.")
    private Path output;

    @Option(names = "--seeds", paramLabel = "N", defaultValue = "3", description = "Trainings of each network. Default: ${DEFAULT-VALUE}.")
    private int seeds;

    @Option(names = "--images", paramLabel = "N", description = "Training images, as equal numbers of all classes as there are. Default: all.")
    private Integer images;

    @Mixin
    private RecipeOptions recipe;

    @Option(names = "--threads", paramLabel = "N", description = "Threads; they do not change a result. Default: one per processor.")
    private Integer threads;

    @Option(names = "--json", description = "Print one JSON object for each part, a line each.")
    private boolean json;

    private final Terminal terminal;

    ReproduceTrainingCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws Exception {
        int workers = Threads.of(threads);
        if (seeds < 1 || images != null && images < 1) {
            throw new UsageException("--seeds and --images must be at least 1");
        }
        List<Ablation> wanted = wanted();
        Path file = terminal.resolve(output);
        OutputFiles.check(file);
        TrainingConfig config = recipe.config(terminal);
        AblationStudy study = DataOption.usable(() -> new AblationStudy(wanted, split -> data.open(terminal, split), data.name(), config, seeds,
                images == null ? OptionalInt.empty() : OptionalInt.of(images), file));
        try (Interruption interruption = Interruption.watch(terminal)) {
            tell(wanted, study.run(workers, new Told(config.epochs(), interruption)));
            return ExitCode.DONE;
        } catch (StoppedException e) {
            terminal.message(e.getMessage() + ". The same command goes on from there");
            return ExitCode.INTERRUPTED;
        } catch (DivergedException e) {
            terminal.error("finch: " + e.getMessage());
            return ExitCode.FAILED;
        } catch (OtherTrainingException | IllegalStateException e) {
            throw new UsageException(e.getMessage());
        }
    }

    private List<Ablation> wanted() {
        List<String> names = Ablations.all().stream().map(Ablation::name).toList();
        for (String part : parts) {
            if (!names.contains(part)) {
                throw new UsageException(part + ": there is no such part. " + Suggestions.nearest(part, names).map(n -> "Maybe you meant " + n + ". ").orElse("") + "Parts: " + String.join(", ", names));
            }
        }
        return Ablations.all().stream().filter(ablation -> parts.isEmpty() || parts.contains(ablation.name())).toList();
    }

    private final class Told implements AblationStudy.Listener {
        private final int epochs;
        private final Interruption interruption;

        Told(int epochs, Interruption interruption) {
            this.epochs = epochs;
            this.interruption = interruption;
        }

        @Override
        public Training.Listener training(int number, int of, Architecture network, long seed) {
            terminal.message("training " + number + " of " + of + ": " + network.name() + ", seed " + seed);
            return new Epochs(terminal, epochs, false).listener(interruption::requested);
        }

        @Override
        public void row(AblationRow row, boolean before) {
            terminal.message(String.format(Locale.ROOT, "%s, seed %d: validation %.2f %%%s%s", row.network(), row.seed(), row.validation(),
                    row.test().map(test -> String.format(Locale.ROOT, ", test %.2f %%", test)).orElse(""), before ? "  (before)" : ""));
        }
    }

    private void tell(List<Ablation> ablations, List<AblationRow> rows) {
        if (json) {
            ablations.forEach(ablation -> terminal.out().println(JsonLine.of(json(ablation, rows))));
            return;
        }
        TextTable table = new TextTable("part", "network", ">multiply-adds", ">params", ">accuracy, %", ">deviation", ">worst", ">best");
        List<String> sentences = new ArrayList<>();
        for (Ablation ablation : ablations) {
            Seeds with = Seeds.of(ablation.with().name(), rows);
            Seeds without = Seeds.of(ablation.without().name(), rows);
            row(table, ablation.name(), ablation.with().name(), with);
            row(table, "", ablation.without().name(), without);
            double difference = with.mean() - without.mean();
            sentences.add(String.format(Locale.ROOT, "%s: %s. Here \"%s\" is %.2f points %s than \"%s\", %s.", ablation.name(), ablation.claim(), ablation.with().name(), Math.abs(difference),
                    difference >= 0 ? "better" : "worse", ablation.without().name(), seeds < 2 ? "of one seed, so that the spread of seeds is not known"
                            : (Math.abs(difference) > spread(with, without) ? "more" : "no more") + String.format(Locale.ROOT, " than the spread of the seeds, %.2f", spread(with, without))));
        }
        terminal.out().print(table);
        terminal.out().println();
        sentences.forEach(terminal.out()::println);
        boolean tested = rows.stream().allMatch(row -> row.test().isPresent());
        terminal.out().println("Accuracies are of " + (tested ? "test" : "validation") + " images, means of " + seeds + (seeds == 1 ? " seed." : " seeds."));
    }

    private static void row(TextTable table, String part, String network, Seeds figures) {
        table.row(part, network, Quantities.exact(figures.macs()), Quantities.exact(figures.params()), Quantities.decimals(figures.mean(), 2), Quantities.decimals(figures.deviation(), 2),
                Quantities.decimals(figures.least(), 2), Quantities.decimals(figures.most(), 2));
    }

    private static double spread(Seeds a, Seeds b) {
        return Math.max(a.most() - a.least(), b.most() - b.least());
    }

    private static Map<String, Object> json(Ablation ablation, List<AblationRow> rows) {
        Seeds with = Seeds.of(ablation.with().name(), rows);
        Seeds without = Seeds.of(ablation.without().name(), rows);
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("part", ablation.name());
        object.put("claim", ablation.claim());
        object.put("with", with.json(ablation.with().name()));
        object.put("without", without.json(ablation.without().name()));
        object.put("difference", with.mean() - without.mean());
        object.put("spread", spread(with, without));
        return object;
    }

    /** A network's trainings. */
    private record Seeds(long macs, long params, List<Double> values) {
        static Seeds of(String network, List<AblationRow> rows) {
            List<AblationRow> own = rows.stream().filter(row -> row.network().equals(network)).toList();
            return new Seeds(own.getFirst().macs(), own.getFirst().params(), own.stream().map(AblationRow::top1).toList());
        }

        double mean() {
            return values.stream().mapToDouble(v -> v).average().orElseThrow();
        }

        /** Of a sample; 0 of one value. */
        double deviation() {
            double mean = mean();
            return values.size() < 2 ? 0 : Math.sqrt(values.stream().mapToDouble(v -> (v - mean) * (v - mean)).sum() / (values.size() - 1));
        }

        double least() {
            return values.stream().mapToDouble(v -> v).min().orElseThrow();
        }

        double most() {
            return values.stream().mapToDouble(v -> v).max().orElseThrow();
        }

        Map<String, Object> json(String name) {
            Map<String, Object> object = new LinkedHashMap<>();
            object.put("network", name);
            object.put("macs", macs);
            object.put("params", params);
            object.put("top1", mean());
            object.put("deviation", deviation());
            object.put("values", values);
            return object;
        }
    }
}
