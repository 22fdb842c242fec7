package finch.engine.kernel;

/** The product of a stem: of a convolution of stride 2 over three channels, whose windows overlap in the image, for a run of pixels all of whose taps lie inside. */
final class StemMatmul {
    /**
     * Widest panel that has tiles of a stem. With 32 registers nothing is spilled, and two vectors were no faster, as these tiles first were: MobileNetV2's first
     * chain took 1.06 of its time before with them and 1.03 without. (Measured with a table of offsets; not since.)
     */
    private static final int VECTORS = VectorMatmul.WIDE ? 1 : 3;
    private static final int LANES = VectorWidth.LANES;

    private StemMatmul() {}

    /** Whether it takes a convolution and so many pixels of a row: rows of taps are of whole triples, which stand together, and the windows start as the tiles have them. */
    static boolean takes(ConvGeometry g, int pixels) {
        return g.groups() == 1 && g.inChannels() % 3 == 0 && g.dilationWidth() == 1 && g.strideWidth() * g.inChannels() == Tiles1.STEM_STEP
                && pixels >= Tiles1.STEM_ROWS && widest(g.outChannels(), g.depth()) <= VECTORS;
    }

    /** Vectors of the widest panel. */
    private static int widest(int columns, int depth) {
        int widest = 0;
        for (int column = 0, panel; column < columns; column += panel * LANES) {
            panel = VectorMatmul.panel(columns - column, depth);
            widest = Math.max(widest, panel);
        }
        return widest;
    }

    /**
     * y = finish(x·w + bias) for {@code pixels} neighbours in a row.
     *
     * @param xAt  the first tap of the first pixel
     * @param ends room for {@link TileEnds#FLOATS}
     * @param yAt  the first pixel
     */
    static void multiply(ConvGeometry g, int finish, float low, float high, float[] x, int xAt, int pixels, float[] w, int wAt, float[] bias,
                         float[] y, int yAt, float[] ends, int endsAt) {
        int columns = g.outChannels();
        int inTile = Finish.inPasses(finish) ? Finish.PLAIN : finish;
        int taps = g.kernelWidth() * g.inChannels();
        int rowFloats = g.dilationHeight() * g.inWidth() * g.inChannels();
        TileEnds.limits(ends, endsAt, low, high);
        TileEnds.set(ends, endsAt, TileEnds.TAPS_APART, rowFloats - taps);
        TileEnds.set(ends, endsAt, TileEnds.WINDOW, g.kernelHeight() * rowFloats);
        for (int column = 0, width; column < columns; column += width) {
            int panel = VectorMatmul.panel(columns - column, g.depth());
            width = panel * LANES;
            int height = panel == 1 ? Tiles1.STEM_ROWS : panel == 2 ? Tiles2.STEM_ROWS : Tiles3.STEM_ROWS;
            int left = Math.min(width, columns - column);
            int ws = wAt + column * g.depth();
            int ys = yAt + column;
            TileEnds.results(ends, endsAt, columns, height * columns);
            TileEnds.set(ends, endsAt, TileEnds.TAPS, taps * width);
            TileEnds.biases(ends, endsAt, bias, column, width);
            tiles(inTile, panel, left, x, xAt, pixels / height, w, ws, g.depth(), y, ys, ends, endsAt);
            if (pixels % height > 0) {
                // the last tile computes some pixels again
                int last = pixels - height;
                tiles(inTile, panel, left, x, xAt + last * Tiles1.STEM_STEP, 1, w, ws, g.depth(), y, ys + last * columns, ends, endsAt);
            }
            if (Finish.inPasses(finish)) {
                VectorElementwise.pass(finish, y, ys, columns, pixels, left);
            }
        }
    }

    private static void tiles(int finish, int panel, int left, float[] x, int xAt, int tiles, float[] w, int wAt, int depth, float[] y, int yAt, float[] ends, int endsAt) {
        int triples = tiles * (depth / 3);
        switch (left == panel * LANES ? panel : -panel) {
            case 1 -> Tiles1.stem(finish, x, xAt, triples, w, wAt, depth, y, yAt, ends, endsAt);
            case 2 -> Tiles2.stem(finish, x, xAt, triples, w, wAt, depth, y, yAt, ends, endsAt);
            case 3 -> Tiles3.stem(finish, x, xAt, triples, w, wAt, depth, y, yAt, ends, endsAt);
            case -1 -> Tiles1Masked.stem(finish, x, xAt, triples, w, wAt, depth, y, yAt, ends, endsAt, left);
            case -2 -> Tiles2Masked.stem(finish, x, xAt, triples, w, wAt, depth, y, yAt, ends, endsAt, left);
            default -> Tiles3Masked.stem(finish, x, xAt, triples, w, wAt, depth, y, yAt, ends, endsAt, left);
        }
    }
}
