package finch.engine.kernel;

/**
 * Matrix product of NHWC pixels and packed weights. Weights stand in panels [panel][k][column], each as wide as one of
 * the generated tiles: how wide the next one is follows from the columns left. With 32 registers (512 bits) they are up to
 * four vectors wide, with 16 two. The last vector is padded with zero columns.
 */
final class VectorMatmul {
    private static final int LANES = VectorWidth.LANES;
    /** AVX-512 has 32 registers; what has fewer bits may have 16 only. */
    static final boolean WIDE = LANES == 16;

    /**
     * Products summed by the inner loop of a tile. Where the rows are not copied, the loop around it changes no bit; without it, under collectors
     * that ask for no safepoints in loops (serial, parallel), C2 spilled sums and halved the speed.
     */
    static final int STRIP = 256;
    /**
     * Floats from one row to the next in an input that was copied strip by strip: a constant, so that the rows of a tile are
     * displacements from one index. It is no multiple of a page, whose lines would share the places of few.
     */
    static final int STRIDE = STRIP + 16;
    /** Floats in front of a copied input, so that no row's displacement is zero: C2 would compute that one's index apart. */
    static final int LEAD = 8;

    private VectorMatmul() {}

    /** Products that the loops of deep tiles take a step. */
    private static final int UNROLLED = 4;
    /** Products from which on their fewer instructions make up for the many checks in front of the loop; measured within networks. */
    static final int DEEP = 192;

    /** Whether products of so many rows run faster on a copied input: where there are 16 registers. */
    static boolean copied(int rows, int depth, int columns) {
        return !WIDE && rows >= Tiles2.STRIDED_ROWS && depth >= LANES && (columns <= LANES || !PlaneMatmul.takes(depth) || PlaneMatmul.far(depth, columns));
    }

    /** Whether such products run faster yet on planes. */
    static boolean planes(int rows, int depth, int columns) {
        return !WIDE && PlaneMatmul.takes(rows, depth, columns);
    }

    /** Floats of a copied input. */
    static int copyFloats(int rows, int depth) {
        return LEAD + rows * STRIDE * Math.ceilDiv(depth, STRIP);
    }

    /**
     * Vectors of the panel to start where {@code left} columns are left: none is one vector wide if that can be helped, and
     * none of four has a mask, whose code would be too large for C2 to inline all of it. With 16 registers {@link PlaneMatmul} has panels of three.
     */
    static int panel(int left, int depth) {
        int vectors = Math.ceilDiv(left, LANES);
        if (!WIDE) {
            return vectors == 3 && PlaneMatmul.takes(depth) ? 3 : Math.min(vectors, 2);
        }
        if (left % LANES != 0 && (vectors == 4 || vectors == 8)) {
            return vectors == 4 ? 2 : 3;
        }
        return vectors == 4 || vectors >= 7 ? 4 : Math.min(vectors, 3);
    }

    /** Columns after padding. */
    static int padded(int columns) {
        return Math.ceilDiv(columns, LANES) * LANES;
    }

    /** The place between panels that is nearest to where the share {@code part} of {@code parts} would start. */
    static int bound(int columns, int part, int parts) {
        int depth = LANES; // panels of three vectors end where others do
        if (part == parts) {
            return columns;
        }
        long wanted = (long) columns * part / parts;
        int column = 0;
        while (column < wanted) {
            int width = panel(columns - column, depth) * LANES;
            if (column + width / 2 >= wanted) {
                break;
            }
            column = Math.min(columns, column + width);
        }
        return column;
    }

    /** Packs [out][k], rows {@code first} to {@code first + outs}, to {@code target} at {@code at}. */
    static void pack(float[] weights, int first, int outs, int depth, float[] target, int at) {
        int column = 0;
        while (column < outs) {
            int width = panel(outs - column, depth) * LANES;
            int used = Math.min(width, outs - column);
            int panel = at + column * depth;
            for (int out = 0; out < used; out++) {
                int from = (first + column + out) * depth;
                for (int k = 0; k < depth; k++) {
                    target[panel + k * width + out] = weights[from + k];
                }
            }
            column += width;
        }
    }

    /** Packs [k][out], all of it, to {@code target} at {@code at}. */
    static void packTransposed(float[] weights, int outs, int depth, float[] target, int at) {
        int column = 0;
        while (column < outs) {
            int width = panel(outs - column, depth) * LANES;
            int used = Math.min(width, outs - column);
            for (int k = 0; k < depth; k++) {
                System.arraycopy(weights, k * outs + column, target, at + column * depth + k * width, used);
            }
            column += width;
        }
    }

    /** Lowest multiple of the tiles' heights: chunks of so many rows leave no thin tiles. */
    static int rowGrain() {
        return WIDE ? 20 : 2 * Tiles2.STRIDED_ROWS;
    }

    /** Rows of a panel that are finished at a time where the tiles do not: their columns fit the nearest cache. */
    private static final int PASS_ROWS = 60;

