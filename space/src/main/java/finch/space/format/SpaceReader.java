package finch.space.format;

import finch.space.Activation;
import finch.space.Extent;
import finch.space.Padding;
import finch.space.staged.Amount;
import finch.space.staged.Choices;
import finch.space.staged.Rounding;
import finch.space.staged.Rules;
import finch.space.staged.Scaling;
import finch.space.staged.SpaceDefinition;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/** Reads a whole space file. */
final class SpaceReader {
    private static final int MAX_STAGES = 64;

    SpaceDefinition space(SourceNode node, String defaultName) {
        if (!node.isMapping()) {
            return null;
        }
        node.onlyKeys(names(SpaceKey.Section.SPACE));
        node.require("format", "format: " + SpaceFormat.ID)
                .ifPresent(n -> n.requireFormat(SpaceFormat.ID));
        String name = node.get("name").map(n -> n.asText(defaultName)).orElse(defaultName);
        String description = node.get("description").map(n -> n.asText("")).orElse("");
        int channels = node.get("channels").map(n -> n.asInt(1, ChoiceReader.MAX_CHANNELS, 3)).orElse(3);
        int classes = node.get("classes").map(n -> n.asInt(1, ArchitectureFormat.MAX_CHANNELS, 1000)).orElse(1000);
        Padding padding = node.get("padding").map(n -> n.asChoice(paddings(), Padding.SYMMETRIC)).orElse(Padding.SYMMETRIC);
        Choices<Extent> resolution = required(node, "resolution", "", ChoiceReader::resolutions, Extent.square(224),
                "pixels, such as 224, or a list to choose from, such as [160, 192, 224]");
        Choices<Double> width = optional(node, "width", "", ChoiceReader::multipliers, 1.0, "1.0");
        Rules rules = rules(node.get("rounding"), node.get("scaling"));
        SpaceDefinition.Stem stem = stem(node);
        StageReader stageReader = new StageReader(node.get("defaults"));
        List<SpaceDefinition.Stage> stages = new ArrayList<>();
        Optional<SourceNode> list = node.require("stages", "a list of stages, each with a depth and what its blocks choose");
        List<SourceNode> items = list.map(SourceNode::items).orElse(List.of());
        if (list.isPresent() && list.get().kind() == SourceNode.Kind.SEQUENCE && (items.isEmpty() || items.size() > MAX_STAGES)) {
            list.get().problem("has " + items.size() + " stages; 1 to " + MAX_STAGES + " are allowed");
        }
        for (SourceNode item : items.subList(0, Math.min(MAX_STAGES, items.size()))) {
            stages.add(stageReader.stage(item, stages.size() + 1));
        }
        Optional<SourceNode> head = node.get("head").filter(SourceNode::isMapping);
        boolean hiddenBias = head.flatMap(h -> h.get("hidden-bias")).map(n -> n.asBoolean(true)).orElse(true);
        return new SpaceDefinition(name, description, channels, classes, padding, resolution, width, rules, stem, stages,
                head(head), hiddenBias);
    }

    private static SpaceDefinition.Stem stem(SourceNode node) {
        Optional<SourceNode> given = node.require("stem", "the first convolution, such as { out: 16, kernel: 3, stride: 2, activation: hard-swish }")
                .filter(SourceNode::isMapping);
        SourceNode stem = given.orElseGet(() -> SourceNode.mapping(new Problems(""), 0, "stem", Map.of()));
        stem.onlyKeys(names(SpaceKey.Section.STEM));
        return new SpaceDefinition.Stem(
                required(stem, "out", "stem.", ChoiceReader::channels, 16, "the output channels, such as 16"),
                optional(stem, "kernel", "stem.", ChoiceReader::kernels, Extent.square(3), "3"),
                optional(stem, "stride", "stem.", ChoiceReader::strides, Extent.square(2), "2"),
                required(stem, "activation", "stem.", ChoiceReader::activations, Activation.RELU, "such as relu or hard-swish"));
    }

