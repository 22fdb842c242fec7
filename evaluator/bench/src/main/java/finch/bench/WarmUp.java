package finch.bench;

import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;

/**
 * Runs something until it is steady, or a cap is reached. In many short calls: one long loop would be compiled in a form
 * that later calls never run.
 *
 * @param steady  whether it became steady before the cap
 * @param seconds how long it took
 * @param times   nanoseconds of each run
 * @param level   nanoseconds of a run in the last blocks
 */
record WarmUp(boolean steady, double seconds, double[] times, double level) {
    private static final long BLOCK_NANOS = 150_000_000;
    private static final int LEAST_RUNS = 3;
    private static final CompilationMXBean COMPILER = ManagementFactory.getCompilationMXBean();

    static WarmUp of(Runnable run, double capSeconds) {
        long start = System.nanoTime();
        long cap = start + (long) (capSeconds * 1e9);
        Steadiness steadiness = new Steadiness(compiledMillis());
        double[] times = new double[256];
        int runs = 0;
        long now = start;
        boolean steady = false;
        do {
            int first = runs;
            long block = now;
            while (runs - first < LEAST_RUNS || now - block < BLOCK_NANOS) {
                run.run();
                long after = System.nanoTime();
                if (runs == times.length) {
                    times = Arrays.copyOf(times, 2 * runs);
                }
                times[runs++] = after - now;
                now = after;
            }
            steady = steadiness.add(Statistics.median(Arrays.copyOfRange(times, first, runs)), compiledMillis());
            now = System.nanoTime();
        } while (!steady && now < cap);
        return new WarmUp(steady, (now - start) / 1e9, Arrays.copyOf(times, runs), steadiness.level());
    }

    private static long compiledMillis() {
        return COMPILER != null && COMPILER.isCompilationTimeMonitoringSupported() ? COMPILER.getTotalCompilationTime() : 0;
    }
}
