package finch.engine.kernel;

import java.util.Arrays;

/** Kernels of the reverse pass on the Vector API. The arithmetic is in static methods of the other {@code Vector…} classes. */
final class VectorGradientKernels implements GradientKernels {
    private static final int LANES = VectorWidth.LANES;

    private final GradientKernels scalar = new ScalarGradientKernels();

    @Override
    public String name() {
        return "vector-" + VectorWidth.FLOATS.vectorBitSize();
    }

    /** The least common multiple with the lanes, which are a power of two. */
    @Override
    public int period(int channels) {
        return channels * (LANES / Math.min(LANES, Integer.lowestOneBit(channels)));
    }

    @Override
    public void activate(Epilogue f, float[] x, int xAt, float[] factor, float[] shift, float[] y, int yAt, int pixels, int channels) {
        int length = pixels * channels;
        switch (f.kind()) {
            case CLAMP -> VectorSlopes.clamp(x, xAt, factor, shift, y, yAt, length, f.low(), f.high());
            case HARD_SWISH -> VectorSlopes.hardSwish(x, xAt, factor, shift, y, yAt, length);
            case NONE, HARD_SIGMOID, SIGMOID, SWISH -> {
                VectorSlopes.affine(x, xAt, factor, shift, y, yAt, length);
                VectorElementwise.finish(f, y, yAt, yAt + length, null, 0);
            }
        }
    }

    @Override
    public void activateBackward(Epilogue f, float[] x, int xAt, float[] factor, float[] shift, float[] g, int gAt, int pixels, int channels) {
        int length = pixels * channels;
        switch (f.kind()) {
            case NONE -> { }
            case CLAMP -> VectorSlopes.clampBackward(f, x, xAt, factor, shift, g, gAt, length);
            case HARD_SWISH -> VectorSlopes.hardSwishBackward(x, xAt, factor, shift, g, gAt, length);
            case HARD_SIGMOID -> scalar.activateBackward(f, x, xAt, factor, shift, g, gAt, pixels, channels);
            case SIGMOID, SWISH -> VectorSlopes.sigmoidBackward(f, x, xAt, factor, shift, g, gAt, length);
        }
    }

    @Override
    public void moments(float[] x, int xAt, int pixels, int channels, float[] into, int at) {
        if (channels < LANES) {
            scalar.moments(x, xAt, pixels, channels, into, at);
            return;
        }
        int c = 0;
        for (; c <= channels - 2 * LANES; c += 2 * LANES) {
            VectorSums.moments2(x, xAt, pixels, channels, c, into, at);
        }
        for (; c < channels; c += LANES) {
            VectorSums.moments1(x, xAt, pixels, channels, Math.min(c, channels - LANES), into, at);
        }
    }

    @Override
    public void gradientSums(float[] g, int gAt, float[] x, int xAt, float[] scale, float[] offset, int pixels, int channels, float[] into, int at) {
        if (channels < LANES) {
            scalar.gradientSums(g, gAt, x, xAt, scale, offset, pixels, channels, into, at);
            return;
        }
        int c = 0;
        for (; c <= channels - 2 * LANES; c += 2 * LANES) {
            VectorSums.gradients2(g, gAt, x, xAt, scale, offset, pixels, channels, c, into, at);
        }
        for (; c < channels; c += LANES) {
            VectorSums.gradients1(g, gAt, x, xAt, scale, offset, pixels, channels, Math.min(c, channels - LANES), into, at);
        }
    }

    @Override
    public void combine(float[] g, int gAt, float[] x, int xAt, float[] a, float[] b, float[] d, int pixels, int channels) {
        VectorSlopes.combine(g, gAt, x, xAt, a, b, d, pixels * channels);
    }

    @Override
    public void sums(float[] g, int gAt, int pixels, int channels, float[] into, int at) {
        int c = 0;
        for (; c <= channels - LANES; c += LANES) {
            VectorSums.sums(g, gAt, pixels, channels, c, into, at);
        }
        if (c < channels) {
            VectorSums.sumsTail(g, gAt, pixels, channels, c, into, at);
        }
    }

