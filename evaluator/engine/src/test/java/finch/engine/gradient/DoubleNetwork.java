package finch.engine.gradient;

import finch.engine.gradient.Parameter.Role;
import finch.space.network.Layer;
import finch.space.network.Network;
import finch.space.network.Nonlinearity;
import finch.space.network.TensorShape;
import finch.space.network.Window;
import java.util.HashMap;
import java.util.Map;

/** A forward pass over a batch in double, each layer written from its definition; it shares no code with the pass it checks. */
final class DoubleNetwork {
    private final Network network;
    private final Mode mode;
    private final double epsilon;
    private final Map<String, double[]> values = new HashMap<>();

    DoubleNetwork(Parameters parameters, Mode mode, double epsilon) {
        this.network = parameters.network();
        this.mode = mode;
        this.epsilon = epsilon;
        for (Parameter p : parameters.all()) {
            double[] copy = new double[p.values().length];
            for (int i = 0; i < copy.length; i++) {
                copy[i] = p.values()[i];
            }
            values.put(p.name(), copy);
        }
    }

    /** One number of one parameter, to be changed. */
    double[] values(Parameter p) {
        return values.get(p.name());
    }

    private double[] of(Layer layer, Role role) {
        return values.get(new Parameter(layer.name(), role, new float[0]).name());
    }

    /** All tensors, [count][h][w][c] each. */
    double[][] run(double[] images, int count) {
        double[][] t = new double[network.layers().size() + 1][];
        t[0] = images;
        for (int i = 0; i < network.layers().size(); i++) {
            t[i + 1] = layer(network.layers().get(i), t, count);
        }
        return t;
    }

    private double[] layer(Layer layer, double[][] t, int count) {
        double[] x = t[layer.inputs().getFirst()];
        return switch (layer) {
            case Layer.Convolution c -> activated(c.batchNorm() ? normalised(convolved(c, x, count), c) : convolved(c, x, count), c.nonlinearity());
            case Layer.Dense d -> activated(dense(d, x, count), d.nonlinearity());
            case Layer.BatchNorm b -> activated(normalised(x, b), b.nonlinearity());
            case Layer.Activate a -> activated(x, a.nonlinearity());
            case Layer.Add a -> {
                double[] y = x.clone();
                for (int i = 0; i < y.length; i++) {
                    y[i] += t[a.right()][i];
                }
                yield activated(y, a.nonlinearity());
            }
            case Layer.Scale s -> {
                double[] y = x.clone();
                int channels = s.input().channels();
                for (int i = 0; i < y.length; i++) {
                    y[i] *= t[s.gate()][i / s.input().size() * channels + i % channels];
                }
                yield y;
            }
            case Layer.GlobalAveragePool p -> {
                int channels = p.input().channels();
                double[] y = new double[count * channels];
                for (int i = 0; i < x.length; i++) {
                    y[i / p.input().size() * channels + i % channels] += x[i] / p.input().pixels();
                }
                yield y;
            }
            case Layer.Pool _, Layer.Softmax _ -> throw new AssertionError(layer.name());
        };
    }

    private double[] activated(double[] u, Nonlinearity f) {
        double[] y = u.clone();
        for (int i = 0; i < y.length && mode != Mode.LINEAR; i++) {
            y[i] = f.apply(y[i]);
        }
        return y;
    }

    private double[] normalised(double[] z, Layer layer) {
        if (mode == Mode.LINEAR) {
            return z;
        }
        int channels = layer.output().channels();
        double[] y = new double[z.length];
        for (int c = 0; c < channels; c++) {
            double mean = 0;
            double variance = 0;
            int n = z.length / channels;
            for (int i = c; i < z.length; i += channels) {
                mean += z[i] / n;
            }
            for (int i = c; i < z.length; i += channels) {
                variance += (z[i] - mean) * (z[i] - mean) / n;
            }
            if (mode == Mode.EVALUATION) {
                mean = of(layer, Role.RUNNING_MEAN)[c];
                variance = of(layer, Role.RUNNING_VARIANCE)[c];
            }
            for (int i = c; i < z.length; i += channels) {
                y[i] = (z[i] - mean) / Math.sqrt(variance + epsilon) * of(layer, Role.GAMMA)[c] + of(layer, Role.BETA)[c];
            }
        }
        return y;
    }

    private double[] dense(Layer.Dense d, double[] x, int count) {
        int ins = d.input().size();
        int outs = d.output().channels();
        double[] kernel = of(d, Role.KERNEL);
        double[] bias = d.bias() ? of(d, Role.BIAS) : new double[outs];
        double[] y = new double[count * outs];
        for (int i = 0; i < y.length; i++) {
            y[i] = bias[i % outs];
            for (int k = 0; k < ins; k++) {
                y[i] += x[i / outs * ins + k] * kernel[i % outs * ins + k];
            }
        }
        return y;
    }

    private double[] convolved(Layer.Convolution layer, double[] x, int count) {
        TensorShape in = layer.input();
        TensorShape out = layer.output();
        Window w = layer.window();
        int perGroup = in.channels() / layer.groups();
        int outsPerGroup = out.channels() / layer.groups();
        double[] kernel = of(layer, Role.KERNEL);
        double[] bias = layer.bias() ? of(layer, Role.BIAS) : new double[out.channels()];
        double[] y = new double[count * out.size()];
        for (int at = 0; at < y.length; at++) {
            int o = at % out.channels();
            int ox = at / out.channels() % out.width();
            int oy = at / out.channels() / out.width() % out.height();
            int image = at / out.size();
            double sum = bias[o];
            for (int ky = 0; ky < w.kernel().height(); ky++) {
                for (int kx = 0; kx < w.kernel().width(); kx++) {
                    int iy = oy * w.stride().height() + ky * w.dilation().height() - w.top();
                    int ix = ox * w.stride().width() + kx * w.dilation().width() - w.left();
                    boolean inside = iy >= 0 && ix >= 0 && iy < in.height() && ix < in.width();
                    for (int i = 0; i < perGroup && inside; i++) {
                        sum += x[image * in.size() + (iy * in.width() + ix) * in.channels() + o / outsPerGroup * perGroup + i]
                                * kernel[((o * w.kernel().height() + ky) * w.kernel().width() + kx) * perGroup + i];
                    }
                }
            }
            y[at] = sum;
        }
        return y;
    }
}
