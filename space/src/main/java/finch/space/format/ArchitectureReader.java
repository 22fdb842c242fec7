package finch.space.format;

import finch.space.Activation;
import finch.space.Architecture;
import finch.space.Block;
import finch.space.Extent;
import finch.space.Gate;
import finch.space.Head;
import finch.space.Padding;
import finch.space.SqueezeExcite;
import finch.space.Stem;
import finch.space.network.Network;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Turns nodes into architectures; where a value is wrong it reports it and goes on with a fallback. */
final class ArchitectureReader {
    static final String INVERTED_RESIDUAL = "inverted-residual";
    static final String FUSED_INVERTED_RESIDUAL = "fused-inverted-residual";
    static final String DEPTHWISE_SEPARABLE = "depthwise-separable";
    static final String CONVOLUTION = "conv";
    static final String HARD_SIGMOID = "hard-sigmoid";
    static final String SIGMOID = "sigmoid";

    static final double MIN_SLOPE = 1e-6;
    static final double MAX_SLOPE = 1e6;

    /** The block types and the keys of each. */
    static final Map<String, List<String>> BLOCK_KEYS = blockKeys();
    static final List<String> KEYS =
            List.of("format", "name", "resolution", "channels", "classes", "padding", "stem", "blocks", "head");
    static final List<String> STEM_KEYS = List.of("out", "kernel", "stride", "activation");
    static final List<String> HEAD_KEYS = List.of("conv", "hidden", "hidden-bias", "activation");

    private static final Map<String, Activation> ACTIVATIONS = byName(Activation.values(), Activation::formatName);
    private static final Map<String, Padding> PADDINGS = byName(Padding.values(), Padding::formatName);
    private static final Extent ONE = Extent.square(1);
    private static final Extent THREE = Extent.square(3);

    private static Map<String, List<String>> blockKeys() {
        Map<String, List<String>> keys = new LinkedHashMap<>();
        keys.put(INVERTED_RESIDUAL, List.of("type", "kernel", "expanded", "out", "stride", "squeeze", "gate", "gate-slope",
                "activation", "force-expand", "skip"));
        keys.put(FUSED_INVERTED_RESIDUAL, List.of("type", "kernel", "expanded", "out", "stride", "squeeze", "gate",
                "gate-slope", "activation", "skip"));
        keys.put(DEPTHWISE_SEPARABLE, List.of("type", "kernel", "out", "stride", "squeeze", "gate", "gate-slope", "activation"));
        keys.put(CONVOLUTION, List.of("type", "kernel", "out", "stride", "activation"));
        return keys;
    }

    private static <T> Map<String, T> byName(T[] values, Function<T, String> name) {
        return Arrays.stream(values).collect(Collectors.toMap(name, v -> v, (a, b) -> a, LinkedHashMap::new));
    }

    Architecture architecture(SourceNode node) {
        int before = node.problems().count();
        node.onlyKeys(KEYS.toArray(String[]::new));
        node.require("format", "write format: " + ArchitectureFormat.ID)
                .ifPresent(n -> n.requireFormat(ArchitectureFormat.ID));
        String name = node.get("name").map(n -> n.asText("")).orElse("");
        Extent resolution = node.get("resolution")
                .map(n -> ArchitectureFormat.extent(n, ArchitectureFormat.MAX_RESOLUTION, Extent.square(ArchitectureFormat.DEFAULT_RESOLUTION)))
                .orElse(Extent.square(ArchitectureFormat.DEFAULT_RESOLUTION));
        int channels = count(node, "channels", 1, ArchitectureFormat.DEFAULT_CHANNELS);
        int classes = count(node, "classes", 1, ArchitectureFormat.DEFAULT_CLASSES);
        Padding padding = node.get("padding").map(n -> n.asChoice(PADDINGS, Padding.SYMMETRIC)).orElse(Padding.SYMMETRIC);
        Stem stem = node.require("stem", "the first convolution, e.g. { out: 16, kernel: 3, stride: 2, activation: hard-swish }")
                .map(this::stem).orElse(new Stem(1, THREE, ONE, Activation.RELU));
        List<Block> blocks = new ArrayList<>();
        node.require("blocks", "a list of blocks, each with a type: " + String.join(", ", BLOCK_KEYS.keySet()))
                .ifPresent(list -> list.items().forEach(item -> block(item).ifPresent(blocks::add)));
        Head head = node.get("head").map(this::head).orElse(Head.plain());
        Architecture architecture = new Architecture(name, resolution, channels, classes, padding, stem, blocks, head);
        if (node.problems().count() == before) {
            checkShapes(node, architecture);
        }
        return architecture;
    }

    private static void checkShapes(SourceNode node, Architecture architecture) {
        try {
            Network.of(architecture);
        } catch (IllegalArgumentException | ArithmeticException e) {
            node.get("resolution").orElse(node).problem(e.getMessage());
        }
    }

