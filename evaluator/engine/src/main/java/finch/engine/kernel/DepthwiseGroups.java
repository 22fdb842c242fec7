package finch.engine.kernel;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Depthwise convolution of an input that the caches hold badly. Kernels go through it one vector of channels at a time, so
 * they touch one line of each pixel, and the lines of 512 channels lie 2,048 bytes apart: all of them share two of the 64 sets
 * of a first level cache, with room for 16 lines, and in the second level it is no better. So the rows of a group of channels,
 * a line wide or more, are first copied side by side. The sums are the same, in the same order.
 *
 * <p>On a Zen 3, microseconds before and after (3x3 at 14x14x512, 7x7x1024, 5x5 at 14x14x512, 7x7 at 20x20x512, 7x7 at 18x18x256):
 * 117 and 78, 97 and 48, 335 and 147, 4,492 and 627, 801 and 250. Of the last three most was the weights', see
 * {@link VectorDepthwise#tapPitch}. At other numbers of channels copying costs as much as it saves, or more.
 */
final class DepthwiseGroups {
    private static final VectorSpecies<Float> F = VectorWidth.FLOATS;
    private static final int LANES = VectorWidth.LANES;
    /** Channels copied together, at least a line of 64 bytes. */
    static final int GROUP = Math.max(16, 2 * LANES);
    /** Copied rows are to stay in the first level cache. */
    private static final int COPY_FLOATS = 6 * 1024;
    /** Pixels that lie so far apart, or a multiple that is a larger power of two, share two sets. */
    private static final int TWO_SETS_BYTES = 2048;
    /** Four sets are enough for windows of three rows. */
    private static final int FOUR_SETS_BYTES = 1024;

    private DepthwiseGroups() {}

    /** Whether copying was measured to win. */
    static boolean crowded(ConvGeometry g) {
        return VectorDepthwise.strips(g) && VectorDepthwise.apart(g) >= (g.kernelHeight() == 3 ? TWO_SETS_BYTES : FOUR_SETS_BYTES);
    }

    /** Floats of scratch for one thread: zeros and the rows. */
    static int scratchFloats(ConvGeometry g) {
        return crowded(g) ? GROUP * (1 + inRows(g, outRows(g)) * g.inWidth()) : 0;
    }

    /** Output rows at a time: even, since some kernels take two. */
    static int outRows(ConvGeometry g) {
        int fit = COPY_FLOATS / (GROUP * g.inWidth());
        int rows = (fit - g.kernelHeight()) / g.strideHeight() + 1;
        return Math.clamp(rows / 2 * 2, 2, Math.max(2, (g.outHeight() + 1) / 2 * 2));
    }

    private static int inRows(ConvGeometry g, int outRows) {
        return (outRows - 1) * g.strideHeight() + g.kernelHeight();
    }

    /**
     * As {@link VectorDepthwise#rows}, of a crowded input, whole groups of channels and at most {@link #outRows} rows of one image.
     *
     * @param scratch as many floats as {@link #scratchFloats} says: zeros, then the rows as a ring of its own
     */
    static boolean rows(PackedWeights weights, int finish, float low, float high, float[] x, int xAt, int ring, float[] scratch, int scratchAt,
                        float[] y, int yAt, int rowFrom, int rowTo, int from, int to) {
        ConvGeometry g = weights.geometry();
        int kind = VectorDepthwise.kind(g);
        int held = inRows(g, outRows(g));
        int copyAt = scratchAt + GROUP;
        Arrays.fill(scratch, scratchAt, copyAt, 0);
        int image = rowFrom / g.outHeight();
        int start = (rowFrom - image * g.outHeight()) * g.strideHeight() - g.top();
        int first = Math.max(0, start);
        int last = Math.min(g.inHeight(), start + inRows(g, rowTo - rowFrom));
        int imageAt = xAt + image * g.inPixels() * g.inChannels();
        // kernels count images from the tensor's start, and channels from the pixel's
        int origin = copyAt - image * g.inPixels() * GROUP;
        for (int c = from; c < to; c += GROUP) {
            for (int row = first; row < last; row++) {
                int source = VectorDepthwise.row(row, g.inHeight(), ring, g.inWidth() * g.inChannels());
                copy(x, imageAt + source + c, g.inChannels(), scratch, copyAt + row % held * g.inWidth() * GROUP, g.inWidth());
            }
            for (int v = c; v < c + GROUP; v += LANES) {
                VectorDepthwise.vector(kind, finish, g, weights.kernel(), weights.bias(), scratch, origin - c, GROUP, held, scratchAt,
                        y, yAt, rowFrom, rowTo, v, low, high);
            }
        }
        return finish != Finish.PLAIN;
    }

    private static void copy(float[] x, int xAt, int pitch, float[] y, int yAt, int pixels) {
        for (int pixel = 0; pixel < pixels; pixel++) {
            for (int lane = 0; lane < GROUP; lane += LANES) {
                FloatVector.fromArray(F, x, xAt + pixel * pitch + lane).intoArray(y, yAt + pixel * GROUP + lane);
            }
        }
    }
}
