package finch.space.format;

import finch.space.Activation;
import finch.space.Architecture;
import finch.space.Block;
import finch.space.Extent;
import finch.space.Gate;
import finch.space.Padding;
import finch.space.SqueezeExcite;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Chooses model class, arguments and ratios, and refuses what has no exact form. */
final class TimmWriter {
    /** How squeezed channels follow from ratios: se_from_exp and rd_round_fn. */
    private record SqueezeRule(boolean fromExp, boolean eights) {}

    /** A block string without repeats and stride. */
    private record Entry(String type, String rest, int stride) {
        String text(int repeats) {
            return type + "_r" + repeats + rest.replace("{s}", "_s" + stride);
        }
    }

    private final Architecture architecture;
    private final boolean hidden;
    private final Activation common;
    private final List<String> reasons = new ArrayList<>();

    TimmWriter(Architecture architecture) {
        this.architecture = architecture;
        this.hidden = architecture.head().hidden() > 0;
        this.common = architecture.stem().activation();
    }

    String text() {
        checkGlobals();
        Optional<Gate> gate = gate();
        if (reasons.isEmpty()) {
            // EfficientNet has no se_from_exp; Python's round reaches every count, so it is what is left
            List<SqueezeRule> rules = hidden ? List.of(new SqueezeRule(true, true), new SqueezeRule(false, false))
                    : List.of(new SqueezeRule(false, false), new SqueezeRule(false, true));
            SqueezeRule rule = rules.stream().filter(this::quarterEverywhere).findFirst().orElse(new SqueezeRule(hidden, false));
            List<Entry> entries = entries(rule);
            if (reasons.isEmpty()) {
                return text(entries, rule, gate);
            }
        }
        throw new IllegalArgumentException("timm block strings cannot express "
                + (architecture.name().isEmpty() ? "this architecture" : architecture.name()) + " exactly:\n  " + String.join("\n  ", reasons));
    }

    private void checkGlobals() {
        var stem = architecture.stem();
        if (!stem.kernel().isSquare() || hidden && stem.kernel().height() != 3) {
            reasons.add("stem: kernel " + stem.kernel() + " (" + (hidden ? "MobileNetV3 has 3" : "square ones only") + ")");
        }
        if (!stem.stride().equals(Extent.square(2))) {
            reasons.add("stem: stride " + stem.stride() + " (timm's stems have 2)");
        }
        if (common == Activation.LINEAR) {
            reasons.add("stem: linear (timm's stems are activated)");
        }
        if ((hidden || architecture.head().conv() > 0) && architecture.head().activation() != common) {
            reasons.add("head: " + architecture.head().activation().formatName() + " beside " + common.formatName()
                    + " in the stem (they share act_layer)");
        }
        if (architecture.blocks().isEmpty()) {
            reasons.add("blocks: there are none");
        }
        if (architecture.blocks().size() == 1 && endsInPlainConvolution()) {
            reasons.add("block 1: a lone 1x1 convolution before a hidden layer would read back as the head's");
        }
        int shrunk = 2;
        int number = 1;
        for (Block block : architecture.blocks()) {
            checkBlock("block " + number++, block);
            shrunk = Math.min(64, shrunk * block.stride().height());
        }
        if (shrunk > TimmFormat.OUTPUT_STRIDE) {
            reasons.add("blocks: strides multiply to more than 32 (timm would dilate instead)");
        }
    }

    private void checkBlock(String name, Block block) {
        if (!block.kernel().isSquare()) {
            reasons.add(name + ": kernel " + block.kernel() + " (timm reads two numbers as mixed kernels)");
        }
        if (!block.stride().isSquare() || block.stride().height() > 2) {
            reasons.add(name + ": stride " + block.stride() + " (timm has 1 and 2)");
        }
        if (block.activation() == Activation.LINEAR) {
            reasons.add(name + ": linear (there is no such suffix)");
        }
    }

