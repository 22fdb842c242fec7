package finch.space.format;

import finch.space.Activation;
import finch.space.Architecture;
import finch.space.Block;
import finch.space.Channels;
import finch.space.Extent;
import finch.space.Gate;
import finch.space.Head;
import finch.space.Padding;
import finch.space.Stem;
import finch.space.format.PythonSource.Call;
import finch.space.format.PythonSource.Flag;
import finch.space.format.PythonSource.Items;
import finch.space.format.PythonSource.Name;
import finch.space.format.PythonSource.Number;
import finch.space.format.PythonSource.Text;
import finch.space.format.PythonSource.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** Reads a model definition in timm's terms, rebuilding every channel count with timm's arithmetic. */
final class TimmReader {
    private static final List<String> COMMON = List.of("num_classes", "in_chans", "stem_size", "fix_stem", "num_features", "pad_type",
            "act_layer", "se_layer", "round_chs_fn");
    private static final Map<String, List<String>> ARGUMENTS = Map.of(
            "EfficientNet", with(COMMON, "stem_kernel_size"), "MobileNetV3", with(COMMON, "head_bias", "se_from_exp"));

    private final Problems problems;

    TimmReader(Problems problems) {
        this.problems = problems;
    }

    private static List<String> with(List<String> common, String... more) {
        List<String> all = new ArrayList<>(common);
        all.addAll(List.of(more));
        return List.copyOf(all);
    }

    Architecture architecture(String text) {
        Map<String, Value> values = PythonSource.assignments(problems, text);
        values.forEach((key, value) -> {
            boolean used = List.of("name", "input_size", "arch_def", "model").contains(key) || value instanceof Items;
            if (!used) {
                problems.add(value.line(), key, "nothing uses this. Known: name, input_size, arch_def, model.");
            }
        });
        String name = values.get("name") instanceof Text t ? t.text() : "";
        int[] size = inputSize(values.get("input_size"));
        if (!(values.get("model") instanceof Call model) || !ARGUMENTS.containsKey(model.function())) {
            problems.add(values.containsKey("model") ? values.get("model").line() : 0, "model",
                    "model = MobileNetV3(…) or model = EfficientNet(…) is missing");
            throw new InvalidFileException(problems.list());
        }
        return architecture(name, size, model);
    }

    private int[] inputSize(Value value) {
        if (value instanceof Items items && items.items().size() == 3) {
            return items.items().stream().mapToInt(v -> whole("input_size", v, 1, ArchitectureFormat.MAX_RESOLUTION)).toArray();
        }
        problems.add(value == null ? 0 : value.line(), "input_size", "must be (channels, height, width), e.g. (3, 224, 224)");
        return new int[] {3, 224, 224};
    }

    private Architecture architecture(String name, int[] size, Call model) {
        List<String> known = ARGUMENTS.get(model.function());
        model.keywords().forEach((key, value) -> {
            if (!known.contains(key)) {
                problems.add(value.line(), key, model.function() + " has no such argument here. "
                        + Suggestions.nearest(key, known).map(n -> "Maybe you meant " + n + ". ").orElse("")
                        + "Known: " + String.join(", ", new TreeSet<>(known)) + ".");
            }
        });
        boolean pooledHead = model.function().equals("MobileNetV3");
        int channels = whole(model, "in_chans", 1, 3);
        if (channels != size[0]) {
            problems.add(model.line(), "in_chans", channels + " is not the " + size[0] + " of input_size");
        }
        Activation act = activation(model.keywords().get("act_layer"));
        Rounding rounding = rounding(model.keywords().get("round_chs_fn"));
        SqueezeLayer squeeze = squeezeLayer(model.keywords().get("se_layer"));
        int stemSize = whole(model, "stem_size", 1, pooledHead ? 16 : 32);
        Stem stem = new Stem(flag(model, "fix_stem", false) ? stemSize : rounding.of(stemSize),
                Extent.square(odd(model, "stem_kernel_size")), Extent.square(2), act);
        int features = whole(model, "num_features", pooledHead ? 1 : 0, 1280);
        List<List<Placed>> stages = stages(model);
        int conv = pooledHead ? 0 : features;
        if (pooledHead && !stages.isEmpty() && isPooledConvolution(stages.getLast())) {
            conv = rounding.of(stages.removeLast().getFirst().string().out());
        }
        boolean fromExp = pooledHead && flag(model, "se_from_exp", true);
        List<Block> blocks = new TimmBlocks(problems, act, rounding, squeeze, fromExp).blocks(stages, stem.out());
        Head head = new Head(conv, pooledHead ? features : 0, flag(model, "head_bias", true), act);
        Padding padding = padding(model.keywords().get("pad_type"));
        int classes = whole(model, "num_classes", 1, 1000);
        problems.throwIfAny();
        return new Architecture(name, new Extent(size[1], size[2]), channels, classes, padding, stem, blocks, head);
    }

