package finch.engine.kernel;

import java.util.Arrays;

/** Plain Java: what runs where the Vector API is missing, and the vector kernels' twin in tests. */
final class ScalarKernels implements Kernels {
    private static final int CHUNK = 32;

    @Override
    public String name() {
        return "scalar";
    }

    @Override
    public int lanes() {
        return 1;
    }

    @Override
    public int channelStep() {
        return 1;
    }

    @Override
    public int channelBound(int channels, int part, int parts) {
        return (int) ((long) channels * part / parts);
    }

    /** Depthwise: [tap][channel]. Otherwise per group [k][out of the group], k = (tap, channel of the group). */
    @Override
    public PackedWeights pack(ConvGeometry g, float[] weights, float[] bias) {
        int depth = g.depth();
        int outs = g.isDepthwise() ? g.outChannels() : g.outChannels() / g.groups();
        float[] packed = new float[weights.length];
        for (int out = 0; out < g.outChannels(); out++) {
            for (int k = 0; k < depth; k++) {
                packed[(out / outs * depth + k) * outs + out % outs] = weights[out * depth + k];
            }
        }
        return new PackedWeights(g, packed, 0, bias);
    }

    @Override
    public void pointwise(PackedWeights weights, Epilogue epilogue, Slice x, Slice y, Slice residual, Slice scratch,
                          int pixelFrom, int pixelTo, int channelFrom, int channelTo) {
        ConvGeometry g = weights.geometry();
        int depth = g.inChannels();
        int outs = g.outChannels();
        for (int pixel = pixelFrom; pixel < pixelTo; pixel++) {
            product(x.array, x.offset + pixel * depth, depth, weights.kernel(), channelFrom, outs,
                    weights.bias(), channelFrom, y.array, y.offset + pixel * outs + channelFrom, channelTo - channelFrom);
            finish(epilogue, y, residual, pixel * outs + channelFrom, pixel * outs + channelTo);
        }
    }

    /** y[n] = bias[n] + Σ x[k]·w[k][n], the sum from zero and the bias last. */
    private static void product(float[] x, int xAt, int depth, float[] w, int wAt, int wRow, float[] bias, int biasAt,
                                float[] y, int yAt, int outs) {
        Arrays.fill(y, yAt, yAt + outs, 0f);
        for (int k = 0; k < depth; k++) {
            float factor = x[xAt + k];
            int row = wAt + k * wRow;
            for (int n = 0; n < outs; n++) {
                y[yAt + n] += factor * w[row + n];
            }
        }
        for (int n = 0; n < outs; n++) {
            y[yAt + n] += bias[biasAt + n];
        }
    }

    private static void finish(Epilogue epilogue, Slice y, Slice residual, int from, int to) {
        float[] ys = y.array;
        if (residual != null) {
            float[] rs = residual.array;
            for (int i = from; i < to; i++) {
                ys[y.offset + i] += rs[residual.offset + i];
            }
        }
        if (epilogue.kind() != Epilogue.Kind.NONE) {
            for (int i = y.offset + from; i < y.offset + to; i++) {
                ys[i] = Elementary.apply(epilogue, ys[i]);
            }
        }
    }

    @Override
    public int scratchFloats(ConvGeometry g, int pixels) {
        return g.isPointwise() || g.isDepthwise() ? 0 : Math.min(CHUNK, pixels) * g.depth();
    }

    @Override
    public void convolution(PackedWeights weights, Epilogue epilogue, Slice x, Slice y, Slice residual, Slice scratch,
                            int pixelFrom, int pixelTo) {
        ConvGeometry g = weights.geometry();
        int depth = g.depth();
        int outs = g.outChannels() / g.groups();
        for (int first = pixelFrom; first < pixelTo; first += CHUNK) {
            int last = Math.min(first + CHUNK, pixelTo);
            for (int group = 0; group < g.groups(); group++) {
                Patches.gather(g, group, x.array, x.offset, scratch.array, scratch.offset, first, last);
                for (int pixel = first; pixel < last; pixel++) {
                    product(scratch.array, scratch.offset + (pixel - first) * depth, depth, weights.kernel(),
                            group * depth * outs, outs, weights.bias(), group * outs, y.array,
                            y.offset + pixel * g.outChannels() + group * outs, outs);
                }
            }
            finish(epilogue, y, residual, first * g.outChannels(), last * g.outChannels());
        }
    }

