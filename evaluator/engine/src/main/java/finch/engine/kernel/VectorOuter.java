package finch.engine.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/**
 * Weight gradients of products: w[o][k] += Σ_p g[p][o] · x[p][k]. Strips of pixels and blocks of outputs and inputs are copied to places a
 * constant apart, so that a tile of {@link #ROWS} outputs by two vectors of inputs walks along the pixels with two indices, whose checks
 * C2 takes out of the loop. Eight sums suffice: four cycles of latency, two a cycle.
 */
final class VectorOuter {
    private static final VectorSpecies<Float> F = VectorWidth.FLOATS;
    private static final int LANES = VectorWidth.LANES;
    /** Outputs of a tile: channels are multiples of it, mostly. */
    private static final int ROWS = 4;
    private static final int COLUMNS = 2 * LANES;
    /** Pixels of a strip; with those, both blocks fit the nearest cache. */
    private static final int STRIP = 128;
    /** Outputs of a block. */
    private static final int BLOCK = 32;

    private static final int GRADIENTS = STRIP * BLOCK;
    private static final int INPUTS = STRIP * COLUMNS;
    static final int SCRATCH = GRADIENTS + INPUTS + ROWS * COLUMNS;

    private VectorOuter() {}

    static void add(float[] g, int gAt, int gRow, int outs, float[] x, int xAt, int xRow, int depth, int pixels, float[] w, int wAt, float[] scratch) {
        for (int first = 0; first < pixels; first += STRIP) {
            int count = Math.min(STRIP, pixels - first);
            for (int block = 0; block < outs; block += BLOCK) {
                int rows = Math.min(BLOCK, outs - block);
                copy(g, gAt + first * gRow + block, gRow, rows, count, scratch, 0, BLOCK);
                for (int column = 0; column < depth; column += COLUMNS) {
                    int columns = Math.min(COLUMNS, depth - column);
                    copy(x, xAt + first * xRow + column, xRow, columns, count, scratch, GRADIENTS, COLUMNS);
                    for (int row = 0; row < rows; row += ROWS) {
                        tile(scratch, row, count);
                        store(scratch, w, wAt + (block + row) * depth + column, depth, Math.min(ROWS, rows - row), columns);
                    }
                }
            }
        }
    }

    /** Rows of {@code length} to places {@code step} apart, with zeros behind them. */
    private static void copy(float[] from, int at, int row, int length, int count, float[] to, int target, int step) {
        int i = 0;
        for (; i <= length - LANES; i += LANES) {
            for (int p = 0; p < count; p++) {
                FloatVector.fromArray(F, from, at + p * row + i).intoArray(to, target + p * step + i);
            }
        }
        for (; i < step; i += LANES) {
            VectorMask<Float> mask = F.indexInRange(i, length);
            for (int p = 0; p < count; p++) {
                FloatVector.fromArray(F, from, at + p * row + i, mask).intoArray(to, target + p * step + i);
            }
        }
    }

    /** Four outputs from {@code row} by all columns, to the end of the scratch. */
    private static void tile(float[] s, int row, int count) {
        FloatVector a0 = FloatVector.zero(F), b0 = FloatVector.zero(F), a1 = FloatVector.zero(F), b1 = FloatVector.zero(F);
        FloatVector a2 = FloatVector.zero(F), b2 = FloatVector.zero(F), a3 = FloatVector.zero(F), b3 = FloatVector.zero(F);
        for (int p = 0; p < count; p++) {
            FloatVector x0 = FloatVector.fromArray(F, s, GRADIENTS + p * COLUMNS), x1 = FloatVector.fromArray(F, s, GRADIENTS + LANES + p * COLUMNS);
            FloatVector g0 = FloatVector.broadcast(F, s[row + p * BLOCK]);
            a0 = g0.fma(x0, a0);
            b0 = g0.fma(x1, b0);
            FloatVector g1 = FloatVector.broadcast(F, s[row + 1 + p * BLOCK]);
            a1 = g1.fma(x0, a1);
            b1 = g1.fma(x1, b1);
            FloatVector g2 = FloatVector.broadcast(F, s[row + 2 + p * BLOCK]);
            a2 = g2.fma(x0, a2);
            b2 = g2.fma(x1, b2);
            FloatVector g3 = FloatVector.broadcast(F, s[row + 3 + p * BLOCK]);
            a3 = g3.fma(x0, a3);
            b3 = g3.fma(x1, b3);
        }
        int at = GRADIENTS + INPUTS;
        a0.intoArray(s, at);
        b0.intoArray(s, at + LANES);
        a1.intoArray(s, at + COLUMNS);
        b1.intoArray(s, at + COLUMNS + LANES);
        a2.intoArray(s, at + 2 * COLUMNS);
        b2.intoArray(s, at + 2 * COLUMNS + LANES);
        a3.intoArray(s, at + 3 * COLUMNS);
        b3.intoArray(s, at + 3 * COLUMNS + LANES);
    }

    private static void store(float[] s, float[] w, int wAt, int depth, int rows, int columns) {
        for (int row = 0; row < rows; row++) {
            int from = GRADIENTS + INPUTS + row * COLUMNS;
            int at = wAt + row * depth;
            if (columns == COLUMNS) {
                FloatVector.fromArray(F, w, at).add(FloatVector.fromArray(F, s, from)).intoArray(w, at);
                FloatVector.fromArray(F, w, at + LANES).add(FloatVector.fromArray(F, s, from + LANES)).intoArray(w, at + LANES);
            } else {
                for (int i = 0; i < columns; i++) {
                    w[at + i] += s[from + i];
                }
            }
        }
    }
}
