package finch.engine.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/** The way back through a depthwise convolution, vectorised over channels. Weights and their gradients are [tap][channel]. */
final class VectorDepthwiseGradients {
    private static final VectorSpecies<Float> F = VectorWidth.FLOATS;
    private static final int LANES = VectorWidth.LANES;
    /** Taps of a row that {@link #three} takes at a time. */
    private static final int RUN = 3;

    private VectorDepthwiseGradients() {}

    /** gx += gy · w over all pairs of pixels that the window joins. */
    static void input(ConvGeometry g, float[] w, float[] gy, int gyAt, float[] gx, int gxAt, int images) {
        int channels = g.inChannels();
        for (int row = 0; row < images * g.outHeight(); row++) {
            int image = row / g.outHeight();
            int firstY = (row - image * g.outHeight()) * g.strideHeight() - g.top();
            int from = VectorDepthwise.firstTap(firstY, g.dilationHeight());
            int to = VectorDepthwise.lastTap(firstY, g.dilationHeight(), g.kernelHeight(), g.inHeight());
            for (int tap = from * g.kernelWidth(); tap < to * g.kernelWidth(); tap++) {
                int ky = tap / g.kernelWidth();
                int kx = tap - ky * g.kernelWidth();
                int first = Taps.firstOut(g, kx);
                int count = Taps.lastOut(g, kx) - first;
                int inX = first * g.strideWidth() + kx * g.dilationWidth() - g.left();
                int xs = gxAt + ((image * g.inHeight() + firstY + ky * g.dilationHeight()) * g.inWidth() + inX) * channels;
                int ys = gyAt + (row * g.outWidth() + first) * channels;
                int step = g.strideWidth() * channels;
                int c = 0;
                for (; c <= channels - 2 * LANES; c += 2 * LANES) {
                    spread2(w, tap * channels + c, gy, ys + c, channels, gx, xs + c, step, count);
                }
                for (; c < channels; c += LANES) {
                    spread1(w, tap * channels + c, gy, ys + c, channels, gx, xs + c, step, count, channels - c);
                }
            }
        }
    }

    private static void spread2(float[] w, int wAt, float[] gy, int y, int yStep, float[] gx, int x, int xStep, int count) {
        FloatVector w0 = FloatVector.fromArray(F, w, wAt), w1 = FloatVector.fromArray(F, w, wAt + LANES);
        for (int p = 0; p < count; p++) {
            FloatVector.fromArray(F, gy, y).fma(w0, FloatVector.fromArray(F, gx, x)).intoArray(gx, x);
            FloatVector.fromArray(F, gy, y + LANES).fma(w1, FloatVector.fromArray(F, gx, x + LANES)).intoArray(gx, x + LANES);
            x += xStep;
            y += yStep;
        }
    }

    private static void spread1(float[] w, int wAt, float[] gy, int y, int yStep, float[] gx, int x, int xStep, int count, int left) {
        VectorMask<Float> mask = F.indexInRange(0, left);
        FloatVector w0 = FloatVector.fromArray(F, w, wAt, mask);
        for (int p = 0; p < count; p++) {
            FloatVector.fromArray(F, gy, y, mask).fma(w0, FloatVector.fromArray(F, gx, x, mask)).intoArray(gx, x, mask);
            x += xStep;
            y += yStep;
        }
    }

    /** Whether {@link #weights} takes this window; there must be a vector of channels. */
    static boolean takes(ConvGeometry g) {
        return g.kernelWidth() >= RUN && (g.kernelWidth() & 1) == 1 && g.dilationWidth() == 1 && g.inChannels() >= LANES;
    }

    /** gw = Σ gy · x. Where three taps, or vectors of channels, overrun, earlier ones are computed again. */
    static void weights(ConvGeometry g, float[] x, int xAt, float[] gy, int gyAt, int images, float[] gw, int at) {
        int channels = g.inChannels();
        int together = channels >= 2 * LANES ? 2 * LANES : LANES;
        for (int next = 0; next < channels; next += together) {
            int c = Math.min(next, channels - together);
            for (int ky = 0; ky < g.kernelHeight(); ky++) {
                for (int kx = 0; kx < g.kernelWidth(); kx += RUN) {
                    int first = Math.min(kx, g.kernelWidth() - RUN);
                    int to = at + (ky * g.kernelWidth() + first) * channels + c;
                    if (together == LANES) {
                        threeOfOne(g, x, xAt + c, gy, gyAt + c, images, ky, first, gw, to);
                    } else {
                        three(g, x, xAt + c, gy, gyAt + c, images, ky, first, gw, to);
                    }
                }
            }
        }
    }