    private Optional<Gate> gate() {
        List<Gate> gates = architecture.blocks().stream().flatMap(b -> squeeze(b).stream()).map(SqueezeExcite::gate).distinct().toList();
        if (gates.size() > 1) {
            reasons.add("blocks: different squeeze-excite gates (one se_layer serves all)");
        }
        gates.stream().filter(g -> g instanceof Gate.HardSigmoid && !g.equals(Gate.HARD_SIGMOID))
                .forEach(g -> reasons.add("blocks: a gate of slope " + ((Gate.HardSigmoid) g).slope() + " (timm's is 1/6)"));
        return gates.stream().findFirst();
    }

    private static Optional<SqueezeExcite> squeeze(Block block) {
        return switch (block) {
            case Block.InvertedResidual b -> b.squeeze();
            case Block.FusedInvertedResidual b -> b.squeeze();
            case Block.DepthwiseSeparable b -> b.squeeze();
            case Block.Convolution b -> Optional.empty();
        };
    }

    private boolean quarterEverywhere(SqueezeRule rule) {
        int before = reasons.size();
        boolean quarter = entries(rule).stream().allMatch(e -> !e.rest().contains("_se") || e.rest().contains("_se0.25"))
                && reasons.size() == before;
        reasons.subList(before, reasons.size()).clear();
        return quarter;
    }

    private List<Entry> entries(SqueezeRule rule) {
        List<Entry> entries = new ArrayList<>();
        int in = architecture.stem().out();
        for (Block block : architecture.blocks()) {
            entries.add(entry("block " + (entries.size() + 1), block, in, rule));
            in = block.out();
        }
        return entries;
    }

    private Entry entry(String name, Block block, int in, SqueezeRule rule) {
        String suffix = block.activation() == common ? "" : "_n" + TimmFormat.key(TimmFormat.SUFFIXES, block.activation());
        String start = "_k" + block.kernel().height() + "{s}";
        String out = "_c" + block.out();
        int stride = block.stride().height();
        return switch (block) {
            case Block.InvertedResidual b -> {
                boolean bare = b.expanded() == in && !b.forceExpand();
                String ratio = bare ? "1" : ratio(name, in, b.expanded());
                yield new Entry(bare ? "ds" : "ir", start + "_e" + ratio + out + squeezeText(name, b.squeeze(), b.expanded(), ratio, rule)
                        + suffix + (b.skip() ? "" : "_noskip"), stride);
            }
            case Block.FusedInvertedResidual b -> {
                String ratio = ratio(name, in, b.expanded());
                yield new Entry("er", start + "_e" + ratio + out + squeezeText(name, b.squeeze(), b.expanded(), ratio, rule)
                        + suffix + (b.skip() ? "" : "_noskip"), stride);
            }
            case Block.DepthwiseSeparable b -> new Entry("dsa", start + out + squeezeText(name, b.squeeze(), in, "1", rule) + suffix, stride);
            case Block.Convolution b -> new Entry("cn", start + out + suffix, stride);
        };
    }

    private String ratio(String name, int in, int expanded) {
        return TimmRounding.expansionRatio(in, expanded).orElseGet(() -> {
            reasons.add(name + ": expanded " + expanded + " from " + in + " channels (timm rounds to multiples of 8)");
            return "1";
        });
    }

    private String squeezeText(String name, Optional<SqueezeExcite> squeeze, int mid, String expRatio, SqueezeRule rule) {
        return squeeze.map(se -> "_se" + TimmRounding.squeezeRatio(mid, Double.parseDouble(expRatio), rule.fromExp(), rule.eights(), se.channels())
                .orElseGet(() -> {
                    reasons.add(name + ": no ratio squeezes " + mid + " channels to " + se.channels());
                    return "1";
                })).orElse("");
    }

    /** Only the first block of a stage may have a stride; a change of width starts a stage, as people write them. */
    private List<List<String>> stages(List<Entry> entries) {
        List<List<String>> stages = new ArrayList<>();
        for (int i = 0; i < entries.size(); ) {
            Entry first = entries.get(i);
            int repeats = 1;
            while (i + repeats < entries.size() && entries.get(i + repeats).equals(new Entry(first.type(), first.rest(), 1))) {
                repeats++;
            }
            // a last stage of one plain convolution means the head's: the blocks' own joins the stage before
            boolean joins = i + repeats == entries.size() && endsInPlainConvolution();
            boolean sameWidth = i > 0 && architecture.blocks().get(i - 1).out() == architecture.blocks().get(i).out();
            if (stages.isEmpty() || first.stride() > 1 || !sameWidth && !joins) {
                stages.add(new ArrayList<>());
            }
            stages.getLast().add(first.text(repeats));
            i += repeats;
        }
        return stages;
    }

