package finch.engine.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/**
 * Element-wise maps of batches and the way back through them, with factors of channels. Pixels are one run along which the factors turn round;
 * these are repeated until they fill whole vectors, see {@link GradientKernels#period}. The few values at the end are done one by one.
 */
final class VectorSlopes {
    private static final VectorSpecies<Float> F = VectorWidth.FLOATS;
    private static final int LANES = VectorWidth.LANES;

    private VectorSlopes() {}

    /** y = clamp(x · factor + shift). */
    static void clamp(float[] x, int xAt, float[] factor, float[] shift, float[] y, int yAt, int length, float low, float high) {
        FloatVector least = FloatVector.broadcast(F, low), most = FloatVector.broadcast(F, high);
        int i = 0, c = 0;
        for (; i <= length - LANES; i += LANES) {
            FloatVector u = FloatVector.fromArray(F, x, xAt + i).fma(FloatVector.fromArray(F, factor, c), FloatVector.fromArray(F, shift, c));
            u = u.blend(least, u.lt(least));
            u.blend(most, most.lt(u)).intoArray(y, yAt + i);
            c += LANES;
            c = c == factor.length ? 0 : c;
        }
        for (; i < length; i++, c++) {
            y[yAt + i] = Elementary.clamp(Math.fma(x[xAt + i], factor[c], shift[c]), low, high);
        }
    }

    static void hardSwish(float[] x, int xAt, float[] factor, float[] shift, float[] y, int yAt, int length) {
        FloatVector least = FloatVector.zero(F), most = FloatVector.broadcast(F, 1f);
        FloatVector sixth = FloatVector.broadcast(F, 1f / 6f), half = FloatVector.broadcast(F, 0.5f);
        int i = 0, c = 0;
        for (; i <= length - LANES; i += LANES) {
            FloatVector u = FloatVector.fromArray(F, x, xAt + i).fma(FloatVector.fromArray(F, factor, c), FloatVector.fromArray(F, shift, c));
            FloatVector h = u.mul(sixth).add(half);
            h = h.blend(least, h.lt(least));
            h = h.blend(most, most.lt(h));
            u.mul(h).intoArray(y, yAt + i);
            c += LANES;
            c = c == factor.length ? 0 : c;
        }
        for (; i < length; i++, c++) {
            y[yAt + i] = Elementary.hardSwish(Math.fma(x[xAt + i], factor[c], shift[c]));
        }
    }

    static void affine(float[] x, int xAt, float[] factor, float[] shift, float[] y, int yAt, int length) {
        int i = 0, c = 0;
        for (; i <= length - LANES; i += LANES) {
            FloatVector.fromArray(F, x, xAt + i).fma(FloatVector.fromArray(F, factor, c), FloatVector.fromArray(F, shift, c)).intoArray(y, yAt + i);
            c += LANES;
            c = c == factor.length ? 0 : c;
        }
        for (; i < length; i++, c++) {
            y[yAt + i] = Math.fma(x[xAt + i], factor[c], shift[c]);
        }
    }

    /** g = 0 where the clamp holds. */
    static void clampBackward(Epilogue f, float[] x, int xAt, float[] factor, float[] shift, float[] g, int gAt, int length) {
        FloatVector least = FloatVector.broadcast(F, f.low()), most = FloatVector.broadcast(F, f.high()), zero = FloatVector.zero(F);
        int i = 0, c = 0;
        for (; i <= length - LANES; i += LANES) {
            FloatVector u = FloatVector.fromArray(F, x, xAt + i).fma(FloatVector.fromArray(F, factor, c), FloatVector.fromArray(F, shift, c));
            FloatVector v = FloatVector.fromArray(F, g, gAt + i);
            v = zero.blend(v, least.lt(u));
            zero.blend(v, u.lt(most)).intoArray(g, gAt + i);
            c += LANES;
            c = c == factor.length ? 0 : c;
        }
        for (; i < length; i++, c++) {
            g[gAt + i] *= Slopes.of(f, Math.fma(x[xAt + i], factor[c], shift[c]));
        }
    }

    static void hardSwishBackward(float[] x, int xAt, float[] factor, float[] shift, float[] g, int gAt, int length) {
        FloatVector least = FloatVector.broadcast(F, -3f), most = FloatVector.broadcast(F, 3f), zero = FloatVector.zero(F), one = FloatVector.broadcast(F, 1f);
        FloatVector third = FloatVector.broadcast(F, 1f / 3f), half = FloatVector.broadcast(F, 0.5f);
        int i = 0, c = 0;
        for (; i <= length - LANES; i += LANES) {
            FloatVector u = FloatVector.fromArray(F, x, xAt + i).fma(FloatVector.fromArray(F, factor, c), FloatVector.fromArray(F, shift, c));
            FloatVector slope = u.fma(third, half);
            slope = zero.blend(slope, least.lt(u));
            slope = one.blend(slope, u.lt(most));
            FloatVector.fromArray(F, g, gAt + i).mul(slope).intoArray(g, gAt + i);
            c += LANES;
            c = c == factor.length ? 0 : c;
        }
        for (; i < length; i++, c++) {
            g[gAt + i] *= Slopes.of(Epilogue.HARD_SWISH, Math.fma(x[xAt + i], factor[c], shift[c]));
        }
    }

