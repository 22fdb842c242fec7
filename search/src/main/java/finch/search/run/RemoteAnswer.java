package finch.search.run;

import finch.accuracy.AccuracyEstimate;
import java.util.Objects;
import java.util.Optional;

/** What a worker answers of an architecture. */
public sealed interface RemoteAnswer {
    /** @param trainer the trainer's own answer, where a trainer was asked */
    record Estimated(AccuracyEstimate estimate, Optional<String> trainer) implements RemoteAnswer {
        public Estimated {
            Objects.requireNonNull(estimate);
            Objects.requireNonNull(trainer);
        }
    }

    /** @param reason one line, the same as where the estimator fails in the search's own process */
    record Failed(String reason) implements RemoteAnswer {
        public Failed {
            Objects.requireNonNull(reason);
        }
    }
}
