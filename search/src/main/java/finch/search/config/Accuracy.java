package finch.search.config;

import finch.accuracy.TrainerSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/** Which estimator tells the accuracy. */
public sealed interface Accuracy permits Accuracy.Surrogate, Accuracy.Table, Accuracy.Supernet, Accuracy.Command, ProxyAccuracy, EnsembleAccuracy, LadderAccuracy {
    Accuracy DEFAULT = new Surrogate(Optional.empty(), Optional.empty());

    /** What one estimate may take; an evaluation that takes longer has failed. Empty for no limit. */
    default Optional<Duration> timeLimit() {
        return Optional.empty();
    }

    /** What its figures are: {@link Objective#TOP1}, or a score where nothing tells how accurate a network is. */
    default Objective tells() {
        return Objective.TOP1;
    }

    /** Whether a figure may take long, so that nobody asks for one needlessly. */
    default boolean isDear() {
        return timeLimit().isPresent();
    }

    /**
     * A surrogate fitted on known results.
     *
     * @param file   one that {@code finch fit} wrote, else the shipped one
     * @param recipe training recipe it speaks of, else its own default
     */
    record Surrogate(Optional<Path> file, Optional<String> recipe, Optional<Duration> timeLimit) implements Accuracy {
        public Surrogate(Optional<Path> file, Optional<String> recipe) {
            this(file, recipe, Optional.empty());
        }
    }

    /** Published or own results, of architectures or genomes. @param missing what an architecture is that has none */
    record Table(Path table, Missing missing, Optional<Duration> timeLimit) implements Accuracy {
        /** What becomes of an evaluation without an entry. */
        public enum Missing {
            /** It is outside what can be searched. */
            INFEASIBLE,
            /** It has failed, and counts towards {@link StoppingRule.FailedShare}. */
            FAIL;

            /** As in a config. */
            public String formatName() {
                return name().toLowerCase(Locale.ROOT);
            }
        }

        public Table {
            Objects.requireNonNull(table);
            Objects.requireNonNull(missing);
            Objects.requireNonNull(timeLimit);
        }

        public Table(Path table) {
            this(table, Missing.INFEASIBLE, Optional.empty());
        }
    }

    /**
     * A super-network that was trained for this space, and the images that it was trained on.
     *
     * @param model  the file that {@code finch supernet} wrote; a relative one is in the run folder
     * @param data   a name that the data sets know, or a full path
     * @param images validation images to score on
     * @param train  how it is trained if the file is not there
     */
    record Supernet(Path model, String data, int images, Optional<SharedTraining> train, Optional<Duration> timeLimit) implements Accuracy {
        public static final int DEFAULT_IMAGES = 5000;

        public Supernet {
            Objects.requireNonNull(model);
            Objects.requireNonNull(data);
            Objects.requireNonNull(train);
            Objects.requireNonNull(timeLimit);
        }

        @Override
        public boolean isDear() {
            return true;
        }
    }

    /**
     * A program that trains: one JSON line in, one out.
     *
     * @param run         program and arguments
     * @param environment variables set for it
     * @param timeout     of one attempt
     * @param retries     further attempts after a failed one
     * @param parallel    trainers at once
     * @param dataset     what the accuracies are of
     * @param fidelity    which part of a whole training is asked for, up to 1
     */
    record Command(List<String> run, Map<String, String> environment, Duration timeout, int retries, int parallel, String dataset, double fidelity)
            implements Accuracy {
        public static final Duration DEFAULT_TIMEOUT = Duration.ofHours(24);
        public static final String DEFAULT_DATASET = "command";

        public Command {
            run = List.copyOf(run);
            environment = Collections.unmodifiableMap(new TreeMap<>(environment));
            Objects.requireNonNull(timeout);
            Objects.requireNonNull(dataset);
        }

        /** Of whole trainings. */
        public Command(List<String> run, Map<String, String> environment, Duration timeout, int retries, int parallel, String dataset) {
            this(run, environment, timeout, retries, parallel, dataset, TrainerSettings.WHOLE);
        }

        @Override
        public boolean isDear() {
            return true;
        }
    }
}
