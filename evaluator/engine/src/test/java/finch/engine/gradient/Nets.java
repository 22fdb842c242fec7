package finch.engine.gradient;

import finch.space.Activation;
import finch.space.Architecture;
import finch.space.Block;
import finch.space.Extent;
import finch.space.Gate;
import finch.space.Head;
import finch.space.Padding;
import finch.space.SqueezeExcite;
import finch.space.Stem;
import finch.space.network.Layer;
import finch.space.network.Network;
import finch.space.network.Nonlinearity;
import finch.space.network.TensorShape;
import finch.space.network.Window;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Networks that together have every kind of layer, window and nonlinearity. */
final class Nets {
    private Nets() {}

    /** One layer each, and what it needs around it, by name. */
    static Map<String, Network> layers() {
        Map<String, Network> nets = new LinkedHashMap<>();
        TensorShape map = new TensorShape(6, 5, 7);
        nets.put("pointwise", of(map, conv(map, 9, square(1), square(1), 1, true, true, Nonlinearity.LINEAR)));
        nets.put("pointwise without normalisation", of(map, conv(map, 9, square(1), square(1), 1, true, false, Nonlinearity.RELU)));
        nets.put("pointwise with stride", of(map, conv(map, 9, square(1), square(2), 1, false, true, Nonlinearity.LINEAR)));
        for (Extent kernel : List.of(square(3), new Extent(3, 1), new Extent(1, 5), new Extent(5, 3), square(7))) {
            for (Extent stride : List.of(square(1), square(2), new Extent(2, 1))) {
                for (Padding padding : Padding.values()) {
                    String window = kernel + " step " + stride + " " + padding;
                    nets.put("conv " + window, of(map, conv(map, 4, kernel, stride, padding, 1)));
                    nets.put("depthwise " + window, of(map, conv(map, 7, kernel, stride, padding, 7)));
                }
            }
        }
        TensorShape wide = new TensorShape(9, 8, 19);
        nets.put("depthwise of some vectors", of(wide, conv(wide, 19, square(3), square(1), Padding.SYMMETRIC, 19)));
        nets.put("depthwise of some vectors, stride 2", of(wide, conv(wide, 19, square(5), square(2), Padding.TENSORFLOW, 19)));
        nets.put("depthwise with bias", of(map, new Layer.Convolution("a", 0, map, map, Window.same(square(3), square(1), Padding.SYMMETRIC, map), 7,
                true, false, Nonlinearity.RELU)));
        nets.put("dilated", of(map, new Layer.Convolution("a", 0, map, map, new Window(square(3), square(1), 2, 2, 2, 2, square(2)), 7,
                false, true, Nonlinearity.RELU)));
        nets.put("dilated conv with bias", of(map, new Layer.Convolution("a", 0, map, map, new Window(square(3), square(1), 2, 2, 2, 2, square(2)), 1,
                true, false, Nonlinearity.LINEAR)));
        for (Nonlinearity f : List.of(Nonlinearity.RELU, Nonlinearity.RELU6, Nonlinearity.HARD_SWISH, Nonlinearity.SWISH, Nonlinearity.SIGMOID,
                new Nonlinearity.HardSigmoid(0.2f, 0.5f), new Nonlinearity.Clip(-0.7f, 0.4f))) {
            nets.put("normalised " + f, of(map, conv(map, 9, square(1), square(1), 1, false, true, f)));
            nets.put("alone " + f, of(map, new Layer.Activate("a", 0, map, f)));
        }
        nets.put("normalisation alone", of(map, new Layer.BatchNorm("a", 0, map, Nonlinearity.SWISH)));
        nets.put("pool", of(map, new Layer.GlobalAveragePool("a", 0, map)));
        nets.put("dense", of(map, new Layer.Dense("a", 0, map, TensorShape.vector(11), true, Nonlinearity.HARD_SWISH)));
        nets.put("dense without bias", of(map, new Layer.Dense("a", 0, map, TensorShape.vector(11), false, Nonlinearity.LINEAR)));
        TensorShape large = TensorShape.vector(150);
        nets.put("dense of many weights", of(large, new Layer.Dense("a", 0, large, TensorShape.vector(130), true, Nonlinearity.RELU)));
        nets.put("residual", of(map, conv(map, 7, square(1), square(1), 1, false, true, Nonlinearity.RELU), new Layer.Add("b", 0, 1, map, Nonlinearity.LINEAR)));
        nets.put("residual with nonlinearity", of(map, conv(map, 7, square(1), square(1), 1, false, true, Nonlinearity.LINEAR),
                new Layer.Add("b", 0, 1, map, Nonlinearity.RELU)));
        nets.put("doubled", of(map, new Layer.Add("b", 0, 0, map, Nonlinearity.LINEAR)));
        nets.put("gate", of(map, new Layer.GlobalAveragePool("a", 0, map),
                new Layer.Convolution("b", 1, TensorShape.vector(7), TensorShape.vector(7), Window.POINTWISE, 1, true, false, Nonlinearity.SIGMOID),
                new Layer.Scale("c", 0, 2, map)));
        nets.put("gate that is read twice", of(TensorShape.vector(7), new Layer.Activate("a", 0, TensorShape.vector(7), Nonlinearity.SIGMOID),
                new Layer.Scale("b", 0, 1, TensorShape.vector(7)), new Layer.Add("c", 2, 1, TensorShape.vector(7), Nonlinearity.LINEAR)));
        nets.put("gate of itself", of(TensorShape.vector(7), new Layer.Activate("a", 0, TensorShape.vector(7), Nonlinearity.SIGMOID),
                new Layer.Scale("b", 1, 1, TensorShape.vector(7))));
        nets.put("gate of itself that is read twice", of(TensorShape.vector(7), new Layer.Activate("a", 0, TensorShape.vector(7), Nonlinearity.SIGMOID),
                new Layer.Scale("b", 1, 1, TensorShape.vector(7)), new Layer.Add("c", 2, 1, TensorShape.vector(7), Nonlinearity.LINEAR)));
        nets.put("result that is read", of(map, conv(map, 7, square(3), square(1), 1, false, true, Nonlinearity.RELU),
                new Layer.Add("b", 1, 0, map, Nonlinearity.LINEAR)));
        return nets;
    }

