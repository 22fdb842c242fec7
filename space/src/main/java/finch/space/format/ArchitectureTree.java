package finch.space.format;

import finch.space.Architecture;
import finch.space.Block;
import finch.space.Extent;
import finch.space.Gate;
import finch.space.Head;
import finch.space.Padding;
import finch.space.SqueezeExcite;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** An architecture as maps, lists and scalars in the order of the file. What has a default and equals it is left out. */
final class ArchitectureTree {
    private ArchitectureTree() {}

    static Map<String, Object> of(Architecture a) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("format", ArchitectureFormat.ID);
        if (!a.name().isEmpty()) {
            tree.put("name", a.name());
        }
        tree.put("resolution", extent(a.resolution()));
        tree.put("channels", a.channels());
        tree.put("classes", a.classes());
        if (a.padding() != Padding.SYMMETRIC) {
            tree.put("padding", a.padding().formatName());
        }
        Map<String, Object> stem = new LinkedHashMap<>();
        stem.put("out", a.stem().out());
        stem.put("kernel", extent(a.stem().kernel()));
        stem.put("stride", extent(a.stem().stride()));
        stem.put("activation", a.stem().activation().formatName());
        tree.put("stem", stem);
        tree.put("blocks", a.blocks().stream().map(ArchitectureTree::block).toList());
        tree.put("head", head(a.head()));
        return tree;
    }

    static Map<String, Object> block(Block block) {
        return switch (block) {
            case Block.InvertedResidual b -> {
                Map<String, Object> map = start(ArchitectureReader.INVERTED_RESIDUAL, b);
                map.put("expanded", b.expanded());
                finish(map, b, Optional.of(b.squeeze()));
                if (b.forceExpand()) {
                    map.put("force-expand", true);
                }
                putSkip(map, b.skip());
                yield map;
            }
            case Block.FusedInvertedResidual b -> {
                Map<String, Object> map = start(ArchitectureReader.FUSED_INVERTED_RESIDUAL, b);
                map.put("expanded", b.expanded());
                finish(map, b, Optional.of(b.squeeze()));
                putSkip(map, b.skip());
                yield map;
            }
            case Block.DepthwiseSeparable b -> finish(start(ArchitectureReader.DEPTHWISE_SEPARABLE, b), b, Optional.of(b.squeeze()));
            case Block.Convolution b -> finish(start(ArchitectureReader.CONVOLUTION, b), b, Optional.empty());
        };
    }

    private static Map<String, Object> start(String type, Block block) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("type", type);
        map.put("kernel", extent(block.kernel()));
        return map;
    }

    /** @param squeeze empty where the type has none; holding nothing where the block has none */
    private static Map<String, Object> finish(Map<String, Object> map, Block block, Optional<Optional<SqueezeExcite>> squeeze) {
        map.put("out", block.out());
        map.put("stride", extent(block.stride()));
        squeeze.ifPresent(s -> {
            map.put("squeeze", s.map(SqueezeExcite::channels).orElse(0));
            s.ifPresent(se -> putGate(map, se.gate()));
        });
        map.put("activation", block.activation().formatName());
        return map;
    }

    private static void putGate(Map<String, Object> map, Gate gate) {
        switch (gate) {
            case Gate.Sigmoid() -> map.put("gate", ArchitectureReader.SIGMOID);
            case Gate.HardSigmoid(double slope) -> {
                if (!gate.equals(Gate.HARD_SIGMOID)) {
                    map.put("gate-slope", slope);
                }
            }
        }
    }

    private static void putSkip(Map<String, Object> map, boolean skip) {
        if (!skip) {
            map.put("skip", false);
        }
    }

    private static Map<String, Object> head(Head head) {
        Map<String, Object> map = new LinkedHashMap<>();
        if (head.conv() > 0) {
            map.put("conv", head.conv());
        }
        if (head.hidden() > 0) {
            map.put("hidden", head.hidden());
        }
        if (!head.hiddenBias()) {
            map.put("hidden-bias", false);
        }
        if (!map.isEmpty()) {
            map.put("activation", head.activation().formatName());
        }
        return map;
    }

    private static Object extent(Extent extent) {
        return extent.isSquare() ? (Object) extent.height() : List.of(extent.height(), extent.width());
    }
}
