package finch.engine.kernel;

/**
 * Matrix product of NHWC pixels and packed weights. Weights stand in panels [panel][k][column]: panels of two vectors'
 * columns as long as they fit, then of one vector, then half a vector if that fits exactly or else one vector padded with
 * zero columns.
 */
final class VectorMatmul {
    private static final int LANES = VectorWidth.LANES;
    private static final int HALF = VectorWidth.HALF_LANES;
    static final int PANEL = 2 * LANES;

    private VectorMatmul() {}

    /** Columns after padding. */
    static int padded(int columns) {
        int rest = columns % LANES;
        return columns - rest + (rest == 0 ? 0 : rest == HALF ? HALF : LANES);
    }

    /** Packs [out][k], rows {@code first} to {@code first + outs}, to {@code target} at {@code at}. */
    static void pack(float[] weights, int first, int outs, int depth, float[] target, int at) {
        for (int out = 0; out < outs; out++) {
            boolean wide = out / PANEL * PANEL + PANEL <= outs;
            int start = out / (wide ? PANEL : LANES) * (wide ? PANEL : LANES);
            int width = wide ? PANEL : outs - start == HALF ? HALF : LANES;
            for (int k = 0; k < depth; k++) {
                target[at + start * depth + k * width + out - start] = weights[(first + out) * depth + k];
            }
        }
    }

    /** y = x·w + bias for {@code rows} rows and the columns {@code from} (a multiple of a panel) to {@code to}. */
    static void multiply(float[] x, int xAt, int xRow, int rows, float[] w, int wAt, int depth,
                         float[] bias, int biasAt, float[] y, int yAt, int yRow, int from, int to) {
        int column = from;
        if (rows == 1) {
            for (; column + 4 * PANEL <= to; column += 4 * PANEL) {
                VectorTiles.tile1x8(x, xAt, w, wAt + column * depth, depth, bias, biasAt + column, y, yAt + column);
            }
        }
        for (; column + PANEL <= to; column += PANEL) {
            wide(x, xAt, xRow, rows, w, wAt + column * depth, depth, bias, biasAt + column, y, yAt + column, yRow);
        }
        for (; column + LANES <= to; column += LANES) {
            narrow(x, xAt, xRow, rows, w, wAt + column * depth, depth, bias, biasAt + column, y, yAt + column, yRow);
        }
        if (to - column == HALF) {
            half(x, xAt, xRow, rows, w, wAt + column * depth, depth, bias, biasAt + column, y, yAt + column, yRow);
        } else if (column < to) {
            masked(x, xAt, xRow, rows, w, wAt + column * depth, depth, bias, biasAt + column, y, yAt + column, yRow, to - column);
        }
    }

    private static void wide(float[] x, int xAt, int xRow, int rows, float[] w, int wAt, int depth,
                             float[] bias, int biasAt, float[] y, int yAt, int yRow) {
        int row = 0;
        for (; row + 6 <= rows; row += 6) {
            VectorTiles.tile6x2(x, xAt + row * xRow, xRow, w, wAt, depth, bias, biasAt, y, yAt + row * yRow, yRow);
        }
        if (row + 4 <= rows) {
            VectorTiles.tile4x2(x, xAt + row * xRow, xRow, w, wAt, depth, bias, biasAt, y, yAt + row * yRow, yRow);
            row += 4;
        }
        if (row + 2 <= rows) {
            VectorTiles.tile2x2(x, xAt + row * xRow, xRow, w, wAt, depth, bias, biasAt, y, yAt + row * yRow, yRow);
            row += 2;
        }
        if (row < rows) {
            VectorTiles.tile1x2(x, xAt + row * xRow, xRow, w, wAt, depth, bias, biasAt, y, yAt + row * yRow, yRow);
        }
    }

    private static void narrow(float[] x, int xAt, int xRow, int rows, float[] w, int wAt, int depth,
                               float[] bias, int biasAt, float[] y, int yAt, int yRow) {
        int row = 0;
        for (; row + 6 <= rows; row += 6) {
            VectorTiles.tile6x1(x, xAt + row * xRow, xRow, w, wAt, depth, bias, biasAt, y, yAt + row * yRow, yRow);
        }
        for (; row < rows; row++) {
            VectorTiles.tile1x1(x, xAt + row * xRow, xRow, w, wAt, depth, bias, biasAt, y, yAt + row * yRow, yRow);
        }
    }

    private static void half(float[] x, int xAt, int xRow, int rows, float[] w, int wAt, int depth,
                             float[] bias, int biasAt, float[] y, int yAt, int yRow) {
        int row = 0;
        for (; row + 12 <= rows; row += 12) {
            VectorHalfTiles.tile12x1(x, xAt + row * xRow, xRow, w, wAt, depth, bias, biasAt, y, yAt + row * yRow, yRow);
        }
        if (row + 6 <= rows) {
            VectorHalfTiles.tile6x1(x, xAt + row * xRow, xRow, w, wAt, depth, bias, biasAt, y, yAt + row * yRow, yRow);
            row += 6;
        }
        for (; row < rows; row++) {
            VectorHalfTiles.tile1x1(x, xAt + row * xRow, xRow, w, wAt, depth, bias, biasAt, y, yAt + row * yRow, yRow);
        }
    }

    private static void masked(float[] x, int xAt, int xRow, int rows, float[] w, int wAt, int depth,
                               float[] bias, int biasAt, float[] y, int yAt, int yRow, int columns) {
        int row = 0;
        for (; row + 6 <= rows; row += 6) {
            VectorTiles.tile6x1masked(x, xAt + row * xRow, xRow, w, wAt, depth, bias, biasAt, y, yAt + row * yRow, yRow, columns);
        }
        for (; row < rows; row++) {
            VectorTiles.tile1x1masked(x, xAt + row * xRow, xRow, w, wAt, depth, bias, biasAt, y, yAt + row * yRow, yRow, columns);
        }
    }
}
