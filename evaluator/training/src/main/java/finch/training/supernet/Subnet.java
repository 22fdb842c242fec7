package finch.training.supernet;

import finch.engine.Weights;
import finch.engine.gradient.Parameter;
import finch.engine.gradient.Parameter.Role;
import finch.engine.gradient.Parameters;
import finch.space.Architecture;
import finch.space.Block;
import finch.space.Extent;
import finch.space.network.Layer;
import finch.space.network.Network;
import finch.space.staged.BlockKind;
import finch.space.staged.Place;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One network of the space, with parts of the shared weights as its parameters. */
final class Subnet {
    /** As {@link Parameters#initial} has it. */
    private static final float EPSILON = 1e-3f;
    private static final float[] NONE = {};

    private final Network network;
    private final List<Link> links = new ArrayList<>();
    private final Parameters parameters;

    /** A layer's shape and whose part it is. */
    private record Link(String layer, SharedLayer shared, int out, Extent window, int in) {
        float[] kernel() {
            return shared.kernel().part(out, window, in);
        }
    }

    /** @param places of its blocks */
    Subnet(SharedWeights shared, Architecture architecture, List<Place> places) {
        this.network = Network.of(architecture);
        Map<String, Weights.Parameters> weights = new LinkedHashMap<>();
        for (Layer layer : network.layers()) {
            Link link = switch (layer) {
                case Layer.Convolution c -> new Link(c.name(), shared.layer(name(c.name(), architecture, places)), c.output().channels(), c.window().kernel(),
                        c.input().channels() / c.groups());
                case Layer.Dense d -> new Link(d.name(), shared.layer(name(d.name(), architecture, places)), d.output().channels(), Extent.square(1), d.input().size());
                default -> null;
            };
            if (link != null) {
                links.add(link);
                weights.put(link.layer, weights(link));
            }
        }
        this.parameters = Parameters.of(network, new Weights(weights, true));
    }

    /** What the super-network calls a layer. */
    private static String name(String layer, Architecture architecture, List<Place> places) {
        boolean conv = architecture.head().conv() > 0;
        boolean hidden = architecture.head().hidden() > 0;
        if (layer.equals("head.hidden")) {
            return conv ? layer : "head.hidden-of-blocks";
        }
        if (layer.equals("classifier")) {
            return hidden ? layer : conv ? "classifier-of-conv" : "classifier-of-blocks";
        }
        if (!layer.startsWith("block")) {
            return layer;
        }
        int dot = layer.indexOf('.');
        int number = Integer.parseInt(layer.substring("block".length(), dot)) - 1;
        BlockKind kind = switch (architecture.blocks().get(number)) {
            case Block.InvertedResidual _ -> BlockKind.INVERTED_RESIDUAL;
            case Block.FusedInvertedResidual _ -> BlockKind.FUSED_INVERTED_RESIDUAL;
            case Block.DepthwiseSeparable _ -> BlockKind.DEPTHWISE_SEPARABLE;
            case Block.Convolution _ -> BlockKind.CONV;
        };
        return places.get(number) + "." + kind.formatName() + layer.substring(dot);
    }

    private static Weights.Parameters weights(Link link) {
        SharedLayer shared = link.shared;
        float[] variance = shared.gamma() == null ? NONE : new float[link.out];
        Arrays.fill(variance, 1);
        return new Weights.Parameters(link.kernel(), shared.bias() == null ? NONE : shared.bias().first(link.out), shared.gamma() == null ? null
                : new Weights.BatchNorm(shared.gamma().first(link.out), shared.beta().first(link.out), new float[link.out], variance, EPSILON));
    }

    Network network() {
        return network;
    }

    Parameters parameters() {
        return parameters;
    }

    /** Takes the shared weights as they are now. */
    void fill() {
        for (Link link : links) {
            copy(link.kernel(), link, Role.KERNEL);
            if (link.shared.bias() != null) {
                copy(link.shared.bias().values, link, Role.BIAS);
            }
            if (link.shared.gamma() != null) {
                copy(link.shared.gamma().values, link, Role.GAMMA);
                copy(link.shared.beta().values, link, Role.BETA);
            }
        }
    }

    private void copy(float[] from, Link link, Role role) {
        float[] to = parameters.of(link.layer, role).values();
        System.arraycopy(from, 0, to, 0, to.length);
    }

    /** Adds the gradients of the last backward pass to the shared ones. */
    void add() {
        for (Link link : links) {
            link.shared.kernel().add(slope(link, Role.KERNEL), link.out, link.window, link.in);
            if (link.shared.bias() != null) {
                link.shared.bias().addToFirst(slope(link, Role.BIAS));
            }
            if (link.shared.gamma() != null) {
                link.shared.gamma().addToFirst(slope(link, Role.GAMMA));
                link.shared.beta().addToFirst(slope(link, Role.BETA));
            }
        }
    }

    private float[] slope(Link link, Role role) {
        Parameter parameter = parameters.of(link.layer, role);
        return parameter.gradient();
    }
}
