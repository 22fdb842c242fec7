package finch.bench;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** Reads and writes an array with whole vectors. */
final class Bandwidth {
    private static final VectorSpecies<Float> F = Peak.F;
    private static final int UNROLLED = 8;
    /** Least time of one timed pass, so that the clock's own time does not count. */
    private static final long PASS_NANOS = 200_000;
    private static final long TOTAL_NANOS = 400_000_000;

    private Bandwidth() {}

    /** Bytes a nanosecond (GB/s) of reads from a working set: the best pass. */
    static double read(long bytes) {
        float[] array = array(bytes);
        float[] sink = new float[F.length()];
        return best(array, () -> sum(array, sink));
    }

    /** Bytes a nanosecond of writes. */
    static double write(long bytes) {
        float[] array = array(bytes);
        return best(array, () -> fill(array, 0));
    }

    private static float[] array(long bytes) {
        int step = UNROLLED * F.length();
        return new float[Math.toIntExact(Math.max(1, bytes / 4 / step) * step)];
    }

    /** Has both loops compiled as methods of their own, in many short calls; without it the first level would read far too slow. */
    static void warmUp() {
        float[] array = array(4096);
        float[] sink = new float[F.length()];
        WarmUp.of(() -> {
            for (int i = 0; i < 100; i++) {
                sum(array, sink);
                fill(array, 0);
            }
        }, 10);
    }

    private static double best(float[] array, Runnable pass) {
        for (int i = 0; i < 3; i++) {
            pass.run(); // touches the pages
        }
        double best = 0;
        long end = System.nanoTime() + TOTAL_NANOS;
        for (long start = System.nanoTime(); start < end; start = System.nanoTime()) {
            int passes = 0;
            long now;
            do {
                pass.run();
                passes++;
                now = System.nanoTime();
            } while (now - start < PASS_NANOS);
            best = Math.max(best, 4.0 * array.length * passes / (now - start));
        }
        return best;
    }

    /** Eight sums, so that no addition waits for the one before it. */
    private static void sum(float[] x, float[] sink) {
        int l = F.length();
        FloatVector a = FloatVector.zero(F), b = a, c = a, d = a, e = a, f = a, g = a, h = a;
        for (int i = 0; i < x.length - (UNROLLED * l - 1); i += UNROLLED * l) {
            a = a.add(FloatVector.fromArray(F, x, i));
            b = b.add(FloatVector.fromArray(F, x, i + l));
            c = c.add(FloatVector.fromArray(F, x, i + 2 * l));
            d = d.add(FloatVector.fromArray(F, x, i + 3 * l));
            e = e.add(FloatVector.fromArray(F, x, i + 4 * l));
            f = f.add(FloatVector.fromArray(F, x, i + 5 * l));
            g = g.add(FloatVector.fromArray(F, x, i + 6 * l));
            h = h.add(FloatVector.fromArray(F, x, i + 7 * l));
        }
        a.add(b).add(c.add(d)).add(e.add(f).add(g.add(h))).intoArray(sink, 0);
    }

    private static void fill(float[] x, float value) {
        int l = F.length();
        FloatVector v = FloatVector.broadcast(F, value);
        for (int i = 0; i < x.length - (UNROLLED * l - 1); i += UNROLLED * l) {
            v.intoArray(x, i);
            v.intoArray(x, i + l);
            v.intoArray(x, i + 2 * l);
            v.intoArray(x, i + 3 * l);
            v.intoArray(x, i + 4 * l);
            v.intoArray(x, i + 5 * l);
            v.intoArray(x, i + 6 * l);
            v.intoArray(x, i + 7 * l);
        }
    }
}
