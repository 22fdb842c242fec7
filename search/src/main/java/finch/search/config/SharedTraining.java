package finch.search.config;

import finch.training.TrainingConfig;
import java.nio.file.Path;
import java.util.Objects;

/**
 * How a super-network is trained where its file is not there yet.
 *
 * @param random networks drawn in each step, besides the largest and the smallest
 */
public record SharedTraining(TrainingConfig recipe, int random) {
    public static final int DEFAULT_RANDOM = 2;
    /** Where it is kept if the config names no file: in the run folder. */
    public static final Path IN_RUN_FOLDER = Path.of("shared.supernet");

    public SharedTraining {
        Objects.requireNonNull(recipe);
        if (random < 0) {
            throw new IllegalArgumentException("networks drawn in each step must be at least 0, not " + random);
        }
    }
}
