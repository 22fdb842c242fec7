package finch.search.run;

import finch.search.config.Bound;
import finch.search.evolve.Estimate;
import finch.search.evolve.Violation;
import java.util.Optional;

/** A bound with its limit in base units. */
record ResolvedBound(Bound bound, double limit) {
    /** What is compared with the limit: relative bounds compare value with value. */
    double compared(Estimate estimate) {
        boolean value = bound.limit() instanceof Bound.Limit.Relative || bound.on() == Bound.On.VALUE;
        return switch (bound.side()) {
            case AT_MOST -> value ? estimate.value() : estimate.high();
            case AT_LEAST -> value ? estimate.value() : estimate.low();
        };
    }

    boolean keeps(double compared) {
        return switch (bound.side()) {
            case AT_MOST -> compared <= limit;
            case AT_LEAST -> compared >= limit;
        };
    }

    Optional<Violation> violation(Estimate estimate) {
        double compared = compared(estimate);
        return keeps(compared) ? Optional.empty() : Optional.of(new Violation(bound.toString(),
                Math.max(Double.MIN_NORMAL, Math.abs(compared - limit) / limit),
                bound.quantity().format(compared) + " misses " + limitText()));
    }

    String limitText() {
        String absolute = bound.quantity().format(limit);
        return bound.side().formatName() + " " + switch (bound.limit()) {
            case Bound.Limit.Absolute a -> absolute;
            case Bound.Limit.Relative r -> r.factor() + " x " + r.network().spec() + " = " + absolute;
        };
    }
}
