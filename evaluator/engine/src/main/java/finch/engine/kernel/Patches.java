package finch.engine.kernel;

import java.util.Arrays;

/**
 * Copies the windows of output pixels into rows, so that a convolution becomes a matrix product
 * (patch [taps][channels of the group], one row per pixel).
 */
final class Patches {
    private Patches() {}

    /** Rows for the pixels {@code from} (included) to {@code to} of one group; pixels count through the batch. */
    static void gather(ConvGeometry g, int group, float[] x, int xOffset, float[] rows, int rowsOffset, int from, int to) {
        int channels = g.inChannels() / g.groups();
        int channel = group * channels;
        int position = rowsOffset;
        boolean wholeRow = g.groups() == 1 && g.dilationWidth() == 1;
        for (int pixel = from; pixel < to; pixel++) {
            int image = pixel / g.outPixels();
            int inImage = pixel - image * g.outPixels();
            int outY = inImage / g.outWidth();
            int firstY = outY * g.strideHeight() - g.top();
            int firstX = (inImage - outY * g.outWidth()) * g.strideWidth() - g.left();
            for (int ky = 0; ky < g.kernelHeight(); ky++) {
                int y = firstY + ky * g.dilationHeight();
                if (y < 0 || y >= g.inHeight()) {
                    Arrays.fill(rows, position, position + g.kernelWidth() * channels, 0f);
                    position += g.kernelWidth() * channels;
                    continue;
                }
                int row = xOffset + (image * g.inPixels() + y * g.inWidth()) * g.inChannels() + channel;
                if (wholeRow && firstX >= 0 && firstX + g.kernelWidth() <= g.inWidth()) {
                    int length = g.kernelWidth() * channels;
                    copy(x, row + firstX * channels, rows, position, length);
                    position += length;
                    continue;
                }
                for (int kx = 0; kx < g.kernelWidth(); kx++) {
                    int column = firstX + kx * g.dilationWidth();
                    if (column < 0 || column >= g.inWidth()) {
                        Arrays.fill(rows, position, position + channels, 0f);
                    } else {
                        copy(x, row + column * g.inChannels(), rows, position, channels);
                    }
                    position += channels;
                }
            }
        }
    }

    /** A loop for the short runs of a stem: arraycopy's call costs more than nine floats. */
    private static void copy(float[] from, int fromOffset, float[] to, int toOffset, int length) {
        if (length > 32) {
            System.arraycopy(from, fromOffset, to, toOffset, length);
        } else {
            for (int i = 0; i < length; i++) {
                to[toOffset + i] = from[fromOffset + i];
            }
        }
    }

    /** The transpose of {@link #gather} for one group of all channels: adds each entry of the rows to the place it came from. */
    static void scatter(ConvGeometry g, float[] rows, int rowsOffset, float[] x, int xOffset, int from, int to) {
        int channels = g.inChannels();
        for (int pixel = from; pixel < to; pixel++) {
            int image = pixel / g.outPixels();
            int inImage = pixel - image * g.outPixels();
            int firstY = inImage / g.outWidth() * g.strideHeight() - g.top();
            int firstX = inImage % g.outWidth() * g.strideWidth() - g.left();
            for (int ky = 0; ky < g.kernelHeight(); ky++) {
                int y = firstY + ky * g.dilationHeight();
                if (y < 0 || y >= g.inHeight()) {
                    continue;
                }
                for (int kx = 0; kx < g.kernelWidth(); kx++) {
                    int column = firstX + kx * g.dilationWidth();
                    if (column >= 0 && column < g.inWidth()) {
                        int at = xOffset + ((image * g.inHeight() + y) * g.inWidth() + column) * channels;
                        int row = rowsOffset + ((pixel - from) * g.taps() + ky * g.kernelWidth() + kx) * channels;
                        for (int c = 0; c < channels; c++) {
                            x[at + c] += rows[row + c];
                        }
                    }
                }
            }
        }
    }
}
