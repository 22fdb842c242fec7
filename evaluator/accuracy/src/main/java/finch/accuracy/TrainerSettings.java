package finch.accuracy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * How a trainer is run.
 *
 * @param command     program and arguments
 * @param environment variables set beside those that Finch itself has
 * @param timeout     of one attempt
 * @param retries     further attempts after a failed one
 * @param parallel    trainers at once
 * @param dataset     what the accuracies are of
 * @param seed        handed to the trainer
 * @param fidelity    handed to the trainer: which part of a whole training it is to do, above 0 and at most 1
 * @param folder      gets {@code candidates/ID/}, the working folder of each candidate, and {@code trainer.log}
 */
public record TrainerSettings(List<String> command, Map<String, String> environment, Duration timeout, int retries, int parallel,
                              String dataset, long seed, double fidelity, Path folder) {
    /** A whole training. */
    public static final double WHOLE = 1;

    /** Of whole trainings. */
    public TrainerSettings(List<String> command, Map<String, String> environment, Duration timeout, int retries, int parallel,
                           String dataset, long seed, Path folder) {
        this(command, environment, timeout, retries, parallel, dataset, seed, WHOLE, folder);
    }

    public TrainerSettings {
        command = List.copyOf(command);
        environment = Map.copyOf(environment);
        Objects.requireNonNull(dataset);
        folder = folder.toAbsolutePath().normalize();
        if (command.isEmpty() || command.getFirst().isBlank()) {
            throw new IllegalArgumentException("the trainer's command is empty");
        }
        if (!(fidelity > 0 && fidelity <= WHOLE)) {
            throw new IllegalArgumentException("a fidelity is above 0 and at most 1, not " + fidelity);
        }
        if (!timeout.isPositive() || retries < 0 || parallel < 1) {
            throw new IllegalArgumentException("a trainer needs a positive timeout, no negative number of retries and room for at least one");
        }
    }
}
