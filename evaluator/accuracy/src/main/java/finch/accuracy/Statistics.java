package finch.accuracy;

import java.util.Arrays;
import java.util.stream.IntStream;

/** Error measures. */
public final class Statistics {
    private Statistics() {}

    static double rmse(double[] x, double[] y) {
        return Math.sqrt(IntStream.range(0, x.length).mapToDouble(i -> (x[i] - y[i]) * (x[i] - y[i])).average().orElse(0));
    }

    static double meanAbsoluteError(double[] x, double[] y) {
        return IntStream.range(0, x.length).mapToDouble(i -> Math.abs(x[i] - y[i])).average().orElse(0);
    }

    /** The middle value, or the mean of the two middle ones; 0 of none. */
    static double median(double[] x) {
        double[] sorted = x.clone();
        Arrays.sort(sorted);
        int n = sorted.length;
        return n == 0 ? 0 : (sorted[(n - 1) / 2] + sorted[n / 2]) / 2;
    }

    /**
     * The 95th percentile of Student's t distribution: closed forms for one and two degrees of freedom, beyond them the
     * expansion around the normal distribution (Abramowitz and Stegun 26.7.5), right to 0.002.
     */
    public static double t95(int degrees) {
        if (degrees == 1) {
            return Math.tan(0.45 * Math.PI);
        }
        if (degrees == 2) {
            return 0.9 * Math.sqrt(2 / 0.19);
        }
        double z = Calibration.Z95;
        double z2 = z * z;
        double n = degrees;
        return z * (1 + (z2 + 1) / (4 * n) + ((5 * z2 + 16) * z2 + 3) / (96 * n * n) + (((3 * z2 + 19) * z2 + 17) * z2 - 15) / (384 * n * n * n)
                + ((((79 * z2 + 776) * z2 + 1482) * z2 - 1920) * z2 - 945) / (92160 * n * n * n * n));
    }

    static double variance(double[] x) {
        double mean = Arrays.stream(x).average().orElse(0);
        return Arrays.stream(x).map(v -> (v - mean) * (v - mean)).average().orElse(0);
    }
}