    private static SpaceDefinition.Head head(Optional<SourceNode> given) {
        SourceNode head = given.orElseGet(() -> SourceNode.mapping(new Problems(""), 0, "head", Map.of()));
        head.onlyKeys(names(SpaceKey.Section.HEAD));
        Choices<Amount> conv = optional(head, "conv", "head.", ChoiceReader::headConvs, Amount.NONE, "none");
        Choices<Amount> hidden = optional(head, "hidden", "head.", ChoiceReader::headHiddens, Amount.NONE, "none");
        boolean plain = conv.values().equals(List.of(Amount.NONE)) && hidden.values().equals(List.of(Amount.NONE));
        Choices<Activation> activation = plain
                ? optional(head, "activation", "head.", ChoiceReader::activations, Activation.LINEAR, Choices.UNUSED)
                : required(head, "activation", "head.", ChoiceReader::activations, Activation.RELU, "such as relu or hard-swish");
        return new SpaceDefinition.Head(conv, hidden, activation);
    }

    private static Rules rules(Optional<SourceNode> rounding, Optional<SourceNode> scaling) {
        Rules standard = Rules.standard();
        rounding.ifPresent(r -> r.onlyKeys(names(SpaceKey.Section.ROUNDING)));
        scaling.ifPresent(s -> s.onlyKeys(names(SpaceKey.Section.SCALING)));
        return new Rules(
                rounding(rounding, "out", standard.out()),
                rounding(rounding, "expanded", standard.expanded()),
                rounding(rounding, "squeeze-of-expanded", standard.squeezeOfExpanded()),
                rounding(rounding, "squeeze-of-input", standard.squeezeOfInput()),
                scaling(scaling, "stem"), scaling(scaling, "out"), scaling(scaling, "expanded"),
                scaling(scaling, "head-conv"), scaling(scaling, "head-hidden"));
    }

    private static Rounding rounding(Optional<SourceNode> mapping, String key, Rounding byDefault) {
        return mapping.flatMap(m -> m.get(key)).map(n -> {
            if (n.text().equals("down")) {
                return Rounding.DOWN;
            }
            if (n.kind() == SourceNode.Kind.NUMBER) {
                return new Rounding.DivisibleBy(n.asInt(1, 1024, 8));
            }
            n.problem("must be down, or a whole number that channels shall be divisible by, such as 8, not " + n.describe());
            return byDefault;
        }).orElse(byDefault);
    }

    private static Scaling scaling(Optional<SourceNode> mapping, String key) {
        Map<String, Scaling> known = new TreeMap<>();
        Arrays.stream(Scaling.values()).forEach(s -> known.put(s.formatName(), s));
        return mapping.flatMap(m -> m.get(key)).map(n -> n.asChoice(known, Scaling.ALWAYS)).orElse(Scaling.ALWAYS);
    }

    private static Map<String, Padding> paddings() {
        Map<String, Padding> known = new TreeMap<>();
        Arrays.stream(Padding.values()).forEach(p -> known.put(p.formatName(), p));
        return known;
    }

    private static <T> Choices<T> required(SourceNode node, String key, String prefix, Function<SourceNode, Choices<T>> reader,
                                           T fallback, String what) {
        return node.require(key, what).map(n -> reader.apply(n).named(prefix + key))
                .orElseGet(() -> Choices.only(prefix + key, fallback));
    }

    private static <T> Choices<T> optional(SourceNode node, String key, String prefix, Function<SourceNode, Choices<T>> reader,
                                           T byDefault, String text) {
        return node.get(key).map(n -> reader.apply(n).named(prefix + key))
                .orElseGet(() -> new Choices<>(prefix + key, List.of(byDefault), List.of(text)));
    }

    private static String[] names(SpaceKey.Section section) {
        return SpaceKey.names(SpaceKey.of(section));
    }
}
