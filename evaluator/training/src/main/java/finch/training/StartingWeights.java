package finch.training;

import finch.data.Normalisation;
import finch.engine.Weights;
import finch.space.Architecture;
import finch.space.network.Layer;
import finch.space.network.Network;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Weights that a training goes on from, in place of drawn ones. The classifier is drawn anew where the classes are not as many as theirs.
 *
 * @param source        their file, for messages
 * @param sha256        of that file; with others a training is another one
 * @param architecture  what they are of
 * @param normalisation of the images that they are for; empty where that is not known, and that of the new images is taken
 */
public record StartingWeights(String source, String sha256, Architecture architecture, Weights weights, Optional<Normalisation> normalisation) {
    /**
     * They, under the names of a network's layers.
     *
     * @param fitted what the network is of: their architecture but for resolution, strides and classes
     * @throws IllegalArgumentException if they are of another network, saying what differs
     */
    Weights of(Architecture fitted, Network network, long seed) {
        if (fitted.channels() != architecture.channels()) {
            throw new IllegalArgumentException(source + " is for images of " + architecture.channels() + " channel(s), and " + fitted.channels() + " are wanted. Leave --channels out, or give "
                    + architecture.channels());
        }
        Weights drawn = Weights.seeded(network, seed);
        Map<String, Weights.Parameters> taken = new LinkedHashMap<>();
        Layer last = network.layers().stream().filter(layer -> drawn.byLayer().containsKey(layer.name())).reduce((_, layer) -> layer).orElseThrow();
        drawn.byLayer().forEach((name, ours) -> taken.put(name, name.equals(last.name()) && isNew(fitted) ? classifier(ours) : its(name, ours)));
        return new Weights(taken, true);
    }

    /** Whether the classifier is. */
    boolean isNew(Architecture fitted) {
        return fitted.classes() != architecture.classes();
    }

    /** As a training from nothing has it: biases 0. */
    private static Weights.Parameters classifier(Weights.Parameters drawn) {
        return new Weights.Parameters(drawn.kernel(), new float[drawn.bias().length], drawn.batchNorm());
    }

    private Weights.Parameters its(String name, Weights.Parameters ours) {
        Weights.Parameters its = weights.byLayer().get(name);
        String wanted = shape(ours);
        String found = its == null ? "none" : shape(its);
        if (!found.equals(wanted)) {
            throw new IllegalArgumentException(source + " has weights of another network: for layer " + name + " it has " + found + ", and " + wanted + " are needed");
        }
        Weights.BatchNorm norm = its.batchNorm();
        return norm == null || norm.epsilon() > 0 ? its
                : new Weights.Parameters(its.kernel(), its.bias(), new Weights.BatchNorm(norm.gamma(), norm.beta(), norm.mean(), norm.variance(), ours.batchNorm().epsilon()));
    }

    private static String shape(Weights.Parameters parameters) {
        return parameters.kernel().length + " weights, " + (parameters.bias().length == 0 ? "no biases" : parameters.bias().length + " biases")
                + (parameters.batchNorm() == null ? "" : ", a batch normalisation of " + parameters.batchNorm().gamma().length);
    }

    /** Layers whose batch normalisation is folded into their weights: what they have in its place adds a bias. */
    boolean isFolded(String layer) {
        Weights.Parameters its = weights.byLayer().get(layer);
        return its != null && its.batchNorm() != null && its.batchNorm().epsilon() == 0 && all(its.batchNorm().mean(), 0) && all(its.batchNorm().variance(), 1);
    }

    private static boolean all(float[] values, float value) {
        float[] same = new float[values.length];
        Arrays.fill(same, value);
        return Arrays.equals(values, same);
    }
}
