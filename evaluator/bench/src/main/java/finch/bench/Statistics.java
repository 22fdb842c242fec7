package finch.bench;

import java.util.Arrays;
import java.util.Locale;

/** Order statistics of timings. */
final class Statistics {
    private Statistics() {}

    /** A median and how far the values around it lie. */
    record Spread(double median, double low, double high) {
        /** All values: the median and the range. */
        static Spread ofRange(double[] values) {
            return new Spread(Statistics.median(values), quantile(values, 0), quantile(values, 1));
        }

        /** Many runs: the median and the middle 80 per cent. */
        static Spread ofMiddle(double[] values) {
            return new Spread(Statistics.median(values), quantile(values, 0.1), quantile(values, 0.9));
        }

        /** {@code 1.23 [1.20-1.31]}, with a number of decimals that fits the size of the median. */
        @Override
        public String toString() {
            int decimals = median >= 1000 ? 0 : median >= 100 ? 1 : median >= 0.1 ? 2 : 4;
            return String.format(Locale.ROOT, "%." + decimals + "f [%." + decimals + "f-%." + decimals + "f]", median, low, high);
        }
    }

    /** The middle value, or the mean of the two middle ones. */
    static double median(double[] values) {
        return quantile(values, 0.5);
    }

    /** The value below which a share of the values lies, interpolated between neighbours. */
    static double quantile(double[] values, double share) {
        if (values.length == 0) {
            throw new IllegalArgumentException("no values");
        }
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        double position = share * (sorted.length - 1);
        int below = (int) position;
        int above = Math.min(below + 1, sorted.length - 1);
        return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
    }

    /** The mean of ratios: a half and a double make one. */
    static double geometricMean(double[] values) {
        return Math.exp(Arrays.stream(values).map(Math::log).average().orElseThrow());
    }
}
