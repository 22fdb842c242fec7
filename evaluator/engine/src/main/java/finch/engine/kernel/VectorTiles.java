package finch.engine.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/**
 * Register tiles of the matrix product, named rows x vectors. Each sums over k from zero, one k a step, and adds the
 * bias last; see the package description for why they are written out.
 */
final class VectorTiles {
    private static final VectorSpecies<Float> F = VectorWidth.FLOATS;
    private static final int LANES = VectorWidth.LANES;

    private VectorTiles() {}

    static void tile6x2(float[] x, int xAt, int xRow, float[] w, int wAt, int depth, float[] bias, int biasAt,
                        float[] y, int yAt, int yRow) {
        int x0 = xAt;
        int x1 = xAt + 1 * xRow;
        int x2 = xAt + 2 * xRow;
        int x3 = xAt + 3 * xRow;
        int x4 = xAt + 4 * xRow;
        int x5 = xAt + 5 * xRow;
        FloatVector a00 = FloatVector.zero(F), a01 = FloatVector.zero(F);
        FloatVector a10 = FloatVector.zero(F), a11 = FloatVector.zero(F);
        FloatVector a20 = FloatVector.zero(F), a21 = FloatVector.zero(F);
        FloatVector a30 = FloatVector.zero(F), a31 = FloatVector.zero(F);
        FloatVector a40 = FloatVector.zero(F), a41 = FloatVector.zero(F);
        FloatVector a50 = FloatVector.zero(F), a51 = FloatVector.zero(F);
        for (int k = 0; k < depth; k++) {
            FloatVector w0 = FloatVector.fromArray(F, w, wAt + k * (2 * LANES));
            FloatVector w1 = FloatVector.fromArray(F, w, wAt + k * (2 * LANES) + LANES);
            FloatVector b0 = FloatVector.broadcast(F, x[x0 + k]);
            a00 = b0.fma(w0, a00);
            a01 = b0.fma(w1, a01);
            FloatVector b1 = FloatVector.broadcast(F, x[x1 + k]);
            a10 = b1.fma(w0, a10);
            a11 = b1.fma(w1, a11);
            FloatVector b2 = FloatVector.broadcast(F, x[x2 + k]);
            a20 = b2.fma(w0, a20);
            a21 = b2.fma(w1, a21);
            FloatVector b3 = FloatVector.broadcast(F, x[x3 + k]);
            a30 = b3.fma(w0, a30);
            a31 = b3.fma(w1, a31);
            FloatVector b4 = FloatVector.broadcast(F, x[x4 + k]);
            a40 = b4.fma(w0, a40);
            a41 = b4.fma(w1, a41);
            FloatVector b5 = FloatVector.broadcast(F, x[x5 + k]);
            a50 = b5.fma(w0, a50);
            a51 = b5.fma(w1, a51);
        }
        FloatVector bias0 = FloatVector.fromArray(F, bias, biasAt);
        FloatVector bias1 = FloatVector.fromArray(F, bias, biasAt + LANES);
        bias0.add(a00).intoArray(y, yAt);
        bias1.add(a01).intoArray(y, yAt + LANES);
        bias0.add(a10).intoArray(y, yAt + yRow);
        bias1.add(a11).intoArray(y, yAt + yRow + LANES);
        bias0.add(a20).intoArray(y, yAt + 2 * yRow);
        bias1.add(a21).intoArray(y, yAt + 2 * yRow + LANES);
        bias0.add(a30).intoArray(y, yAt + 3 * yRow);
        bias1.add(a31).intoArray(y, yAt + 3 * yRow + LANES);
        bias0.add(a40).intoArray(y, yAt + 4 * yRow);
        bias1.add(a41).intoArray(y, yAt + 4 * yRow + LANES);
        bias0.add(a50).intoArray(y, yAt + 5 * yRow);
        bias1.add(a51).intoArray(y, yAt + 5 * yRow + LANES);
    }

