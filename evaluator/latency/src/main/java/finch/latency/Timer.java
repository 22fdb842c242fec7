package finch.latency;

import com.sun.management.ThreadMXBean;
import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;

/** What the measuring protocol asks of a clock; tests bring their own. */
interface Timer {
    /** Wall clock in nanoseconds from an arbitrary origin. */
    long nanos();

    /** Processor time of this thread in nanoseconds, or −1 where it is not known. */
    long threadCpuNanos();

    /** Time of a chain of dependent arithmetic in nanoseconds: its length in clock cycles is fixed, so it shows the clock. */
    double probeNanos();

    /** Time of independent arithmetic that keeps the core's units full, in nanoseconds: shows a neighbour on the same core. */
    double fullCoreNanos();

    /** Milliseconds that the just-in-time compiler has worked since the start. */
    long compilationMillis();

    /** Bytes that this thread has allocated since the start, or 0 for ever where the JVM does not tell. */
    long allocatedBytes();

    /** The clocks of this machine. */
    static Timer system() {
        return new SystemTimer();
    }

    /** The real clocks, and fused multiply-adds as probes. */
    final class SystemTimer implements Timer {
        private static final int STEPS = 8_000;
        private static final java.lang.management.ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
        private static final CompilationMXBean COMPILER = ManagementFactory.getCompilationMXBean();
        private final boolean cpuTime = THREADS.isCurrentThreadCpuTimeSupported();
        private final float[] values = new float[1024];
        private float sink = 1;

        SystemTimer() {
            // many short calls, so that the probe itself is compiled before it is believed
            for (int i = 0; i < 2_000; i++) {
                sink = probe(sink);
                sink += fullCore(values);
            }
        }

        @Override
        public long nanos() {
            return System.nanoTime();
        }

        @Override
        public long threadCpuNanos() {
            return cpuTime ? THREADS.getCurrentThreadCpuTime() : -1;
        }

        @Override
        public double probeNanos() {
            long start = System.nanoTime();
            sink = probe(sink);
            return System.nanoTime() - start;
        }

        @Override
        public double fullCoreNanos() {
            long start = System.nanoTime();
            sink += fullCore(values);
            return System.nanoTime() - start;
        }

        /** Four kilobytes over and over; the compiler makes it loads, multiply-adds and stores of whole vectors. */
        private static float fullCore(float[] values) {
            for (int pass = 0; pass < 64; pass++) {
                for (int i = 0; i < values.length; i++) {
                    values[i] = Math.fma(values[i], 0.5f, 1f);
                }
            }
            return values[0];
        }

        @Override
        public long compilationMillis() {
            return COMPILER != null && COMPILER.isCompilationTimeMonitoringSupported() ? COMPILER.getTotalCompilationTime() : 0;
        }

        @Override
        public long allocatedBytes() {
            return THREADS instanceof ThreadMXBean hotspot && hotspot.isThreadAllocatedMemoryEnabled() ? hotspot.getCurrentThreadAllocatedBytes() : 0;
        }

        private static float probe(float x) {
            float m = 0.999f;
            float a = x;
            float b = 0.1f;
            float c = 0.2f;
            float d = 0.3f;
            float e = 0.4f;
            float f = 0.5f;
            float g = 0.6f;
            float h = 0.7f;
            for (int i = 0; i < STEPS; i++) {
                a = Math.fma(a, m, 0.001f);
                b = Math.fma(b, m, 0.001f);
                c = Math.fma(c, m, 0.001f);
                d = Math.fma(d, m, 0.001f);
                e = Math.fma(e, m, 0.001f);
                f = Math.fma(f, m, 0.001f);
                g = Math.fma(g, m, 0.001f);
                h = Math.fma(h, m, 0.001f);
            }
            return (a + b + c + d + e + f + g + h) * 0.125f;
        }
    }
}
