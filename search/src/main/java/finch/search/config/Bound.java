package finch.search.config;

import java.util.Objects;

/**
 * A limit that a network must keep.
 *
 * @param on which end of an estimate is compared. Relative limits compare value with value, since the same model errs the
 *           same way on both networks; but {@code top1 at-least} on the interval means that of the difference
 */
public record Bound(Objective quantity, Side side, Limit limit, On on) {
    /** Which side of the limit is allowed. */
    public enum Side {
        AT_MOST("at-most"), AT_LEAST("at-least");

        private final String formatName;

        Side(String formatName) {
            this.formatName = formatName;
        }

        public String formatName() {
            return formatName;
        }
    }

    /** What is compared with an absolute limit. */
    public enum On {
        /** The estimate itself. */
        VALUE("value"),
        /** The pessimistic end of the central 90 % interval: the upper end under {@code at-most}, the lower under {@code at-least}. */
        INTERVAL("interval");

        private final String formatName;

        On(String formatName) {
            this.formatName = formatName;
        }

        public String formatName() {
            return formatName;
        }
    }

    /** Where the limit lies. */
    public sealed interface Limit {
        /** @param value in base units of the quantity */
        record Absolute(double value) implements Limit {}

        /** A multiple of the same quantity of another network, by the same estimator. */
        record Relative(double factor, NetworkReference network) implements Limit {
            public Relative {
                Objects.requireNonNull(network);
            }
        }
    }

    public Bound {
        Objects.requireNonNull(quantity);
        Objects.requireNonNull(side);
        Objects.requireNonNull(limit);
        Objects.requireNonNull(on);
        double number = switch (limit) {
            case Limit.Absolute a -> a.value();
            case Limit.Relative r -> r.factor();
        };
        if (!(number > 0) || Double.isInfinite(number)) {
            throw new IllegalArgumentException("a bound must be a positive number, not " + number);
        }
    }

    /**
     * Whether a network must surely be so much more accurate than another: the lower end of the interval of their difference
     * counts, which is narrower than their own intervals suggest, since what the two share cancels.
     */
    public boolean isOnDifference() {
        return quantity == Objective.TOP1 && side == Side.AT_LEAST && on == On.INTERVAL && limit instanceof Limit.Relative;
    }

    /** As in a config, e.g. {@code latency at-most 8 ms}. */
    @Override
    public String toString() {
        return quantity.formatName() + " " + side.formatName() + " " + switch (limit) {
            case Limit.Absolute a -> quantity.format(a.value());
            case Limit.Relative r -> r.factor() + " x " + r.network().spec();
        };
    }
}