    static void tile4x2(float[] x, int xAt, int xRow, float[] w, int wAt, int depth, float[] bias, int biasAt,
                        float[] y, int yAt, int yRow) {
        int x0 = xAt;
        int x1 = xAt + 1 * xRow;
        int x2 = xAt + 2 * xRow;
        int x3 = xAt + 3 * xRow;
        FloatVector a00 = FloatVector.zero(F), a01 = FloatVector.zero(F);
        FloatVector a10 = FloatVector.zero(F), a11 = FloatVector.zero(F);
        FloatVector a20 = FloatVector.zero(F), a21 = FloatVector.zero(F);
        FloatVector a30 = FloatVector.zero(F), a31 = FloatVector.zero(F);
        for (int k = 0; k < depth; k++) {
            FloatVector w0 = FloatVector.fromArray(F, w, wAt + k * (2 * LANES));
            FloatVector w1 = FloatVector.fromArray(F, w, wAt + k * (2 * LANES) + LANES);
            FloatVector b0 = FloatVector.broadcast(F, x[x0 + k]);
            a00 = b0.fma(w0, a00);
            a01 = b0.fma(w1, a01);
            FloatVector b1 = FloatVector.broadcast(F, x[x1 + k]);
            a10 = b1.fma(w0, a10);
            a11 = b1.fma(w1, a11);
            FloatVector b2 = FloatVector.broadcast(F, x[x2 + k]);
            a20 = b2.fma(w0, a20);
            a21 = b2.fma(w1, a21);
            FloatVector b3 = FloatVector.broadcast(F, x[x3 + k]);
            a30 = b3.fma(w0, a30);
            a31 = b3.fma(w1, a31);
        }
        FloatVector bias0 = FloatVector.fromArray(F, bias, biasAt);
        FloatVector bias1 = FloatVector.fromArray(F, bias, biasAt + LANES);
        bias0.add(a00).intoArray(y, yAt);
        bias1.add(a01).intoArray(y, yAt + LANES);
        bias0.add(a10).intoArray(y, yAt + yRow);
        bias1.add(a11).intoArray(y, yAt + yRow + LANES);
        bias0.add(a20).intoArray(y, yAt + 2 * yRow);
        bias1.add(a21).intoArray(y, yAt + 2 * yRow + LANES);
        bias0.add(a30).intoArray(y, yAt + 3 * yRow);
        bias1.add(a31).intoArray(y, yAt + 3 * yRow + LANES);
    }

    static void tile2x2(float[] x, int xAt, int xRow, float[] w, int wAt, int depth, float[] bias, int biasAt,
                        float[] y, int yAt, int yRow) {
        int x0 = xAt;
        int x1 = xAt + 1 * xRow;
        FloatVector a00 = FloatVector.zero(F), a01 = FloatVector.zero(F);
        FloatVector a10 = FloatVector.zero(F), a11 = FloatVector.zero(F);
        for (int k = 0; k < depth; k++) {
            FloatVector w0 = FloatVector.fromArray(F, w, wAt + k * (2 * LANES));
            FloatVector w1 = FloatVector.fromArray(F, w, wAt + k * (2 * LANES) + LANES);
            FloatVector b0 = FloatVector.broadcast(F, x[x0 + k]);
            a00 = b0.fma(w0, a00);
            a01 = b0.fma(w1, a01);
            FloatVector b1 = FloatVector.broadcast(F, x[x1 + k]);
            a10 = b1.fma(w0, a10);
            a11 = b1.fma(w1, a11);
        }
        FloatVector bias0 = FloatVector.fromArray(F, bias, biasAt);
        FloatVector bias1 = FloatVector.fromArray(F, bias, biasAt + LANES);
        bias0.add(a00).intoArray(y, yAt);
        bias1.add(a01).intoArray(y, yAt + LANES);
        bias0.add(a10).intoArray(y, yAt + yRow);
        bias1.add(a11).intoArray(y, yAt + yRow + LANES);
    }

    static void tile1x2(float[] x, int xAt, int xRow, float[] w, int wAt, int depth, float[] bias, int biasAt,
                        float[] y, int yAt, int yRow) {
        int x0 = xAt;
        FloatVector a00 = FloatVector.zero(F), a01 = FloatVector.zero(F);
        for (int k = 0; k < depth; k++) {
            FloatVector w0 = FloatVector.fromArray(F, w, wAt + k * (2 * LANES));
            FloatVector w1 = FloatVector.fromArray(F, w, wAt + k * (2 * LANES) + LANES);
            FloatVector b0 = FloatVector.broadcast(F, x[x0 + k]);
            a00 = b0.fma(w0, a00);
            a01 = b0.fma(w1, a01);
        }
        FloatVector bias0 = FloatVector.fromArray(F, bias, biasAt);
        FloatVector bias1 = FloatVector.fromArray(F, bias, biasAt + LANES);
        bias0.add(a00).intoArray(y, yAt);
        bias1.add(a01).intoArray(y, yAt + LANES);
    }

