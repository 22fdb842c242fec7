package finch.accuracy;

import java.util.Arrays;
import java.util.stream.IntStream;

/** Error measures. */
final class Statistics {
    private Statistics() {}

    static double rmse(double[] x, double[] y) {
        return Math.sqrt(IntStream.range(0, x.length).mapToDouble(i -> (x[i] - y[i]) * (x[i] - y[i])).average().orElse(0));
    }

    static double meanAbsoluteError(double[] x, double[] y) {
        return IntStream.range(0, x.length).mapToDouble(i -> Math.abs(x[i] - y[i])).average().orElse(0);
    }

    static double median(double[] x) {
        double[] sorted = x.clone();
        Arrays.sort(sorted);
        return sorted.length == 0 ? 0 : sorted[sorted.length / 2];
    }

    static double variance(double[] x) {
        double mean = Arrays.stream(x).average().orElse(0);
        return Arrays.stream(x).map(v -> (v - mean) * (v - mean)).average().orElse(0);
    }
}
