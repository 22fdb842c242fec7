package finch.search.evolve;

import java.util.Locale;

/** A mean over seeds and half the width of its 95 % confidence interval. */
record Interval(double mean, double half) {
    private static final double Z95 = 1.959963984540054;

    static Interval of(double... values) {
        double mean = 0;
        for (double value : values) {
            mean += value / values.length;
        }
        double squares = 0;
        for (double value : values) {
            squares += (value - mean) * (value - mean);
        }
        return new Interval(mean, Z95 * Math.sqrt(squares / Math.max(1, values.length - 1) / values.length));
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%.4f ± %.4f", mean, half);
    }
}