    static void tile6x1(float[] x, int xAt, int xRow, float[] w, int wAt, int depth, float[] bias, int biasAt,
                        float[] y, int yAt, int yRow) {
        int x0 = xAt;
        int x1 = xAt + 1 * xRow;
        int x2 = xAt + 2 * xRow;
        int x3 = xAt + 3 * xRow;
        int x4 = xAt + 4 * xRow;
        int x5 = xAt + 5 * xRow;
        FloatVector a00 = FloatVector.zero(F);
        FloatVector a10 = FloatVector.zero(F);
        FloatVector a20 = FloatVector.zero(F);
        FloatVector a30 = FloatVector.zero(F);
        FloatVector a40 = FloatVector.zero(F);
        FloatVector a50 = FloatVector.zero(F);
        for (int k = 0; k < depth; k++) {
            FloatVector w0 = FloatVector.fromArray(F, w, wAt + k * LANES);
            FloatVector b0 = FloatVector.broadcast(F, x[x0 + k]);
            a00 = b0.fma(w0, a00);
            FloatVector b1 = FloatVector.broadcast(F, x[x1 + k]);
            a10 = b1.fma(w0, a10);
            FloatVector b2 = FloatVector.broadcast(F, x[x2 + k]);
            a20 = b2.fma(w0, a20);
            FloatVector b3 = FloatVector.broadcast(F, x[x3 + k]);
            a30 = b3.fma(w0, a30);
            FloatVector b4 = FloatVector.broadcast(F, x[x4 + k]);
            a40 = b4.fma(w0, a40);
            FloatVector b5 = FloatVector.broadcast(F, x[x5 + k]);
            a50 = b5.fma(w0, a50);
        }
        FloatVector bias0 = FloatVector.fromArray(F, bias, biasAt);
        bias0.add(a00).intoArray(y, yAt);
        bias0.add(a10).intoArray(y, yAt + yRow);
        bias0.add(a20).intoArray(y, yAt + 2 * yRow);
        bias0.add(a30).intoArray(y, yAt + 3 * yRow);
        bias0.add(a40).intoArray(y, yAt + 4 * yRow);
        bias0.add(a50).intoArray(y, yAt + 5 * yRow);
    }

    static void tile1x1(float[] x, int xAt, int xRow, float[] w, int wAt, int depth, float[] bias, int biasAt,
                        float[] y, int yAt, int yRow) {
        int x0 = xAt;
        FloatVector a00 = FloatVector.zero(F);
        for (int k = 0; k < depth; k++) {
            FloatVector w0 = FloatVector.fromArray(F, w, wAt + k * LANES);
            FloatVector b0 = FloatVector.broadcast(F, x[x0 + k]);
            a00 = b0.fma(w0, a00);
        }
        FloatVector bias0 = FloatVector.fromArray(F, bias, biasAt);
        bias0.add(a00).intoArray(y, yAt);
    }

    static void tile6x1masked(float[] x, int xAt, int xRow, float[] w, int wAt, int depth, float[] bias, int biasAt,
                        float[] y, int yAt, int yRow, int columns) {
        int x0 = xAt;
        int x1 = xAt + 1 * xRow;
        int x2 = xAt + 2 * xRow;
        int x3 = xAt + 3 * xRow;
        int x4 = xAt + 4 * xRow;
        int x5 = xAt + 5 * xRow;
        FloatVector a00 = FloatVector.zero(F);
        FloatVector a10 = FloatVector.zero(F);
        FloatVector a20 = FloatVector.zero(F);
        FloatVector a30 = FloatVector.zero(F);
        FloatVector a40 = FloatVector.zero(F);
        FloatVector a50 = FloatVector.zero(F);
        for (int k = 0; k < depth; k++) {
            FloatVector w0 = FloatVector.fromArray(F, w, wAt + k * LANES);
            FloatVector b0 = FloatVector.broadcast(F, x[x0 + k]);
            a00 = b0.fma(w0, a00);
            FloatVector b1 = FloatVector.broadcast(F, x[x1 + k]);
            a10 = b1.fma(w0, a10);
            FloatVector b2 = FloatVector.broadcast(F, x[x2 + k]);
            a20 = b2.fma(w0, a20);
            FloatVector b3 = FloatVector.broadcast(F, x[x3 + k]);
            a30 = b3.fma(w0, a30);
            FloatVector b4 = FloatVector.broadcast(F, x[x4 + k]);
            a40 = b4.fma(w0, a40);
            FloatVector b5 = FloatVector.broadcast(F, x[x5 + k]);
            a50 = b5.fma(w0, a50);
        }
        FloatVector bias0 = FloatVector.fromArray(F, bias, biasAt);
        VectorMask<Float> mask = F.indexInRange(0, columns);
        bias0.add(a00).intoArray(y, yAt, mask);
        bias0.add(a10).intoArray(y, yAt + yRow, mask);
        bias0.add(a20).intoArray(y, yAt + 2 * yRow, mask);
        bias0.add(a30).intoArray(y, yAt + 3 * yRow, mask);
        bias0.add(a40).intoArray(y, yAt + 4 * yRow, mask);
        bias0.add(a50).intoArray(y, yAt + 5 * yRow, mask);
    }