    @Override
    public void add(float[] x, int xAt, float[] y, int yAt, int length) {
        VectorSlopes.add(x, xAt, y, yAt, length);
    }

    @Override
    public void outer(float[] g, int gAt, int gRow, int outs, float[] x, int xAt, int xRow, int depth, int pixels, float[] w, int wAt, float[] scratch) {
        VectorOuter.add(g, gAt, gRow, outs, x, xAt, xRow, depth, pixels, w, wAt, scratch);
    }

    @Override
    public int outerScratch(int outs, int depth) {
        return VectorOuter.scratch(depth);
    }

    @Override
    public void depthwiseInput(ConvGeometry geometry, float[] w, float[] gy, int gyAt, float[] gx, int gxAt, boolean add, int images) {
        if (!add) {
            Arrays.fill(gx, gxAt, gxAt + images * geometry.inPixels() * geometry.inChannels(), 0f);
        }
        VectorDepthwiseGradients.input(geometry, w, gy, gyAt, gx, gxAt, images);
    }

    @Override
    public void depthwiseWeights(ConvGeometry geometry, float[] x, int xAt, float[] gy, int gyAt, int images, float[] gw, int at) {
        if (VectorDepthwiseGradients.takes(geometry)) {
            if (geometry.inChannels() > 2 * LANES) {
                // taken two vectors of channels at a time
                ReadAhead.floats(x, xAt, images * geometry.inPixels() * geometry.inChannels());
                ReadAhead.floats(gy, gyAt, images * geometry.outPixels() * geometry.outChannels());
            }
            VectorDepthwiseGradients.weights(geometry, x, xAt, gy, gyAt, images, gw, at);
        } else {
            scalar.depthwiseWeights(geometry, x, xAt, gy, gyAt, images, gw, at);
        }
    }

    @Override
    public void gather(ConvGeometry geometry, float[] x, int xAt, float[] rows, int rowsAt, int pixelFrom, int pixelTo) {
        VectorPatches.gather(geometry, 0, x, xAt, rows, rowsAt, pixelFrom, pixelTo);
    }

    @Override
    public void scatter(ConvGeometry geometry, float[] rows, int rowsAt, float[] gx, int gxAt, int pixelFrom, int pixelTo) {
        scalar.scatter(geometry, rows, rowsAt, gx, gxAt, pixelFrom, pixelTo);
    }

    @Override
    public void products(float[] g, int gAt, float[] x, int xAt, boolean add, int pixels, int channels, float[] gate, int gateAt) {
        int c = 0;
        for (; c <= channels - LANES; c += LANES) {
            VectorSums.products(g, gAt, x, xAt, add, pixels, channels, c, gate, gateAt);
        }
        if (c < channels) {
            VectorSums.productsTail(g, gAt, x, xAt, add, pixels, channels, c, gate, gateAt);
        }
    }

    @Override
    public void spread(float[] v, int vAt, float factor, float[] y, int yAt, boolean add, int pixels, int channels) {
        int c = 0;
        for (; c <= channels - LANES; c += LANES) {
            VectorSlopes.spreadColumn(v, vAt, factor, y, yAt, add, pixels, channels, c);
        }
        if (c < channels) {
            VectorSlopes.spreadTail(v, vAt, factor, y, yAt, add, pixels, channels, c);
        }
    }

    @Override
    public void multiply(float[] g, int gAt, float[] v, int vAt, float[] y, int yAt, boolean add, int pixels, int channels) {
        if (channels % LANES == 0) {
            VectorSlopes.multiply(g, gAt, v, vAt, y, yAt, add, pixels * channels, channels);
            return;
        }
        int c = 0;
        for (; c <= channels - LANES; c += LANES) {
            VectorSlopes.multiplyColumn(g, gAt, v, vAt, y, yAt, add, pixels, channels, c);
        }
        if (c < channels) {
            VectorSlopes.multiplyTail(g, gAt, v, vAt, y, yAt, add, pixels, channels, c);
        }
    }
}
