package finch.training.supernet;

import finch.engine.gradient.Seeds;
import finch.space.Extent;
import finch.space.staged.Amount;
import finch.space.staged.Capacity;
import finch.space.staged.SpaceDefinition;
import finch.space.staged.StagedSpace;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * The weights of a super-network: for each layer that a network of the space can have, by place, kind of block and role in it, one set at its largest.
 * What they start from is the same for one seed on every machine: kernels as {@link finch.engine.gradient.Parameters#initial} draws them, matrices of
 * smaller windows the identity, factors 1, biases and shifts 0.
 */
final class SharedWeights {
    private static final List<Extent> ONE = List.of(Extent.square(1));
    private static final double CLASSIFIER_DEVIATION = 0.01;

    private final long seed;
    private final Map<String, SharedLayer> layers = new LinkedHashMap<>();
    private final List<SharedTensor> tensors = new ArrayList<>();

    SharedWeights(StagedSpace space, long seed) {
        this.seed = seed;
        SpaceDefinition definition = space.definition();
        Capacity capacity = space.capacity();
        convolution("stem", capacity.stem(), capacity.stemKernels(), definition.channels());
        capacity.parts().forEach(this::block);
        int conv = capacity.conv();
        int hidden = capacity.hidden();
        boolean direct = definition.head().conv().values().stream().anyMatch(amount -> amount instanceof Amount.None);
        boolean plain = definition.head().hidden().values().stream().anyMatch(amount -> amount instanceof Amount.None);
        if (conv > 0) {
            convolution("head.conv", conv, ONE, capacity.in());
        }
        if (hidden > 0) {
            // what comes in means another thing behind a convolution, so weights are another set
            if (conv > 0) {
                hidden("head.hidden", hidden, conv, definition.hiddenBias());
            }
            if (direct) {
                hidden("head.hidden-of-blocks", hidden, capacity.in(), definition.hiddenBias());
            }
            classifier("classifier", definition.classes(), hidden);
        }
        if (plain && conv > 0) {
            classifier("classifier-of-conv", definition.classes(), conv);
        }
        if (plain && direct) {
            classifier("classifier-of-blocks", definition.classes(), capacity.in());
        }
        layers.values().forEach(layer -> tensors.addAll(layer.tensors()));
    }

    private void block(Capacity.Part part) {
        String name = part.place() + "." + part.kind().formatName() + ".";
        switch (part.kind()) {
            case INVERTED_RESIDUAL -> {
                convolution(name + "expand", part.inside(), ONE, part.in());
                depthwise(name + "depthwise", part.inside(), part.kernels());
                squeeze(name, part);
                convolution(name + "project", part.out(), ONE, part.inside());
            }
            case FUSED_INVERTED_RESIDUAL -> {
                convolution(name + "fused", part.inside(), part.kernels(), part.in());
                squeeze(name, part);
                convolution(name + "project", part.out(), ONE, part.inside());
            }
            case DEPTHWISE_SEPARABLE -> {
                depthwise(name + "depthwise", part.inside(), part.kernels());
                squeeze(name, part);
                convolution(name + "pointwise", part.out(), ONE, part.inside());
            }
            case CONV, IDENTITY -> convolution(name + "conv", part.out(), part.kernels(), part.in());
        }
    }

    private void squeeze(String name, Capacity.Part part) {
        if (part.squeeze() > 0) {
            gate(name + "squeeze.reduce", part.squeeze(), part.inside());
            gate(name + "squeeze.expand", part.inside(), part.squeeze());
        }
    }

    private void convolution(String name, int out, List<Extent> windows, int in) {
        normalised(name, out, windows, in, out);
    }

    private void depthwise(String name, int channels, List<Extent> windows) {
        normalised(name, channels, windows, 1, 1);
    }

    /** @param reached output channels that an input channel reaches */
    private void normalised(String name, int out, List<Extent> windows, int in, int reached) {
        int taps = windows.stream().mapToInt(Extent::area).max().orElseThrow();
        layers.put(name, SharedLayer.normalised(name, kernel(name, out, windows, in, Math.sqrt(2.0 / ((double) taps * reached))), out));
    }

    private void gate(String name, int out, int in) {
        layers.put(name, SharedLayer.biased(name, kernel(name, out, ONE, in, Math.sqrt(2.0 / out)), out));
    }

    private void hidden(String name, int out, int in, boolean bias) {
        SharedKernel kernel = kernel(name, out, ONE, in, Math.sqrt(2.0 / out));
        layers.put(name, bias ? SharedLayer.biased(name, kernel, out) : new SharedLayer(kernel, null, null, null));
    }

    private void classifier(String name, int out, int in) {
        layers.put(name, SharedLayer.biased(name, kernel(name, out, ONE, in, CLASSIFIER_DEVIATION), out));
    }

    private SharedKernel kernel(String name, int out, List<Extent> windows, int in, double deviation) {
        SplittableRandom random = new SplittableRandom(Seeds.of(seed, name.hashCode()));
        return new SharedKernel(name, out, windows, in, _ -> deviation * random.nextGaussian());
    }

    /** All of them, in one order. */
    List<SharedTensor> tensors() {
        return tensors;
    }

    /** @throws IllegalStateException if there is none */
    SharedLayer layer(String name) {
        SharedLayer layer = layers.get(name);
        if (layer == null) {
            throw new IllegalStateException("the super-network has no layer " + name + "; it has " + layers.keySet());
        }
        return layer;
    }
}
