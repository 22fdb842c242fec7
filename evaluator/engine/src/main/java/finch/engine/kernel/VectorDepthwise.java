package finch.engine.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/** Depthwise convolution, vectorised over channels. Weights are [tap][channel], the taps {@link #tapPitch} apart. */
final class VectorDepthwise {
    private static final VectorSpecies<Float> F = VectorWidth.FLOATS;
    private static final int LANES = VectorWidth.LANES;

    /** Half of the most negative int: added to any index, and to itself, it stays below zero. */
    private static final int OUTSIDE = -(1 << 30);

    /** Lines so far apart share eight sets or fewer: a page, after which sets repeat on all usual machines, holds eight. */
    private static final int CROWDED_BYTES = 512;

    /** Rows of fewer outputs spend more around the loop of {@code DepthwisePanels} than they save in it: of 7, with 512 channels, 51 us, not 44; of 14 neither. */
    private static final int PANEL_COLUMNS = 14;

    private VectorDepthwise() {}

    /**
     * Floats from a tap's weights to the next tap's, whole cache lines. A vector of channels reads one line of each tap, and where these lie a
     * large power of two apart they share a few sets of the first level cache: 49 taps of 512 channels lie in two of them, with
     * room for 16 lines. A line between them spreads them over all.
     */
    static int tapPitch(ConvGeometry g) {
        int floats = CacheLines.whole(g.inChannels());
        return Integer.lowestOneBit(floats * Float.BYTES) >= CROWDED_BYTES ? floats + CacheLines.LINE : floats;
    }

    /** The largest power of two that divides the distance of two pixels in bytes. */
    static int apart(ConvGeometry g) {
        return Integer.lowestOneBit(g.inChannels() * Float.BYTES);
    }

    /** Floats from a row's start to a column; far below zero for a column of the padding. */
    static int offset(int column, int width, int channels) {
        return column < 0 || column >= width ? OUTSIDE : column * channels;
    }

    /** Floats from an image's start to a row of which the last {@code ring} are held; far below zero for a row of the padding. */
    static int row(int row, int height, int ring, int rowFloats) {
        return row < 0 || row >= height ? OUTSIDE : (row < ring ? row : row % ring) * rowFloats;
    }

    /**
     * Sums and bias of output rows of one image, counted through the batch; {@code zeros} stands before every tensor in x.
     *
     * @param panelPixels see {@link Slice#panelPixels}: then all channels are wanted
     * @param ring        rows of the image that x holds
     * @return whether they are finished too
     */
    static boolean rows(PackedWeights weights, int finish, float low, float high, float[] x, int xAt, int panelPixels, int ring, int zeros, float[] y, int yAt,
                        int rowFrom, int rowTo, int from, int to) {
        ConvGeometry g = weights.geometry();
        float[] w = weights.kernel();
        float[] bias = weights.bias();
        boolean strips = strips(g);
        if (to - from < LANES || !strips && !tiles(g)) {
            pixels(g, strips, w, bias, x, xAt, ring, y, yAt, rowFrom, rowTo, from, to);
            return false;
        }
        if (panelPixels > 0) {
            int channels = g.inChannels();
            for (int panel = 0, width; panel < channels; panel += width) {
                width = VectorMatmul.panel(channels - panel, LANES) * LANES;
                for (int c = panel; c < panel + width; c += LANES) {
                    vector(kind(g), finish, g, w, bias, x, xAt + panel * (panelPixels - 1), width, ring, zeros + c, y, yAt, rowFrom, rowTo, c, low, high);
                }
            }
            return finish != Finish.PLAIN;
        }
        for (int next = from; next < to; next += LANES) {
            int c = Math.min(next, to - LANES);
            vector(kind(g), finish, g, w, bias, x, xAt, g.inChannels(), ring, zeros + c, y, yAt, rowFrom, rowTo, c, low, high);
        }
        return finish != Finish.PLAIN;
    }

    /** The kernel that a window calls for. */
    static int kind(ConvGeometry g) {
        return (strips(g) ? 16 : 0) + g.kernelWidth() * 2 + g.strideWidth();
    }

