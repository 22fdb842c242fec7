package finch.latency;

import java.util.Arrays;

/**
 * Judges batches of timings: a fixed piece of arithmetic before and after each batch shows a slower clock or a shared
 * core, processor time that lags behind the wall clock shows that another process ran instead of us.
 */
final class ClockProbe {
    /** A probe slower than its usual pace by more than this marks a disturbed batch. */
    private static final double SLOWER = 1.08;
    /** Processor time below this share of the wall clock marks a disturbed batch. */
    private static final double CPU_SHARE = 0.97;
    private static final int REMEMBERED = 400;
    private static final int FIRST = 30;

    private final Timer timer;
    private final double[] history = new double[REMEMBERED];
    private int readings;
    private double before;
    private long startWall;
    private long startCpu;

    /** What the probe says of a batch. @param factor how much slower than usual the probe ran */
    record Reading(double factor, boolean disturbed) {}

    ClockProbe(Timer timer) {
        this.timer = timer;
        for (int i = 0; i < FIRST; i++) {
            read();
        }
    }

    private double read() {
        // the fastest of three: an interrupt inside the probe is not a slower clock
        double nanos = Math.min(timer.probeNanos(), Math.min(timer.probeNanos(), timer.probeNanos()));
        history[readings++ % REMEMBERED] = nanos;
        return nanos;
    }

    /** The usual pace: the fastest fifth of the recent readings. */
    double usualNanos() {
        return Quantiles.quantile(Arrays.copyOf(history, Math.min(readings, REMEMBERED)), 0.2);
    }

    void begin() {
        before = read();
        startCpu = timer.threadCpuNanos();
        startWall = timer.nanos();
    }

    Reading end() {
        long wall = timer.nanos() - startWall;
        long cpu = startCpu < 0 ? wall : timer.threadCpuNanos() - startCpu;
        double after = read();
        double usual = usualNanos();
        double factor = (before + after) / 2 / usual;
        boolean disturbed = Math.max(before, after) > SLOWER * usual || cpu < CPU_SHARE * wall;
        return new Reading(factor, disturbed);
    }
}
