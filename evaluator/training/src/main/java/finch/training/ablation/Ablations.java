package finch.training.ablation;

import finch.space.Activation;
import finch.space.Architecture;
import finch.space.Block;
import finch.space.Extent;
import finch.space.Gate;
import finch.space.Head;
import finch.space.Padding;
import finch.space.SqueezeExcite;
import finch.space.Stem;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The parts that are tried, as small networks for images of 28 and 32 pixels. Channels, classes and resolution become those of the images. */
public final class Ablations {
    private static final int CLASSES = 10;
    private static final Extent RESOLUTION = Extent.square(32);
    private static final Extent THREE = Extent.square(3);
    private static final Extent ONE = Extent.square(1);
    private static final Extent TWO = Extent.square(2);
    private static final int STEM = 16;

    /** Of a bottleneck. @param stride of its depthwise convolution */
    private record Row(int expanded, int out, int stride) {}

    private static final List<Row> BOTTLENECKS = List.of(new Row(48, 24, 2), new Row(96, 24, 1), new Row(96, 24, 1), new Row(96, 40, 2), new Row(160, 40, 1), new Row(160, 40, 1), new Row(160, 40, 1));

    /** Of a plain network of one convolution, standard or separable, after another. */
    private record Step(int out, int stride) {}

    private static final List<Step> SMALL = List.of(new Step(32, 1), new Step(64, 2), new Step(64, 1), new Step(128, 2), new Step(128, 1), new Step(128, 1));
    private static final List<Step> TUTORIAL = List.of(new Step(64, 1), new Step(128, 2), new Step(128, 1), new Step(256, 2), new Step(256, 1), new Step(512, 2), new Step(512, 1), new Step(512, 1),
            new Step(512, 1), new Step(512, 1), new Step(512, 1));

    private Ablations() {}

    /** All, in the order of the papers. */
    public static List<Ablation> all() {
        Architecture base = bottlenecks("bottlenecks", Activation.RELU, false, true);
        return List.of(
                new Ablation("separable-small", "standard convolutions are only a little more accurate at many times the cost (MobileNetV1, arXiv 1704.04861, table 4)",
                        plain("separable", SMALL, 16, ONE, true), plain("standard", SMALL, 16, ONE, false)),
                new Ablation("separable-tutorial", "the same, in the form that tutorials use for 28x28 images: stem 32, then 64 to 512 channels",
                        plain("tutorial, separable", TUTORIAL, 32, TWO, true), plain("tutorial, standard", TUTORIAL, 32, TWO, false)),
                new Ablation("linear-bottleneck", "a ReLU on the projection loses accuracy (MobileNetV2, arXiv 1801.04381, figure 6a); here both without shortcuts",
                        bottlenecks("linear projection, no shortcut", Activation.RELU, false, false), nonlinear()),
                new Ablation("shortcut", "shortcuts between bottlenecks gain accuracy (MobileNetV2, arXiv 1801.04381, figure 6b)", base,
                        bottlenecks("linear projection, no shortcut", Activation.RELU, false, false)),
                new Ablation("squeeze-excite", "squeeze-excite gains accuracy (MobileNetV3, arXiv 1905.02244, section 5)", bottlenecks("with squeeze-excite", Activation.RELU, true, true), base),
                new Ablation("hard-swish", "hard-swish gains accuracy over ReLU (MobileNetV3, arXiv 1905.02244, section 5.2)", bottlenecks("with hard-swish", Activation.HARD_SWISH, false, true), base));
    }

    private static Architecture bottlenecks(String name, Activation activation, boolean squeeze, boolean skip) {
        List<Block> blocks = new ArrayList<>();
        for (Row row : BOTTLENECKS) {
            blocks.add(new Block.InvertedResidual(THREE, Extent.square(row.stride), row.expanded, row.out,
                    squeeze ? Optional.of(new SqueezeExcite(row.expanded / 4, Gate.HARD_SIGMOID)) : Optional.empty(), activation, false, skip));
        }
        return network(name, STEM, ONE, activation, blocks, new Head(160, 0, true, activation));
    }

    /** The same layers as without a shortcut, and a ReLU on each projection. */
    private static Architecture nonlinear() {
        List<Block> blocks = new ArrayList<>();
        for (Row row : BOTTLENECKS) {
            blocks.add(new Block.Convolution(ONE, ONE, row.expanded, Activation.RELU));
            blocks.add(new Block.DepthwiseSeparable(THREE, Extent.square(row.stride), row.out, Optional.empty(), Activation.RELU));
        }
        return network("ReLU on the projection, no shortcut", STEM, ONE, Activation.RELU, blocks, new Head(160, 0, true, Activation.RELU));
    }

    private static Architecture plain(String name, List<Step> steps, int stem, Extent stemStride, boolean separable) {
        List<Block> blocks = new ArrayList<>();
        for (Step step : steps) {
            Extent stride = Extent.square(step.stride);
            blocks.add(separable ? new Block.DepthwiseSeparable(THREE, stride, step.out, Optional.empty(), Activation.RELU) : new Block.Convolution(THREE, stride, step.out, Activation.RELU));
        }
        return network(name, stem, stemStride, Activation.RELU, blocks, Head.plain());
    }

    private static Architecture network(String name, int stem, Extent stemStride, Activation activation, List<Block> blocks, Head head) {
        return new Architecture(name, RESOLUTION, 3, CLASSES, Padding.SYMMETRIC, new Stem(stem, THREE, stemStride, activation), blocks, head);
    }
}
