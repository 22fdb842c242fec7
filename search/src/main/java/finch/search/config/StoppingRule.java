package finch.search.config;

import java.time.Duration;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** When a search ends. Rules are data; counting is the run's. {@code toString} is what the manifest says of the rule that fired. */
public sealed interface StoppingRule {
    /** After this many evaluated architectures, exactly. */
    record Evaluations(long limit) implements StoppingRule {
        @Override
        public String toString() {
            return "evaluations: " + limit;
        }
    }

    /** After this many generations, the initial one not counted. */
    record Generations(int limit) implements StoppingRule {
        @Override
        public String toString() {
            return "generations: " + limit;
        }
    }

    /**
     * After this much time over all sessions of a run; replayed evaluations do not count again. The only rule whose
     * result depends on the machine's speed.
     */
    record WallClock(Duration limit) implements StoppingRule {
        @Override
        public String toString() {
            return "wall-clock: " + limit;
        }
    }

    /** After this many generations in a row that leave the front unchanged. */
    record Stagnation(int generations) implements StoppingRule {
        @Override
        public String toString() {
            return "stagnation: " + generations;
        }
    }

    /**
     * After the generation in which one network keeps all bounds and these limits too.
     *
     * @param limits what it has at most, or at least where more is better; each an objective or a bounded quantity
     */
    record Target(Map<Objective, Bound.Limit> limits) implements StoppingRule {
        public Target {
            limits = Collections.unmodifiableMap(new EnumMap<>(limits));
        }

        @Override
        public String toString() {
            return "target: { " + limits.entrySet().stream().map(e -> e.getKey().formatName() + ": " + ConfigWriter.limit(e.getKey(), e.getValue()))
                    .collect(Collectors.joining(", ")) + " }";
        }
    }

    /**
     * Once more than this share of the evaluations failed, {@value #LEAST_EVALUATIONS} at least: something is wrong, and the
     * run says that it failed.
     */
    record FailedShare(double share) implements StoppingRule {
        public static final long LEAST_EVALUATIONS = 20;

        @Override
        public String toString() {
            return "failed-share: " + share;
        }
    }

    /** As soon as one of the rules fires. */
    record AnyOf(List<StoppingRule> rules) implements StoppingRule {
        public AnyOf {
            rules = List.copyOf(rules);
        }

        @Override
        public String toString() {
            return rules.stream().map(StoppingRule::toString).collect(Collectors.joining(", "));
        }
    }
}
