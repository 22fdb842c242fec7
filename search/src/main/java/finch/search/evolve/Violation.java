package finch.search.evolve;

import finch.search.config.Bound;
import finch.search.config.Objective;

/**
 * A constraint that an architecture does not keep.
 *
 * @param constraint e.g. {@code latency at-most 8 ms}, or {@code domain} where an estimator keeps silent
 * @param amount     more than 0: how far the limit is missed, as a share of the limit
 * @param reason     for people
 */
public record Violation(String constraint, double amount, String reason) {
    public Violation {
        if (!(amount > 0) || Double.isInfinite(amount)) {
            throw new IllegalArgumentException("the amount of a violation must be positive, not " + amount);
        }
    }

    /** Whether a limit is missed that the quantity must stay below, by the text that a {@link Bound} has. */
    boolean isUpperBoundOn(Objective quantity) {
        return constraint.startsWith(quantity.formatName() + " " + Bound.Side.AT_MOST.formatName() + " ");
    }
}
