package finch.search.evolve;

/** A value with its central 90 % interval, in base units; all three agree where the value is exact. */
public record Estimate(double value, double low, double high) {
    public Estimate {
        if (!Double.isFinite(value) || !Double.isFinite(low) || !Double.isFinite(high)) {
            throw new IllegalArgumentException("not a number: " + value + " [" + low + ", " + high + "]");
        }
    }

    public static Estimate exact(double value) {
        return new Estimate(value, value, value);
    }
}
