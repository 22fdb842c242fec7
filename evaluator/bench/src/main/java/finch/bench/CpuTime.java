package finch.bench;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;

/** Tells whether the calling thread had a processor for itself: its processor time lags behind the wall clock where not. */
final class CpuTime {
    /** A smaller share of the wall clock marks a disturbed timing. */
    static final double LEAST = 0.97;

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final boolean KNOWN = THREADS.isCurrentThreadCpuTimeSupported();

    private CpuTime() {}

    /** Processor time of the calling thread in nanoseconds. */
    static long nanos() {
        return KNOWN ? THREADS.getCurrentThreadCpuTime() : 0;
    }

    /** Which share of a span of wall clock it ran; 1 where the system does not tell. */
    static double share(long cpuNanos, long wallNanos) {
        return KNOWN ? (double) cpuNanos / wallNanos : 1;
    }
}
