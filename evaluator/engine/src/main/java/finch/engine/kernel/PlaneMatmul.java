package finch.engine.kernel;

/**
 * The product of {@link VectorMatmul} where there are 16 registers: over input rows that are copied to planes first. A copy has
 * blocks of tiles, and a block six planes: of n tiles, the rows r·n to r·n + n - 1 are plane r, and so of each tile the r-th row. One index then runs
 * through the rows of many tiles, which stand one after another, and planes are constant displacements from it. Two to five rows left over have one more
 * tile, with those before them; a single one is computed by itself. Sums of more terms than a plane holds go strip by strip.
 */
final class PlaneMatmul {
    /** Floats in front of a copy's rows, its {@link TileEnds}. So no row's displacement is zero, too: C2 would compute that one's index apart. */
    private static final int LEAD = TileEnds.FLOATS;
    /** Biases of all strips of terms but the last. */
    private static final float[] NO_BIAS = new float[3 * VectorWidth.LANES];
    /** Products that a loop of tiles takes a step. */
    static final int STEP = Tiles2.STEP;
    /** Rows of a tile. */
    private static final int ROWS = Tiles2.PLANES;
    /** Floats that a plane of usual sums may hold: few, since images may be small and the copies of several threads many. */
    private static final int PLANE_FLOATS = 640;
    /** Floats from plane to plane: no multiple of a page, whose lines would share the places of few. */
    static final int PLANE = PLANE_FLOATS + CacheLines.LINE;
    /**
     * Likewise of longer sums: as many as most have terms, for which one strip is best. A sum that goes on from the result has a loop of its own, which takes 27.3 cycles for what
     * the other does in 24.3, since C2 leaves its checks in it. (960 terms in two strips: 76 to 87 us each.)
     */
    private static final int LONG_FLOATS = 1024;
    /** A page and a sixth. */
    static final int LONG_PLANE = LONG_FLOATS + 11 * CacheLines.LINE;
    /** Tiles of a block, at most: more have nothing left to share, and their results leave the nearest cache before a pass over them. */
    private static final int MOST_TILES = 20;

    private static final int LANES = VectorWidth.LANES;
    /** Columns after which a single row left over follows: those that are computed abreast. */
    private static final int GROUP = 8 * LANES;

    private PlaneMatmul() {}

    /** Whether it takes sums of so many products. */
    static boolean takes(int depth) {
        return depth >= LANES && depth % STEP == 0;
    }

    /** Whether it takes a product: panels of one vector have no tiles. */
    static boolean takes(int rows, int depth, int columns) {
        return rows >= ROWS && columns > LANES && takes(depth) && !far(depth, columns);
    }

    /** More weights than these are not in the second cache when the next strip reads them. */
    private static final int FAR_WEIGHTS = 384 * 1024;

    /**
     * Whether sums go strip by strip over whole panels of weights that come from memory. So were MobileNetV1's layers of 7x7 pixels, of two and four MB, when a strip had 640 terms,
     * and took 1.02 and 1.06 to 1.11 of the time of strided tiles; in one strip 0.97 and 0.94, in a run whose other products, which are the same, had 0.97.
     */
    static boolean far(int depth, int columns) {
        return !oneStrip(depth) && columns % (2 * LANES) == 0 && depth * columns > FAR_WEIGHTS;
    }

    /** Whether the end of a tile can add a residual: one that stands in the result's array, and nothing comes after it. */
    static boolean adds(int depth, Epilogue epilogue, Slice y, Slice residual) {
        return residual != null && residual.array == y.array && TileEnds.reaches(residual.offset - y.offset)
                && epilogue.kind() == Epilogue.Kind.NONE && oneStrip(depth) && y.panelPixels == 0;
    }

    /** Floats from plane to plane for sums of so many products. */
    private static int plane(int depth) {
        return depth <= PLANE_FLOATS ? PLANE : LONG_PLANE;
    }

    /** Terms of a strip: as many as a plane holds, about the same for all. */
    private static int strip(int depth) {
        return Math.ceilDiv(Math.ceilDiv(depth, Math.ceilDiv(depth, LONG_FLOATS)), STEP) * STEP;
    }

    /** Whether sums of so many products are finished at once. */
    static boolean oneStrip(int depth) {
        return depth <= LONG_FLOATS;
    }

    /** Tiles of a block; the last of a chunk may have fewer. */
    private static int blockTiles(int strip) {
        return Math.clamp(PLANE_FLOATS / strip, 1, MOST_TILES);
    }

    /** Tiles of a chunk whose copy has at most so many floats, but a block's at least. */
    private static int chunkTiles(int depth, int floats) {
        return Math.max(1, floats / (ROWS * plane(depth))) * blockTiles(strip(depth));
    }

    /** Rows of the next chunk, where {@code rows} are left and a copy of so many floats is wanted: about as many as the others', and no few are left. */
    static int chunkRows(int rows, int depth, int floats) {
        int tiles = Math.ceilDiv(rows, ROWS);
        int chunk = ROWS * Math.ceilDiv(tiles, Math.ceilDiv(tiles, chunkTiles(depth, floats)));
        return rows - chunk < ROWS ? rows : chunk;
    }

