package finch.search.evolve;

/**
 * A value with its central 90 % interval, in base units; all three agree where the value is exact.
 *
 * @param rung that an accuracy or score of a ladder is of, from 1: figures of different rungs do not compare; 0 for all else
 */
public record Estimate(double value, double low, double high, int rung) {
    public Estimate(double value, double low, double high) {
        this(value, low, high, 0);
    }

    public Estimate {
        if (!Double.isFinite(value) || !Double.isFinite(low) || !Double.isFinite(high)) {
            throw new IllegalArgumentException("not a number: " + value + " [" + low + ", " + high + "]");
        }
    }

    /** The same as a figure of a rung. */
    public Estimate onRung(int of) {
        return new Estimate(value, low, high, of);
    }

    public static Estimate exact(double value) {
        return new Estimate(value, value, value);
    }
}
