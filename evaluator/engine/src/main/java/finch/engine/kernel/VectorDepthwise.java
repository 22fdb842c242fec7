package finch.engine.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** Depthwise convolution, vectorised over channels. Weights are [tap][channel]. */
final class VectorDepthwise {
    private static final VectorSpecies<Float> F = VectorWidth.FLOATS;
    private static final int LANES = VectorWidth.LANES;

    private VectorDepthwise() {}

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
        for (; c < to; c++) {
            float sum = 0;
            for (int ky = ky0; ky < ky1; ky++) {
                int row = image + (firstY + ky * g.dilationHeight()) * g.inWidth() * channels + c;
                for (int kx = kx0; kx < kx1; kx++) {
                    sum += x[row + (firstX + kx * g.dilationWidth()) * channels] * w[(ky * g.kernelWidth() + kx) * channels + c];
                }
            }
            y[yAt + c] = bias[c] + sum;
        }
    }

    /** The first tap whose place is not before the input. */
    private static int firstTap(int first, int dilation) {
        return first >= 0 ? 0 : Math.ceilDiv(-first, dilation);
    }

    /** One past the last tap whose place is not behind the input. */
    private static int lastTap(int first, int dilation, int taps, int size) {
        return Math.min(taps, Math.ceilDiv(size - first, dilation));
    }
}
