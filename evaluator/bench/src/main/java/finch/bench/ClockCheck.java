package finch.bench;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Judges timings by the probe of the clock on both sides of each, since the clock drifts and neighbours on a shared core
 * halve it for a while, and by whether another process ran instead.
 */
final class ClockCheck {
    /** A probe slower than the usual pace by more than this marks the timing beside it. */
    static final double SLOWER = 0.06;

    private ClockCheck() {}

    /** The usual pace: what a tenth of the probes surpass, so that a busy machine does not become usual. */
    static double usual(double[] probes) {
        return Statistics.quantile(probes, 0.9);
    }

    /**
     * Which timings were undisturbed.
     *
     * @param probes rates, one more than there are timings: timing i lies between probes i and i + 1
     * @param shares of the wall clock that each timing had the processor
     */
    static boolean[] undisturbed(double[] probes, double[] shares) {
        double least = usual(probes) * (1 - SLOWER);
        boolean[] good = new boolean[probes.length - 1];
        for (int i = 0; i < good.length; i++) {
            good[i] = probes[i] >= least && probes[i + 1] >= least && shares[i] >= CpuTime.LEAST;
        }
        return good;
    }

    /** The values of the undisturbed timings; all of them where fewer than a quarter are left, which would be too few. */
    static double[] kept(double[] values, boolean[] good) {
        int[] left = IntStream.range(0, values.length).filter(i -> good[i]).toArray();
        return 4 * left.length < values.length ? values.clone() : Arrays.stream(left).mapToDouble(i -> values[i]).toArray();
    }

    static int count(boolean[] good) {
        int count = 0;
        for (boolean one : good) {
            count += one ? 1 : 0;
        }
        return count;
    }
}
