package finch.bench;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;

/**
 * Tells when something that is run again and again has reached its speed: the medians of some successive blocks of runs
 * agree, and the compiler did next to nothing meanwhile. Without the second condition the plateau before the last
 * compilation would pass for the end.
 */
final class Steadiness {
    /** Blocks whose medians must agree. */
    static final int BLOCKS = 4;
    /** Largest median over smallest, less 1. */
    static final double TOLERANCE = 0.04;
    /** Compilation in one block that counts: a kernel takes some 50 ms, what is compiled now and then beside it 1 or 2. */
    static final long COMPILED_MILLIS = 5;

    private final Deque<Double> medians = new ArrayDeque<>();
    private long compiled;

    /** @param compiledMillis what the compiler has worked since the JVM's start */
    Steadiness(long compiledMillis) {
        this.compiled = compiledMillis;
    }

    /** Takes the median of one more block. @return whether the last blocks agree */
    boolean add(double median, long compiledMillis) {
        if (compiledMillis - compiled > COMPILED_MILLIS) {
            medians.clear();
        }
        compiled = compiledMillis;
        medians.addLast(median);
        if (medians.size() > BLOCKS) {
            medians.removeFirst();
        }
        return medians.size() == BLOCKS && high() <= (1 + TOLERANCE) * low();
    }

    /** The median of the last blocks' medians. */
    double level() {
        return Statistics.median(medians.stream().mapToDouble(x -> x).toArray());
    }

    private double high() {
        return medians.stream().mapToDouble(x -> x).max().orElseThrow();
    }

    private double low() {
        return medians.stream().mapToDouble(x -> x).min().orElseThrow();
    }

    /**
     * Where the first {@code window} successive runs begin whose median is at most {@code limit}; −1 where there are none.
     * One fast run among slow ones is not speed reached.
     */
    static int firstWithin(double[] times, int window, double limit) {
        for (int from = 0; from + window <= times.length; from++) {
            if (Statistics.median(Arrays.copyOfRange(times, from, from + window)) <= limit) {
                return from;
            }
        }
        return -1;
    }
}
