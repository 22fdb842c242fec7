package finch.engine;

import finch.space.network.Layer;
import finch.space.network.Network;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The parameters of a network, by layer name. Layouts: convolution [out][kernel h][kernel w][in/groups], dense
 * [out][in h·w·c, NHWC order]. Arrays are shared, not copied: treat what you read as read-only.
 */
public final class Weights {
    /** The parameters of one layer. @param kernel empty for a layer without; @param bias empty without; @param batchNorm null without */
    public record Parameters(float[] kernel, float[] bias, BatchNorm batchNorm) {}

    /** Batch normalisation of one layer, arrays of one entry per channel. */
    public record BatchNorm(float[] gamma, float[] beta, float[] mean, float[] variance, float epsilon) {}

    private static final int PROBLEMS_SHOWN = 5;

    private final Map<String, Parameters> byLayer;
    private final boolean trained;

    public Weights(Map<String, Parameters> byLayer, boolean trained) {
        this.byLayer = Collections.unmodifiableMap(new LinkedHashMap<>(byLayer));
        this.trained = trained;
    }

    /**
     * Untrained weights, the same for one seed on every machine. Convolutions and dense layers are normal with variance
     * 2/fan-out (He et al. 2015, arXiv 1502.01852), the last layer with standard deviation 0.01, biases nearly 0. Batch
     * normalisations are those of a network that has seen data: gamma around 1, beta and mean around 0, the variance
     * around the one expected of the convolution's output, so that activations neither vanish nor explode with depth.
     *
     * @throws IllegalArgumentException if an array cannot hold the weights of a layer
     */
    public static Weights seeded(Network network, long seed) {
        try {
            return new SeededWeights(network, seed).draw();
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException("network " + network.name() + " is too large for weights: one of its layers has 2^31 of them or more", e);
        }
    }

    /** Whether these came out of training; seeded ones did not. */
    public boolean trained() {
        return trained;
    }

    /** Parameters by layer name, in the order given; unmodifiable. */
    public Map<String, Parameters> byLayer() {
        return byLayer;
    }

    /** @throws IllegalArgumentException if the layer has none */
    public Parameters of(Layer layer) {
        Parameters parameters = byLayer.get(layer.name());
        if (parameters == null) {
            throw new IllegalArgumentException("no weights for layer " + layer.name());
        }
        return parameters;
    }

    /**
     * Checks that every layer has its parameters in the right number, and that they are finite.
     *
     * @throws IllegalArgumentException naming each layer that does not fit, with both lengths
     */
    public void check(Network network) {
        List<String> problems = new ArrayList<>();
        for (Layer layer : network.layers()) {
            switch (layer) {
                case Layer.Convolution c -> check(layer, c.weights(), c.bias(), c.batchNorm(), c.output().channels(), problems);
                case Layer.Dense d -> check(layer, d.macs(), d.bias(), false, d.output().channels(), problems);
                case Layer.BatchNorm b -> check(layer, 0, false, true, b.input().channels(), problems);
                case Layer.GlobalAveragePool _, Layer.Pool _, Layer.Add _, Layer.Scale _, Layer.Activate _, Layer.Softmax _ -> { }
            }
        }
        if (!problems.isEmpty()) {
            int more = problems.size() - PROBLEMS_SHOWN;
            throw new IllegalArgumentException("weights do not fit network " + network.name() + ": "
                    + String.join("; ", problems.subList(0, Math.min(PROBLEMS_SHOWN, problems.size())))
                    + (more > 0 ? "; and " + more + " more" : ""));
        }
    }

    private void check(Layer layer, long kernel, boolean bias, boolean batchNorm, int channels, List<String> problems) {
        Parameters parameters = byLayer.get(layer.name());
        if (parameters == null) {
            problems.add("layer " + layer.name() + " has none");
            return;
        }
        array(layer, "weights", parameters.kernel(), kernel, problems);
        array(layer, "biases", parameters.bias(), bias ? channels : 0, problems);
        BatchNorm norm = parameters.batchNorm();
        if ((norm != null) != batchNorm) {
            problems.add("layer " + layer.name() + (batchNorm ? " lacks its batch normalisation" : " has a batch normalisation it does not expect"));
        } else if (norm != null) {
            array(layer, "gammas", norm.gamma(), channels, problems);
            array(layer, "betas", norm.beta(), channels, problems);
            array(layer, "means", norm.mean(), channels, problems);
            array(layer, "variances", norm.variance(), channels, problems);
        }
    }

    private static void array(Layer layer, String what, float[] values, long expected, List<String> problems) {
        if (values.length != expected) {
            problems.add("layer " + layer.name() + " has " + values.length + " " + what + " instead of " + expected);
            return;
        }
        for (int i = 0; i < values.length; i++) {
            if (!Float.isFinite(values[i])) {
                problems.add("layer " + layer.name() + ": entry " + i + " of its " + what + " is " + values[i]);
                return;
            }
        }
    }
}
