package finch.engine.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** Epilogues and other passes over contiguous floats. Tails that fill no vector are scalar, by the same arithmetic. */
final class VectorElementwise {
    private static final VectorSpecies<Float> F = VectorWidth.FLOATS;
    private static final int LANES = VectorWidth.LANES;

    private VectorElementwise() {}

    /** y[i] = epilogue(y[i] + residual[i]), indices absolute in y; residual may be null. */
    static void finish(Epilogue epilogue, float[] y, int from, int to, float[] residual, int residualFrom) {
        if (residual != null) {
            add(y, from, to, residual, residualFrom);
        }
        switch (epilogue.kind()) {
            case NONE -> { }
            case CLAMP -> clamp(y, from, to, epilogue.low(), epilogue.high());
            case HARD_SWISH -> hardSwish(y, from, 0, 1, to - from);
            case HARD_SIGMOID -> hardSigmoid(y, from, to, epilogue.low(), epilogue.high());
            case SIGMOID -> sigmoid(y, from, to);
            case SWISH -> swish(y, from, 0, 1, to - from);
        }
    }

    /** What {@link Finish#inPasses} of products: of the first {@code columns} of each of some rows. */
    static void pass(int finish, float[] y, int at, int rowStep, int rows, int columns) {
        if (finish == Finish.HARD_SWISH) {
            hardSwish(y, at, rowStep, rows, columns);
        } else {
            swish(y, at, rowStep, rows, columns);
        }
    }

    static void add(float[] y, int from, int to, float[] residual, int residualFrom) {
        int shift = residualFrom - from;
        int i = from;
        for (; i <= to - LANES; i += LANES) {
            FloatVector.fromArray(F, y, i).add(FloatVector.fromArray(F, residual, i + shift)).intoArray(y, i);
        }
        for (; i < to; i++) {
            y[i] += residual[i + shift];
        }
    }

    static void clamp(float[] y, int from, int to, float low, float high) {
        FloatVector least = FloatVector.broadcast(F, low), most = FloatVector.broadcast(F, high);
        int i = from;
        for (; i <= to - LANES; i += LANES) {
            FloatVector v = FloatVector.fromArray(F, y, i);
            FloatVector raised = v.blend(least, v.lt(least));
            raised.blend(most, most.lt(raised)).intoArray(y, i);
        }
        for (; i < to; i++) {
            y[i] = Elementary.clamp(y[i], low, high);
        }
    }

    /** The first {@code columns} of each of some rows. */
    static void hardSwish(float[] y, int at, int rowStep, int rows, int columns) {
        FloatVector least = FloatVector.zero(F), most = FloatVector.broadcast(F, 1f);
        FloatVector sixth = FloatVector.broadcast(F, 1f / 6f), half = FloatVector.broadcast(F, 0.5f);
        int vectors = columns - columns % LANES;
        for (int r = 0; r < rows; r++) {
            int row = at + r * rowStep;
            for (int i = row; i < row + vectors; i += LANES) {
                FloatVector v = FloatVector.fromArray(F, y, i);
                FloatVector gate = v.mul(sixth).add(half);
                gate = gate.blend(least, gate.lt(least));
                v.mul(gate.blend(most, most.lt(gate))).intoArray(y, i);
            }
            for (int i = row + vectors; i < row + columns; i++) {
                y[i] = Elementary.hardSwish(y[i]);
            }
        }
    }

    static void hardSigmoid(float[] y, int from, int to, float slope, float offset) {
        int i = from;
        for (; i <= to - LANES; i += LANES) {
            FloatVector.fromArray(F, y, i).mul(slope).add(offset).max(0f).min(1f).intoArray(y, i);
        }
        for (; i < to; i++) {
            y[i] = Elementary.clamp(y[i] * slope + offset, 0f, 1f);
        }
    }

    static void sigmoid(float[] y, int from, int to) {
        FloatVector one = FloatVector.broadcast(F, 1f);
        int i = from;
        for (; i <= to - LANES; i += LANES) {
            one.div(onePlusExpOfMinus(FloatVector.fromArray(F, y, i))).intoArray(y, i);
        }
        for (; i < to; i++) {
            y[i] = Elementary.sigmoid(y[i]);
        }
    }

    /** The first {@code columns} of each of some rows. */
    static void swish(float[] y, int at, int rowStep, int rows, int columns) {
        int vectors = columns - columns % LANES;
        for (int r = 0; r < rows; r++) {
            int row = at + r * rowStep;
            for (int i = row; i < row + vectors; i += LANES) {
                FloatVector v = FloatVector.fromArray(F, y, i);
                v.div(onePlusExpOfMinus(v)).intoArray(y, i);
            }
            for (int i = row + vectors; i < row + columns; i++) {
                y[i] = Elementary.swish(y[i]);
            }
        }
    }

