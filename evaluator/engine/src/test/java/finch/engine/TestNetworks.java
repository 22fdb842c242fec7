package finch.engine;

import static finch.space.Activation.HARD_SWISH;
import static finch.space.Activation.LINEAR;
import static finch.space.Activation.RELU;
import static finch.space.Activation.RELU6;
import static finch.space.Activation.SWISH;

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

/** Networks of every kind that the engine must run, written out here so that these tests depend on no file. */
final class TestNetworks {
    private TestNetworks() {}

    /** All kinds, scaled to a resolution. */
    static List<Architecture> all(int resolution) {
        return List.of(mobileNetV1(), mobileNetV2(), mobileNetV3Large(), mobileNetV3Small(), minimalistic(), mnasNet(),
                efficientNet(), edgeTpu(), macro(), separable(), rectangular(), oddWidths()).stream()
                .map(a -> a.resolution().isSquare() ? a.atResolution(Extent.square(resolution)) : a).toList();
    }

    static Architecture mobileNetV1() {
        List<Block> blocks = new ArrayList<>();
        int[][] rows = {{64, 1}, {128, 2}, {128, 1}, {256, 2}, {256, 1}, {512, 2}, {512, 1}, {512, 1}, {512, 1}, {512, 1}, {512, 1}, {1024, 2}, {1024, 1}};
        for (int[] r : rows) {
            blocks.add(new Block.DepthwiseSeparable(Extent.square(3), Extent.square(r[1]), r[0], Optional.empty(), RELU6));
        }
        return net("v1", Padding.TENSORFLOW, new Stem(32, Extent.square(3), Extent.square(2), RELU6), blocks, Head.plain());
    }

    static Architecture mobileNetV2() {
        List<Block> blocks = new ArrayList<>();
        int[][] rows = {{1, 16, 1, 1}, {6, 24, 2, 2}, {6, 32, 3, 2}, {6, 64, 4, 2}, {6, 96, 3, 1}, {6, 160, 3, 2}, {6, 320, 1, 1}};
        int in = 32;
        for (int[] r : rows) {
            for (int i = 0; i < r[2]; i++) {
                blocks.add(inverted(3, in * r[0], r[1], i == 0 ? r[3] : 1, 0, RELU6));
                in = r[1];
            }
        }
        return net("v2", Padding.SYMMETRIC, new Stem(32, Extent.square(3), Extent.square(2), RELU6), blocks, new Head(1280, 0, true, RELU6));
    }

    static Architecture mobileNetV3Large() {
        return v3("v3-large", new int[][] {{3, 16, 16, 0, 0, 1}, {3, 64, 24, 0, 0, 2}, {3, 72, 24, 0, 0, 1}, {5, 72, 40, 24, 0, 2},
                {5, 120, 40, 32, 0, 1}, {5, 120, 40, 32, 0, 1}, {3, 240, 80, 0, 1, 2}, {3, 200, 80, 0, 1, 1}, {3, 184, 80, 0, 1, 1},
                {3, 184, 80, 0, 1, 1}, {3, 480, 112, 120, 1, 1}, {3, 672, 112, 168, 1, 1}, {5, 672, 160, 168, 1, 2},
                {5, 960, 160, 240, 1, 1}, {5, 960, 160, 240, 1, 1}}, new Head(960, 1280, true, HARD_SWISH), HARD_SWISH);
    }

    static Architecture mobileNetV3Small() {
        return v3("v3-small", new int[][] {{3, 16, 16, 8, 0, 2}, {3, 72, 24, 0, 0, 2}, {3, 88, 24, 0, 0, 1}, {5, 96, 40, 24, 1, 2},
                {5, 240, 40, 64, 1, 1}, {5, 240, 40, 64, 1, 1}, {5, 120, 48, 32, 1, 1}, {5, 144, 48, 40, 1, 1}, {5, 288, 96, 72, 1, 2},
                {5, 576, 96, 144, 1, 1}, {5, 576, 96, 144, 1, 1}}, new Head(576, 1024, true, HARD_SWISH), HARD_SWISH);
    }

