package finch.search.evolve;

import finch.search.config.Objective;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** What became of an architecture. A failure is a value: it is journalled, and the architecture is not proposed again. */
public sealed interface Evaluation {
    /** Keeps all constraints. @param values every objective and bounded quantity */
    record Measured(Map<Objective, Estimate> values) implements Evaluation {
        public Measured {
            values = ordered(values);
        }
    }

    /**
     * Misses a constraint or lies outside an estimator's domain.
     *
     * @param values     what was computed before the first dear estimator that need not be asked any more
     * @param violations at least one
     */
    record Infeasible(Map<Objective, Estimate> values, List<Violation> violations) implements Evaluation {
        public Infeasible {
            values = ordered(values);
            violations = List.copyOf(violations);
            if (violations.isEmpty()) {
                throw new IllegalArgumentException("infeasible without a violation");
            }
        }

        /** Sum of all amounts. */
        public double totalViolation() {
            return violations.stream().mapToDouble(Violation::amount).sum();
        }
    }

    /** An estimator threw or answered something that is no number. @param reason one line for people */
    record Failed(String reason) implements Evaluation {}

    /** The values known; empty for a failure. */
    default Map<Objective, Estimate> valuesOrEmpty() {
        return switch (this) {
            case Measured m -> m.values();
            case Infeasible i -> i.values();
            case Failed f -> Map.of();
        };
    }

    /** The rung of a ladder that the accuracy or score is of; 0 without a ladder, or without either. */
    default int rung() {
        int rung = 0;
        for (Estimate estimate : valuesOrEmpty().values()) {
            rung = Math.max(rung, estimate.rung());
        }
        return rung;
    }

    /**
     * The figure that stands for an objective: on a lower rung of a ladder a score may stand where the last tells an accuracy.
     *
     * @return null if there is none
     */
    static Estimate figure(Map<Objective, Estimate> values, Objective objective) {
        Estimate own = values.get(objective);
        return own != null || !objective.ofAccuracy() ? own : values.get(objective == Objective.TOP1 ? Objective.SCORE : Objective.TOP1);
    }

    private static Map<Objective, Estimate> ordered(Map<Objective, Estimate> values) {
        EnumMap<Objective, Estimate> copy = new EnumMap<>(Objective.class);
        copy.putAll(values);
        return Collections.unmodifiableMap(copy);
    }
}
