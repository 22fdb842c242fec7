package finch.engine.kernel;

/** The pairs of input and output pixels that a window joins, row by row, without those in the padding. */
final class Taps {
    /** Takes a run of outputs in one row. */
    interface Visitor {
        /**
         * @param in     the first one's input pixel, counted through the batch; the next stand a stride further
         * @param out    the first one's output pixel, likewise
         * @param pixels how many
         */
        void row(int tap, int in, int out, int pixels);
    }

    private Taps() {}

    static void each(ConvGeometry g, int images, Visitor visitor) {
        for (int image = 0; image < images; image++) {
            for (int outY = 0; outY < g.outHeight(); outY++) {
                for (int ky = 0; ky < g.kernelHeight(); ky++) {
                    int inY = outY * g.strideHeight() + ky * g.dilationHeight() - g.top();
                    if (inY < 0 || inY >= g.inHeight()) {
                        continue;
                    }
                    for (int kx = 0; kx < g.kernelWidth(); kx++) {
                        int first = firstOut(g, kx);
                        int pixels = lastOut(g, kx) - first;
                        if (pixels > 0) {
                            int inX = first * g.strideWidth() + kx * g.dilationWidth() - g.left();
                            visitor.row(ky * g.kernelWidth() + kx, (image * g.inHeight() + inY) * g.inWidth() + inX,
                                    (image * g.outHeight() + outY) * g.outWidth() + first, pixels);
                        }
                    }
                }
            }
        }
    }

    /** The first output column whose tap {@code kx} lies inside. */
    static int firstOut(ConvGeometry g, int kx) {
        return Math.max(0, Math.ceilDiv(g.left() - kx * g.dilationWidth(), g.strideWidth()));
    }

    /** One past the last. */
    static int lastOut(ConvGeometry g, int kx) {
        return Math.min(g.outWidth(), Math.floorDiv(g.inWidth() - 1 + g.left() - kx * g.dilationWidth(), g.strideWidth()) + 1);
    }
}
