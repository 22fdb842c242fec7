package finch.search.cli;

import finch.data.DataSet;
import finch.space.network.Network;
import finch.space.staged.StagedSpace;
import finch.training.DivergedException;
import finch.training.OtherTrainingException;
import finch.training.StoppedException;
import finch.training.Training;
import finch.training.TrainingConfig;
import finch.training.supernet.RankRow;
import finch.training.supernet.RankStudy;
import finch.training.supernet.Ranking;
import finch.training.supernet.SuperNetwork;
import finch.training.supernet.SuperNetworkEstimator;
import finch.training.supernet.SuperNetworkFile;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.function.ToDoubleFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "supernet-rank", description = "Tells how well a super-network ranks: trains some networks of its space alone, with one recipe, and sets their accuracies beside"
        + " their scores with shared weights, and beside their multiply-adds. It takes hours; one that was stopped goes on when the same command is given again.",
        footer = {"  finch supernet-rank space.yaml my.supernet --data my-images --epochs 20 -o rank.jsonl"})
final class SupernetRankCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "SPACE", description = "The space that the super-network was trained for.")
    private String space;

    @Parameters(index = "1", paramLabel = "SUPERNET", description = "A file that finch supernet wrote.")
    private Path model;

    @Option(names = "--data", required = true, paramLabel = "NAME|DIR", description = "The images that the super-network was trained on.")
    private String data;

    @Option(names = "--subnets", paramLabel = "N", defaultValue = "24", description = "Networks to train, spread evenly over multiply-adds. Default: ${DEFAULT-VALUE}.")
    private int subnets;

    @Option(names = "--most-macs", paramLabel = "N", description = "Only networks of at most so many multiply-adds, e.g. 5000000.")
    private Long mostMacs;

    @Option(names = "--images", paramLabel = "N", description = "Train on so many training images only, as equal numbers of all classes as there are. Default: all.")
    private Integer images;

    @Option(names = {"-o", "--output"}, required = true, paramLabel = "FILE", description = "JSON lines, one a network; also where the study goes on from.")
    private Path output;

    @Option(names = "--alone", paramLabel = "FILE", description = "What the same command wrote for another super-network: its trainings are taken, so that networks are scored only.")
    private Path alone;

    @Mixin
    private RecipeOptions recipe;

    @Option(names = "--threads", paramLabel = "N", description = "Threads; they do not change a result. Default: one per processor.")
    private Integer threads;

    @Option(names = "--json", description = "Print one JSON object at the end.")
    private boolean json;

    private final Terminal terminal;

    SupernetRankCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws Exception {
        int workers = Threads.of(threads);
        Path file = terminal.resolve(output);
        OutputFiles.check(file);
        StagedSpace staged = Spaces.resolve(terminal, space);
        Path its = terminal.resolve(model);
        SuperNetwork network = SuperNetworkFile.read(its, staged);
        TrainingConfig config = recipe.config(terminal);
        DataSet set = DataOption.usable(() -> SuperNetworkEstimator.open(network, its, data, terminal.workingDirectory()));
        RankStudy.Plan plan = new RankStudy.Plan(subnets, mostMacs == null ? OptionalLong.empty() : OptionalLong.of(mostMacs), images == null ? OptionalInt.empty() : OptionalInt.of(images),
                config.seed(), Optional.ofNullable(alone).map(terminal::resolve));
        RankStudy study = RankStudy.of(network, its, set, config, plan, file);
        List<RankRow> rows;
        try (Interruption interruption = Interruption.watch(terminal); Told told = new Told(config, interruption)) {
            rows = study.run(workers, told);
        } catch (StoppedException e) {
            terminal.message(e.getMessage() + ". The same command goes on from there");
            return ExitCode.INTERRUPTED;
        } catch (DivergedException e) {
            terminal.error("finch: " + e.getMessage());
            return ExitCode.FAILED;
        } catch (OtherTrainingException | IllegalStateException e) {
            throw new UsageException(e.getMessage());
        }
        tell(rows);
        return ExitCode.DONE;
    }

    private final class Told implements RankStudy.Listener, AutoCloseable {
        private final TrainingConfig config;
        private final Interruption interruption;
        /** Of the network that is being trained. */
        private Optional<Epochs> epochs = Optional.empty();

        Told(TrainingConfig config, Interruption interruption) {
            this.config = config;
            this.interruption = interruption;
        }

        @Override
        public Training.Listener training(int number, int of, Network network) {
            terminal.message("network " + number + " of " + of + ": " + Quantities.rounded(network.macs()) + " multiply-adds");
            epochs = Optional.of(new Epochs(terminal, config.epochs(), false));
            return epochs.get().listener(interruption::requested);
        }

        @Override
        public void row(RankRow row, OptionalLong scoreNanos) {
            close();
            terminal.message(line(row) + (scoreNanos.isPresent() ? String.format(Locale.ROOT, "  scored in %.2f s", scoreNanos.getAsLong() / 1e9) : "  (before)"));
        }

        /** Ends the line of the training that is over, so that it does not stand before what is told next. */
        @Override
        public void close() {
            epochs.ifPresent(Epochs::done);
            epochs = Optional.empty();
        }
    }

    private static String line(RankRow row) {
        return String.format(Locale.ROOT, "%12d multiply-adds  shared weights %6.2f %%  alone %6.2f %%%s  %s", row.macs(), row.scored(), row.alone(),
                row.test().map(test -> String.format(Locale.ROOT, " (test %6.2f %%)", test)).orElse(""), row.name());
    }

    private void tell(List<RankRow> rows) {
        double lead = rows.stream().mapToDouble(row -> row.alone() - row.scored()).average().orElseThrow();
        Map<String, Map<String, Ranking>> rankings = new LinkedHashMap<>();
        rankings.put("validation", rankings(rows, RankRow::alone));
        if (rows.stream().allMatch(row -> row.test().isPresent())) {
            rankings.put("test", rankings(rows, row -> row.test().orElseThrow()));
        }
        if (json) {
            Map<String, Object> object = new LinkedHashMap<>();
            object.put("networks", rows.size());
            object.put("aloneLessShared", lead);
            rankings.forEach((images, by) -> object.put(images, json(by)));
            terminal.out().println(JsonLine.of(object));
            return;
        }
        rows.forEach(row -> terminal.out().println(line(row)));
        terminal.out().println();
        rankings.forEach((images, by) -> by.forEach((what, r) -> terminal.out().println(String.format(Locale.ROOT,
                "%-13s with trained alone, %s images: Spearman %.3f (95 %% of bootstrap samples: %.3f to %.3f), Kendall %.3f", what, images, r.spearman(), r.low(), r.high(), r.kendall()))));
        terminal.out().println(String.format(Locale.ROOT, "Trained alone, the %d networks are %.2f points more accurate on average than with shared weights.", rows.size(), lead));
    }

    private static Map<String, Ranking> rankings(List<RankRow> rows, ToDoubleFunction<RankRow> alone) {
        Map<String, Ranking> rankings = new LinkedHashMap<>();
        rankings.put("sharedWeights", Ranking.of(rows, RankRow::scored, alone));
        rankings.put("macs", Ranking.of(rows, RankRow::macs, alone));
        rankings.put("params", Ranking.of(rows, RankRow::params, alone));
        return rankings;
    }

    private static Map<String, Object> json(Map<String, Ranking> rankings) {
        Map<String, Object> object = new LinkedHashMap<>();
        rankings.forEach((what, ranking) -> {
            Map<String, Object> entry = new LinkedHashMap<>();
            entry.put("spearman", ranking.spearman());
            entry.put("low", ranking.low());
            entry.put("high", ranking.high());
            entry.put("kendall", ranking.kendall());
            object.put(what, entry);
        });
        return object;
    }
}