    /** Floats of the copy of any chunk of at most so many rows. */
    static int copyFloats(int rows, int depth, int columns, int floats) {
        int strip = strip(depth);
        int tiles = Math.min(Math.ceilDiv(rows, ROWS), chunkTiles(depth, floats) + 1);
        int block = blockTiles(strip);
        if (strip < depth) {
            return overResults(tiles, block) + ROWS * columns;
        }
        return LEAD + (Math.ceilDiv(tiles, block) * ROWS - 1) * plane(depth) + Math.min(tiles, block) * strip;
    }

    /**
     * Where the last tile's results are, of the copy, until all strips are done: it takes rows before those left over once more, whose sums would go on
     * from what is finished already.
     */
    private static int overResults(int tiles, int block) {
        return LEAD + (tiles / block + 1) * ROWS * LONG_PLANE;
    }

    /**
     * y = finish(x·w + bias) for the {@code rows} of a chunk, which stand one after another, and the columns {@code from} to {@code to}, both where panels start.
     * Sums of more terms than a plane holds go strip by strip, through y: each in one order still.
     *
     * @param copy    room for {@link #copyFloats}
     * @param yAt     where y has the chunk's first pixel; where panels stand by themselves, the tensor
     * @param panelPixels see {@link Slice#panelPixels}: then sums take {@link #oneStrip}, and columns are whole vectors
     * @param firstPixel  of the chunk, which only panels want
     * @param added       floats from a result to what {@link Finish#ADD} adds to it
     * @param columns of the whole product
     */
    static void multiply(int finish, float low, float high, float[] x, int xAt, int rows, float[] copy, int copyAt, float[] w, int wAt, int depth,
                         float[] bias, float[] y, int yAt, int yRow, int panelPixels, int firstPixel, int added, int columns, int from, int to) {
        int strip = strip(depth);
        int plane = plane(depth);
        int block = blockTiles(strip);
        int tiles = rows / ROWS;
        int over = rows - ROWS * tiles;
        boolean together = panelPixels == 0;
        int most = together ? 1 : 0; // rows left over that have no tile
        boolean aside = over > most && strip < depth;
        int overResults = copyAt + overResults(tiles, block);
        TileEnds.limits(copy, copyAt, low, high);
        TileEnds.added(copy, copyAt, added);
        for (int k = 0; k < depth; k += strip) {
            int terms = Math.min(strip, depth - k);
            boolean last = k + terms == depth;
            int overAt = copyAt + tiles / block * ROWS * plane + tiles % block * terms;
            for (int first = 0, at = copyAt; first < tiles; first += block, at += ROWS * plane) {
                copy(x, xAt + ROWS * first * depth + k, depth, Math.min(block, tiles - first), terms, copy, at, plane);
            }
            if (over > most) {
                copy(x, xAt + (rows - ROWS) * depth + k, depth, 1, terms, copy, overAt, plane);
            }
            for (int column = from, group = from; column < to;) {
                int width = VectorMatmul.panel(columns - column, depth) * LANES;
                int left = Math.min(width, columns - column);
                int ws = wAt + column * depth + k * width;
                int row = together ? yRow : width;
                int ys = together ? yAt + column : yAt + column * panelPixels + firstPixel * width;
                for (int first = 0, at = copyAt; first < tiles; first += block, at += ROWS * plane) {
                    tiles(finish, k, last, copy, at, plane, copyAt, Math.min(block, tiles - first), w, ws, terms, width, left, bias, column,
                            y, ys + ROWS * first * row, row);
                }
                if (over > most) {
                    tiles(finish, k, last, copy, overAt, plane, copyAt, 1, w, ws, terms, width, left, bias, column,
                            aside ? copy : y, aside ? overResults + column : ys + (rows - ROWS) * row, row);
                }
                column = Math.min(to, column + width);
                if (together && over == 1 && last && (column == to || column - group >= GROUP)) {
                    single(finish, low, high, x, xAt + (rows - 1) * depth, w, wAt, depth, bias, y, yAt + (rows - 1) * yRow, yRow, added, columns, group, column);
                    group = column;
                }
            }
        }
        for (int row = ROWS - over; aside && row < ROWS; row++) {
            System.arraycopy(copy, overResults + row * yRow + from, y, yAt + (rows - ROWS + row) * yRow + from, to - from);
        }
    }

    /** Copies some terms of the rows of some tiles. */
    private static void copy(float[] x, int xAt, int xRow, int tiles, int terms, float[] copy, int copyAt, int plane) {
        for (int r = 0; r < ROWS; r++) {
            int row = xAt + r * tiles * xRow;
            int at = copyAt + LEAD + r * plane;
            if (terms == xRow) {
                System.arraycopy(x, row, copy, at, tiles * terms);
            } else {
                VectorPatches.copyRows(x, row, xRow, tiles, terms, copy, at, terms);
            }
        }
    }

