package finch.latency;

import finch.engine.Weights;
import finch.space.network.Layer;
import finch.space.network.Network;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;

/**
 * Weights for timing only: a short random table repeated. Drawing millions of Gaussians would take longer than timing
 * the network; values of the usual scale keep activations away from denormals and infinities, which would be slower.
 */
final class TimingWeights {
    private static final float[] TABLE = table();

    private TimingWeights() {}

    /** @throws IllegalArgumentException if an array cannot hold the weights of a layer */
    static Weights of(Network network) {
        try {
            return made(network);
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException("network " + network.name() + " is too large to be timed: one of its layers has 2^31 weights or more", e);
        }
    }

    private static Weights made(Network network) {
        Map<String, Weights.Parameters> byLayer = new HashMap<>();
        for (Layer layer : network.layers()) {
            switch (layer) {
                case Layer.Convolution c -> byLayer.put(c.name(), new Weights.Parameters(
                        noise(c.weights(), c.weights() / c.output().channels()), c.bias() ? filled(c.output().channels(), 0.1f) : new float[0],
                        c.batchNorm() ? neutral(c.output().channels()) : null));
                case Layer.Dense d -> byLayer.put(d.name(), new Weights.Parameters(
                        noise(d.macs(), d.input().size()), d.bias() ? filled(d.output().channels(), 0.1f) : new float[0], null));
                case Layer.BatchNorm b -> byLayer.put(b.name(), new Weights.Parameters(
                        new float[0], new float[0], neutral(b.input().channels())));
                default -> {
                    // nothing to learn
                }
            }
        }
        return new Weights(byLayer, false);
    }

    /** An input image batch with values in [−1, 1]. */
    static float[] input(int length) {
        return noise(length, 8);
    }

    private static float[] noise(long length, long fanIn) {
        float scale = (float) Math.sqrt(2.0 / fanIn);
        float[] scaled = TABLE.clone();
        for (int i = 0; i < scaled.length; i++) {
            scaled[i] *= scale;
        }
        float[] values = new float[Math.toIntExact(length)];
        for (int i = 0; i < values.length; i += scaled.length) {
            System.arraycopy(scaled, 0, values, i, Math.min(scaled.length, values.length - i));
        }
        return values;
    }

    private static Weights.BatchNorm neutral(int channels) {
        return new Weights.BatchNorm(filled(channels, 1), filled(channels, 0.05f), filled(channels, 0), filled(channels, 1), 1e-3f);
    }

    private static float[] filled(int length, float value) {
        float[] values = new float[length];
        Arrays.fill(values, value);
        return values;
    }

    private static float[] table() {
        // a prime length, so that the pattern does not line up with channel counts
        Random random = new Random(1);
        float[] values = new float[4093];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) Math.max(-2, Math.min(2, random.nextGaussian()));
        }
        return values;
    }
}