    private Stem stem(SourceNode node) {
        node.onlyKeys(STEM_KEYS.toArray(String[]::new));
        return new Stem(required(node, "out", "output channels"), kernel(node), stride(node, Extent.square(2)), activation(node));
    }

    private Head head(SourceNode node) {
        node.onlyKeys(HEAD_KEYS.toArray(String[]::new));
        int conv = count(node, "conv", 0, 0);
        int hidden = count(node, "hidden", 0, 0);
        boolean bias = node.get("hidden-bias").map(n -> n.asBoolean(true)).orElse(true);
        return new Head(conv, hidden, bias, activation(node));
    }

    private Optional<Block> block(SourceNode node) {
        if (!node.isMapping()) {
            return Optional.empty();
        }
        Optional<SourceNode> typeNode = node.require("type", "one of " + String.join(", ", BLOCK_KEYS.keySet()));
        Map<String, String> types = BLOCK_KEYS.keySet().stream().collect(Collectors.toMap(t -> t, t -> t));
        String type = typeNode.map(n -> n.asChoice(types, "")).orElse("");
        if (type.isEmpty()) {
            return Optional.empty(); // which keys belong here is not known
        }
        node.onlyKeys(BLOCK_KEYS.get(type).toArray(String[]::new));
        Extent kernel = kernel(node);
        Extent stride = stride(node, ONE);
        int out = required(node, "out", "output channels");
        Activation activation = activation(node);
        return Optional.of(switch (type) {
            case INVERTED_RESIDUAL -> new Block.InvertedResidual(kernel, stride, expanded(node), out, squeeze(node), activation,
                    flag(node, "force-expand", false), flag(node, "skip", true));
            case FUSED_INVERTED_RESIDUAL -> new Block.FusedInvertedResidual(kernel, stride, expanded(node), out, squeeze(node),
                    activation, flag(node, "skip", true));
            case DEPTHWISE_SEPARABLE -> new Block.DepthwiseSeparable(kernel, stride, out, squeeze(node), activation);
            default -> new Block.Convolution(kernel, stride, out, activation);
        });
    }

    private static int expanded(SourceNode node) {
        return required(node, "expanded", "channels inside the block, a count and not a ratio");
    }

    private static Optional<SqueezeExcite> squeeze(SourceNode node) {
        int channels = count(node, "squeeze", 0, 0);
        Gate gate = gate(node);
        return channels == 0 ? Optional.empty() : Optional.of(new SqueezeExcite(channels, gate));
    }

    private static Gate gate(SourceNode node) {
        Gate gate = node.get("gate").map(n -> n.asChoice(Map.of(HARD_SIGMOID, Gate.HARD_SIGMOID, SIGMOID, Gate.SIGMOID), Gate.HARD_SIGMOID))
                .orElse(Gate.HARD_SIGMOID);
        Optional<SourceNode> slope = node.get("gate-slope");
        if (slope.isEmpty()) {
            return gate;
        }
        if (gate instanceof Gate.Sigmoid) {
            slope.get().problem("a sigmoid gate has no slope. Remove it, or write gate: " + HARD_SIGMOID + ".");
            return gate;
        }
        return new Gate.HardSigmoid(slope.get().asDouble(MIN_SLOPE, MAX_SLOPE, 1.0 / 6));
    }

    private static Extent kernel(SourceNode node) {
        Optional<SourceNode> given = node.get("kernel");
        if (given.isEmpty()) {
            return THREE;
        }
        Extent kernel = ArchitectureFormat.extent(given.get(), ArchitectureFormat.MAX_KERNEL, THREE);
        if (kernel.height() % 2 == 0 || kernel.width() % 2 == 0) {
            given.get().problem("must be odd, not " + kernel + ". Maybe use 3, 5 or 7.");
            return THREE;
        }
        return kernel;
    }

    private static Extent stride(SourceNode node, Extent fallback) {
        return node.get("stride").map(n -> ArchitectureFormat.extent(n, ArchitectureFormat.MAX_STRIDE, fallback)).orElse(fallback);
    }

    private static Activation activation(SourceNode node) {
        return node.get("activation").map(n -> n.asChoice(ACTIVATIONS, Activation.RELU)).orElse(Activation.RELU);
    }

    private static boolean flag(SourceNode node, String key, boolean fallback) {
        return node.get(key).map(n -> n.asBoolean(fallback)).orElse(fallback);
    }

    private static int count(SourceNode node, String key, int min, int fallback) {
        return node.get(key).map(n -> n.asInt(min, ArchitectureFormat.MAX_CHANNELS, fallback)).orElse(fallback);
    }

    private static int required(SourceNode node, String key, String what) {
        return node.require(key, what).map(n -> n.asInt(1, ArchitectureFormat.MAX_CHANNELS, 1)).orElse(1);
    }
}
