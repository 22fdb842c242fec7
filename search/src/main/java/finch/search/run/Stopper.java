package finch.search.run;

import finch.search.config.StoppingRule;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Counts towards stopping rules. Time is that of evaluating, over all sessions of a run: what a journal says was spent
 * counts, replaying it does not.
 */
final class Stopper {
    private final List<StoppingRule> rules;
    private int lastImprovement;
    private volatile Duration before = Duration.ZERO;
    private volatile long clockStart = System.nanoTime();
    private volatile StoppingRule fired;

    Stopper(StoppingRule rule) {
        this.rules = rule instanceof StoppingRule.AnyOf any ? any.rules() : List.of(rule);
    }

    Optional<StoppingRule> fired() {
        return Optional.ofNullable(fired);
    }

    /** Whether the search ends before this generation is evaluated. */
    boolean beforeGeneration(int generation, long evaluated) {
        for (StoppingRule rule : rules) {
            if (fired == null && fires(rule, generation, evaluated)) {
                fired = rule;
            }
        }
        return fired != null;
    }

    private boolean fires(StoppingRule rule, int generation, long evaluated) {
        return switch (rule) {
            case StoppingRule.Evaluations e -> evaluated >= e.limit();
            case StoppingRule.Generations g -> generation > g.limit();
            case StoppingRule.WallClock w -> false; // asked between evaluations, and not of replayed ones
            case StoppingRule.Stagnation s -> generation - lastImprovement > s.generations();
            case StoppingRule.AnyOf any -> any.rules().stream().anyMatch(r -> fires(r, generation, evaluated));
        };
    }

    /** The least limit on evaluations, 0 if there is none. */
    long evaluationLimit() {
        return rules.stream().filter(StoppingRule.Evaluations.class::isInstance).map(StoppingRule.Evaluations.class::cast)
                .mapToLong(StoppingRule.Evaluations::limit).min().orElse(0);
    }

    long evaluationsLeft(long evaluated) {
        long limit = evaluationLimit();
        return limit == 0 ? Long.MAX_VALUE : limit - evaluated;
    }

    void improved(int generation) {
        lastImprovement = generation;
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
            if (rule instanceof StoppingRule.WallClock wall && elapsed().compareTo(wall.limit()) >= 0) {
                if (fired == null) {
                    fired = rule;
                }
                return true;
            }
        }
        return false;
    }
}