    private static Extent square(int side) {
        return Extent.square(side);
    }

    private static Network of(TensorShape input, Layer... layers) {
        return new Network("", input, List.of(layers));
    }

    private static Layer.Convolution conv(TensorShape in, int out, Extent kernel, Extent stride, Padding padding, int groups) {
        Window window = Window.same(kernel, stride, padding, in);
        Extent size = window.outputOf(in.height(), in.width());
        return new Layer.Convolution("a", 0, in, new TensorShape(size.height(), size.width(), out), window, groups, false, true, Nonlinearity.RELU);
    }

    private static Layer.Convolution conv(TensorShape in, int out, Extent kernel, Extent stride, int groups, boolean bias, boolean norm, Nonlinearity f) {
        Window window = Window.same(kernel, stride, Padding.SYMMETRIC, in);
        Extent size = window.outputOf(in.height(), in.width());
        return new Layer.Convolution("a", 0, in, new TensorShape(size.height(), size.width(), out), window, groups, bias, norm, f);
    }

    /** Products of so many weights that threads share their outputs, in parts of which the last is smaller; one pointwise, one dense. */
    static Network manyWeights() {
        TensorShape in = new TensorShape(3, 2, 128);
        TensorShape out = new TensorShape(3, 2, 135);
        return new Network("many weights", in, List.of(new Layer.Convolution("a", 0, in, out, Window.POINTWISE, 1, false, true, Nonlinearity.RELU),
                new Layer.Dense("b", 1, out, TensorShape.vector(70), true, Nonlinearity.LINEAR)));
    }

    /** Whole small networks. */
    static List<Architecture> wholes() {
        return List.of(v3(), v2(), fused());
    }

    /** Squeeze-excite with the hard gate, hard-swish, a hidden dense layer. */
    static Architecture v3() {
        List<Block> blocks = new ArrayList<>();
        blocks.add(inverted(3, 2, 8, 8, 4, Gate.HARD_SIGMOID, Activation.RELU));
        blocks.add(inverted(5, 1, 24, 8, 0, Gate.HARD_SIGMOID, Activation.HARD_SWISH));
        blocks.add(inverted(3, 2, 40, 11, 6, Gate.HARD_SIGMOID, Activation.HARD_SWISH));
        blocks.add(inverted(5, 1, 33, 11, 6, Gate.HARD_SIGMOID, Activation.HARD_SWISH));
        return new Architecture("v3", square(12), 3, 5, Padding.SYMMETRIC, new Stem(8, square(3), square(1), Activation.HARD_SWISH), blocks,
                new Head(20, 24, true, Activation.HARD_SWISH));
    }

    /** ReLU6, linear projections, no squeeze-excite. */
    static Architecture v2() {
        List<Block> blocks = List.of(inverted(3, 1, 8, 8, 0, Gate.SIGMOID, Activation.RELU6), inverted(3, 2, 24, 8, 0, Gate.SIGMOID, Activation.RELU6),
                inverted(3, 1, 24, 8, 0, Gate.SIGMOID, Activation.RELU6), new Block.DepthwiseSeparable(square(3), square(2), 10, Optional.empty(), Activation.RELU6));
        return new Architecture("v2", new Extent(10, 14), 1, 4, Padding.TENSORFLOW, new Stem(8, square(3), square(2), Activation.RELU6), blocks,
                new Head(30, 0, true, Activation.RELU6));
    }

    /** Full convolutions, the logistic gate, swish, rectangular windows. */
    static Architecture fused() {
        List<Block> blocks = List.of(new Block.Convolution(square(3), square(1), 6, Activation.SWISH),
                new Block.FusedInvertedResidual(square(3), square(2), 12, 8, Optional.of(new SqueezeExcite(3, Gate.SIGMOID)), Activation.SWISH, true),
                new Block.FusedInvertedResidual(new Extent(3, 1), square(1), 12, 8, Optional.empty(), Activation.SWISH, true),
                new Block.InvertedResidual(new Extent(1, 5), new Extent(1, 2), 16, 9, Optional.of(new SqueezeExcite(4, new Gate.HardSigmoid(0.2))),
                        Activation.SWISH, true, true));
        return new Architecture("fused", square(9), 2, 6, Padding.TENSORFLOW, new Stem(5, new Extent(3, 1), new Extent(1, 2), Activation.SWISH), blocks,
                new Head(0, 12, false, Activation.SWISH));
    }

    private static Block inverted(int kernel, int stride, int expanded, int out, int squeeze, Gate gate, Activation activation) {
        return new Block.InvertedResidual(square(kernel), square(stride), expanded, out,
                squeeze == 0 ? Optional.empty() : Optional.of(new SqueezeExcite(squeeze, gate)), activation, false, true);
    }
}
