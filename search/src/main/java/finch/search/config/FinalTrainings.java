package finch.search.config;

import finch.training.TrainingConfig;
import java.util.List;
import java.util.Objects;

/**
 * What follows a search: its best candidates are trained alone, beside baselines, with one recipe.
 *
 * @param data       labelled images: a name that the data sets know, or a full path
 * @param recipe     of every training; its seed is the first
 * @param seeds      trainings of each network that is compared, with seeds that count up from the recipe's
 * @param candidates trained beside each baseline with the first seed, to pick the best on validation images
 * @param baselines  networks to compare with; without one the best candidates of the whole front are trained
 */
public record FinalTrainings(String data, TrainingConfig recipe, int seeds, int candidates, List<NetworkReference> baselines) {
    public static final int DEFAULT_SEEDS = 3;
    public static final int DEFAULT_CANDIDATES = 3;

    public FinalTrainings {
        Objects.requireNonNull(data);
        Objects.requireNonNull(recipe);
        baselines = List.copyOf(baselines);
        if (seeds < 1 || candidates < 1) {
            throw new IllegalArgumentException("final trainings need at least one seed and one candidate, not " + seeds + " and " + candidates);
        }
        if (baselines.stream().map(NetworkReference::name).distinct().count() < baselines.size()) {
            throw new IllegalArgumentException("baselines need different names");
        }
    }
}