    /** No squeeze-excite, 3x3 and ReLU only. */
    static Architecture minimalistic() {
        return v3("v3-minimalistic", new int[][] {{3, 16, 16, 0, 0, 2}, {3, 72, 24, 0, 0, 2}, {3, 88, 24, 0, 0, 1}, {3, 96, 40, 0, 0, 2},
                {3, 240, 40, 0, 0, 1}, {3, 288, 96, 0, 0, 2}}, new Head(576, 1024, true, RELU), RELU);
    }

    private static Architecture v3(String name, int[][] rows, Head head, Activation stem) {
        List<Block> blocks = new ArrayList<>();
        for (int[] r : rows) {
            blocks.add(inverted(r[0], r[1], r[2], r[5], r[3], r[4] == 1 ? HARD_SWISH : RELU));
        }
        return net(name, Padding.SYMMETRIC, new Stem(16, Extent.square(3), Extent.square(2), stem), blocks, head);
    }

    /** A separable first block, kernels 3 and 5, ratios relative to the block's input. */
    static Architecture mnasNet() {
        List<Block> blocks = List.of(
                new Block.DepthwiseSeparable(Extent.square(3), Extent.square(1), 16, Optional.empty(), RELU),
                inverted(3, 96, 24, 2, 0, RELU), inverted(5, 72, 40, 2, 10, RELU), inverted(5, 120, 40, 1, 10, RELU),
                inverted(3, 240, 80, 2, 0, RELU), inverted(3, 480, 112, 1, 28, RELU), inverted(5, 672, 160, 2, 40, RELU),
                inverted(3, 960, 320, 1, 0, RELU));
        return net("mnasnet", Padding.SYMMETRIC, new Stem(32, Extent.square(3), Extent.square(2), RELU), blocks, new Head(1280, 0, true, RELU));
    }

    /** Swish and sigmoid gates. */
    static Architecture efficientNet() {
        List<Block> blocks = List.of(efficient(3, 32, 16, 1, 8), efficient(3, 96, 24, 2, 4), efficient(3, 144, 24, 1, 6),
                efficient(5, 144, 40, 2, 6), efficient(3, 240, 80, 2, 10), efficient(5, 480, 112, 1, 20), efficient(5, 672, 192, 2, 28));
        return net("efficientnet", Padding.TENSORFLOW, new Stem(32, Extent.square(3), Extent.square(2), SWISH), blocks, new Head(1280, 0, true, SWISH));
    }

    private static Block efficient(int kernel, int expanded, int out, int stride, int squeeze) {
        return new Block.InvertedResidual(Extent.square(kernel), Extent.square(stride), expanded, out,
                Optional.of(new SqueezeExcite(squeeze, Gate.SIGMOID)), SWISH, false, true);
    }

    /** Full convolutions in the early blocks. */
    static Architecture edgeTpu() {
        List<Block> blocks = List.of(
                new Block.Convolution(Extent.square(3), Extent.square(1), 16, RELU),
                new Block.FusedInvertedResidual(Extent.square(3), Extent.square(2), 128, 32, Optional.empty(), RELU, true),
                new Block.FusedInvertedResidual(Extent.square(3), Extent.square(1), 128, 32, Optional.empty(), RELU, true),
                new Block.FusedInvertedResidual(Extent.square(5), Extent.square(2), 64, 48,
                        Optional.of(new SqueezeExcite(16, Gate.HARD_SIGMOID)), RELU, true),
                inverted(5, 192, 48, 1, 0, RELU), inverted(5, 384, 96, 2, 0, RELU));
        return net("edgetpu", Padding.TENSORFLOW, new Stem(32, Extent.square(3), Extent.square(2), RELU), blocks, new Head(1280, 0, true, RELU));
    }

