package finch.search.run;

import finch.search.config.Bound;
import finch.search.config.Objective;
import finch.search.config.StoppingRule;
import finch.search.evolve.Estimate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleBiFunction;

/**
 * Counts towards stopping rules. Time is that of evaluating, over all sessions of a run: what a journal says was spent
 * counts, replaying it does not.
 */
final class Stopper {
    private final List<StoppingRule> rules;
    private final List<Map<Objective, Double>> targets = new ArrayList<>();
    private final long evaluationLimit;
    private boolean reached;
    private volatile boolean ended;
    private int lastImprovement;
    private volatile Duration before = Duration.ZERO;
    private volatile long clockStart = System.nanoTime();
    private volatile StoppingRule fired;

    /** @param limits a limit in base units */
    Stopper(StoppingRule rule, ToDoubleBiFunction<Objective, Bound.Limit> limits) {
        this.rules = rule instanceof StoppingRule.AnyOf any ? any.rules() : List.of(rule);
        this.evaluationLimit = rules.stream().filter(StoppingRule.Evaluations.class::isInstance).map(StoppingRule.Evaluations.class::cast)
                .mapToLong(StoppingRule.Evaluations::limit).min().orElse(0);
        for (StoppingRule one : rules) {
            if (one instanceof StoppingRule.Target target) {
                Map<Objective, Double> resolved = new EnumMap<>(Objective.class);
                target.limits().forEach((quantity, limit) -> resolved.put(quantity, limits.applyAsDouble(quantity, limit)));
                targets.add(resolved);
            }
        }
    }

    /** A network that keeps all bounds. */
    void measured(Map<Objective, Estimate> values) {
        reached = reached || !targets.isEmpty() && targets.stream().anyMatch(target -> target.entrySet().stream()
                .allMatch(t -> t.getKey().minimised(values.get(t.getKey()).value()) <= t.getKey().minimised(t.getValue())));
    }

    Optional<StoppingRule> fired() {
        return Optional.ofNullable(fired);
    }

    /** Whether the search ends before this generation is evaluated. */
    boolean beforeGeneration(int generation, long evaluated, long failed) {
        for (StoppingRule rule : rules) {
            if (fired == null && fires(rule, generation, evaluated, failed)) {
                fired = rule;
            }
        }
        return fired != null;
    }

    /** Whether the search ends before the next evaluation, since too many have failed. */
    boolean failsTooOften(long evaluated, long failed) {
        for (StoppingRule rule : rules) {
            if (fired == null && rule instanceof StoppingRule.FailedShare && fires(rule, 0, evaluated, failed)) {
                fired = rule;
            }
        }
        return fired instanceof StoppingRule.FailedShare;
    }

    private boolean fires(StoppingRule rule, int generation, long evaluated, long failed) {
        return switch (rule) {
            case StoppingRule.Evaluations e -> evaluated >= e.limit();
            case StoppingRule.Generations g -> generation > g.limit();
            case StoppingRule.WallClock w -> false; // asked between evaluations, and not of replayed ones
            case StoppingRule.Stagnation s -> generation - lastImprovement > s.generations();
            case StoppingRule.AnyOf any -> any.rules().stream().anyMatch(r -> fires(r, generation, evaluated, failed));
            case StoppingRule.Target t -> reached;
            case StoppingRule.FailedShare f -> evaluated >= StoppingRule.FailedShare.LEAST_EVALUATIONS && failed > f.share() * evaluated;
        };
    }

    /** The least limit on evaluations, 0 if there is none. */
    long evaluationLimit() {
        return evaluationLimit;
    }

    long evaluationsLeft(long evaluated) {
        return evaluationLimit == 0 ? Long.MAX_VALUE : evaluationLimit - evaluated;
    }

    void improved(int generation) {
        lastImprovement = generation;
    }

    /** An earlier session saw the end of the search: time that the journal does not tell has passed. Other rules come to the same end by themselves. */
    void endedBefore() {
        ended = true;
    }

    void elapsedBefore(Duration journalled) {
        before = journalled;
    }

    void startClock() {
        clockStart = System.nanoTime();
    }

    Duration elapsed() {
        return before.plusNanos(System.nanoTime() - clockStart);
    }

    boolean timeIsUp() {
        for (StoppingRule rule : rules) {
            if (rule instanceof StoppingRule.WallClock wall && (ended || elapsed().compareTo(wall.limit()) >= 0)) {
                if (fired == null) {
                    fired = rule;
                }
                return true;
            }
        }
        return false;
    }
}
