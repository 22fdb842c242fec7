package finch.space.format;

import finch.space.Activation;
import finch.space.Extent;
import finch.space.Gate;
import finch.space.staged.Amount;
import finch.space.staged.BlockKind;
import finch.space.staged.Choices;
import finch.space.staged.Operation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads one choice or a list of choices of each kind of property. A mistake is reported and answered with a fallback. */
final class ChoiceReader {
    static final int MAX_CHANNELS = 16_384;
    static final int MAX_DEPTH = 64;
    static final int MAX_CHOICES = 1024;
    static final double MAX_RATIO = 64;

    private static final Pattern EXTENT = Pattern.compile("(\\d{1,5})\\s*x\\s*(\\d{1,5})");
    private static final Pattern COUNT = Pattern.compile("(\\d{1,6}) channels?");
    private static final Pattern OF = Pattern.compile("(\\d{1,4}(?:\\.\\d{1,9})?) of (input|expanded)");
    private static final Pattern SLOPE = Pattern.compile("hard-sigmoid (\\d{1,9}(?:\\.\\d{1,17})?)");
    private static final Map<String, Activation> ACTIVATIONS = new LinkedHashMap<>();
    private static final Map<String, BlockKind> KINDS = new LinkedHashMap<>();
    private static final Map<String, Gate> GATES = Map.of("hard-sigmoid", Gate.HARD_SIGMOID, "sigmoid", Gate.SIGMOID);

    static {
        Arrays.stream(Activation.values()).forEach(a -> ACTIVATIONS.put(a.formatName(), a));
        Arrays.stream(BlockKind.values()).forEach(k -> KINDS.put(k.formatName(), k));
    }

    private record Choice<T>(T value, String text) {}

    private ChoiceReader() {}

    static Choices<Extent> resolutions(SourceNode node) {
        return list(node, n -> extent(n, ArchitectureFormat.MAX_RESOLUTION, false, Extent.square(224)), true);
    }

    static Choices<Extent> kernels(SourceNode node) {
        return list(node, n -> extent(n, ArchitectureFormat.MAX_KERNEL, true, Extent.square(3)), true);
    }

    static Choices<Extent> strides(SourceNode node) {
        return list(node, n -> extent(n, ArchitectureFormat.MAX_STRIDE, false, Extent.square(1)), true);
    }

    static Choices<Integer> channels(SourceNode node) {
        return list(node, n -> new Choice<>(n.asInt(1, MAX_CHANNELS, 8), n.text()), true);
    }

    static Choices<Integer> depths(SourceNode node) {
        return list(node, n -> new Choice<>(n.asInt(0, MAX_DEPTH, 1), n.text()), true);
    }

    static Choices<Double> multipliers(SourceNode node) {
        return list(node, n -> new Choice<>(n.asDouble(0.01, 16, 1), n.text()), false);
    }

    static Choices<Activation> activations(SourceNode node) {
        return list(node, n -> new Choice<>(n.asChoice(ACTIVATIONS, Activation.RELU), n.text()), false);
    }

    static Choices<Boolean> flags(SourceNode node) {
        return list(node, n -> new Choice<>(n.asBoolean(true), n.text()), false);
    }

    static Choices<Gate> gates(SourceNode node) {
        return list(node, n -> new Choice<>(gate(n), n.text()), false);
    }

    static Choices<Amount> expansions(SourceNode node) {
        return list(node, n -> new Choice<>(expansion(n), n.text()), false);
    }

    static Choices<Amount> squeezes(SourceNode node) {
        return list(node, n -> new Choice<>(squeeze(n), n.text()), false);
    }

    static Choices<Amount> headConvs(SourceNode node) {
        return list(node, n -> new Choice<>(head(n, true), n.text()), false);
    }

    static Choices<Amount> headHiddens(SourceNode node) {
        return list(node, n -> new Choice<>(head(n, false), n.text()), false);
    }

    static Choices<Operation> types(SourceNode node) {
        return list(node, ChoiceReader::operation, false);
    }

    // --- lists ---

