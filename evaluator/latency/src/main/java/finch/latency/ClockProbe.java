package finch.latency;

import java.util.Arrays;

/**
 * Judges timings: a fixed piece of arithmetic before and after each run shows a slower clock or a shared core, processor
 * time that lags behind the wall clock shows that another process ran instead of us.
 */
final class ClockProbe {
    /** A probe slower than its usual pace by more than this marks a disturbed run. */
    private static final double SLOWER = 1.06;
    /** Probes before and after that differ by more than this: the clock changed during the run. */
    private static final double CHANGED = 1.06;
    /** The probe of the whole core slower than its usual pace by more than this: a neighbour is on the core. */
    private static final double SHARED = 1.12;
    /** Processor time below this share of the wall clock marks a disturbed run. */
    private static final double CPU_SHARE = 0.97;
    private static final int REMEMBERED = 1000;
    private static final int FIRST = 50;

    private final Timer timer;
    private final double[] history = new double[REMEMBERED];
    private final double[] fullHistory = new double[REMEMBERED];
    private int readings;
    private double usual;
    private double usualFull;
    private double before;
    private double full;

    /**
     * What the probe says of a run.
     *
     * @param nanos     wall clock of the run
     * @param cpuNanos  processor time of the calling thread during it; the wall clock where it is not known
     * @param factor    how much slower than usual the probe ran beside it
     * @param steady    whether the run had the core for itself and the clock stayed the same, so that the factor tells all
     * @param disturbed whether the run was not steady, or beside a slow clock or a neighbour on the core
     */
    record Reading(double nanos, double cpuNanos, double factor, boolean steady, boolean disturbed) {}

    ClockProbe(Timer timer) {
        this.timer = timer;
        for (int i = 0; i < FIRST; i++) {
            read();
        }
        before = read();
    }

    private double read() {
        // the faster of two: an interrupt inside the probe is not a slower clock
        double nanos = Math.min(timer.probeNanos(), timer.probeNanos());
        full = Math.min(timer.fullCoreNanos(), timer.fullCoreNanos());
        fullHistory[readings % REMEMBERED] = full;
        history[readings++ % REMEMBERED] = nanos;
        if (readings <= FIRST || readings % FIRST == 0) {
            // the usual pace is the fastest tenth of recent readings, so that a busy machine does not become usual
            usual = usual(history);
            usualFull = usual(fullHistory);
        }
        return nanos;
    }

    private double usual(double[] nanos) {
        return Quantiles.quantile(Arrays.copyOf(nanos, Math.min(readings, REMEMBERED)), 0.1);
    }

    /** Time of the probe at its usual pace. */
    double usualNanos() {
        return usual;
    }

    /** Reads the clocks before the first of some runs. */
    void begin() {
        before = read();
    }

    /** Times one run, which must follow {@link #begin()} or another run. */
    Reading time(Runnable run) {
        long startCpu = timer.threadCpuNanos();
        long startWall = timer.nanos();
        run.run();
        long wall = timer.nanos() - startWall;
        long cpu = startCpu < 0 ? wall : timer.threadCpuNanos() - startCpu;
        double fullBefore = full;
        double after = read();
        boolean shared = Math.max(fullBefore, full) > SHARED * usualFull;
        double slower = Math.max(before, after);
        boolean steady = slower <= CHANGED * Math.min(before, after) && cpu >= CPU_SHARE * wall;
        Reading reading = new Reading(wall, cpu, (before + after) / 2 / usual, steady, !steady || shared || slower > SLOWER * usual);
        before = after;
        return reading;
    }
}