    /** Three neighbouring taps for one vector of channels. */
    private static void threeOfOne(ConvGeometry g, float[] x, int xAt, float[] gy, int gyAt, int images, int ky, int kx, float[] gw, int at) {
        int channels = g.inChannels();
        int width = g.inWidth();
        FloatVector a0 = FloatVector.zero(F), a1 = FloatVector.zero(F), a2 = FloatVector.zero(F);
        for (int row = 0; row < images * g.outHeight(); row++) {
            int image = row / g.outHeight();
            int inY = (row - image * g.outHeight()) * g.strideHeight() + ky * g.dilationHeight() - g.top();
            if (inY < 0 || inY >= g.inHeight()) {
                continue;
            }
            int inX = kx - g.left();
            int i = xAt + ((image * g.inHeight() + inY) * width + inX) * channels;
            int j = gyAt + row * g.outWidth() * channels;
            for (int column = 0; column < g.outWidth(); column++) {
                FloatVector g0 = FloatVector.fromArray(F, gy, j);
                if (inX >= 0 && inX < width) {
                    a0 = g0.fma(FloatVector.fromArray(F, x, i), a0);
                }
                if (inX + 1 >= 0 && inX + 1 < width) {
                    a1 = g0.fma(FloatVector.fromArray(F, x, i + channels), a1);
                }
                if (inX + 2 >= 0 && inX + 2 < width) {
                    a2 = g0.fma(FloatVector.fromArray(F, x, i + 2 * channels), a2);
                }
                inX += g.strideWidth();
                i += g.strideWidth() * channels;
                j += channels;
            }
        }
        a0.intoArray(gw, at);
        a1.intoArray(gw, at + channels);
        a2.intoArray(gw, at + 2 * channels);
    }

    /** Three neighbouring taps for two vectors of channels. */
    private static void three(ConvGeometry g, float[] x, int xAt, float[] gy, int gyAt, int images, int ky, int kx, float[] gw, int at) {
        int channels = g.inChannels();
        int step = g.strideWidth() * channels;
        int width = g.inWidth();
        // columns all three of whose taps lie inside
        int low = Math.min(g.outWidth(), Taps.firstOut(g, kx));
        int high = Math.max(low, Taps.lastOut(g, kx + RUN - 1));
        FloatVector a0 = FloatVector.zero(F), a1 = FloatVector.zero(F), a2 = FloatVector.zero(F);
        FloatVector b0 = FloatVector.zero(F), b1 = FloatVector.zero(F), b2 = FloatVector.zero(F);
        for (int row = 0; row < images * g.outHeight(); row++) {
            int image = row / g.outHeight();
            int inY = (row - image * g.outHeight()) * g.strideHeight() + ky * g.dilationHeight() - g.top();
            if (inY < 0 || inY >= g.inHeight()) {
                continue;
            }
            int firstX = kx - g.left();
            int xs = xAt + (image * g.inHeight() + inY) * width * channels;
            int ys = gyAt + row * g.outWidth() * channels;
            for (int column = 0; column < g.outWidth(); column++) {
                if (column == low) {
                    int i = xs + (firstX + low * g.strideWidth()) * channels;
                    int j = ys + low * channels;
                    for (; column < high; column++) {
                        FloatVector g0 = FloatVector.fromArray(F, gy, j), g1 = FloatVector.fromArray(F, gy, j + LANES);
                        a0 = g0.fma(FloatVector.fromArray(F, x, i), a0);
                        b0 = g1.fma(FloatVector.fromArray(F, x, i + LANES), b0);
                        a1 = g0.fma(FloatVector.fromArray(F, x, i + channels), a1);
                        b1 = g1.fma(FloatVector.fromArray(F, x, i + channels + LANES), b1);
                        a2 = g0.fma(FloatVector.fromArray(F, x, i + 2 * channels), a2);
                        b2 = g1.fma(FloatVector.fromArray(F, x, i + 2 * channels + LANES), b2);
                        i += step;
                        j += channels;
                    }
                    if (column == g.outWidth()) {
                        break;
                    }
                }
                int inX = firstX + column * g.strideWidth();
                int i = xs + inX * channels;
                int j = ys + column * channels;
                FloatVector g0 = FloatVector.fromArray(F, gy, j), g1 = FloatVector.fromArray(F, gy, j + LANES);
                if (inX >= 0 && inX < width) {
                    a0 = g0.fma(FloatVector.fromArray(F, x, i), a0);
                    b0 = g1.fma(FloatVector.fromArray(F, x, i + LANES), b0);
                }
                if (inX + 1 >= 0 && inX + 1 < width) {
                    a1 = g0.fma(FloatVector.fromArray(F, x, i + channels), a1);
                    b1 = g1.fma(FloatVector.fromArray(F, x, i + channels + LANES), b1);
                }
                if (inX + 2 >= 0 && inX + 2 < width) {
                    a2 = g0.fma(FloatVector.fromArray(F, x, i + 2 * channels), a2);
                    b2 = g1.fma(FloatVector.fromArray(F, x, i + 2 * channels + LANES), b2);
                }
            }
        }
        a0.intoArray(gw, at);
        b0.intoArray(gw, at + LANES);
        a1.intoArray(gw, at + channels);
        b1.intoArray(gw, at + channels + LANES);
        a2.intoArray(gw, at + 2 * channels);
        b2.intoArray(gw, at + 2 * channels + LANES);
    }
}
