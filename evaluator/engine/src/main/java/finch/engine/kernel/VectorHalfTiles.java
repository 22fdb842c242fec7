package finch.engine.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** {@link VectorTiles} for half a vector of columns: 24 or 40 channels would waste half of a 512-bit panel. */
final class VectorHalfTiles {
    private static final VectorSpecies<Float> HALF = VectorWidth.HALF;
    private static final int HALF_LANES = VectorWidth.HALF_LANES;

    private VectorHalfTiles() {}

    static void tile12x1(float[] x, int xAt, int xRow, float[] w, int wAt, int depth, float[] bias, int biasAt,
                        float[] y, int yAt, int yRow) {
        int x0 = xAt;
        int x1 = xAt + 1 * xRow;
        int x2 = xAt + 2 * xRow;
        int x3 = xAt + 3 * xRow;
        int x4 = xAt + 4 * xRow;
        int x5 = xAt + 5 * xRow;
        int x6 = xAt + 6 * xRow;
        int x7 = xAt + 7 * xRow;
        int x8 = xAt + 8 * xRow;
        int x9 = xAt + 9 * xRow;
        int x10 = xAt + 10 * xRow;
        int x11 = xAt + 11 * xRow;
        FloatVector a00 = FloatVector.zero(HALF);
        FloatVector a10 = FloatVector.zero(HALF);
        FloatVector a20 = FloatVector.zero(HALF);
        FloatVector a30 = FloatVector.zero(HALF);
        FloatVector a40 = FloatVector.zero(HALF);
        FloatVector a50 = FloatVector.zero(HALF);
        FloatVector a60 = FloatVector.zero(HALF);
        FloatVector a70 = FloatVector.zero(HALF);
        FloatVector a80 = FloatVector.zero(HALF);
        FloatVector a90 = FloatVector.zero(HALF);
        FloatVector a100 = FloatVector.zero(HALF);
        FloatVector a110 = FloatVector.zero(HALF);
        for (int k = 0; k < depth; k++) {
            FloatVector w0 = FloatVector.fromArray(HALF, w, wAt + k * HALF_LANES);
            FloatVector b0 = FloatVector.broadcast(HALF, x[x0 + k]);
            a00 = b0.fma(w0, a00);
            FloatVector b1 = FloatVector.broadcast(HALF, x[x1 + k]);
            a10 = b1.fma(w0, a10);
            FloatVector b2 = FloatVector.broadcast(HALF, x[x2 + k]);
            a20 = b2.fma(w0, a20);
            FloatVector b3 = FloatVector.broadcast(HALF, x[x3 + k]);
            a30 = b3.fma(w0, a30);
            FloatVector b4 = FloatVector.broadcast(HALF, x[x4 + k]);
            a40 = b4.fma(w0, a40);
            FloatVector b5 = FloatVector.broadcast(HALF, x[x5 + k]);
            a50 = b5.fma(w0, a50);
            FloatVector b6 = FloatVector.broadcast(HALF, x[x6 + k]);
            a60 = b6.fma(w0, a60);
            FloatVector b7 = FloatVector.broadcast(HALF, x[x7 + k]);
            a70 = b7.fma(w0, a70);
            FloatVector b8 = FloatVector.broadcast(HALF, x[x8 + k]);
            a80 = b8.fma(w0, a80);
            FloatVector b9 = FloatVector.broadcast(HALF, x[x9 + k]);
            a90 = b9.fma(w0, a90);
            FloatVector b10 = FloatVector.broadcast(HALF, x[x10 + k]);
            a100 = b10.fma(w0, a100);
            FloatVector b11 = FloatVector.broadcast(HALF, x[x11 + k]);
            a110 = b11.fma(w0, a110);
        }
        FloatVector bias0 = FloatVector.fromArray(HALF, bias, biasAt);
        bias0.add(a00).intoArray(y, yAt);
        bias0.add(a10).intoArray(y, yAt + yRow);
        bias0.add(a20).intoArray(y, yAt + 2 * yRow);
        bias0.add(a30).intoArray(y, yAt + 3 * yRow);
        bias0.add(a40).intoArray(y, yAt + 4 * yRow);
        bias0.add(a50).intoArray(y, yAt + 5 * yRow);
        bias0.add(a60).intoArray(y, yAt + 6 * yRow);
        bias0.add(a70).intoArray(y, yAt + 7 * yRow);
        bias0.add(a80).intoArray(y, yAt + 8 * yRow);
        bias0.add(a90).intoArray(y, yAt + 9 * yRow);
        bias0.add(a100).intoArray(y, yAt + 10 * yRow);
        bias0.add(a110).intoArray(y, yAt + 11 * yRow);
    }

    static void tile6x1(float[] x, int xAt, int xRow, float[] w, int wAt, int depth, float[] bias, int biasAt,
                        float[] y, int yAt, int yRow) {
        int x0 = xAt;
        int x1 = xAt + 1 * xRow;
        int x2 = xAt + 2 * xRow;
        int x3 = xAt + 3 * xRow;
        int x4 = xAt + 4 * xRow;
        int x5 = xAt + 5 * xRow;
        FloatVector a00 = FloatVector.zero(HALF);
        FloatVector a10 = FloatVector.zero(HALF);
        FloatVector a20 = FloatVector.zero(HALF);
        FloatVector a30 = FloatVector.zero(HALF);
        FloatVector a40 = FloatVector.zero(HALF);
        FloatVector a50 = FloatVector.zero(HALF);
        for (int k = 0; k < depth; k++) {
            FloatVector w0 = FloatVector.fromArray(HALF, w, wAt + k * HALF_LANES);
            FloatVector b0 = FloatVector.broadcast(HALF, x[x0 + k]);
            a00 = b0.fma(w0, a00);
            FloatVector b1 = FloatVector.broadcast(HALF, x[x1 + k]);
            a10 = b1.fma(w0, a10);
            FloatVector b2 = FloatVector.broadcast(HALF, x[x2 + k]);
            a20 = b2.fma(w0, a20);
            FloatVector b3 = FloatVector.broadcast(HALF, x[x3 + k]);
            a30 = b3.fma(w0, a30);
            FloatVector b4 = FloatVector.broadcast(HALF, x[x4 + k]);
            a40 = b4.fma(w0, a40);
            FloatVector b5 = FloatVector.broadcast(HALF, x[x5 + k]);
            a50 = b5.fma(w0, a50);
        }
        FloatVector bias0 = FloatVector.fromArray(HALF, bias, biasAt);
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
        FloatVector a00 = FloatVector.zero(HALF);
        for (int k = 0; k < depth; k++) {
            FloatVector w0 = FloatVector.fromArray(HALF, w, wAt + k * HALF_LANES);
            FloatVector b0 = FloatVector.broadcast(HALF, x[x0 + k]);
            a00 = b0.fma(w0, a00);
        }
        FloatVector bias0 = FloatVector.fromArray(HALF, bias, biasAt);
        bias0.add(a00).intoArray(y, yAt);
    }
}