    /** A small-image network with forced expansions and blocks without skips, as in NAS-Bench-Macro. */
    static Architecture macro() {
        List<Block> blocks = new ArrayList<>();
        int in = 32;
        for (int[] r : new int[][] {{3, 3, 64, 2}, {5, 6, 64, 1}, {3, 6, 128, 2}, {5, 3, 128, 1}, {3, 3, 256, 2}, {7, 6, 256, 1}}) {
            blocks.add(new Block.InvertedResidual(Extent.square(r[0]), Extent.square(r[3]), in * r[1], r[2], Optional.empty(), RELU6, true, r[3] == 2));
            in = r[2];
        }
        return net("macro", Padding.SYMMETRIC, new Stem(32, Extent.square(3), Extent.square(1), RELU6), blocks, new Head(1280, 0, true, RELU6));
    }

    /** Kernels kx1 and 1xk in turn. */
    static Architecture separable() {
        List<Block> blocks = List.of(rect(3, 1, 2, 1, 48, 24), rect(1, 3, 1, 2, 96, 24), rect(5, 1, 1, 1, 96, 24), rect(1, 7, 1, 1, 96, 40),
                rect(7, 1, 2, 2, 120, 40), rect(3, 5, 1, 1, 120, 40));
        return net("separable", Padding.SYMMETRIC, new Stem(16, new Extent(3, 1), new Extent(1, 2), HARD_SWISH), blocks, new Head(96, 64, false, HARD_SWISH));
    }

    private static Block rect(int kh, int kw, int sh, int sw, int expanded, int out) {
        return new Block.InvertedResidual(new Extent(kh, kw), new Extent(sh, sw), expanded, out,
                Optional.of(new SqueezeExcite(8, new Gate.HardSigmoid(0.2))), HARD_SWISH, false, true);
    }

    /** Text-line images, 48x192 with strides [2,1], as text-direction classifiers have. */
    static Architecture rectangular() {
        List<Block> blocks = List.of(rect(3, 3, 2, 1, 16, 8), rect(3, 3, 2, 1, 24, 8), rect(5, 5, 2, 1, 32, 16), rect(5, 5, 1, 1, 96, 16));
        return new Architecture("rectangular", new Extent(48, 192), 3, 2, Padding.SYMMETRIC, new Stem(8, Extent.square(3), Extent.square(2), HARD_SWISH),
                blocks, new Head(200, 0, true, HARD_SWISH));
    }

    /** Channel counts that fill no vector, one input channel, linear blocks. */
    static Architecture oddWidths() {
        List<Block> blocks = List.of(inverted(3, 13, 7, 1, 3, RELU), inverted(7, 35, 9, 2, 1, HARD_SWISH), inverted(5, 27, 9, 1, 0, RELU6),
                new Block.Convolution(Extent.square(3), Extent.square(2), 33, LINEAR),
                new Block.DepthwiseSeparable(Extent.square(5), Extent.square(1), 17, Optional.of(new SqueezeExcite(5, Gate.SIGMOID)), SWISH));
        return new Architecture("odd", Extent.square(33), 1, 11, Padding.SYMMETRIC, new Stem(5, Extent.square(3), Extent.square(1), RELU), blocks,
                new Head(19, 23, true, RELU));
    }

    private static Block inverted(int kernel, int expanded, int out, int stride, int squeeze, Activation activation) {
        return new Block.InvertedResidual(Extent.square(kernel), Extent.square(stride), expanded, out,
                squeeze == 0 ? Optional.empty() : Optional.of(new SqueezeExcite(squeeze, Gate.HARD_SIGMOID)), activation, false, true);
    }

    private static Architecture net(String name, Padding padding, Stem stem, List<Block> blocks, Head head) {
        return new Architecture(name, Extent.square(224), 3, 1000, padding, stem, blocks, head);
    }
}