    private static boolean isPooledConvolution(List<Placed> stage) {
        return stage.size() == 1 && stage.getFirst().string().isPlainPointwise();
    }

    /** A block string and its line. */
    record Placed(int line, TimmBlockString string) {}

    /** round_channels with its divisor and multiplier. */
    record Rounding(int divisor, double multiplier) {
        int of(int channels) {
            return multiplier == 0 ? channels : Channels.makeDivisible(channels * multiplier, divisor);
        }
    }

    /** SqueezeExcite with its arguments bound. */
    record SqueezeLayer(int line, boolean hardSigmoid, boolean forceRelu, boolean eights) {
        /** The gate that files know, if it is one of them: hard-sigmoid with inner ReLU, sigmoid with the block's activation. */
        Optional<Gate> gate(Activation block) {
            boolean relu = forceRelu || block == Activation.RELU;
            return hardSigmoid ? relu ? Optional.of(Gate.HARD_SIGMOID) : Optional.empty()
                    : !forceRelu || block == Activation.RELU ? Optional.of(Gate.SIGMOID) : Optional.empty();
        }
    }

    private List<List<Placed>> stages(Call model) {
        List<List<Placed>> stages = new ArrayList<>();
        if (model.positional().size() != 1 || !(model.positional().getFirst() instanceof Call decode)
                || !decode.function().equals("decode_arch_def") || decode.positional().size() != 1 || !decode.keywords().isEmpty()
                || !(decode.positional().getFirst() instanceof Items list)) {
            problems.add(model.line(), "model", "must start with decode_arch_def(arch_def), arch_def a list of lists of block strings");
            return stages;
        }
        for (Value stage : list.items()) {
            List<Placed> strings = new ArrayList<>();
            if (!(stage instanceof Items items) || items.items().isEmpty()) {
                problems.add(stage.line(), "arch_def", "every stage must be a list of block strings");
                continue;
            }
            for (Value string : items.items()) {
                if (string instanceof Text text) {
                    TimmBlockString.parse(problems, text.line(), text.text()).ifPresent(b -> strings.add(new Placed(text.line(), b)));
                } else {
                    problems.add(string.line(), "arch_def", "every block must be a text, e.g. 'ir_r2_k5_s1_e6_c40_se0.25'");
                }
            }
            if (!strings.isEmpty()) {
                stages.add(strings);
            }
        }
        return stages;
    }

    private Activation activation(Value value) {
        String name = switch (value) {
            case null -> "relu";
            case Call call when call.function().equals("get_act_layer") && call.positional().size() == 1
                    && call.positional().getFirst() instanceof Text text -> text.text();
            case Text text -> text.text();
            default -> "";
        };
        Activation activation = TimmFormat.LAYERS.get(name);
        if (activation == null) {
            problems.add(value.line(), "act_layer", "must be get_act_layer('…') of one of " + String.join(", ", TimmFormat.LAYERS.keySet()));
            return Activation.RELU;
        }
        return activation;
    }

    private Rounding rounding(Value value) {
        switch (value) {
            case null -> {
                return new Rounding(8, 1);
            }
            case Name name when name.name().equals("round_channels") -> {
                return new Rounding(8, 1);
            }
            case Call call when isPartial(call, "round_channels", List.of("divisor", "multiplier")) -> {
                Value multiplier = call.keywords().get("multiplier");
                double factor = multiplier == null ? 1 : decimal("round_chs_fn", multiplier);
                return new Rounding(whole(call, "divisor", 1, 8), factor);
            }
            default -> problems.add(value.line(), "round_chs_fn", "must be partial(round_channels, divisor=…, multiplier=…)");
        }
        return new Rounding(8, 1);
    }

