package finch.engine;

import finch.space.network.Layer;
import finch.space.network.Network;
import finch.space.network.Nonlinearity;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Draws weights and follows the mean square of every tensor, so that batch-normalisation statistics are about those a
 * training run would have recorded. The estimate treats sums of products as normal and independent.
 */
final class SeededWeights {
    private static final double CLASSIFIER_DEVIATION = 0.01;
    private static final float EPSILON = 1e-3f;

    private final Network network;
    private final SplittableRandom random;
    private final double[] meanSquare;
    private final Map<String, Weights.Parameters> byLayer = new LinkedHashMap<>();

    SeededWeights(Network network, long seed) {
        this.network = network;
        this.random = new SplittableRandom(seed);
        this.meanSquare = new double[network.layers().size() + 1];
    }

    Weights draw() {
        meanSquare[0] = 1;
        int last = lastWithWeights();
        for (int i = 0; i < network.layers().size(); i++) {
            Layer layer = network.layers().get(i);
            double in = meanSquare[layer.inputs().getFirst()];
            meanSquare[i + 1] = switch (layer) {
                case Layer.Convolution c -> {
                    double fanOut = (double) c.window().kernel().area() * c.output().channels() / c.groups();
                    double fanIn = (double) c.window().kernel().area() * c.input().channels() / c.groups();
                    double deviation = i == last ? CLASSIFIER_DEVIATION : Math.sqrt(2 / fanOut);
                    yield weighted(c, c.weights(), deviation, fanIn * in, c.bias(), c.batchNorm(), c.output().channels(), c.nonlinearity());
                }
                case Layer.Dense d -> {
                    double deviation = i == last ? CLASSIFIER_DEVIATION : Math.sqrt(2.0 / d.output().channels());
                    yield weighted(d, d.macs(), deviation, d.input().size() * in, d.bias(), false, d.output().channels(), d.nonlinearity());
                }
                case Layer.BatchNorm b ->
                        weighted(b, 0, 0, in, false, true, b.input().channels(), b.nonlinearity());
                // the mean of a rectified normal, squared, is some 0.3 of its mean square
                case Layer.GlobalAveragePool _ -> 0.3 * in;
                case Layer.Add a -> through(a.nonlinearity(), in + meanSquare[a.right()]);
                case Layer.Scale s -> in * meanSquare[s.gate()];
                case Layer.Activate a -> through(a.nonlinearity(), in);
                case Layer.Pool _ -> in;
                case Layer.Softmax _ -> 1;
            };
        }
        return new Weights(byLayer, false);
    }

    private int lastWithWeights() {
        for (int i = network.layers().size() - 1; i >= 0; i--) {
            if (network.layers().get(i) instanceof Layer.Dense) {
                return i;
            }
        }
        return -1;
    }

    /** Draws one layer and returns the mean square of its output; {@code spread} is Σ x² over one output's products. */
    private double weighted(Layer layer, long weights, double deviation, double spread, boolean bias, boolean batchNorm,
                            int channels, Nonlinearity nonlinearity) {
        SplittableRandom own = random.split();
        float[] kernel = normals(own, Math.toIntExact(weights), 0, deviation);
        float[] biases = normals(own, bias ? channels : 0, 0, CLASSIFIER_DEVIATION);
        double variance = weights == 0 ? spread : spread * deviation * deviation;
        Weights.BatchNorm norm = null;
        if (batchNorm) {
            float[] variances = new float[channels];
            for (int c = 0; c < channels; c++) {
                variances[c] = (float) (variance * own.nextDouble(0.7, 1.4));
            }
            norm = new Weights.BatchNorm(normals(own, channels, 1, 0.1), normals(own, channels, 0, 0.1),
                    normals(own, channels, 0, 0.1 * Math.sqrt(variance)), variances, EPSILON);
            variance = 1;
        }
        byLayer.put(layer.name(), new Weights.Parameters(kernel, biases, norm));
        return through(nonlinearity, variance);
    }

    private static float[] normals(SplittableRandom random, int count, double mean, double deviation) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) (mean + deviation * random.nextGaussian());
        }
        return values;
    }

    /** The mean square of f(x) for a normal x of mean 0: an average over 33 points between -4 and 4 deviations. */
    private static double through(Nonlinearity function, double meanSquare) {
        double deviation = Math.sqrt(meanSquare);
        double sum = 0;
        double weights = 0;
        for (int i = -16; i <= 16; i++) {
            double z = i / 4.0;
            double weight = Math.exp(-z * z / 2);
            double value = function.apply(z * deviation);
            sum += weight * value * value;
            weights += weight;
        }
        return sum / weights;
    }
}
