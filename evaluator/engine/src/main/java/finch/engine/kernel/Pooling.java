package finch.engine.kernel;

/** Windowed pools, shared by the kernel sets: no network in reach spends time here. */
final class Pooling {
    private Pooling() {}

    /**
     * The window may hang over the declared padding where the output shape was rounded up; such places count neither
     * in a maximum nor in a mean.
     */
    static void run(ConvGeometry g, boolean maximum, boolean countPadding, int bottom, int right, Slice x, Slice y,
                    int rowFrom, int rowTo) {
        int channels = g.inChannels();
        for (int row = rowFrom; row < rowTo; row++) {
            int image = row / g.outHeight();
            int firstY = (row - image * g.outHeight()) * g.strideHeight() - g.top();
            for (int column = 0; column < g.outWidth(); column++) {
                int firstX = column * g.strideWidth() - g.left();
                int yAt = y.offset + (row * g.outWidth() + column) * channels;
                for (int c = 0; c < channels; c++) {
                    y.array[yAt + c] = maximum ? Float.NEGATIVE_INFINITY : 0f;
                }
                int counted = 0;
                for (int ky = 0; ky < g.kernelHeight(); ky++) {
                    int inY = firstY + ky * g.dilationHeight();
                    for (int kx = 0; kx < g.kernelWidth(); kx++) {
                        int inX = firstX + kx * g.dilationWidth();
                        if (inY < 0 || inY >= g.inHeight() || inX < 0 || inX >= g.inWidth()) {
                            counted += countPadding && inY < g.inHeight() + bottom && inX < g.inWidth() + right ? 1 : 0;
                            continue;
                        }
                        counted++;
                        int xAt = x.offset + ((image * g.inHeight() + inY) * g.inWidth() + inX) * channels;
                        take(maximum, x.array, xAt, y.array, yAt, channels);
                    }
                }
                if (!maximum) {
                    float factor = 1f / Math.max(counted, 1);
                    for (int c = 0; c < channels; c++) {
                        y.array[yAt + c] *= factor;
                    }
                }
            }
        }
    }

    private static void take(boolean maximum, float[] x, int xAt, float[] y, int yAt, int channels) {
        for (int c = 0; c < channels; c++) {
            float value = x[xAt + c];
            y[yAt + c] = maximum ? Math.max(y[yAt + c], value) : y[yAt + c] + value;
        }
    }
}