    @Override
    public void depthwise(PackedWeights weights, Epilogue epilogue, Slice x, int ring, int zeros, Slice y, Slice residual, Slice scratch,
                          int rowFrom, int rowTo, int channelFrom, int channelTo) {
        ConvGeometry g = weights.geometry();
        for (int row = rowFrom; row < rowTo; row++) {
            int image = row / g.outHeight();
            int firstY = (row - image * g.outHeight()) * g.strideHeight() - g.top();
            for (int column = 0; column < g.outWidth(); column++) {
                int firstX = column * g.strideWidth() - g.left();
                int at = (row * g.outWidth() + column) * g.outChannels();
                depthwisePixel(g, weights, x.array, x.offset + image * g.inPixels() * g.inChannels(), ring, firstY, firstX,
                        y.array, y.offset + at, channelFrom, channelTo);
                finish(epilogue, y, residual, at + channelFrom, at + channelTo);
            }
        }
    }

    private static void depthwisePixel(ConvGeometry g, PackedWeights weights, float[] x, int image, int ring, int firstY, int firstX,
                                       float[] y, int yAt, int channelFrom, int channelTo) {
        int channels = g.inChannels();
        float[] w = weights.kernel();
        float[] bias = weights.bias();
        Arrays.fill(y, yAt + channelFrom, yAt + channelTo, 0f);
        for (int ky = 0; ky < g.kernelHeight(); ky++) {
            int inY = firstY + ky * g.dilationHeight();
            for (int kx = 0; kx < g.kernelWidth(); kx++) {
                int inX = firstX + kx * g.dilationWidth();
                if (inY < 0 || inY >= g.inHeight() || inX < 0 || inX >= g.inWidth()) {
                    continue;
                }
                int xAt = image + (inY % ring * g.inWidth() + inX) * channels;
                int wAt = (ky * g.kernelWidth() + kx) * channels;
                for (int c = channelFrom; c < channelTo; c++) {
                    y[yAt + c] += x[xAt + c] * w[wAt + c];
                }
            }
        }
        for (int c = channelFrom; c < channelTo; c++) {
            y[yAt + c] += bias[c];
        }
    }

    @Override
    public void pool(ConvGeometry g, boolean maximum, boolean countPadding, int bottom, int right, Slice x, Slice y,
                     int rowFrom, int rowTo) {
        Pooling.run(g, maximum, countPadding, bottom, right, x, y, rowFrom, rowTo);
    }

    @Override
    public void globalAverage(Slice x, Slice y, int pixels, int channels, int imageFrom, int imageTo, int channelFrom, int channelTo) {
        float factor = 1f / pixels;
        for (int image = imageFrom; image < imageTo; image++) {
            int yAt = y.offset + image * channels;
            Arrays.fill(y.array, yAt + channelFrom, yAt + channelTo, 0f);
            for (int p = 0; p < pixels; p++) {
                int xAt = x.offset + (image * pixels + p) * channels;
                for (int c = channelFrom; c < channelTo; c++) {
                    y.array[yAt + c] += x.array[xAt + c];
                }
            }
            for (int c = channelFrom; c < channelTo; c++) {
                y.array[yAt + c] *= factor;
            }
        }
    }

    @Override
    public void scale(Slice x, Slice gate, Slice y, int pixels, int channels, int pixelFrom, int pixelTo) {
        for (int p = pixelFrom; p < pixelTo; p++) {
            int gateAt = gate.offset + p / pixels * channels;
            for (int c = 0; c < channels; c++) {
                y.array[y.offset + p * channels + c] = x.array[x.offset + p * channels + c] * gate.array[gateAt + c];
            }
        }
    }

    @Override
    public void elementwise(Epilogue epilogue, Slice x, Slice residual, Slice y, int from, int to) {
        for (int i = from; i < to; i++) {
            float sum = x.array[x.offset + i] + (residual == null ? 0f : residual.array[residual.offset + i]);
            y.array[y.offset + i] = Elementary.apply(epilogue, sum);
        }
    }

    @Override
    public void affine(Epilogue epilogue, Slice x, float[] factor, float[] shift, Slice y, int channels, int pixelFrom, int pixelTo) {
        for (int p = pixelFrom; p < pixelTo; p++) {
            int at = p * channels;
            for (int c = 0; c < channels; c++) {
                float value = x.array[x.offset + at + c] * factor[c] + shift[c];
                y.array[y.offset + at + c] = Elementary.apply(epilogue, value);
            }
        }
    }

    @Override
    public void softmax(Slice x, Slice y, int axis, int inner, int from, int to) {
        Softmaxes.run(x, y, axis, inner, from, to);
    }
}
