package finch.engine.kernel;

import java.util.Arrays;

/** Plain Java: what runs where the Vector API is missing, and the vector kernels' twin in tests. Inner loops run over channels. */
final class ScalarGradientKernels implements GradientKernels {
    @Override
    public String name() {
        return "scalar";
    }

    @Override
    public int period(int channels) {
        return channels;
    }

    @Override
    public void activate(Epilogue f, float[] x, int xAt, float[] factor, float[] shift, float[] y, int yAt, int pixels, int channels) {
        for (int p = 0; p < pixels; p++) {
            int xs = xAt + p * channels, ys = yAt + p * channels;
            for (int c = 0; c < channels; c++) {
                y[ys + c] = Elementary.apply(f, Math.fma(x[xs + c], factor[c], shift[c]));
            }
        }
    }

    @Override
    public void activateBackward(Epilogue f, float[] x, int xAt, float[] factor, float[] shift, float[] g, int gAt, int pixels, int channels) {
        for (int p = 0; p < pixels; p++) {
            int xs = xAt + p * channels, gs = gAt + p * channels;
            for (int c = 0; c < channels; c++) {
                g[gs + c] *= Slopes.of(f, Math.fma(x[xs + c], factor[c], shift[c]));
            }
        }
    }

    @Override
    public void moments(float[] x, int xAt, int pixels, int channels, float[] into, int at) {
        System.arraycopy(x, xAt, into, at, channels);
        Arrays.fill(into, at + channels, at + 3 * channels, 0f);
        for (int p = 1; p < pixels; p++) {
            int xs = xAt + p * channels;
            for (int c = 0; c < channels; c++) {
                float d = x[xs + c] - into[at + c];
                into[at + channels + c] += d;
                into[at + 2 * channels + c] = Math.fma(d, d, into[at + 2 * channels + c]);
            }
        }
    }

    @Override
    public void gradientSums(float[] g, int gAt, float[] x, int xAt, float[] scale, float[] offset, int pixels, int channels, float[] into, int at) {
        Arrays.fill(into, at, at + 2 * channels, 0f);
        for (int p = 0; p < pixels; p++) {
            int xs = xAt + p * channels, gs = gAt + p * channels;
            for (int c = 0; c < channels; c++) {
                into[at + c] += g[gs + c];
                into[at + channels + c] = Math.fma(g[gs + c], Math.fma(x[xs + c], scale[c], offset[c]), into[at + channels + c]);
            }
        }
    }

    @Override
    public void combine(float[] g, int gAt, float[] x, int xAt, float[] a, float[] b, float[] d, int pixels, int channels) {
        for (int p = 0; p < pixels; p++) {
            int xs = xAt + p * channels, gs = gAt + p * channels;
            for (int c = 0; c < channels; c++) {
                g[gs + c] = Math.fma(g[gs + c], a[c], Math.fma(x[xs + c], b[c], d[c]));
            }
        }
    }

    @Override
    public void sums(float[] g, int gAt, int pixels, int channels, float[] into, int at) {
        Arrays.fill(into, at, at + channels, 0f);
        for (int p = 0; p < pixels; p++) {
            int gs = gAt + p * channels;
            for (int c = 0; c < channels; c++) {
                into[at + c] += g[gs + c];
            }
        }
    }

    @Override
    public void add(float[] x, int xAt, float[] y, int yAt, int length) {
        for (int i = 0; i < length; i++) {
            y[yAt + i] += x[xAt + i];
        }
    }

    @Override
    public void outer(float[] g, int gAt, int gRow, int outs, float[] x, int xAt, int xRow, int depth, int pixels, float[] w, int wAt, float[] scratch) {
        for (int p = 0; p < pixels; p++) {
            int xs = xAt + p * xRow;
            for (int o = 0; o < outs; o++) {
                float factor = g[gAt + p * gRow + o];
                int ws = wAt + o * depth;
                for (int k = 0; k < depth; k++) {
                    w[ws + k] = Math.fma(factor, x[xs + k], w[ws + k]);
                }
            }
        }
    }

    @Override
    public int outerScratch(int outs, int depth) {
        return 0;
    }

    @Override
    public void depthwiseInput(ConvGeometry geometry, float[] w, float[] gy, int gyAt, float[] gx, int gxAt, boolean add, int images) {
        int channels = geometry.inChannels();
        if (!add) {
            Arrays.fill(gx, gxAt, gxAt + images * geometry.inPixels() * channels, 0f);
        }
        Taps.each(geometry, images, (tap, in, out, pixels) -> {
            for (int p = 0; p < pixels; p++) {
                int x = gxAt + (in + p * geometry.strideWidth()) * channels, y = gyAt + (out + p) * channels;
                for (int c = 0; c < channels; c++) {
                    gx[x + c] = Math.fma(gy[y + c], w[tap * channels + c], gx[x + c]);
                }
            }
        });
    }

    @Override
    public void depthwiseWeights(ConvGeometry geometry, float[] x, int xAt, float[] gy, int gyAt, int images, float[] gw, int at) {
        int channels = geometry.inChannels();
        Arrays.fill(gw, at, at + geometry.taps() * channels, 0f);
        Taps.each(geometry, images, (tap, in, out, pixels) -> {
            int ws = at + tap * channels;
            for (int p = 0; p < pixels; p++) {
                int xs = xAt + (in + p * geometry.strideWidth()) * channels, ys = gyAt + (out + p) * channels;
                for (int c = 0; c < channels; c++) {
                    gw[ws + c] = Math.fma(gy[ys + c], x[xs + c], gw[ws + c]);
                }
            }
        });
    }

    @Override
    public void gather(ConvGeometry geometry, float[] x, int xAt, float[] rows, int rowsAt, int pixelFrom, int pixelTo) {
        Patches.gather(geometry, 0, x, xAt, rows, rowsAt, pixelFrom, pixelTo);
    }

    @Override
    public void scatter(ConvGeometry geometry, float[] rows, int rowsAt, float[] gx, int gxAt, int pixelFrom, int pixelTo) {
        Patches.scatter(geometry, rows, rowsAt, gx, gxAt, pixelFrom, pixelTo);
    }

    @Override
    public void products(float[] g, int gAt, float[] x, int xAt, boolean add, int pixels, int channels, float[] gate, int gateAt) {
        if (!add) {
            Arrays.fill(gate, gateAt, gateAt + channels, 0f);
        }
        for (int p = 0; p < pixels; p++) {
            int row = p * channels;
            for (int c = 0; c < channels; c++) {
                gate[gateAt + c] = Math.fma(g[gAt + row + c], x[xAt + row + c], gate[gateAt + c]);
            }
        }
    }

    @Override
    public void spread(float[] v, int vAt, float factor, float[] y, int yAt, boolean add, int pixels, int channels) {
        for (int p = 0; p < pixels; p++) {
            int ys = yAt + p * channels;
            for (int c = 0; c < channels; c++) {
                y[ys + c] = Math.fma(v[vAt + c], factor, add ? y[ys + c] : 0f);
            }
        }
    }

    @Override
    public void multiply(float[] g, int gAt, float[] v, int vAt, float[] y, int yAt, boolean add, int pixels, int channels) {
        for (int p = 0; p < pixels; p++) {
            int row = p * channels;
            for (int c = 0; c < channels; c++) {
                y[yAt + row + c] = Math.fma(g[gAt + row + c], v[vAt + c], add ? y[yAt + row + c] : 0f);
            }
        }
    }
}