    private boolean endsInPlainConvolution() {
        return hidden && architecture.head().conv() == 0 && !architecture.blocks().isEmpty()
                && architecture.blocks().getLast() instanceof Block.Convolution c && c.kernel().isOne() && c.stride().isOne();
    }

    private String text(List<Entry> entries, SqueezeRule rule, Optional<Gate> gate) {
        List<List<String>> stages = stages(entries);
        if (hidden && architecture.head().conv() > 0) {
            stages.add(List.of("cn_r1_k1_s1_c" + architecture.head().conv()));
        }
        String model = hidden ? "MobileNetV3" : "EfficientNet";
        StringBuilder out = new StringBuilder();
        out.append("# builds the model where timm (pytorch-image-models) and PyTorch are installed\n");
        out.append("from functools import partial\n\nfrom timm.layers import get_act_layer\n");
        out.append("from timm.models._efficientnet_blocks import SqueezeExcite\n");
        out.append("from timm.models._efficientnet_builder import decode_arch_def, round_channels\n");
        out.append("from timm.models.").append(hidden ? "mobilenetv3" : "efficientnet").append(" import ").append(model).append("\n\n");
        if (!architecture.name().isEmpty()) {
            out.append("name = ").append(FlowText.quoteLong(architecture.name())).append('\n');
        }
        out.append("input_size = (").append(architecture.channels()).append(", ").append(architecture.resolution().height())
                .append(", ").append(architecture.resolution().width()).append(")\n");
        out.append("arch_def = [\n");
        stages.forEach(stage -> out.append("    ['").append(String.join("', '", stage)).append("'],\n"));
        out.append("]\nmodel = ").append(model).append("(\n    decode_arch_def(arch_def),\n");
        arguments(rule, gate).forEach(argument -> out.append("    ").append(argument).append(",\n"));
        return out.append(")\n").toString();
    }

    private List<String> arguments(SqueezeRule rule, Optional<Gate> gate) {
        List<String> arguments = new ArrayList<>();
        arguments.add("num_classes=" + architecture.classes());
        arguments.add("in_chans=" + architecture.channels());
        arguments.add("stem_size=" + architecture.stem().out());
        if (!hidden && architecture.stem().kernel().height() != 3) {
            arguments.add("stem_kernel_size=" + architecture.stem().kernel().height());
        }
        arguments.add("num_features=" + (hidden ? architecture.head().hidden() : architecture.head().conv()));
        if (hidden) {
            arguments.add("head_bias=" + (architecture.head().hiddenBias() ? "True" : "False"));
        }
        if (architecture.padding() == Padding.TENSORFLOW) {
            arguments.add("pad_type='same'");
        }
        arguments.add("act_layer=get_act_layer('" + TimmFormat.key(TimmFormat.LAYERS, common) + "')");
        gate.ifPresent(g -> {
            String round = rule.eights() ? ", rd_round_fn=round_channels" : "";
            arguments.add(g instanceof Gate.Sigmoid ? "se_layer=partial(SqueezeExcite, gate_layer='sigmoid'" + round + ")"
                    : "se_layer=partial(SqueezeExcite, gate_layer='hard_sigmoid', force_act_layer=get_act_layer('relu')" + round + ")");
        });
        if (hidden && gate.isPresent()) {
            arguments.add("se_from_exp=" + (rule.fromExp() ? "True" : "False"));
        }
        boolean eights = architecture.stem().out() % 8 == 0 && architecture.head().conv() % 8 == 0
                && architecture.blocks().stream().allMatch(b -> b.out() % 8 == 0);
        if (!eights) {
            arguments.add("round_chs_fn=partial(round_channels, divisor=1)");
        }
        return arguments;
    }
}