    /**
     * See {@link Elementary#onePlusExpOfMinus}. Adding 1.5·2^23 rounds to the nearest integer, ties to even, and leaves that
     * integer in the low bits of the sum; shifted into the exponent field it scales exactly. A conversion between lane types
     * instead now and then overran the JIT's inlining budget, and every vector was allocated.
     */
    static FloatVector onePlusExpOfMinus(FloatVector v) {
        FloatVector least = FloatVector.broadcast(F, Elementary.EXP_LOW), most = FloatVector.broadcast(F, Elementary.EXP_HIGH);
        FloatVector x = v.blend(least, v.lt(least));
        x = x.blend(most, most.lt(x));
        FloatVector rounder = FloatVector.broadcast(F, Elementary.ROUNDER);
        FloatVector shifted = x.fma(FloatVector.broadcast(F, -Elementary.LOG2E), rounder);
        FloatVector q = shifted.sub(rounder).fma(FloatVector.broadcast(F, Elementary.LN2), x);
        FloatVector square = q.mul(q);
        FloatVector one = FloatVector.broadcast(F, 1f);
        FloatVector p = q.fma(FloatVector.broadcast(F, -Elementary.P3), FloatVector.broadcast(F, Elementary.P2));
        p = q.fma(FloatVector.broadcast(F, -Elementary.P5), FloatVector.broadcast(F, Elementary.P4)).fma(square, p);
        p = p.fma(square, one.sub(q));
        IntVector scaled = p.reinterpretAsInts().add(shifted.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23));
        return scaled.reinterpretAsFloats().add(one);
    }

    static void copy(float[] x, int xFrom, float[] y, int yFrom, int length) {
        if (x != y || xFrom != yFrom) {
            System.arraycopy(x, xFrom, y, yFrom, length);
        }
    }

    /** y = x · gate over one pixel. */
    static void multiply(float[] x, int xAt, float[] gate, int gateAt, float[] y, int yAt, int length) {
        int i = 0;
        for (; i <= length - LANES; i += LANES) {
            FloatVector.fromArray(F, x, xAt + i).mul(FloatVector.fromArray(F, gate, gateAt + i)).intoArray(y, yAt + i);
        }
        for (; i < length; i++) {
            y[yAt + i] = x[xAt + i] * gate[gateAt + i];
        }
    }

    /** y = x · factor + shift over one pixel. */
    static void affine(float[] x, int xAt, float[] factor, float[] shift, float[] y, int yAt, int length) {
        int i = 0;
        for (; i <= length - LANES; i += LANES) {
            FloatVector.fromArray(F, x, xAt + i).mul(FloatVector.fromArray(F, factor, i)).add(FloatVector.fromArray(F, shift, i)).intoArray(y, yAt + i);
        }
        for (; i < length; i++) {
            y[yAt + i] = x[xAt + i] * factor[i] + shift[i];
        }
    }

    /**
     * Means over pixels for the channels {@code from} to {@code to}: y[c] = Σ x[p][c] / pixels. Four vectors of channels at a time: one sum alone would wait for each
     * of its additions. Where channels are left for fewer, the last are computed again.
     */
    static void average(float[] x, int xAt, float[] y, int yAt, int pixels, int channels, int from, int to) {
        float factor = 1f / pixels;
        int last = to - LANES;
        if (last < from) {
            averageEach(x, xAt, y, yAt, pixels, channels, from, to);
            return;
        }
        for (int c = from; c < to; c += 4 * LANES) {
            int c0 = Math.min(c, last), c1 = Math.min(c + LANES, last), c2 = Math.min(c + 2 * LANES, last), c3 = Math.min(c + 3 * LANES, last);
            FloatVector s0 = FloatVector.zero(F), s1 = FloatVector.zero(F), s2 = FloatVector.zero(F), s3 = FloatVector.zero(F);
            int at = xAt;
            for (int p = 0; p < pixels; p++) {
                s0 = s0.add(FloatVector.fromArray(F, x, at + c0));
                s1 = s1.add(FloatVector.fromArray(F, x, at + c1));
                s2 = s2.add(FloatVector.fromArray(F, x, at + c2));
                s3 = s3.add(FloatVector.fromArray(F, x, at + c3));
                at += channels;
            }
            s0.mul(factor).intoArray(y, yAt + c0);
            s1.mul(factor).intoArray(y, yAt + c1);
            s2.mul(factor).intoArray(y, yAt + c2);
            s3.mul(factor).intoArray(y, yAt + c3);
        }
    }

    /** Of fewer channels than a vector has lanes. */
    private static void averageEach(float[] x, int xAt, float[] y, int yAt, int pixels, int channels, int from, int to) {
        float factor = 1f / pixels;
        for (int c = from; c < to; c++) {
            float sum = 0;
            for (int p = 0; p < pixels; p++) {
                sum += x[xAt + p * channels + c];
            }
            y[yAt + c] = sum * factor;
        }
    }
}
