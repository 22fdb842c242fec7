package finch.training;

import finch.data.Augmentation;
import finch.space.Extent;
import finch.space.format.InvalidFileException;
import finch.space.format.Problems;
import finch.space.format.SourceNode;
import finch.space.format.SourceReader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** Reads recipe files, {@value TrainingConfig#FORMAT}. All mistakes of a file are reported together, those of overrides included. */
public final class RecipeReader {
    private final SourceNode root;
    private final Problems problems;

    private RecipeReader(SourceNode root) {
        this.root = root;
        this.problems = root.problems();
    }

    /** No key is given: everything has its default. */
    public static TrainingConfig defaults() {
        return parse("defaults", "format: " + TrainingConfig.FORMAT, Map.of());
    }

    /**
     * Reads a text.
     *
     * @param name      how messages call it
     * @param overrides YAML by key, dotted where it lies deeper; applied before anything is checked
     * @throws InvalidFileException with every mistake
     */
    public static TrainingConfig parse(String name, String text, Map<String, String> overrides) {
        SourceNode root = SourceReader.parse(name, text);
        for (Map.Entry<String, String> override : overrides.entrySet()) {
            try {
                root = root.with(override.getKey(), SourceReader.parse("--" + override.getKey() + " " + override.getValue(), override.getValue()));
            } catch (IllegalArgumentException e) {
                root.problem(e.getMessage());
            }
        }
        return new RecipeReader(root).config();
    }

    private TrainingConfig config() {
        root.onlyKeys(RecipeKeys.ROOT.toArray(String[]::new));
        root.require("format", "write " + TrainingConfig.FORMAT).ifPresent(n -> n.requireFormat(TrainingConfig.FORMAT));
        int epochs = whole("epochs", 1, RecipeKeys.MAX_EPOCHS, RecipeKeys.EPOCHS);
        int batch = whole("batch", 2, RecipeKeys.MAX_BATCH, RecipeKeys.BATCH);
        Optional<Extent> resolution = root.get("resolution").map(RecipeReader::extent);
        OptionalInt channels = optional("channels", 1, RecipeKeys.MAX_CHANNELS);
        OptionalInt outputStride = optional("output-stride", 1, RecipeKeys.MAX_OUTPUT_STRIDE);
        Optimizer optimizer = root.get("optimizer").map(RecipeReader::optimizer).orElse(RecipeKeys.OPTIMIZERS.get(RecipeKeys.OPTIMIZER));
        double rate = number("learning-rate", RecipeKeys.MIN_RATE, RecipeKeys.MAX_RATE, RecipeKeys.learningRate(optimizer));
        TrainingConfig.Rates rates = root.get("schedule").map(n -> rates(n, rate)).orElse(RecipeKeys.SCHEDULES.get(RecipeKeys.SCHEDULE));
        double warmUp = number("warm-up", 0, epochs, epochs / RecipeKeys.WARM_UP_PART);
        double weightDecay = number("weight-decay", 0, 1, RecipeKeys.WEIGHT_DECAY);
        boolean decayAll = root.get("decay-all").map(n -> n.asBoolean(false)).orElse(false);
        double smoothing = number("label-smoothing", 0, RecipeKeys.MAX_SHARE, RecipeKeys.LABEL_SMOOTHING);
        double dropout = number("dropout", 0, RecipeKeys.MAX_SHARE, 0);
        double clip = number("clip", 0, RecipeKeys.MAX_CLIP, 0);
        double ema = number("ema", 0, RecipeKeys.MAX_EMA, 0);
        double momentum = number("batch-norm-momentum", RecipeKeys.MIN_MOMENTUM, 1, RecipeKeys.MOMENTUM);
        List<Augmentation> augment = root.get("augment").map(RecipeReader::augment).orElse(RecipeKeys.AUGMENT);
        double mixup = number("mixup", 0, RecipeKeys.MAX_MIXUP, 0);
        double validation = number("validation", RecipeKeys.MIN_VALIDATION, RecipeKeys.MAX_SHARE, RecipeKeys.VALIDATION);
        long seed = root.get("seed").map(n -> n.asLong(0, Long.MAX_VALUE, RecipeKeys.SEED)).orElse(RecipeKeys.SEED);
        if (mixup > 0 && mixup < RecipeKeys.MIN_MIXUP) {
            root.get("mixup").ifPresent(n -> n.problem("must be 0 or at least " + RecipeKeys.MIN_MIXUP + ", not " + n.describe()));
        }
        if (rates instanceof TrainingConfig.Rates.Cosine(double last) && last == 0 && warmUp >= epochs) {
            // the warm-up goes up to what the cosine has at its end
            root.get("warm-up").ifPresent(n -> n.problem("must be below the number of epochs, " + epochs + ", not " + n.describe()
                    + ": the rate would stay at 0, where the cosine ends. Write 0 for none"));
        }
        problems.throwIfAny();
        return new TrainingConfig(epochs, batch, resolution, channels, outputStride, optimizer, rate, rates, warmUp, weightDecay, decayAll, smoothing,
                dropout, clip, ema, momentum, augment, mixup, validation, seed);
    }

    private int whole(String key, int min, int max, int fallback) {
        return root.get(key).map(n -> n.asInt(min, max, fallback)).orElse(fallback);
    }

    private OptionalInt optional(String key, int min, int max) {
        return root.get(key).map(n -> OptionalInt.of(n.asInt(min, max, min))).orElse(OptionalInt.empty());
    }

    private double number(String key, double min, double max, double fallback) {
        return root.get(key).map(n -> n.asDouble(min, max, fallback)).orElse(fallback);
    }

    private static Extent extent(SourceNode node) {
        List<SourceNode> sides = node.itemsOrSelf();
        if (sides.size() > 2 || sides.isEmpty()) {
            node.problem("must be a side in pixels or [height, width], not a list of " + sides.size());
            return Extent.square(1);
        }
        return new Extent(sides.getFirst().asInt(1, RecipeKeys.MAX_RESOLUTION, 1), sides.getLast().asInt(1, RecipeKeys.MAX_RESOLUTION, 1));
    }

    /** A word, or a mapping with {@code type}. */
    private static Optimizer optimizer(SourceNode node) {
        if (node.kind() != SourceNode.Kind.MAPPING) {
            return node.asChoice(RecipeKeys.OPTIMIZERS, RecipeKeys.OPTIMIZERS.get(RecipeKeys.OPTIMIZER));
        }
        Optimizer usual = node.require("type", "one of " + String.join(", ", RecipeKeys.OPTIMIZERS.keySet()))
                .map(n -> n.asChoice(RecipeKeys.OPTIMIZERS, null)).orElse(null);
        return switch (usual) {
            case null -> RecipeKeys.OPTIMIZERS.get(RecipeKeys.OPTIMIZER);
            case Optimizer.Sgd d -> {
                node.onlyKeys(RecipeKeys.SGD.toArray(String[]::new));
                yield new Optimizer.Sgd(part(node, "momentum", d.momentum()), node.get("nesterov").map(n -> n.asBoolean(d.nesterov())).orElse(d.nesterov()));
            }
            case Optimizer.RmsProp d -> {
                node.onlyKeys(RecipeKeys.RMSPROP.toArray(String[]::new));
                yield new Optimizer.RmsProp(part(node, "decay", d.decay()), part(node, "momentum", d.momentum()), epsilon(node, d.epsilon()));
            }
            case Optimizer.AdamW d -> {
                node.onlyKeys(RecipeKeys.ADAMW.toArray(String[]::new));
                yield new Optimizer.AdamW(part(node, "beta1", d.beta1()), part(node, "beta2", d.beta2()), epsilon(node, d.epsilon()));
            }
        };
    }

    private static double part(SourceNode node, String key, double fallback) {
        return node.get(key).map(n -> n.asDouble(0, RecipeKeys.MAX_EMA, fallback)).orElse(fallback);
    }

    private static double epsilon(SourceNode node, double fallback) {
        return node.get("epsilon").map(n -> n.asDouble(RecipeKeys.MIN_EPSILON, 1, fallback)).orElse(fallback);
    }

    private static TrainingConfig.Rates rates(SourceNode node, double rate) {
        TrainingConfig.Rates fallback = RecipeKeys.SCHEDULES.get(RecipeKeys.SCHEDULE);
        if (node.kind() != SourceNode.Kind.MAPPING) {
            return node.asChoice(RecipeKeys.SCHEDULES, fallback);
        }
        TrainingConfig.Rates usual = node.require("type", "one of " + String.join(", ", RecipeKeys.SCHEDULES.keySet()))
                .map(n -> n.asChoice(RecipeKeys.SCHEDULES, null)).orElse(null);
        return switch (usual) {
            case null -> fallback;
            case TrainingConfig.Rates.Cosine(double last) -> {
                node.onlyKeys(RecipeKeys.COSINE.toArray(String[]::new));
                yield new TrainingConfig.Rates.Cosine(node.get("last").map(n -> n.asDouble(0, rate, last)).orElse(last));
            }
            case TrainingConfig.Rates.Exponential(double factor, double each) -> {
                node.onlyKeys(RecipeKeys.EXPONENTIAL.toArray(String[]::new));
                yield new TrainingConfig.Rates.Exponential(node.get("factor").map(n -> n.asDouble(RecipeKeys.MIN_FACTOR, 1, factor)).orElse(factor),
                        node.get("epochs").map(n -> n.asDouble(RecipeKeys.MIN_FACTOR, RecipeKeys.MAX_EPOCHS, each)).orElse(each));
            }
            case TrainingConfig.Rates.Constant constant -> {
                node.onlyKeys("type");
                yield constant;
            }
        };
    }

    private static List<Augmentation> augment(SourceNode node) {
        List<Augmentation> augmentations = new ArrayList<>();
        for (SourceNode item : node.kind() == SourceNode.Kind.MAPPING ? List.of(node) : node.items()) {
            augmentation(item).ifPresent(augmentations::add);
            if (augmentations.size() > 1 && augmentations.getLast() instanceof Augmentation.RandomResizedCrop) {
                item.problem("must be the first, since it takes the place of resizing");
            }
        }
        return augmentations;
    }

    /** {@code flip}, or one of the others with what it needs. */
    private static Optional<Augmentation> augmentation(SourceNode item) {
        Map<String, SourceNode> entries = new LinkedHashMap<>(item.entries());
        if (item.kind() == SourceNode.Kind.TEXT && item.text().equals("flip")) {
            return Optional.of(new Augmentation.Flip());
        }
        if (item.kind() == SourceNode.Kind.TEXT && item.text().equals("random-resized-crop")) {
            return Optional.of(Augmentation.RandomResizedCrop.PUBLISHED);
        }
        String key = entries.size() == 1 ? entries.keySet().iterator().next() : "";
        SourceNode value = entries.get(key);
        return switch (key) {
            case "pad-crop" -> Optional.of(new Augmentation.PadCrop(value.asInt(1, RecipeKeys.MAX_RESOLUTION, 1)));
            case "cutout" -> Optional.of(new Augmentation.Cutout(value.asInt(1, RecipeKeys.MAX_RESOLUTION, 1)));
            case "random-resized-crop" -> Optional.of(crop(value));
            case "colour-jitter" -> jitter(value);
            default -> {
                item.problem((entries.isEmpty() ? item.describe() : "{" + String.join(", ", entries.keySet()) + "}") + " is no augmentation. " + withSpace(item)
                        + "Allowed: " + String.join(", ", RecipeKeys.AUGMENTATIONS) + ".");
                yield Optional.empty();
            }
        };
    }

    /** A key and its value that no space parts are one text to YAML. */
    private static String withSpace(SourceNode item) {
        int colon = item.text().indexOf(':');
        String key = colon < 0 ? "" : item.text().substring(0, colon).strip();
        String value = item.text().substring(colon + 1).strip();
        return value.isEmpty() || RecipeKeys.AUGMENTATIONS.stream().noneMatch(a -> a.startsWith(key + ":")) ? ""
                : "Maybe you meant " + key + ": " + value + ", with a space after the colon. ";
    }

    private static Augmentation crop(SourceNode value) {
        Augmentation.RandomResizedCrop d = Augmentation.RandomResizedCrop.PUBLISHED;
        if (value.kind() != SourceNode.Kind.MAPPING) {
            return new Augmentation.RandomResizedCrop(value.asDouble(RecipeKeys.MIN_AREA, 1, d.smallestArea()), d.narrowest());
        }
        value.onlyKeys("area", "shape");
        return new Augmentation.RandomResizedCrop(value.get("area").map(n -> n.asDouble(RecipeKeys.MIN_AREA, 1, 1)).orElse(d.smallestArea()),
                value.get("shape").map(n -> n.asDouble(RecipeKeys.MIN_AREA, 1, 1)).orElse(d.narrowest()));
    }

    /** One strength for all, or brightness, contrast and saturation. */
    private static Optional<Augmentation> jitter(SourceNode value) {
        List<Double> strengths = value.itemsOrSelf().stream().map(n -> n.asDouble(0, 1, 0)).toList();
        if (strengths.size() != 1 && strengths.size() != 3) {
            value.problem("must be one strength, or [brightness, contrast, saturation], not a list of " + strengths.size());
            return Optional.empty();
        }
        return Optional.of(new Augmentation.ColourJitter(strengths.getFirst(), strengths.get(strengths.size() / 2), strengths.getLast()));
    }
}
