package finch.accuracy.proxy;

import finch.engine.Weights;
import finch.space.network.Layer;
import finch.space.network.Network;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Weights as before the first step of training: kernels normal with variance 2/fan-in (He et al. 2015, arXiv 1502.01852,
 * equation 10), biases and shifts 0, factors 1. Unlike {@link Weights#seeded} the last layer is no exception: its gradient flows back
 * through it, and a tiny one would scale every score that is a gradient.
 */
final class InitialWeights {
    private static final float EPSILON = 1e-5f;

    private InitialWeights() {}

    static Weights of(Network network, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Map<String, Weights.Parameters> byLayer = new LinkedHashMap<>();
        for (Layer layer : network.layers()) {
            SplittableRandom own = random.split();
            switch (layer) {
                case Layer.Convolution c -> byLayer.put(c.name(), new Weights.Parameters(kernel(own, c.weights(), c.weights() / c.output().channels()),
                        new float[c.bias() ? c.output().channels() : 0], c.batchNorm() ? neutral(c.output().channels()) : null));
                case Layer.Dense d -> byLayer.put(d.name(), new Weights.Parameters(kernel(own, d.macs(), d.input().size()),
                        new float[d.bias() ? d.output().channels() : 0], null));
                case Layer.BatchNorm b -> byLayer.put(b.name(), new Weights.Parameters(new float[0], new float[0], neutral(b.input().channels())));
                case Layer.GlobalAveragePool _, Layer.Pool _, Layer.Add _, Layer.Scale _, Layer.Activate _, Layer.Softmax _ -> { }
            }
        }
        return new Weights(byLayer, false);
    }

    private static float[] kernel(SplittableRandom random, long count, long fanIn) {
        double deviation = Math.sqrt(2.0 / fanIn);
        float[] values = new float[Math.toIntExact(count)];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (deviation * random.nextGaussian());
        }
        return values;
    }

    private static Weights.BatchNorm neutral(int channels) {
        float[] ones = new float[channels];
        Arrays.fill(ones, 1);
        return new Weights.BatchNorm(ones, new float[channels], new float[channels], ones.clone(), EPSILON);
    }
}
