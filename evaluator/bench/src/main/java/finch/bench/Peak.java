package finch.bench;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/** Measures the multiply-adds that one core does at best: the clock probe beside every timing. */
final class Peak {
    /** As wide as the engine's: a second width in one JVM would slow down both. */
    static final VectorSpecies<Float> F = VectorShape.forBitSize(Integer.getInteger("finch.vectorBits",
            VectorShape.preferredShape().vectorBitSize())).withLanes(float.class);
    private static final int STEPS = 20_000;
    /** Some ten microseconds. */
    private static final int SHORT_STEPS = 4_000;
    private static final int SUMS = 12;
    private static final float[] VALUES = new float[F.length()];
    private static boolean warm;

    private Peak() {}

    /** GFLOP/s (2 per multiply-add) of the best of some short runs. */
    static double gigaflops() {
        double best = 0;
        for (int run = 0; run < 60; run++) {
            best = Math.max(best, once(STEPS));
        }
        return best;
    }

    /** GFLOP/s right now: one run that is short beside an inference, good for comparing with others of its kind. */
    static double now() {
        if (!warm) {
            // many calls: compiled on its own, and not only from within its loop
            for (int run = 0; run < 3_000; run++) {
                once(SHORT_STEPS / 8);
            }
            warm = true;
        }
        return once(SHORT_STEPS);
    }

    private static double once(int steps) {
        long start = System.nanoTime();
        float sum = sums(VALUES, steps);
        long nanos = System.nanoTime() - start;
        if (sum != 0) {
            throw new IllegalStateException("sums of zeros gave " + sum);
        }
        return 2.0 * F.length() * SUMS * steps / nanos;
    }

    /** Twelve independent sums: enough to hide the latency of one, few enough for 16 registers. */
    private static float sums(float[] values, int steps) {
        FloatVector x = FloatVector.fromArray(F, values, 0);
        FloatVector y = FloatVector.broadcast(F, 0.5f);
        FloatVector a = x, b = x, c = x, d = x, e = x, f = x, g = x, h = x, i = x, j = x, k = x, l = x;
        for (int step = 0; step < steps; step++) {
            a = x.fma(y, a);
            b = x.fma(y, b);
            c = x.fma(y, c);
            d = x.fma(y, d);
            e = x.fma(y, e);
            f = x.fma(y, f);
            g = x.fma(y, g);
            h = x.fma(y, h);
            i = x.fma(y, i);
            j = x.fma(y, j);
            k = x.fma(y, k);
            l = x.fma(y, l);
        }
        a.add(b).add(c).add(d).add(e).add(f).add(g).add(h).add(i).add(j).add(k).add(l).intoArray(values, 0);
        return values[0];
    }
}
