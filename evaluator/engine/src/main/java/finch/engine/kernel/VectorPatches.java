package finch.engine.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@link Patches} with whole vectors: runs of a few floats, such as the nine of a stem's row of taps, are copied with
 * too long a vector, and the next run overwrites what hangs over. Rows need one vector of slack behind them.
 */
final class VectorPatches {
    private static final VectorSpecies<Float> F = VectorWidth.FLOATS;
    private static final int LANES = VectorWidth.LANES;

    private VectorPatches() {}

    /** The first output column all of whose taps lie inside. */
    static int innerLeft(ConvGeometry g) {
        return Math.min(g.outWidth(), Math.ceilDiv(g.left(), g.strideWidth()));
    }

    /** One past the last. */
    static int innerRight(ConvGeometry g) {
        int taps = (g.kernelWidth() - 1) * g.dilationWidth() + 1;
        return Math.max(innerLeft(g), Math.min(g.outWidth(), Math.floorDiv(g.inWidth() + g.left() - taps, g.strideWidth()) + 1));
    }

    /** As {@link Patches#gather}. */
    static void gather(ConvGeometry g, int group, float[] x, int xOffset, float[] rows, int rowsOffset, int from, int to) {
        if (g.groups() > 1 || g.dilationWidth() > 1) {
            Patches.gather(g, group, x, xOffset, rows, rowsOffset, from, to);
            return;
        }
        int innerLeft = innerLeft(g);
        int innerRight = innerRight(g);
        int depth = g.depth();
        int pixel = from;
        while (pixel < to) {
            int row = pixel / g.outWidth();
            int column = pixel - row * g.outWidth();
            int image = row / g.outHeight();
            int firstY = (row - image * g.outHeight()) * g.strideHeight() - g.top();
            boolean inside = firstY >= 0 && firstY + (g.kernelHeight() - 1) * g.dilationHeight() < g.inHeight();
            int end;
            if (inside && column >= innerLeft && column < innerRight) {
                end = Math.min(to, row * g.outWidth() + innerRight);
                int xAt = xOffset + (image * g.inPixels() + firstY * g.inWidth() + column * g.strideWidth() - g.left()) * g.inChannels();
                inner(g, x, xAt, rows, rowsOffset + (pixel - from) * depth, end - pixel);
            } else {
                end = Math.min(to, row * g.outWidth() + (inside && column < innerLeft ? innerLeft : g.outWidth()));
                Patches.gather(g, 0, x, xOffset, rows, rowsOffset + (pixel - from) * depth, pixel, end);
            }
            pixel = end;
        }
    }

    /** Pixels of one output row, all of whose taps lie inside. */
    private static void inner(ConvGeometry g, float[] x, int xFirst, float[] rows, int rowsFirst, int pixels) {
        int run = g.kernelWidth() * g.inChannels();
        int tapStep = g.dilationHeight() * g.inWidth() * g.inChannels();
        int pixelStep = g.strideWidth() * g.inChannels();
        int at = rowsFirst;
        for (int p = 0; p < pixels; p++) {
            for (int ky = 0; ky < g.kernelHeight(); ky++) {
                int xAt = xFirst + p * pixelStep + ky * tapStep;
                if (xAt + run + LANES <= x.length) {
                    for (int i = 0; i < run; i += LANES) {
                        FloatVector.fromArray(F, x, xAt + i).intoArray(rows, at + i);
                    }
                } else {
                    System.arraycopy(x, xAt, rows, at, run);
                }
                at += run;
            }
        }
    }

    /** Copies rows to places {@code step} apart. */
    static void copyRows(float[] x, int xAt, int xRow, int rows, int length, float[] to, int at, int step) {
        for (int row = 0; row < rows; row++) {
            int from = xAt + row * xRow;
            int target = at + row * step;
            for (int i = 0; i <= length - LANES; i += LANES) {
                FloatVector.fromArray(F, x, from + i).intoArray(to, target + i);
            }
            if (length % LANES != 0) {
                System.arraycopy(x, from + length - length % LANES, to, target + length - length % LANES, length % LANES);
            }
        }
    }
}
