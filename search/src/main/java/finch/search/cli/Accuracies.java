package finch.search.cli;

import finch.accuracy.AccuracyEstimator;
import finch.accuracy.Surrogate;
import finch.accuracy.TableEstimator;
import finch.search.config.SearchConfig;
import finch.space.SearchSpace;
import java.io.IOException;
import java.util.Optional;

/** The accuracy estimators that a config or an option can name. */
final class Accuracies {
    private Accuracies() {}

    static AccuracyEstimator of(SearchConfig.Accuracy choice, SearchSpace space) throws IOException {
        return switch (choice) {
            case SearchConfig.Accuracy.Surrogate surrogate -> surrogate.recipe().map(recipe -> Surrogate.shipped().withRecipe(recipe))
                    .orElseGet(Surrogate::shipped);
            case SearchConfig.Accuracy.Table table -> TableEstimator.read(table.table(), Optional.of(space));
        };
    }
}
