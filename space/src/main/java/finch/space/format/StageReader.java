package finch.space.format;

import finch.space.Activation;
import finch.space.Extent;
import finch.space.Gate;
import finch.space.staged.Amount;
import finch.space.staged.BlockKind;
import finch.space.staged.Choices;
import finch.space.staged.Operation;
import finch.space.staged.SpaceDefinition;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Reads the stages of a space file. A property of a block is looked for, in this order, in the block's entry of
 * {@code blocks}, under {@code per-block}, in the stage itself, under {@code defaults.per-block} and in {@code defaults}.
 */
final class StageReader {
    private static final String[] PROPERTIES = SpaceKey.names(SpaceKey.of(SpaceKey.Section.BLOCK));
    private static final Operation INVERTED_RESIDUAL = Operation.of(BlockKind.INVERTED_RESIDUAL);

    /** Where a property was found, and whether each block chooses it for itself. */
    private record Found(SourceNode node, boolean perBlock) {}

    private final Optional<SourceNode> defaults;
    /** A value that many blocks take is read, and complained about, once. */
    private final Map<SourceNode, Choices<?>> read = new IdentityHashMap<>();
    private final Set<String> complained = new HashSet<>();

    StageReader(Optional<SourceNode> defaults) {
        this.defaults = defaults.filter(SourceNode::isMapping);
        this.defaults.ifPresent(d -> {
            d.onlyKeys(SpaceKey.names(SpaceKey.inDefaults()));
            perBlock(d);
        });
    }

    /** @param number from 1 */
    SpaceDefinition.Stage stage(SourceNode node, int number) {
        String name = "stage" + number;
        if (!node.isMapping()) {
            return new SpaceDefinition.Stage(Choices.only(name + ".depth", 0), List.of());
        }
        node.onlyKeys(SpaceKey.names(SpaceKey.inStage()));
        perBlock(node);
        List<SourceNode> blocks = node.get("blocks").map(SourceNode::items).orElse(List.of());
        blocks.forEach(b -> b.onlyKeys(PROPERTIES));
        Choices<Integer> depth = depth(node, blocks, name);
        int deepest = Collections.max(depth.values());
        Optional<SourceNode> list = node.get("blocks");
        if (list.isPresent() && blocks.size() != deepest) {
            list.get().problem("has " + blocks.size() + " entries, but the stage has up to " + deepest
                    + " blocks (depth); give one entry a block");
        }
        if (deepest == 0 && depth.texts().contains("0")) {
            node.get("depth").or(() -> defaults.flatMap(d -> d.get("depth")))
                    .ifPresent(d -> d.problem("leaves the stage no block at all. Remove the stage, or add a depth of 1 or more."));
        }
        List<SpaceDefinition.Slot> slots = new ArrayList<>();
        for (int b = 0; b < deepest; b++) {
            Optional<SourceNode> own = b < blocks.size() ? Optional.of(blocks.get(b)) : Optional.empty();
            slots.add(new Slot(node, own, name, b + 1).read());
        }
        return new SpaceDefinition.Stage(depth, slots);
    }

    private Choices<Integer> depth(SourceNode node, List<SourceNode> blocks, String name) {
        Optional<SourceNode> depth = node.get("depth")
                .or(() -> blocks.isEmpty() ? defaults.flatMap(d -> d.get("depth")) : Optional.empty());
        if (depth.isEmpty() && blocks.isEmpty()) {
            node.require("depth", "the number of blocks, such as 3, or a list to choose from, such as [2, 3, 4]");
        }
        return depth.map(d -> once(d, ChoiceReader::depths).named(name + ".depth"))
                .orElseGet(() -> Choices.only(name + ".depth", blocks.isEmpty() ? 1 : blocks.size()));
    }

    /** Checks {@code per-block} of a stage or of the defaults. */
    private static void perBlock(SourceNode node) {
        Optional<SourceNode> perBlock = node.get("per-block").filter(SourceNode::isMapping);
        perBlock.ifPresent(p -> {
            p.onlyKeys(PROPERTIES);
            p.entries().forEach((key, value) -> node.get(key).ifPresent(other -> value.problem(
                    "is chosen once for the whole stage already (line " + other.line() + "); keep one of the two")));
        });
    }

    @SuppressWarnings("unchecked") // each node is read by one reader only
    private <T> Choices<T> once(SourceNode node, Function<SourceNode, Choices<T>> reader) {
        Choices<?> known = read.get(node);
        if (known == null) {
            known = reader.apply(node);
            read.put(node, known);
        }
        return (Choices<T>) known;
    }

