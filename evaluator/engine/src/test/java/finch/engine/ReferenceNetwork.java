package finch.engine;

import finch.space.network.Layer;
import finch.space.network.Network;
import finch.space.network.TensorShape;
import finch.space.network.Window;
import java.util.function.DoubleUnaryOperator;

/** Runs a network layer by layer in double, unfused and unfolded, each layer written from its definition. */
final class ReferenceNetwork {
    private ReferenceNetwork() {}

    /** The output for one image [h][w][c]. */
    static double[] run(Network network, Weights weights, float[] input) {
        double[][] tensors = new double[network.layers().size() + 1][];
        tensors[0] = new double[input.length];
        for (int i = 0; i < input.length; i++) {
            tensors[0][i] = input[i];
        }
        for (int i = 0; i < network.layers().size(); i++) {
            tensors[i + 1] = layer(network.layers().get(i), weights, tensors);
        }
        return tensors[tensors.length - 1];
    }

    private static double[] layer(Layer layer, Weights weights, double[][] t) {
        double[] x = t[layer.inputs().getFirst()];
        return switch (layer) {
            case Layer.Convolution c -> {
                double[] y = convolve(x, c, weights.of(c));
                normalise(y, weights.of(c).batchNorm(), c.output().channels());
                yield map(y, c.nonlinearity()::apply);
            }
            case Layer.Dense d -> {
                Weights.Parameters p = weights.of(d);
                double[] y = new double[d.output().channels()];
                for (int o = 0; o < y.length; o++) {
                    y[o] = p.bias().length == 0 ? 0 : p.bias()[o];
                    for (int i = 0; i < x.length; i++) {
                        y[o] += x[i] * p.kernel()[o * x.length + i];
                    }
                }
                yield map(y, d.nonlinearity()::apply);
            }
            case Layer.GlobalAveragePool p -> {
                double[] y = new double[p.input().channels()];
                for (int i = 0; i < x.length; i++) {
                    y[i % y.length] += x[i] / p.input().pixels();
                }
                yield y;
            }
            case Layer.Add a -> {
                double[] y = x.clone();
                for (int i = 0; i < y.length; i++) {
                    y[i] += t[a.right()][i];
                }
                yield map(y, a.nonlinearity()::apply);
            }
            case Layer.Scale s -> {
                double[] y = x.clone();
                for (int i = 0; i < y.length; i++) {
                    y[i] *= t[s.gate()][i % s.input().channels()];
                }
                yield y;
            }
            case Layer.BatchNorm b -> {
                double[] y = x.clone();
                normalise(y, weights.of(b).batchNorm(), b.input().channels());
                yield map(y, b.nonlinearity()::apply);
            }
            case Layer.Activate a -> map(x.clone(), a.nonlinearity()::apply);
            case Layer.Softmax s -> softmax(x.clone(), s);
            case Layer.Pool p -> pool(x, p);
        };
    }

    private static double[] map(double[] y, DoubleUnaryOperator f) {
        for (int i = 0; i < y.length; i++) {
            y[i] = f.applyAsDouble(y[i]);
        }
        return y;
    }

    private static void normalise(double[] y, Weights.BatchNorm norm, int channels) {
        if (norm == null) {
            return;
        }
        for (int i = 0; i < y.length; i++) {
            int c = i % channels;
            y[i] = (y[i] - norm.mean()[c]) / Math.sqrt((double) norm.variance()[c] + norm.epsilon()) * norm.gamma()[c] + norm.beta()[c];
        }
    }

    private static double[] convolve(double[] x, Layer.Convolution layer, Weights.Parameters p) {
        TensorShape in = layer.input();
        TensorShape out = layer.output();
        Window w = layer.window();
        int perGroup = in.channels() / layer.groups();
        int outs = out.channels() / layer.groups();
        double[] y = new double[out.size()];
        for (int oy = 0; oy < out.height(); oy++) {
            for (int ox = 0; ox < out.width(); ox++) {
                for (int o = 0; o < out.channels(); o++) {
                    double sum = p.bias().length == 0 ? 0 : p.bias()[o];
                    for (int ky = 0; ky < w.kernel().height(); ky++) {
                        int iy = oy * w.stride().height() + ky * w.dilation().height() - w.top();
                        for (int kx = 0; kx < w.kernel().width(); kx++) {
                            int ix = ox * w.stride().width() + kx * w.dilation().width() - w.left();
                            if (iy < 0 || ix < 0 || iy >= in.height() || ix >= in.width()) {
                                continue;
                            }
                            for (int i = 0; i < perGroup; i++) {
                                sum += x[(iy * in.width() + ix) * in.channels() + o / outs * perGroup + i]
                                        * p.kernel()[((o * w.kernel().height() + ky) * w.kernel().width() + kx) * perGroup + i];
                            }
                        }
                    }
                    y[(oy * out.width() + ox) * out.channels() + o] = sum;
                }
            }
        }
        return y;
    }

    private static double[] pool(double[] x, Layer.Pool p) {
        TensorShape in = p.input();
        Window w = p.window();
        double[] y = new double[p.output().size()];
        for (int i = 0; i < y.length; i++) {
            int c = i % in.channels();
            int ox = i / in.channels() % p.output().width();
            int oy = i / in.channels() / p.output().width();
            double best = Double.NEGATIVE_INFINITY;
            double sum = 0;
            int counted = 0;
            for (int ky = 0; ky < w.kernel().height(); ky++) {
                for (int kx = 0; kx < w.kernel().width(); kx++) {
                    int iy = oy * w.stride().height() + ky * w.dilation().height() - w.top();
                    int ix = ox * w.stride().width() + kx * w.dilation().width() - w.left();
                    if (iy >= 0 && ix >= 0 && iy < in.height() && ix < in.width()) {
                        double value = x[(iy * in.width() + ix) * in.channels() + c];
                        best = Math.max(best, value);
                        sum += value;
                        counted++;
                    } else if (p.countPadding() && iy < in.height() + w.bottom() && ix < in.width() + w.right()) {
                        counted++;
                    }
                }
            }
            y[i] = p.kind() == Layer.Pool.Kind.MAX ? best : sum / counted;
        }
        return y;
    }

    private static double[] softmax(double[] x, Layer.Softmax s) {
        TensorShape shape = s.input();
        double[] y = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            double sum = 0;
            for (int j = 0; j < x.length; j++) {
                boolean same = switch (s.axis()) {
                    case CHANNELS -> i / shape.channels() == j / shape.channels();
                    case WIDTH -> i % shape.channels() == j % shape.channels()
                            && i / (shape.channels() * shape.width()) == j / (shape.channels() * shape.width());
                    case HEIGHT -> i % (shape.channels() * shape.width()) == j % (shape.channels() * shape.width());
                };
                sum += same ? Math.exp(x[j]) : 0;
            }
            y[i] = Math.exp(x[i]) / sum;
        }
        return y;
    }
}