    /** @param ranges whether {@code { from: 2, to: 4, step: 1 }} may stand for a list of whole numbers */
    private static <T> Choices<T> list(SourceNode node, Function<SourceNode, Choice<T>> one, boolean ranges) {
        List<SourceNode> items = node.itemsOrSelf();
        if (ranges && node.kind() == SourceNode.Kind.MAPPING) {
            items = range(node);
        }
        List<T> values = new ArrayList<>();
        List<String> texts = new ArrayList<>();
        if (items.isEmpty()) {
            node.problem("has no choices. Give one value to freeze it, or a list of values to choose from.");
            return new Choices<>(node.path(), List.of(one.apply(silent(node)).value()), List.of(""));
        }
        if (items.size() > MAX_CHOICES) {
            node.problem("has " + items.size() + " choices; at most " + MAX_CHOICES + " are allowed");
            items = items.subList(0, 1);
        }
        for (SourceNode item : items) {
            int before = item.problems().count();
            Choice<T> choice = one.apply(item);
            boolean wrong = item.problems().count() > before;
            if (!wrong && (values.contains(choice.value()) || texts.contains(choice.text()))) {
                item.problem("\"" + choice.text() + "\" is among the choices already; give each once");
                wrong = true;
            }
            if (!wrong) {
                values.add(choice.value());
                texts.add(choice.text());
            } else if (values.isEmpty() && item == items.getLast()) {
                values.add(choice.value());
                texts.add(choice.text());
            }
        }
        return new Choices<>(node.path(), values, texts);
    }

    /** A node like this one whose mistakes go nowhere, to get a fallback from a reader. */
    private static SourceNode silent(SourceNode node) {
        return SourceNode.scalar(new Problems(node.problems().file()), SourceNode.Kind.NULL, node.line(), node.path(), "");
    }

    private static List<SourceNode> range(SourceNode node) {
        node.onlyKeys("from", "to", "step");
        int from = node.require("from", "the first number").map(n -> n.asInt(0, MAX_CHANNELS, 0)).orElse(0);
        int to = node.require("to", "the last number").map(n -> n.asInt(from, MAX_CHANNELS, from)).orElse(from);
        int step = node.get("step").map(n -> n.asInt(1, MAX_CHANNELS, 1)).orElse(1);
        if ((to - from) % step != 0) {
            node.problem("does not reach " + to + " from " + from + " in steps of " + step + ". Maybe to: " + (to - (to - from) % step) + ".");
        }
        List<SourceNode> items = new ArrayList<>();
        for (int i = from; i <= to && items.size() <= MAX_CHOICES; i += step) {
            items.add(SourceNode.scalar(node.problems(), SourceNode.Kind.NUMBER, node.line(), node.path(), Integer.toString(i)));
        }
        return items;
    }

    // --- single choices ---

    private static Choice<Extent> extent(SourceNode node, int max, boolean odd, Extent fallback) {
        Extent extent = fallback;
        Matcher text = EXTENT.matcher(node.text());
        int before = node.problems().count();
        if (node.kind() == SourceNode.Kind.SEQUENCE && node.items().size() == 2) {
            extent = new Extent(node.items().getFirst().asInt(1, max, 1), node.items().getLast().asInt(1, max, 1));
        } else if (node.kind() == SourceNode.Kind.TEXT && text.matches()) {
            int height = Integer.parseInt(text.group(1));
            int width = Integer.parseInt(text.group(2));
            if (height < 1 || width < 1 || height > max || width > max) {
                node.problem("height and width must be from 1 to " + max + ", not " + node.describe());
            } else {
                extent = new Extent(height, width);
            }
        } else if (node.kind() == SourceNode.Kind.NUMBER) {
            extent = Extent.square(node.asInt(1, max, fallback.height()));
        } else {
            node.problem("must be a whole number, or height and width like 48x192 or [48, 192], not " + node.describe());
        }
        if (odd && node.problems().count() == before && (extent.height() % 2 == 0 || extent.width() % 2 == 0)) {
            node.problem(extent + " is even; a kernel must be odd. Maybe use 3, 5 or 7.");
            extent = fallback;
        }
        return new Choice<>(extent, extent.toString());
    }

    static Gate gate(SourceNode node) {
        Matcher slope = SLOPE.matcher(node.text());
        if (slope.matches()) {
            double value = Double.parseDouble(slope.group(1));
            if (value >= ArchitectureReader.MIN_SLOPE && value <= ArchitectureReader.MAX_SLOPE) {
                return new Gate.HardSigmoid(value);
            }
            node.problem("the slope must be from 0.000001 to 1000000, as in an architecture file, not " + slope.group(1));
            return Gate.HARD_SIGMOID;
        }
        if (GATES.containsKey(node.text())) {
            return GATES.get(node.text());
        }
        node.problem(node.describe() + " is not a gate. Allowed: hard-sigmoid, sigmoid, or a slope as in hard-sigmoid 0.2.");
        return Gate.HARD_SIGMOID;
    }

    static Amount expansion(SourceNode node) {
        if (node.kind() == SourceNode.Kind.NUMBER) {
            return new Amount.OfInput(node.asDouble(0.01, MAX_RATIO, 1));
        }
        return count(node).orElseGet(() -> {
            node.problem("must be a ratio of the input channels such as 6, or a count such as 72 channels, not " + node.describe());
            return new Amount.OfInput(1);
        });
    }

