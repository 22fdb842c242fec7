package finch.training;

import finch.engine.Weights;
import finch.engine.gradient.GradientPass;
import finch.engine.gradient.Mode;
import finch.engine.gradient.Parameter.Role;
import finch.engine.gradient.Parameters;
import finch.engine.gradient.PassOptions;
import finch.space.network.Layer;
import finch.space.network.Network;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Gives a network back the batch normalisations that inference files have folded into the convolutions. What they were is lost; but a normalisation by the
 * moments m, v of a batch, with factor √(v + ε) and shift b + m, adds the folded bias b, as the file does, and can be trained. The moments of a layer
 * depend on the layers before it, so each takes a pass of its own.
 */
final class Unfolding {
    private Unfolding() {}

    /**
     * @param parameters factors 1 and folded biases as shifts where {@code folded} is true; changed in place
     * @param images     plain ones, as many as a step of the training has
     */
    static void of(Network network, Parameters parameters, Predicate<String> folded, float[] images, int count, int threads) {
        Weights weights = parameters.weights();
        Map<String, float[]> means = new HashMap<>();
        Map<String, float[]> variances = new HashMap<>();
        try (GradientPass pass = new GradientPass(parameters, PassOptions.of(count).withThreads(threads).withMomentum(1))) {
            for (Layer layer : network.layers()) {
                if (layer.batchNormChannels() == 0) {
                    continue;
                }
                float[] mean = weights.of(layer).batchNorm().mean();
                float[] variance = weights.of(layer).batchNorm().variance();
                if (folded.test(layer.name())) {
                    pass.forward(images, count, Mode.TRAINING);
                    unfold(parameters, layer, weights.of(layer).batchNorm().epsilon(), (long) count * layer.output().pixels());
                    mean = parameters.of(layer.name(), Role.RUNNING_MEAN).values().clone();
                    variance = parameters.of(layer.name(), Role.RUNNING_VARIANCE).values().clone();
                }
                means.put(layer.name(), mean);
                variances.put(layer.name(), variance);
            }
        }
        // each pass has written those of all layers
        means.forEach((layer, values) -> System.arraycopy(values, 0, parameters.of(layer, Role.RUNNING_MEAN).values(), 0, values.length));
        variances.forEach((layer, values) -> System.arraycopy(values, 0, parameters.of(layer, Role.RUNNING_VARIANCE).values(), 0, values.length));
    }

    private static void unfold(Parameters parameters, Layer layer, float epsilon, long values) {
        float[] gamma = parameters.of(layer.name(), Role.GAMMA).values();
        float[] beta = parameters.of(layer.name(), Role.BETA).values();
        float[] mean = parameters.of(layer.name(), Role.RUNNING_MEAN).values();
        float[] variance = parameters.of(layer.name(), Role.RUNNING_VARIANCE).values();
        // running variances are of what the batch is a sample of; a pass divides by that of the batch
        float own = (float) ((values - 1.0) / values);
        for (int c = 0; c < gamma.length; c++) {
            variance[c] *= own;
            gamma[c] = (float) Math.sqrt(variance[c] + epsilon);
            beta[c] += mean[c];
        }
    }
}