    /**
     * A strip of tiles of one block by one panel. Of panels of three vectors a tile is three rows: the other three follow.
     *
     * @param k     terms before the strip
     * @param last  whether none follow
     * @param plane floats from plane to plane
     * @param endAt where the copy has what the end of a tile reads
     */
    private static void tiles(int finish, int k, boolean last, float[] x, int xAt, int plane, int endAt, int tiles, float[] w, int wAt, int terms, int width, int columns,
                              float[] bias, int biasAt, float[] y, int yAt, int yRow) {
        int inTile = !last || Finish.inPasses(finish) ? Finish.PLAIN : finish;
        float[] biases = last ? bias : NO_BIAS;
        int step = tiles * yRow;
        int secondAt = xAt + Tiles3.PLANES * plane;
        int ySecond = yAt + Tiles3.PLANES * step;
        TileEnds.results(x, endAt, step, yRow);
        TileEnds.biases(x, endAt, biases, last ? biasAt : 0, width);
        switch ((k > 0 ? 8 : plane == PLANE ? 0 : 4) + (width > 2 * LANES ? 2 : 0) + (columns < width ? 1 : 0)) {
            case 0 -> Tiles2.planes(inTile, x, xAt, tiles, w, wAt, terms, y, yAt, endAt);
            case 1 -> Tiles2Masked.planes(inTile, x, xAt, tiles, w, wAt, terms, y, yAt, endAt, columns);
            case 2 -> {
                Tiles3.planes(inTile, x, xAt, tiles, w, wAt, terms, y, yAt, endAt);
                Tiles3.planes(inTile, x, secondAt, tiles, w, wAt, terms, y, ySecond, endAt);
            }
            case 3 -> {
                Tiles3Masked.planes(inTile, x, xAt, tiles, w, wAt, terms, y, yAt, endAt, columns);
                Tiles3Masked.planes(inTile, x, secondAt, tiles, w, wAt, terms, y, ySecond, endAt, columns);
            }
            case 4 -> Tiles2.planesLong(inTile, x, xAt, tiles, w, wAt, terms, y, yAt, endAt);
            case 5 -> Tiles2Masked.planesLong(inTile, x, xAt, tiles, w, wAt, terms, y, yAt, endAt, columns);
            case 6 -> {
                Tiles3.planesLong(inTile, x, xAt, tiles, w, wAt, terms, y, yAt, endAt);
                Tiles3.planesLong(inTile, x, secondAt, tiles, w, wAt, terms, y, ySecond, endAt);
            }
            case 7 -> {
                Tiles3Masked.planesLong(inTile, x, xAt, tiles, w, wAt, terms, y, yAt, endAt, columns);
                Tiles3Masked.planesLong(inTile, x, secondAt, tiles, w, wAt, terms, y, ySecond, endAt, columns);
            }
            case 8 -> Tiles2.planesOn(inTile, x, xAt, tiles, w, wAt, terms, y, yAt, endAt);
            case 9 -> Tiles2Masked.planesOn(inTile, x, xAt, tiles, w, wAt, terms, y, yAt, endAt, columns);
            case 10 -> {
                Tiles3.planesOn(inTile, x, xAt, tiles, w, wAt, terms, y, yAt, endAt);
                Tiles3.planesOn(inTile, x, secondAt, tiles, w, wAt, terms, y, ySecond, endAt);
            }
            default -> {
                Tiles3Masked.planesOn(inTile, x, xAt, tiles, w, wAt, terms, y, yAt, endAt, columns);
                Tiles3Masked.planesOn(inTile, x, secondAt, tiles, w, wAt, terms, y, ySecond, endAt, columns);
            }
        }
        if (last && Finish.inPasses(finish)) {
            VectorElementwise.pass(finish, y, yAt, yRow, ROWS * tiles, columns);
        }
    }

    /** The row of a 7x7 image that is left over: by panels abreast it takes half the time of a tile, while their weights are near. */
    private static void single(int finish, float low, float high, float[] x, int xAt, float[] w, int wAt, int depth,
                               float[] bias, float[] y, int yAt, int yRow, int added, int columns, int from, int to) {
        VectorMatmul.multiply(Finish.PLAIN, low, high, x, xAt, depth, 1, w, wAt, depth, bias, 0, y, yAt, yRow, columns, from, to);
        if (Finish.inPasses(finish)) {
            VectorElementwise.pass(finish, y, yAt + from, yRow, 1, to - from);
        } else if (finish == Finish.ADD) {
            VectorElementwise.add(y, yAt + from, yAt + to, y, yAt + added + from);
        } else if (finish != Finish.PLAIN) {
            VectorElementwise.clamp(y, yAt + from, yAt + to, finish == Finish.RELU ? 0 : low, finish == Finish.RELU ? Float.POSITIVE_INFINITY : high);
        }
    }
}
