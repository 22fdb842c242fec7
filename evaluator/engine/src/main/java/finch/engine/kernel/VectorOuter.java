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

    /** Where a tile's sums go, on whole cache lines as all that follows. */
    private static final int SUMS = CacheLines.HEADER_GAP;
    /** Where gradients are copied to. */
    private static final int GRADIENTS = SUMS + ROWS * COLUMNS;
    /** Where blocks of inputs are copied to. */
    private static final int INPUTS = GRADIENTS + STRIP * BLOCK;
    private static final int INPUTS_FLOATS = STRIP * COLUMNS;
    /** Blocks of inputs that are copied once for all outputs: what they take, 128 KB with 512 bits, fits the second level cache. */
    private static final int BLOCKS = 8;

    private VectorOuter() {}

    static int scratch(int depth) {
        return INPUTS + INPUTS_FLOATS * Math.min(BLOCKS, Math.ceilDiv(depth, COLUMNS));
    }

    static void add(float[] g, int gAt, int gRow, int outs, float[] x, int xAt, int xRow, int depth, int pixels, float[] w, int wAt, float[] scratch) {
        for (int first = 0; first < pixels; first += STRIP) {
            int count = Math.min(STRIP, pixels - first);
            for (int column = 0; column < depth; column += BLOCKS * COLUMNS) {
                strip(g, gAt + first * gRow, gRow, outs, x, xAt + first * xRow + column, xRow, Math.min(BLOCKS * COLUMNS, depth - column), count, w, wAt + column, depth, scratch);
            }
        }
    }

    /** A strip of pixels for all outputs and some inputs. */
    private static void strip(float[] g, int gAt, int gRow, int outs, float[] x, int xAt, int xRow, int ins, int count, float[] w, int wAt, int wRow, float[] scratch) {
        for (int column = 0, at = INPUTS; column < ins; column += COLUMNS, at += INPUTS_FLOATS) {
            copy(x, xAt + column, xRow, Math.min(COLUMNS, ins - column), count, scratch, at, COLUMNS);
        }
        for (int block = 0; block < outs; block += BLOCK) {
            int rows = Math.min(BLOCK, outs - block);
            copy(g, gAt + block, gRow, rows, count, scratch, GRADIENTS, BLOCK);
            for (int column = 0, at = INPUTS; column < ins; column += COLUMNS, at += INPUTS_FLOATS) {
                for (int row = 0; row < rows; row += ROWS) {
                    tile(scratch, GRADIENTS + row, at, count);
                    store(scratch, w, wAt + (block + row) * wRow + column, wRow, Math.min(ROWS, rows - row), Math.min(COLUMNS, ins - column));
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

    /** Four outputs by a block of inputs, which start at {@code g} and {@code x}, to the start of the scratch. */
    private static void tile(float[] s, int g, int x, int count) {
        FloatVector a0 = FloatVector.zero(F), b0 = FloatVector.zero(F), a1 = FloatVector.zero(F), b1 = FloatVector.zero(F);
        FloatVector a2 = FloatVector.zero(F), b2 = FloatVector.zero(F), a3 = FloatVector.zero(F), b3 = FloatVector.zero(F);
        for (int p = 0; p < count; p++) {
            FloatVector x0 = FloatVector.fromArray(F, s, x + p * COLUMNS), x1 = FloatVector.fromArray(F, s, x + LANES + p * COLUMNS);
            FloatVector g0 = FloatVector.broadcast(F, s[g + p * BLOCK]);
            a0 = g0.fma(x0, a0);
            b0 = g0.fma(x1, b0);
            FloatVector g1 = FloatVector.broadcast(F, s[g + 1 + p * BLOCK]);
            a1 = g1.fma(x0, a1);
            b1 = g1.fma(x1, b1);
            FloatVector g2 = FloatVector.broadcast(F, s[g + 2 + p * BLOCK]);
            a2 = g2.fma(x0, a2);
            b2 = g2.fma(x1, b2);
            FloatVector g3 = FloatVector.broadcast(F, s[g + 3 + p * BLOCK]);
            a3 = g3.fma(x0, a3);
            b3 = g3.fma(x1, b3);
        }
        a0.intoArray(s, SUMS);
        b0.intoArray(s, SUMS + LANES);
        a1.intoArray(s, SUMS + COLUMNS);
        b1.intoArray(s, SUMS + COLUMNS + LANES);
        a2.intoArray(s, SUMS + 2 * COLUMNS);
        b2.intoArray(s, SUMS + 2 * COLUMNS + LANES);
        a3.intoArray(s, SUMS + 3 * COLUMNS);
        b3.intoArray(s, SUMS + 3 * COLUMNS + LANES);
    }

    private static void store(float[] s, float[] w, int wAt, int depth, int rows, int columns) {
        for (int row = 0; row < rows; row++) {
            int from = SUMS + row * COLUMNS;
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
