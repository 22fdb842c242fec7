package finch.search.run;

import finch.accuracy.AccuracyDifference;
import finch.search.config.Bound;
import finch.search.evolve.Estimate;
import finch.search.evolve.Violation;
import java.util.Locale;
import java.util.Optional;

/** A bound with its limit in base units. */
record ResolvedBound(Bound bound, double limit) {
    private static final double UNSURE = 1e-6;

    /**
     * A network that is better by its estimate misses by less than any that is not; of two such, that misses less whose gain
     * is more of what it is unsure by. The nearness to zero of the lower end would lead to the bound's network itself.
     *
     * @param difference top-1 over that of the bound's network, in points; the bound is kept by its value
     */
    Optional<Violation> violation(AccuracyDifference difference) {
        Bound.Limit.Relative relative = (Bound.Limit.Relative) bound.limit();
        double wanted = limit * (1 - 1 / relative.factor());
        return difference.low() >= wanted ? Optional.empty() : Optional.of(new Violation(bound.toString(),
                Math.max(Double.MIN_NORMAL, UNSURE * (wanted - difference.low()) / (difference.value() - difference.low())),
                String.format(Locale.ROOT, "%.2f points more than %s, but perhaps only %.2f", difference.value(), relative.network().spec(), difference.low())));
    }

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