    /** One block's place. */
    private final class Slot {
        private final SourceNode stage;
        private final Optional<SourceNode> own;
        private final String stageName;
        private final int number;

        Slot(SourceNode stage, Optional<SourceNode> own, String stageName, int number) {
            this.stage = stage;
            this.own = own;
            this.stageName = stageName;
            this.number = number;
        }

        SpaceDefinition.Slot read() {
            Choices<Operation> type = optional("type", ChoiceReader::types, INVERTED_RESIDUAL, "inverted-residual");
            List<Operation> kinds = type.values();
            return new SpaceDefinition.Slot(type,
                    wanted("kernel", ChoiceReader::kernels, Extent.square(3), kinds,
                            o -> o.kernel().isEmpty() && o.kind() != BlockKind.IDENTITY, "such as 3 or [3, 5, 7]"),
                    stride(),
                    wanted("out", ChoiceReader::channels, 8, kinds, _ -> true, "the output channels, such as 24"),
                    wanted("expand", ChoiceReader::expansions, new Amount.OfInput(1), kinds,
                            o -> o.expand().isEmpty() && expands(o.kind()), "such as 6, [3, 4, 6] or 72 channels"),
                    optional("squeeze", ChoiceReader::squeezes, Amount.NONE, "none"),
                    optional("gate", ChoiceReader::gates, Gate.HARD_SIGMOID, "hard-sigmoid"),
                    wanted("activation", ChoiceReader::activations, Activation.RELU, kinds,
                            o -> o.activation().isEmpty() && o.kind() != BlockKind.IDENTITY, "such as relu or [relu, hard-swish]"),
                    optional("skip", ChoiceReader::flags, true, "true"),
                    optional("force-expand", ChoiceReader::flags, false, "false"));
        }

        private static boolean expands(BlockKind kind) {
            return kind == BlockKind.INVERTED_RESIDUAL || kind == BlockKind.FUSED_INVERTED_RESIDUAL;
        }

        /** A stage's stride is its first block's. */
        private Choices<Extent> stride() {
            Optional<Found> found = find("stride");
            if (found.isPresent() && (found.get().perBlock() || number == 1)) {
                return choices(found.get(), "stride", ChoiceReader::strides);
            }
            return Choices.only(name("stride", true), Extent.square(1));
        }

        private <T> Choices<T> optional(String key, Function<SourceNode, Choices<T>> reader, T byDefault, String text) {
            return find(key).map(f -> choices(f, key, reader))
                    .orElseGet(() -> new Choices<>(name(key, false), List.of(byDefault), List.of(text)));
        }

        /** A property that must be given if one of the kinds has use for it. */
        private <T> Choices<T> wanted(String key, Function<SourceNode, Choices<T>> reader, T fallback, List<Operation> kinds,
                                      Predicate<Operation> needed, String example) {
            Optional<Found> found = find(key);
            boolean missing = found.isEmpty() && kinds.stream().anyMatch(needed);
            if (missing && complained.add(stage.path() + "." + key)) {
                stage.problems().add(own.orElse(stage).line(), own.orElse(stage).path() + "." + key, "is missing for block " + number
                        + ": give it in the stage, under per-block, in blocks or in defaults, " + example);
            }
            return found.map(f -> choices(f, key, reader))
                    .orElseGet(() -> new Choices<>(name(key, false), List.of(fallback), List.of(Choices.UNUSED)));
        }

        private <T> Choices<T> choices(Found found, String key, Function<SourceNode, Choices<T>> reader) {
            return once(found.node(), reader).named(name(key, found.perBlock()));
        }

        private String name(String key, boolean perBlock) {
            return stageName + (perBlock ? ".block" + number : "") + "." + key;
        }

        private Optional<Found> find(String key) {
            return own.flatMap(o -> o.get(key)).map(n -> new Found(n, true))
                    .or(() -> in(Optional.of(stage), key))
                    .or(() -> in(defaults, key));
        }

        private Optional<Found> in(Optional<SourceNode> mapping, String key) {
            return mapping.flatMap(m -> m.get("per-block")).flatMap(p -> p.get(key)).map(n -> new Found(n, true))
                    .or(() -> mapping.flatMap(m -> m.get(key)).map(n -> new Found(n, false)));
        }
    }
}