    private SqueezeLayer squeezeLayer(Value value) {
        if (value == null || value instanceof Name name && name.name().equals("SqueezeExcite")) {
            return new SqueezeLayer(value == null ? 0 : value.line(), false, false, false);
        }
        if (!(value instanceof Call call) || !isPartial(call, "SqueezeExcite", List.of("gate_layer", "force_act_layer", "rd_round_fn"))) {
            problems.add(value.line(), "se_layer", "must be partial(SqueezeExcite, gate_layer=…, force_act_layer=…, rd_round_fn=…)");
            return new SqueezeLayer(value.line(), false, false, false);
        }
        Value gate = call.keywords().get("gate_layer");
        String gateName = gate == null ? "sigmoid" : gate instanceof Text text ? text.text() : "";
        if (!gateName.equals("sigmoid") && !gateName.equals("hard_sigmoid")) {
            problems.add(gate.line(), "gate_layer", "must be 'sigmoid' or 'hard_sigmoid'");
        }
        Value force = call.keywords().get("force_act_layer");
        if (force != null && !(force instanceof Name n && n.name().equals("nn.ReLU")) && activation(force) != Activation.RELU) {
            problems.add(force.line(), "force_act_layer", "must be get_act_layer('relu') or nn.ReLU");
        }
        Value round = call.keywords().get("rd_round_fn");
        if (round != null && !(round instanceof Name n && n.name().equals("round_channels"))) {
            problems.add(round.line(), "rd_round_fn", "must be round_channels");
        }
        return new SqueezeLayer(call.line(), gateName.equals("hard_sigmoid"), force != null, round != null);
    }

    private static boolean isPartial(Call call, String function, List<String> keywords) {
        return call.function().equals("partial") && call.positional().size() == 1
                && call.positional().getFirst() instanceof Name name && name.name().equals(function)
                && keywords.containsAll(call.keywords().keySet());
    }

    private Padding padding(Value value) {
        if (value == null || value instanceof Text text && text.text().isEmpty()) {
            return Padding.SYMMETRIC;
        }
        if (!(value instanceof Text text) || !text.text().equals("same")) {
            problems.add(value.line(), "pad_type", "must be '' (symmetric) or 'same' (TensorFlow's)");
        }
        return Padding.TENSORFLOW;
    }

    private boolean flag(Call call, String key, boolean fallback) {
        Value value = call.keywords().get(key);
        if (value instanceof Flag flag) {
            return flag.value();
        }
        if (value != null) {
            problems.add(value.line(), key, "must be True or False");
        }
        return fallback;
    }

    private int odd(Call call, String key) {
        int kernel = whole(call, key, 1, 3);
        if (kernel % 2 == 0) {
            problems.add(call.keywords().get(key).line(), key, "must be odd, not " + kernel);
            return 3;
        }
        return kernel;
    }

    private int whole(Call call, String key, int min, int fallback) {
        Value value = call.keywords().get(key);
        return value == null ? fallback : whole(key, value, min, ArchitectureFormat.MAX_CHANNELS);
    }

    private int whole(String key, Value value, int min, int max) {
        if (value instanceof Number number) {
            try {
                int parsed = Integer.parseInt(number.text());
                if (parsed >= min && parsed <= max) {
                    return parsed;
                }
            } catch (NumberFormatException e) {
                // reported below, as a number out of range
            }
        }
        problems.add(value.line(), key, "must be a whole number from " + min + " to " + max);
        return Math.max(1, min);
    }

    private double decimal(String key, Value value) {
        try {
            double parsed = value instanceof Number number ? Double.parseDouble(number.text()) : -1;
            if (parsed >= 0 && parsed <= 16) {
                return parsed;
            }
        } catch (NumberFormatException e) {
            // reported below, as a number out of range
        }
        problems.add(value.line(), key, "the multiplier must be a number from 0 to 16");
        return 1;
    }
}
