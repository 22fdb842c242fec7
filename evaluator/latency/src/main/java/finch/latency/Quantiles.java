package finch.latency;

import java.util.Arrays;

/** Order statistics of samples. */
final class Quantiles {
    private Quantiles() {}

    /** The middle value, or the mean of the two middle ones. */
    static double median(double[] values) {
        return quantile(values, 0.5);
    }

    /**
     * The value below which a share of the samples lies, interpolated linearly between order statistics: position
     * share·(n − 1) from 0 (Hyndman and Fan 1996, definition 7).
     */
    static double quantile(double[] values, double share) {
        if (values.length == 0) {
            throw new IllegalArgumentException("no samples");
        }
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        double position = share * (sorted.length - 1);
        int below = (int) Math.floor(position);
        int above = Math.min(below + 1, sorted.length - 1);
        return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
    }

    /** Ranks from 1, tied values sharing their mean rank; what is no number ranks above all that are, and all of it alike. */
    static double[] ranks(double[] values) {
        Integer[] order = new Integer[values.length];
        Arrays.setAll(order, i -> i);
        Arrays.sort(order, (a, b) -> Double.compare(values[a], values[b]));
        double[] ranks = new double[values.length];
        for (int i = 0; i < order.length; ) {
            int j = i;
            while (j < order.length && (values[order[j]] == values[order[i]] || Double.compare(values[order[j]], values[order[i]]) == 0)) {
                j++;
            }
            for (int k = i; k < j; k++) {
                ranks[order[k]] = (i + j + 1) / 2.0;
            }
            i = j;
        }
        return ranks;
    }

    /** Spearman's rank correlation; NaN where one side is constant or there are fewer than two values. */
    static double spearman(double[] x, double[] y) {
        double[] a = ranks(x);
        double[] b = ranks(y);
        double mean = (a.length + 1) / 2.0;
        double ab = 0;
        double aa = 0;
        double bb = 0;
        for (int i = 0; i < a.length; i++) {
            ab += (a[i] - mean) * (b[i] - mean);
            aa += (a[i] - mean) * (a[i] - mean);
            bb += (b[i] - mean) * (b[i] - mean);
        }
        return aa == 0 || bb == 0 ? Double.NaN : ab / Math.sqrt(aa * bb);
    }
}