    static void tile1x1masked(float[] x, int xAt, int xRow, float[] w, int wAt, int depth, float[] bias, int biasAt,
                        float[] y, int yAt, int yRow, int columns) {
        int x0 = xAt;
        FloatVector a00 = FloatVector.zero(F);
        for (int k = 0; k < depth; k++) {
            FloatVector w0 = FloatVector.fromArray(F, w, wAt + k * LANES);
            FloatVector b0 = FloatVector.broadcast(F, x[x0 + k]);
            a00 = b0.fma(w0, a00);
        }
        FloatVector bias0 = FloatVector.fromArray(F, bias, biasAt);
        VectorMask<Float> mask = F.indexInRange(0, columns);
        bias0.add(a00).intoArray(y, yAt, mask);
    }

    /** One row by four panels: weights are read once, so what counts is how many loads are under way. */
    static void tile1x8(float[] x, int xAt, float[] w, int wAt, int depth, float[] bias, int biasAt, float[] y, int yAt) {
        int panel = 2 * LANES * depth;
        FloatVector a0 = FloatVector.zero(F);
        FloatVector a1 = FloatVector.zero(F);
        FloatVector a2 = FloatVector.zero(F);
        FloatVector a3 = FloatVector.zero(F);
        FloatVector a4 = FloatVector.zero(F);
        FloatVector a5 = FloatVector.zero(F);
        FloatVector a6 = FloatVector.zero(F);
        FloatVector a7 = FloatVector.zero(F);
        for (int k = 0; k < depth; k++) {
            FloatVector b = FloatVector.broadcast(F, x[xAt + k]);
            a0 = b.fma(FloatVector.fromArray(F, w, wAt + k * (2 * LANES)), a0);
            a1 = b.fma(FloatVector.fromArray(F, w, wAt + k * (2 * LANES) + LANES), a1);
            a2 = b.fma(FloatVector.fromArray(F, w, wAt + panel + k * (2 * LANES)), a2);
            a3 = b.fma(FloatVector.fromArray(F, w, wAt + panel + k * (2 * LANES) + LANES), a3);
            a4 = b.fma(FloatVector.fromArray(F, w, wAt + 2 * panel + k * (2 * LANES)), a4);
            a5 = b.fma(FloatVector.fromArray(F, w, wAt + 2 * panel + k * (2 * LANES) + LANES), a5);
            a6 = b.fma(FloatVector.fromArray(F, w, wAt + 3 * panel + k * (2 * LANES)), a6);
            a7 = b.fma(FloatVector.fromArray(F, w, wAt + 3 * panel + k * (2 * LANES) + LANES), a7);
        }
        FloatVector.fromArray(F, bias, biasAt).add(a0).intoArray(y, yAt);
        FloatVector.fromArray(F, bias, biasAt + LANES).add(a1).intoArray(y, yAt + LANES);
        FloatVector.fromArray(F, bias, biasAt + 2 * LANES).add(a2).intoArray(y, yAt + 2 * LANES);
        FloatVector.fromArray(F, bias, biasAt + 3 * LANES).add(a3).intoArray(y, yAt + 3 * LANES);
        FloatVector.fromArray(F, bias, biasAt + 4 * LANES).add(a4).intoArray(y, yAt + 4 * LANES);
        FloatVector.fromArray(F, bias, biasAt + 5 * LANES).add(a5).intoArray(y, yAt + 5 * LANES);
        FloatVector.fromArray(F, bias, biasAt + 6 * LANES).add(a6).intoArray(y, yAt + 6 * LANES);
        FloatVector.fromArray(F, bias, biasAt + 7 * LANES).add(a7).intoArray(y, yAt + 7 * LANES);
    }
}