    static Amount squeeze(SourceNode node) {
        if (node.text().equals("none")) {
            return Amount.NONE;
        }
        Optional<Amount> amount = count(node).or(() -> ratio(node, "input|expanded"));
        return amount.orElseGet(() -> {
            node.problem("must be none, 0.25 of expanded, 0.25 of input, or 24 channels (any numbers), not " + node.describe());
            return Amount.NONE;
        });
    }

    private static Amount head(SourceNode node, boolean ratios) {
        if (node.text().equals("none")) {
            return Amount.NONE;
        }
        if (node.kind() == SourceNode.Kind.NUMBER) {
            return new Amount.Channels(node.asInt(1, MAX_CHANNELS, 1));
        }
        Optional<Amount> ratio = ratios ? ratio(node, "input") : Optional.empty();
        return ratio.orElseGet(() -> {
            node.problem("must be none, a whole number such as 1280" + (ratios ? ", or a ratio such as 6 of input" : "") + ", not "
                    + node.describe());
            return Amount.NONE;
        });
    }

    private static Optional<Amount> count(SourceNode node) {
        Matcher m = COUNT.matcher(node.text());
        if (!m.matches()) {
            return Optional.empty();
        }
        int count = Integer.parseInt(m.group(1));
        return count >= 1 && count <= MAX_CHANNELS ? Optional.of(new Amount.Channels(count)) : Optional.empty();
    }

    private static Optional<Amount> ratio(SourceNode node, String bases) {
        Matcher m = OF.matcher(node.text());
        if (!m.matches() || !m.group(2).matches(bases)) {
            return Optional.empty();
        }
        double ratio = Double.parseDouble(m.group(1));
        if (!(ratio > 0 && ratio <= MAX_RATIO)) {
            return Optional.empty();
        }
        return Optional.of(m.group(2).equals("input") ? new Amount.OfInput(ratio) : new Amount.OfExpanded(ratio));
    }

    private static Choice<Operation> operation(SourceNode node) {
        if (node.kind() != SourceNode.Kind.MAPPING) {
            BlockKind kind = node.asChoice(KINDS, BlockKind.INVERTED_RESIDUAL);
            return new Choice<>(Operation.of(kind), kind.formatName());
        }
        List<SpaceKey> keys = new ArrayList<>(SpaceKey.of(SpaceKey.Section.BUNDLE));
        keys.addAll(SpaceKey.IN_BUNDLE);
        node.onlyKeys(SpaceKey.names(keys));
        BlockKind kind = node.require("type", "one of " + String.join(", ", KINDS.keySet()))
                .map(n -> n.asChoice(KINDS, BlockKind.INVERTED_RESIDUAL)).orElse(BlockKind.INVERTED_RESIDUAL);
        Optional<Choices<Extent>> kernel = node.get("kernel").map(ChoiceReader::kernels);
        Optional<Choices<Amount>> expand = node.get("expand").map(ChoiceReader::expansions);
        Optional<Choices<Amount>> squeeze = node.get("squeeze").map(ChoiceReader::squeezes);
        Optional<Choices<Gate>> gate = node.get("gate").map(ChoiceReader::gates);
        Optional<Choices<Activation>> activation = node.get("activation").map(ChoiceReader::activations);
        single(node, "kernel", kernel);
        single(node, "expand", expand);
        single(node, "squeeze", squeeze);
        single(node, "gate", gate);
        single(node, "activation", activation);
        String name = node.get("name").map(n -> n.asText("")).orElseGet(() -> kind.formatName()
                + kernel.map(k -> " k" + k.texts().getFirst()).orElse("")
                + expand.map(e -> " e" + e.texts().getFirst()).orElse("")
                + squeeze.map(s -> " squeeze " + s.texts().getFirst()).orElse("")
                + gate.map(g -> " " + g.texts().getFirst()).orElse("")
                + activation.map(a -> " " + a.texts().getFirst()).orElse(""));
        return new Choice<>(new Operation(name, kind, only(kernel), only(expand), only(squeeze), only(gate), only(activation)), name);
    }

    private static void single(SourceNode bundle, String key, Optional<? extends Choices<?>> choices) {
        if (choices.isPresent() && choices.get().isFree()) {
            bundle.get(key).orElseThrow().problem("a bundle holds one value of each property; give one, or several bundles");
        }
    }

    private static <T> Optional<T> only(Optional<Choices<T>> choices) {
        return choices.map(c -> c.values().getFirst());
    }
}
