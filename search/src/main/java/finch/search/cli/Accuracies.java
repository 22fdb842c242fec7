package finch.search.cli;

import finch.accuracy.AccuracyEstimator;
import finch.accuracy.CommandEstimator;
import finch.accuracy.Surrogate;
import finch.accuracy.TableEstimator;
import finch.accuracy.TrainerSettings;
import finch.data.UnusableDataException;
import finch.search.config.SearchConfig;
import finch.search.config.SearchConfig.Accuracy;
import finch.space.SearchSpace;
import finch.space.staged.StagedSpace;
import finch.training.supernet.SuperNetworkEstimator;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** The accuracy estimators that a config or an option can name. */
final class Accuracies {
    private Accuracies() {}

    static AccuracyEstimator of(Accuracy choice, SearchSpace space) throws IOException {
        return switch (choice) {
            case Accuracy.Surrogate surrogate -> {
                Surrogate whole = surrogate.file().isPresent() ? Surrogate.read(surrogate.file().get()) : Surrogate.shipped();
                yield surrogate.recipe().isPresent() ? whole.withRecipe(surrogate.recipe().get()) : whole;
            }
            case Accuracy.Table table -> {
                TableEstimator estimator = TableEstimator.read(table.table(), Optional.of(space));
                yield table.missing() == Accuracy.Table.Missing.FAIL ? estimator.failingWhereMissing() : estimator;
            }
            case Accuracy.Supernet supernet -> {
                if (!(space instanceof StagedSpace staged)) {
                    throw new IllegalArgumentException("accuracy: a super-network needs a space of stages");
                }
                try {
                    yield SuperNetworkEstimator.read(supernet.model(), staged, supernet.data(), Path.of(""), supernet.images(), 1);
                } catch (UnusableDataException e) {
                    throw new UsageException("accuracy.data: " + e.getMessage());
                }
            }
            case Accuracy.Command command -> throw new IllegalArgumentException("a trainer needs a run folder to work in");
        };
    }

    /** @param folder of the run */
    static AccuracyEstimator of(SearchConfig config, Path folder) throws IOException {
        return config.accuracy() instanceof Accuracy.Command c ? new CommandEstimator(new TrainerSettings(c.run(), c.environment(), c.timeout(),
                c.retries(), c.parallel(), c.dataset(), config.seed(), folder)) : of(config.accuracy(), config.space().space());
    }
}