    /**
     * y = finish(x·w + bias) for {@code rows} rows and the columns {@code from} to {@code to}, both where panels start.
     *
     * @param columns of the whole product
     */
    static void multiply(int finish, float low, float high, float[] x, int xAt, int xRow, int rows, float[] w, int wAt, int depth,
                         float[] bias, int biasAt, float[] y, int yAt, int yRow, int columns, int from, int to) {
        int lowBits = Float.floatToRawIntBits(low), highBits = Float.floatToRawIntBits(high);
        int column = from;
        while (column < to) {
            int panel = panel(columns - column, depth);
            int left = columns - column;
            int ws = wAt + column * depth;
            int bs = biasAt + column;
            int ys = yAt + column;
            if (rows == 1 && finish == Finish.PLAIN && abreast(panel, left, to - column, depth)) {
                if (panel == 4) {
                    Tiles4.abreast(x, xAt, w, ws, depth, bias, bs, y, ys);
                } else {
                    Tiles2.abreast(x, xAt, w, ws, depth, bias, bs, y, ys);
                }
                column += 8 * LANES;
                continue;
            }
            if (Finish.inPasses(finish)) {
                for (int row = 0; row < rows; row += PASS_ROWS) {
                    int count = Math.min(PASS_ROWS, rows - row);
                    panel(panel, left, Finish.PLAIN, lowBits, highBits, x, xAt + row * xRow, xRow, count, w, ws, depth, bias, bs, y, ys + row * yRow, yRow);
                    VectorElementwise.pass(finish, y, ys + row * yRow, yRow, count, Math.min(left, panel * LANES));
                }
            } else {
                panel(panel, left, finish, lowBits, highBits, x, xAt, xRow, rows, w, ws, depth, bias, bs, y, ys, yRow);
            }
            column += panel * LANES;
        }
    }

    private static void panel(int panel, int left, int finish, int low, int high, float[] x, int xAt, int xRow, int rows, float[] w, int wAt, int depth,
                              float[] bias, int biasAt, float[] y, int yAt, int yRow) {
        switch (left >= panel * LANES ? panel : -panel) {
            case 1 -> Tiles1.rows(finish, x, xAt, xRow, rows, w, wAt, depth, bias, biasAt, y, yAt, yRow, low, high);
            case 2 -> Tiles2.rows(finish, x, xAt, xRow, rows, w, wAt, depth, bias, biasAt, y, yAt, yRow, low, high);
            case 3 -> Tiles3.rows(finish, x, xAt, xRow, rows, w, wAt, depth, bias, biasAt, y, yAt, yRow, low, high);
            case 4 -> Tiles4.rows(finish, x, xAt, xRow, rows, w, wAt, depth, bias, biasAt, y, yAt, yRow, low, high);
            case -1 -> Tiles1Masked.rows(finish, x, xAt, xRow, rows, w, wAt, depth, bias, biasAt, y, yAt, yRow, low, high, left);
            case -2 -> Tiles2Masked.rows(finish, x, xAt, xRow, rows, w, wAt, depth, bias, biasAt, y, yAt, yRow, low, high, left);
            default -> Tiles3Masked.rows(finish, x, xAt, xRow, rows, w, wAt, depth, bias, biasAt, y, yAt, yRow, low, high, left);
        }
    }

    /**
     * As {@link #multiply}, over rows that are copied to {@code copy} first: one index instead of six leaves a fifth fewer instructions
     * for each product, which counts where a neighbour shares the core's front end.
     */
    static void multiplyCopied(int finish, float low, float high, float[] x, int xAt, int xRow, int rows, float[] copy, int copyAt, float[] w, int wAt, int depth,
                               float[] bias, float[] y, int yAt, int yRow, int columns, int from, int to) {
        int block = rows * STRIDE;
        for (int strip = 0, at = copyAt + LEAD; strip < depth; strip += STRIP, at += block) {
            VectorPatches.copyRows(x, xAt + strip, xRow, rows, Math.min(STRIP, depth - strip), copy, at, STRIDE);
        }
        int lowBits = Float.floatToRawIntBits(low), highBits = Float.floatToRawIntBits(high);
        for (int column = from; column < to;) {
            int panel = panel(columns - column, depth);
            int left = columns - column;
            int ws = wAt + column * depth;
            int ys = yAt + column;
            int inTile = Finish.inPasses(finish) ? Finish.PLAIN : finish;
            for (int row = 0, count; row < rows; row += count) {
                count = passRows(rows - row);
                int xs = copyAt + row * STRIDE;
                int yy = ys + row * yRow;
                copiedPanel(panel, left, inTile, copy, xs, block, count, w, ws, depth, bias, column, y, yy, yRow, lowBits, highBits);
                if (Finish.inPasses(finish)) {
                    VectorElementwise.pass(finish, y, yy, yRow, count, Math.min(left, panel * LANES));
                }
            }
            column += panel * LANES;
        }
    }

