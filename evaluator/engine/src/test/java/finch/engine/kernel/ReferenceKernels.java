package finch.engine.kernel;

/**
 * Convolution, pools and the rest written from their definitions, in double, sharing no code with the kernels: no
 * packing, no ranges, no padding tricks.
 */
final class ReferenceKernels {
    /** Values, and for each the sum of the absolute products that went into it. */
    record Result(double[] values, double[] magnitudes) {}

    private ReferenceKernels() {}

    /** Bias + Σ x·w + residual, before any epilogue. x [n][h][w][c], weights [out][kh][kw][in/groups], residual may be null. */
    static Result convolve(ConvGeometry g, int batch, float[] x, float[] weights, float[] bias, float[] residual) {
        int perGroup = g.inChannels() / g.groups();
        int outsPerGroup = g.outChannels() / g.groups();
        double[] values = new double[batch * g.outHeight() * g.outWidth() * g.outChannels()];
        double[] magnitudes = new double[values.length];
        int at = 0;
        for (int n = 0; n < batch; n++) {
            for (int oy = 0; oy < g.outHeight(); oy++) {
                for (int ox = 0; ox < g.outWidth(); ox++) {
                    for (int o = 0; o < g.outChannels(); o++) {
                        double sum = bias[o];
                        double magnitude = Math.abs(sum);
                        for (int ky = 0; ky < g.kernelHeight(); ky++) {
                            for (int kx = 0; kx < g.kernelWidth(); kx++) {
                                int iy = oy * g.strideHeight() + ky * g.dilationHeight() - g.top();
                                int ix = ox * g.strideWidth() + kx * g.dilationWidth() - g.left();
                                if (iy < 0 || ix < 0 || iy >= g.inHeight() || ix >= g.inWidth()) {
                                    continue;
                                }
                                for (int i = 0; i < perGroup; i++) {
                                    int channel = o / outsPerGroup * perGroup + i;
                                    double product = (double) x[((n * g.inHeight() + iy) * g.inWidth() + ix) * g.inChannels() + channel]
                                            * weights[((o * g.kernelHeight() + ky) * g.kernelWidth() + kx) * perGroup + i];
                                    sum += product;
                                    magnitude += Math.abs(product);
                                }
                            }
                        }
                        if (residual != null) {
                            sum += residual[at];
                            magnitude += Math.abs(residual[at]);
                        }
                        values[at] = sum;
                        magnitudes[at++] = magnitude;
                    }
                }
            }
        }
        return new Result(values, magnitudes);
    }

    static double epilogue(Epilogue e, double x) {
        return switch (e.kind()) {
            case NONE -> x;
            case CLAMP -> Math.min(Math.max(x, e.low()), e.high());
            case HARD_SWISH -> x * Math.min(Math.max(x / 6 + 0.5, 0), 1);
            case HARD_SIGMOID -> Math.min(Math.max(x * e.low() + e.high(), 0), 1);
            case SIGMOID -> 1 / (1 + Math.exp(-x));
            case SWISH -> x / (1 + Math.exp(-x));
        };
    }

    static double[] pool(ConvGeometry g, boolean maximum, boolean countPadding, int bottom, int right, int batch, float[] x) {
        double[] values = new double[batch * g.outHeight() * g.outWidth() * g.inChannels()];
        int at = 0;
        for (int n = 0; n < batch; n++) {
            for (int oy = 0; oy < g.outHeight(); oy++) {
                for (int ox = 0; ox < g.outWidth(); ox++) {
                    for (int c = 0; c < g.inChannels(); c++) {
                        double best = Double.NEGATIVE_INFINITY;
                        double sum = 0;
                        int inside = 0;
                        int padded = 0;
                        for (int ky = 0; ky < g.kernelHeight(); ky++) {
                            for (int kx = 0; kx < g.kernelWidth(); kx++) {
                                int iy = oy * g.strideHeight() + ky * g.dilationHeight() - g.top();
                                int ix = ox * g.strideWidth() + kx * g.dilationWidth() - g.left();
                                if (iy >= 0 && ix >= 0 && iy < g.inHeight() && ix < g.inWidth()) {
                                    double value = x[((n * g.inHeight() + iy) * g.inWidth() + ix) * g.inChannels() + c];
                                    best = Math.max(best, value);
                                    sum += value;
                                    inside++;
                                } else if (iy < g.inHeight() + bottom && ix < g.inWidth() + right) {
                                    padded++;
                                }
                            }
                        }
                        values[at++] = maximum ? best : sum / (countPadding ? inside + padded : inside);
                    }
                }
            }
        }
        return values;
    }
}
