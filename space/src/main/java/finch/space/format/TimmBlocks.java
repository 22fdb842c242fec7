package finch.space.format;

import finch.space.Activation;
import finch.space.Block;
import finch.space.Extent;
import finch.space.Gate;
import finch.space.SqueezeExcite;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Builds blocks from block strings as timm's EfficientNetBuilder does. */
final class TimmBlocks {
    private final Problems problems;
    private final Activation common;
    private final TimmReader.Rounding rounding;
    private final TimmReader.SqueezeLayer squeezeLayer;
    private final boolean fromExp;

    TimmBlocks(Problems problems, Activation common, TimmReader.Rounding rounding, TimmReader.SqueezeLayer squeezeLayer, boolean fromExp) {
        this.problems = problems;
        this.common = common;
        this.rounding = rounding;
        this.squeezeLayer = squeezeLayer;
        this.fromExp = fromExp;
    }

    List<Block> blocks(List<List<TimmReader.Placed>> stages, int stemOut) {
        List<Block> blocks = new ArrayList<>();
        int in = stemOut;
        int shrunk = 2;
        for (List<TimmReader.Placed> stage : stages) {
            boolean first = true;
            for (TimmReader.Placed placed : stage) {
                TimmBlockString string = placed.string();
                if (!first && string.stride() > 1) {
                    problems.add(placed.line(), "arch_def", "only the first block of a stage may have a stride; timm would drop this one. Start a new list.");
                }
                for (int repeat = 0; repeat < string.repeats(); repeat++) {
                    int stride = repeat == 0 ? string.stride() : 1;
                    shrunk = Math.min(64, shrunk * stride);
                    blocks.add(block(placed.line(), string, stride, in));
                    in = blocks.getLast().out();
                }
                if (shrunk > TimmFormat.OUTPUT_STRIDE && string.stride() > 1) {
                    problems.add(placed.line(), "arch_def", "the strides multiply to more than 32; timm would dilate instead");
                }
                first = false;
            }
        }
        return blocks;
    }

    private Block block(int line, TimmBlockString string, int strideSide, int in) {
        Extent kernel = Extent.square(string.kernel());
        Extent stride = Extent.square(strideSide);
        int out = channels(line, rounding.of(string.out()));
        Activation activation = string.activation().orElse(common);
        int from = string.forceIn() > 0 ? rounding.of(string.forceIn()) : in;
        int expanded = channels(line, TimmRounding.expanded(from, string.expRatio()));
        return switch (string.type()) {
            case "ir" -> new Block.InvertedResidual(kernel, stride, expanded, out, squeeze(line, string, expanded, activation), activation,
                    expanded == in, !string.noskip());
            case "er" -> new Block.FusedInvertedResidual(kernel, stride, expanded, out, squeeze(line, string, expanded, activation), activation,
                    !string.noskip());
            case "ds" -> new Block.InvertedResidual(kernel, stride, in, out, squeeze(line, string, in, activation), activation, false,
                    !string.noskip());
            case "dsa" -> new Block.DepthwiseSeparable(kernel, stride, out, squeeze(line, string, in, activation), activation);
            default -> new Block.Convolution(kernel, stride, out, activation);
        };
    }

    /** @param count as rounding and ratios came to it; beyond all bounds it is negative */
    private int channels(int line, int count) {
        if (count < 1 || count > ArchitectureFormat.MAX_CHANNELS) {
            problems.add(line, "arch_def", "comes to " + (count < 1 ? "no channels" : count + " channels") + "; a layer has 1 to " + ArchitectureFormat.MAX_CHANNELS);
            return 1;
        }
        return count;
    }

    private Optional<SqueezeExcite> squeeze(int line, TimmBlockString string, int mid, Activation activation) {
        if (string.seRatio() == 0) {
            return Optional.empty();
        }
        int channels = TimmRounding.squeezed(mid, string.seRatio(), string.expRatio(), fromExp, squeezeLayer.eights());
        Optional<Gate> gate = squeezeLayer.gate(activation);
        if (channels < 1 || gate.isEmpty()) {
            problems.add(line, "arch_def", channels < 1 ? "squeezes to no channel" : "this squeeze-excite mixes a gate and an inner activation "
                    + "that an architecture file cannot say; a hard_sigmoid gate needs force_act_layer=get_act_layer('relu')");
            return Optional.empty();
        }
        return Optional.of(new SqueezeExcite(channels, gate.get()));
    }
}