    private static void copiedPanel(int panel, int left, int finish, float[] x, int xAt, int block, int rows, float[] w, int wAt, int depth,
                                    float[] bias, int biasAt, float[] y, int yAt, int yRow, int low, int high) {
        boolean deep = depth >= DEEP && depth % UNROLLED == 0;
        switch ((deep ? 4 : 0) + (left >= panel * LANES ? panel : panel + 2)) {
            case 1 -> Tiles1.brief(finish, x, xAt, block, rows, w, wAt, depth, bias, biasAt, y, yAt, yRow, low, high);
            case 2 -> Tiles2.brief(finish, x, xAt, block, rows, w, wAt, depth, bias, biasAt, y, yAt, yRow, low, high);
            case 3 -> Tiles1Masked.brief(finish, x, xAt, block, rows, w, wAt, depth, bias, biasAt, y, yAt, yRow, low, high, left);
            case 4 -> Tiles2Masked.brief(finish, x, xAt, block, rows, w, wAt, depth, bias, biasAt, y, yAt, yRow, low, high, left);
            case 5 -> Tiles1.deep(finish, x, xAt, block, rows, w, wAt, depth, bias, biasAt, y, yAt, yRow, low, high);
            case 6 -> Tiles2.deep(finish, x, xAt, block, rows, w, wAt, depth, bias, biasAt, y, yAt, yRow, low, high);
            case 7 -> Tiles1Masked.deep(finish, x, xAt, block, rows, w, wAt, depth, bias, biasAt, y, yAt, yRow, low, high, left);
            default -> Tiles2Masked.deep(finish, x, xAt, block, rows, w, wAt, depth, bias, biasAt, y, yAt, yRow, low, high, left);
        }
    }

    /** Rows of the next pass: their columns fit the nearest cache, and no later pass is left with fewer than a tile's. */
    private static int passRows(int left) {
        return left < PASS_ROWS + Tiles2.STRIDED_ROWS ? left : PASS_ROWS;
    }

    /** Whether the next eight vectors are whole panels of this width, so that one row can take them together. */
    private static boolean abreast(int panel, int left, int wanted, int depth) {
        if (wanted < 8 * LANES || left < 8 * LANES) {
            return false;
        }
        return WIDE ? panel == 4 && panel(left - 4 * LANES, depth) == 4 : panel == 2 && panel(left - 6 * LANES, depth) == 2;
    }

    /** Rows that {@link #offsets} needs at least. */
    static final int OFFSET_ROWS = 6;

    /**
     * Likewise for at least {@link #OFFSET_ROWS} rows that start {@code xRow} apart and have their input k at offsets[k]; the
     * last tile of a column starts earlier and computes some rows again.
     */
    static void offsets(int finish, float low, float high, float[] x, int xAt, int xRow, int rows, int[] offsets, float[] w, int wAt, int depth,
                        float[] bias, int biasAt, float[] y, int yAt, int yRow, int columns) {
        int inTile = Finish.inPasses(finish) ? Finish.PLAIN : finish;
        int lowBits = Float.floatToRawIntBits(low), highBits = Float.floatToRawIntBits(high);
        int column = 0;
        while (column < columns) {
            int panel = panel(columns - column, depth);
            int ws = wAt + column * depth;
            int bs = biasAt + column;
            int left = columns - column;
            offsets(inTile, panel, left, x, xAt, xRow, rows, offsets, w, ws, depth, bias, bs, y, yAt + column, yRow, lowBits, highBits);
            if (Finish.inPasses(finish)) {
                VectorElementwise.pass(finish, y, yAt + column, yRow, rows, Math.min(left, panel * LANES));
            }
            column += panel * LANES;
        }
    }

    private static void offsets(int finish, int panel, int left, float[] x, int xAt, int xRow, int rows, int[] offsets, float[] w, int wAt, int depth,
                                float[] bias, int biasAt, float[] y, int yAt, int yRow, int low, int high) {
        int height = panel < 3 ? Tiles1.ROWS : WIDE ? Tiles4.ROWS : Tiles3.PLANES;
        for (int next = 0; next < rows; next += height) {
            int row = Math.min(next, rows - height);
            int xs = xAt + row * xRow;
            int ys = yAt + row * yRow;
            switch (left >= panel * LANES ? panel : -panel) {
                case 1 -> Tiles1.offsets(finish, x, xs, xRow, offsets, w, wAt, depth, bias, biasAt, y, ys, yRow, low, high);
                case 2 -> Tiles2.offsets(finish, x, xs, xRow, offsets, w, wAt, depth, bias, biasAt, y, ys, yRow, low, high);
                case 3 -> Tiles3.offsets(finish, x, xs, xRow, offsets, w, wAt, depth, bias, biasAt, y, ys, yRow, low, high);
                case 4 -> Tiles4.offsets(finish, x, xs, xRow, offsets, w, wAt, depth, bias, biasAt, y, ys, yRow, low, high);
                case -1 -> Tiles1Masked.offsets(finish, x, xs, xRow, offsets, w, wAt, depth, bias, biasAt, y, ys, yRow, low, high, left);
                case -2 -> Tiles2Masked.offsets(finish, x, xs, xRow, offsets, w, wAt, depth, bias, biasAt, y, ys, yRow, low, high, left);
                default -> Tiles3Masked.offsets(finish, x, xs, xRow, offsets, w, wAt, depth, bias, biasAt, y, ys, yRow, low, high, left);
            }
        }
    }
}
