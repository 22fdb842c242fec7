package finch.engine.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/** Sums over pixels for one or two vectors of channels, in registers. */
final class VectorSums {
    private static final VectorSpecies<Float> F = VectorWidth.FLOATS;
    private static final int LANES = VectorWidth.LANES;

    private VectorSums() {}

    /** See {@link GradientKernels#moments}, for two vectors of channels that start at {@code c}. */
    static void moments2(float[] x, int xAt, int pixels, int channels, int c, float[] into, int at) {
        FloatVector m0 = FloatVector.fromArray(F, x, xAt + c), m1 = FloatVector.fromArray(F, x, xAt + c + LANES);
        FloatVector s0 = FloatVector.zero(F), s1 = FloatVector.zero(F), q0 = FloatVector.zero(F), q1 = FloatVector.zero(F);
        int i = xAt + c;
        for (int p = 0; p < pixels; p++) {
            FloatVector d0 = FloatVector.fromArray(F, x, i).sub(m0), d1 = FloatVector.fromArray(F, x, i + LANES).sub(m1);
            s0 = s0.add(d0);
            s1 = s1.add(d1);
            q0 = d0.fma(d0, q0);
            q1 = d1.fma(d1, q1);
            i += channels;
        }
        m0.intoArray(into, at + c);
        m1.intoArray(into, at + c + LANES);
        s0.intoArray(into, at + channels + c);
        s1.intoArray(into, at + channels + c + LANES);
        q0.intoArray(into, at + 2 * channels + c);
        q1.intoArray(into, at + 2 * channels + c + LANES);
    }

    static void moments1(float[] x, int xAt, int pixels, int channels, int c, float[] into, int at) {
        FloatVector m0 = FloatVector.fromArray(F, x, xAt + c);
        FloatVector s0 = FloatVector.zero(F), q0 = FloatVector.zero(F);
        int i = xAt + c;
        for (int p = 0; p < pixels; p++) {
            FloatVector d0 = FloatVector.fromArray(F, x, i).sub(m0);
            s0 = s0.add(d0);
            q0 = d0.fma(d0, q0);
            i += channels;
        }
        m0.intoArray(into, at + c);
        s0.intoArray(into, at + channels + c);
        q0.intoArray(into, at + 2 * channels + c);
    }

    /** See {@link GradientKernels#gradientSums}. */
    static void gradients2(float[] g, int gAt, float[] x, int xAt, float[] scale, float[] offset, int pixels, int channels, int c, float[] into, int at) {
        FloatVector k0 = FloatVector.fromArray(F, scale, c), k1 = FloatVector.fromArray(F, scale, c + LANES);
        FloatVector o0 = FloatVector.fromArray(F, offset, c), o1 = FloatVector.fromArray(F, offset, c + LANES);
        FloatVector s0 = FloatVector.zero(F), s1 = FloatVector.zero(F), q0 = FloatVector.zero(F), q1 = FloatVector.zero(F);
        int i = xAt + c, j = gAt + c;
        for (int p = 0; p < pixels; p++) {
            FloatVector g0 = FloatVector.fromArray(F, g, j), g1 = FloatVector.fromArray(F, g, j + LANES);
            FloatVector x0 = FloatVector.fromArray(F, x, i).fma(k0, o0), x1 = FloatVector.fromArray(F, x, i + LANES).fma(k1, o1);
            s0 = s0.add(g0);
            s1 = s1.add(g1);
            q0 = g0.fma(x0, q0);
            q1 = g1.fma(x1, q1);
            i += channels;
            j += channels;
        }
        s0.intoArray(into, at + c);
        s1.intoArray(into, at + c + LANES);
        q0.intoArray(into, at + channels + c);
        q1.intoArray(into, at + channels + c + LANES);
    }

    static void gradients1(float[] g, int gAt, float[] x, int xAt, float[] scale, float[] offset, int pixels, int channels, int c, float[] into, int at) {
        FloatVector k0 = FloatVector.fromArray(F, scale, c), o0 = FloatVector.fromArray(F, offset, c);
        FloatVector s0 = FloatVector.zero(F), q0 = FloatVector.zero(F);
        int i = xAt + c, j = gAt + c;
        for (int p = 0; p < pixels; p++) {
            FloatVector g0 = FloatVector.fromArray(F, g, j);
            s0 = s0.add(g0);
            q0 = g0.fma(FloatVector.fromArray(F, x, i).fma(k0, o0), q0);
            i += channels;
            j += channels;
        }
        s0.intoArray(into, at + c);
        q0.intoArray(into, at + channels + c);
    }

    /** gate[c] = Σ g · x, or grows by it, for the channels of one vector from {@code c} on. */
    static void products(float[] g, int gAt, float[] x, int xAt, boolean add, int pixels, int channels, int c, float[] gate, int gateAt) {
        FloatVector sum = add ? FloatVector.fromArray(F, gate, gateAt + c) : FloatVector.zero(F);
        int i = xAt + c, j = gAt + c;
        for (int p = 0; p < pixels; p++) {
            sum = FloatVector.fromArray(F, g, j).fma(FloatVector.fromArray(F, x, i), sum);
            i += channels;
            j += channels;
        }
        sum.intoArray(gate, gateAt + c);
    }

    /** The same for the last channels, fewer than a vector. */
    static void productsTail(float[] g, int gAt, float[] x, int xAt, boolean add, int pixels, int channels, int c, float[] gate, int gateAt) {
        VectorMask<Float> mask = F.indexInRange(c, channels);
        FloatVector sum = add ? FloatVector.fromArray(F, gate, gateAt + c, mask) : FloatVector.zero(F);
        int i = xAt + c, j = gAt + c;
        for (int p = 0; p < pixels; p++) {
            sum = FloatVector.fromArray(F, g, j, mask).fma(FloatVector.fromArray(F, x, i, mask), sum);
            i += channels;
            j += channels;
        }
        sum.intoArray(gate, gateAt + c, mask);
    }

    /** into[c] = Σ g. */
    static void sums(float[] g, int gAt, int pixels, int channels, int c, float[] into, int at) {
        FloatVector sum = FloatVector.zero(F);
        int j = gAt + c;
        for (int p = 0; p < pixels; p++) {
            sum = sum.add(FloatVector.fromArray(F, g, j));
            j += channels;
        }
        sum.intoArray(into, at + c);
    }

    static void sumsTail(float[] g, int gAt, int pixels, int channels, int c, float[] into, int at) {
        VectorMask<Float> mask = F.indexInRange(c, channels);
        FloatVector sum = FloatVector.zero(F);
        int j = gAt + c;
        for (int p = 0; p < pixels; p++) {
            sum = sum.add(FloatVector.fromArray(F, g, j, mask));
            j += channels;
        }
        sum.intoArray(into, at + c, mask);
    }
}