    /**
     * Output rows of one vector of channels.
     *
     * @param pitch floats from a pixel of x to the next; only strips take another than the channels
     */
    static void vector(int kind, int finish, ConvGeometry g, float[] w, float[] bias, float[] x, int xAt, int pitch, int ring, int zero,
                       float[] y, int yAt, int rowFrom, int rowTo, int c, float low, float high) {
        switch (kind) {
            case 3 -> DepthwiseRows1.step1(finish, g, w, bias, x, xAt, ring, zero, y, yAt, rowFrom, rowTo, c, low, high);
            case 4 -> DepthwiseRows1.step2(finish, g, w, bias, x, xAt, ring, zero, y, yAt, rowFrom, rowTo, c, low, high);
            case 7 -> DepthwiseRows3.step1(finish, g, w, bias, x, xAt, ring, zero, y, yAt, rowFrom, rowTo, c, low, high);
            case 8 -> DepthwiseRows3.step2(finish, g, w, bias, x, xAt, ring, zero, y, yAt, rowFrom, rowTo, c, low, high);
            case 11 -> DepthwiseRows5.step1(finish, g, w, bias, x, xAt, ring, zero, y, yAt, rowFrom, rowTo, c, low, high);
            case 12 -> DepthwiseRows5.step2(finish, g, w, bias, x, xAt, ring, zero, y, yAt, rowFrom, rowTo, c, low, high);
            case 15 -> DepthwiseRows7.step1(finish, g, w, bias, x, xAt, ring, zero, y, yAt, rowFrom, rowTo, c, low, high);
            case 16 -> DepthwiseRows7.step2(finish, g, w, bias, x, xAt, ring, zero, y, yAt, rowFrom, rowTo, c, low, high);
            case 23 -> DepthwiseStrips3.step1(finish, g, w, bias, x, xAt, pitch, ring, zero, y, yAt, rowFrom, rowTo, c, low, high);
            case 24 -> {
                // measured up to 256 bits only
                boolean panels = !VectorMatmul.WIDE && g.outWidth() >= PANEL_COLUMNS;
                if (panels && pitch == 2 * LANES) {
                    DepthwisePanels2.rows(finish, g, w, bias, x, xAt, ring, zero, y, yAt, rowFrom, rowTo, c, low, high);
                } else if (panels && pitch == 3 * LANES) {
                    DepthwisePanels3.rows(finish, g, w, bias, x, xAt, ring, zero, y, yAt, rowFrom, rowTo, c, low, high);
                } else {
                    DepthwiseStrips3.step2(finish, g, w, bias, x, xAt, pitch, ring, zero, y, yAt, rowFrom, rowTo, c, low, high);
                }
            }
            case 27 -> DepthwiseStrips5.step1(finish, g, w, bias, x, xAt, pitch, ring, zero, y, yAt, rowFrom, rowTo, c, low, high);
            case 28 -> DepthwiseStrips5.step2(finish, g, w, bias, x, xAt, pitch, ring, zero, y, yAt, rowFrom, rowTo, c, low, high);
            case 31 -> DepthwiseStrips7.step1(finish, g, w, bias, x, xAt, pitch, ring, zero, y, yAt, rowFrom, rowTo, c, low, high);
            case 32 -> DepthwiseStrips7.step2(finish, g, w, bias, x, xAt, pitch, ring, zero, y, yAt, rowFrom, rowTo, c, low, high);
            default -> throw new IllegalArgumentException("kind " + kind);
        }
    }

    /** Whether strips of rows take this window: the usual ones of depthwise convolutions. */
    static boolean strips(ConvGeometry g) {
        return g.kernelWidth() == g.kernelHeight() && g.kernelWidth() >= 3 && g.kernelWidth() <= 7 && (g.kernelWidth() & 1) == 1
                && g.strideWidth() == g.strideHeight() && g.strideWidth() <= 2 && g.dilationWidth() == 1 && g.dilationHeight() == 1;
    }

    /** Whether tiles of four pixels take it. */
    private static boolean tiles(ConvGeometry g) {
        return g.outWidth() >= 4 && g.strideWidth() <= 2 && g.dilationWidth() == 1 && (g.kernelWidth() & 1) == 1 && g.kernelWidth() <= 7;
    }

    /** Any window: one output pixel at a time, taps in the padding skipped. */
    private static void pixels(ConvGeometry g, boolean columnFirst, float[] w, float[] bias, float[] x, int xAt, int ring, float[] y, int yAt,
                               int rowFrom, int rowTo, int from, int to) {
        int channels = g.inChannels();
        for (int row = rowFrom; row < rowTo; row++) {
            int image = row / g.outHeight();
            int firstY = (row - image * g.outHeight()) * g.strideHeight() - g.top();
            for (int column = 0; column < g.outWidth(); column++) {
                pixel(g, columnFirst, w, bias, x, xAt + image * g.inPixels() * channels, ring, firstY, column * g.strideWidth() - g.left(),
                        y, yAt + (row * g.outWidth() + column) * channels, from, to);
            }
        }
    }

    /** @param columnFirst whether sums run down the columns, as in strips, or along the rows: a channel's bits must not depend on the range */
    private static void pixel(ConvGeometry g, boolean columnFirst, float[] w, float[] bias, float[] x, int image, int ring, int firstY, int firstX,
                              float[] y, int yAt, int from, int to) {
        int channels = g.inChannels();
        int tapPitch = tapPitch(g);
        int ky0 = firstTap(firstY, g.dilationHeight());
        int ky1 = lastTap(firstY, g.dilationHeight(), g.kernelHeight(), g.inHeight());
        int kx0 = firstTap(firstX, g.dilationWidth());
        int kx1 = lastTap(firstX, g.dilationWidth(), g.kernelWidth(), g.inWidth());
        int rows = ky1 - ky0;
        int taps = Math.max(rows, 0) * Math.max(kx1 - kx0, 0);
        for (int c = from; c < to; c += LANES) {
            // masked rather than scalar, for the same reason
            VectorMask<Float> mask = F.indexInRange(c, to);
            FloatVector sum = FloatVector.zero(F);
            for (int tap = 0; tap < taps; tap++) {
                int ky = ky0 + (columnFirst ? tap % rows : tap / (kx1 - kx0));
                int kx = kx0 + (columnFirst ? tap / rows : tap % (kx1 - kx0));
                int row = image + row(firstY + ky * g.dilationHeight(), g.inHeight(), ring, g.inWidth() * channels) + c;
                sum = FloatVector.fromArray(F, x, row + (firstX + kx * g.dilationWidth()) * channels, mask)
                        .fma(FloatVector.fromArray(F, w, CacheLines.HEADER_GAP + (ky * g.kernelWidth() + kx) * tapPitch + c, mask), sum);
            }
            FloatVector.fromArray(F, bias, c, mask).add(sum).intoArray(y, yAt + c, mask);
        }
    }

    /** The first tap whose place is not before the input. */
    static int firstTap(int first, int dilation) {
        return first >= 0 ? 0 : Math.ceilDiv(-first, dilation);
    }

    /** One past the last tap whose place is not behind the input. */
    static int lastTap(int first, int dilation, int taps, int size) {
        return Math.min(taps, Math.ceilDiv(size - first, dilation));
    }
}
