package finch.engine.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/** Depthwise convolution, vectorised over channels. Weights are [tap][channel]. */
final class VectorDepthwise {
    private static final VectorSpecies<Float> F = VectorWidth.FLOATS;
    private static final int LANES = VectorWidth.LANES;

    /** Half of the most negative int: added to any index, and to itself, it stays below zero. */
    private static final int OUTSIDE = -(1 << 30);

    private VectorDepthwise() {}

    /** Floats from a row's start to a column; far below zero for a column of the padding. */
    static int offset(int column, int width, int channels) {
        return column < 0 || column >= width ? OUTSIDE : column * channels;
    }

    /**
     * Sums and bias of output rows counted through the batch; {@code zeros} stands before every tensor in x.
     *
     * @return whether they are finished too
     */
    static boolean rows(PackedWeights weights, int finish, float low, float high, float[] x, int xAt, int zeros, float[] y, int yAt,
                     int rowFrom, int rowTo, int from, int to) {
        ConvGeometry g = weights.geometry();
        float[] w = weights.kernel();
        float[] bias = weights.bias();
        boolean tiled = to - from >= LANES && g.outWidth() >= 4 && g.strideWidth() <= 2 && g.dilationWidth() == 1
                && (g.kernelWidth() & 1) == 1 && g.kernelWidth() <= 7;
        int imageFloats = g.inPixels() * g.inChannels();
        int rowFloats = g.outWidth() * g.outChannels();
        if (!tiled) {
            for (int row = rowFrom; row < rowTo; row++) {
                int image = row / g.outHeight();
                int firstY = (row - image * g.outHeight()) * g.strideHeight() - g.top();
                for (int column = 0; column < g.outWidth(); column++) {
                    pixel(g, w, bias, x, xAt + image * imageFloats, firstY, column * g.strideWidth() - g.left(),
                            y, yAt + row * rowFloats + column * g.outChannels(), from, to);
                }
            }
            return false;
        }
        int kind = g.kernelWidth() * 2 + g.strideWidth();
        for (int next = from; next < to; next += LANES) {
            int c = Math.min(next, to - LANES);
            int zero = zeros + c;
            switch (kind) {
                case 3 -> DepthwiseRows1.step1(finish, g, w, bias, x, xAt, zero, y, yAt, rowFrom, rowTo, c, low, high);
                case 4 -> DepthwiseRows1.step2(finish, g, w, bias, x, xAt, zero, y, yAt, rowFrom, rowTo, c, low, high);
                case 7 -> DepthwiseRows3.step1(finish, g, w, bias, x, xAt, zero, y, yAt, rowFrom, rowTo, c, low, high);
                case 8 -> DepthwiseRows3.step2(finish, g, w, bias, x, xAt, zero, y, yAt, rowFrom, rowTo, c, low, high);
                case 11 -> DepthwiseRows5.step1(finish, g, w, bias, x, xAt, zero, y, yAt, rowFrom, rowTo, c, low, high);
                case 12 -> DepthwiseRows5.step2(finish, g, w, bias, x, xAt, zero, y, yAt, rowFrom, rowTo, c, low, high);
                case 15 -> DepthwiseRows7.step1(finish, g, w, bias, x, xAt, zero, y, yAt, rowFrom, rowTo, c, low, high);
                default -> DepthwiseRows7.step2(finish, g, w, bias, x, xAt, zero, y, yAt, rowFrom, rowTo, c, low, high);
            }
        }
        return finish != Finish.PLAIN;
    }

    /** Any window: one output pixel at a time, taps in the padding skipped. */
    static void pixel(ConvGeometry g, float[] w, float[] bias, float[] x, int image, int firstY, int firstX,
                      float[] y, int yAt, int from, int to) {
        int channels = g.inChannels();
        int ky0 = firstTap(firstY, g.dilationHeight());
        int ky1 = lastTap(firstY, g.dilationHeight(), g.kernelHeight(), g.inHeight());
        int kx0 = firstTap(firstX, g.dilationWidth());
        int kx1 = lastTap(firstX, g.dilationWidth(), g.kernelWidth(), g.inWidth());
        int c = from;
        for (; c <= to - LANES; c += LANES) {
            FloatVector sum = FloatVector.zero(F);
            for (int ky = ky0; ky < ky1; ky++) {
                int row = image + (firstY + ky * g.dilationHeight()) * g.inWidth() * channels + c;
                for (int kx = kx0; kx < kx1; kx++) {
                    sum = FloatVector.fromArray(F, x, row + (firstX + kx * g.dilationWidth()) * channels)
                            .fma(FloatVector.fromArray(F, w, (ky * g.kernelWidth() + kx) * channels + c), sum);
                }
            }
            FloatVector.fromArray(F, bias, c).add(sum).intoArray(y, yAt + c);
        }
        if (c < to) {
            // masked rather than scalar: a channel's bits must not depend on the range it is computed in
            VectorMask<Float> mask = F.indexInRange(0, to - c);
            FloatVector sum = FloatVector.zero(F);
            for (int ky = ky0; ky < ky1; ky++) {
                int row = image + (firstY + ky * g.dilationHeight()) * g.inWidth() * channels + c;
                for (int kx = kx0; kx < kx1; kx++) {
                    sum = FloatVector.fromArray(F, x, row + (firstX + kx * g.dilationWidth()) * channels, mask)
                            .fma(FloatVector.fromArray(F, w, (ky * g.kernelWidth() + kx) * channels + c, mask), sum);
                }
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