    /** Of sigmoid, or of swish: s·(1 − s), or s + u·s·(1 − s). */
    static void sigmoidBackward(Epilogue f, float[] x, int xAt, float[] factor, float[] shift, float[] g, int gAt, int length) {
        FloatVector one = FloatVector.broadcast(F, 1f);
        int i = 0, c = 0;
        for (; i <= length - LANES; i += LANES) {
            FloatVector u = FloatVector.fromArray(F, x, xAt + i).fma(FloatVector.fromArray(F, factor, c), FloatVector.fromArray(F, shift, c));
            FloatVector s = one.div(VectorElementwise.onePlusExpOfMinus(u));
            FloatVector slope = f.kind() == Epilogue.Kind.SWISH ? u.mul(s).fma(one.sub(s), s) : s.mul(one.sub(s));
            FloatVector.fromArray(F, g, gAt + i).mul(slope).intoArray(g, gAt + i);
            c += LANES;
            c = c == factor.length ? 0 : c;
        }
        for (; i < length; i++, c++) {
            g[gAt + i] *= Slopes.of(f, Math.fma(x[xAt + i], factor[c], shift[c]));
        }
    }

    /** g = g·a + x·b + d. */
    static void combine(float[] g, int gAt, float[] x, int xAt, float[] a, float[] b, float[] d, int length) {
        int i = 0, c = 0;
        for (; i <= length - LANES; i += LANES) {
            FloatVector rest = FloatVector.fromArray(F, x, xAt + i).fma(FloatVector.fromArray(F, b, c), FloatVector.fromArray(F, d, c));
            FloatVector.fromArray(F, g, gAt + i).fma(FloatVector.fromArray(F, a, c), rest).intoArray(g, gAt + i);
            c += LANES;
            c = c == a.length ? 0 : c;
        }
        for (; i < length; i++, c++) {
            g[gAt + i] = Math.fma(g[gAt + i], a[c], Math.fma(x[xAt + i], b[c], d[c]));
        }
    }

    /** y += x. */
    static void add(float[] x, int xAt, float[] y, int yAt, int length) {
        int i = 0;
        for (; i <= length - LANES; i += LANES) {
            FloatVector.fromArray(F, y, yAt + i).add(FloatVector.fromArray(F, x, xAt + i)).intoArray(y, yAt + i);
        }
        for (; i < length; i++) {
            y[yAt + i] += x[xAt + i];
        }
    }

    /** y = g · v, or with {@code add} y += g · v, for pixels of whole vectors. */
    static void multiply(float[] g, int gAt, float[] v, int vAt, float[] y, int yAt, boolean add, int length, int channels) {
        FloatVector zero = FloatVector.zero(F);
        for (int i = 0, c = 0; i < length; i += LANES) {
            FloatVector before = add ? FloatVector.fromArray(F, y, yAt + i) : zero;
            FloatVector.fromArray(F, g, gAt + i).fma(FloatVector.fromArray(F, v, vAt + c), before).intoArray(y, yAt + i);
            c += LANES;
            c = c == channels ? 0 : c;
        }
    }

    /** The same for the channels of one vector from {@code c} on, of pixels that end within a vector. */
    static void multiplyColumn(float[] g, int gAt, float[] v, int vAt, float[] y, int yAt, boolean add, int pixels, int channels, int c) {
        FloatVector zero = FloatVector.zero(F);
        FloatVector factor = FloatVector.fromArray(F, v, vAt + c);
        for (int p = 0, i = c; p < pixels; p++, i += channels) {
            FloatVector before = add ? FloatVector.fromArray(F, y, yAt + i) : zero;
            FloatVector.fromArray(F, g, gAt + i).fma(factor, before).intoArray(y, yAt + i);
        }
    }

    static void multiplyTail(float[] g, int gAt, float[] v, int vAt, float[] y, int yAt, boolean add, int pixels, int channels, int c) {
        VectorMask<Float> mask = F.indexInRange(c, channels);
        FloatVector zero = FloatVector.zero(F);
        FloatVector factor = FloatVector.fromArray(F, v, vAt + c, mask);
        for (int p = 0, i = c; p < pixels; p++, i += channels) {
            FloatVector before = add ? FloatVector.fromArray(F, y, yAt + i, mask) : zero;
            FloatVector.fromArray(F, g, gAt + i, mask).fma(factor, before).intoArray(y, yAt + i, mask);
        }
    }

    /** y[p][c] = v[c] · factor, or grows by it, for the channels of one vector from {@code c} on. */
    static void spreadColumn(float[] v, int vAt, float factor, float[] y, int yAt, boolean add, int pixels, int channels, int c) {
        FloatVector value = FloatVector.fromArray(F, v, vAt + c), times = FloatVector.broadcast(F, factor), zero = FloatVector.zero(F);
        for (int p = 0, i = yAt + c; p < pixels; p++, i += channels) {
            value.fma(times, add ? FloatVector.fromArray(F, y, i) : zero).intoArray(y, i);
        }
    }

    static void spreadTail(float[] v, int vAt, float factor, float[] y, int yAt, boolean add, int pixels, int channels, int c) {
        VectorMask<Float> mask = F.indexInRange(c, channels);
        FloatVector value = FloatVector.fromArray(F, v, vAt + c, mask), times = FloatVector.broadcast(F, factor), zero = FloatVector.zero(F);
        for (int p = 0, i = yAt + c; p < pixels; p++, i += channels) {
            value.fma(times, add ? FloatVector.fromArray(F, y, i, mask) : zero).intoArray(y, i, mask);
        }
    }
}
