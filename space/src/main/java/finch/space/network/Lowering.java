package finch.space.network;

import finch.space.Architecture;
import finch.space.Block;
import finch.space.Extent;
import finch.space.Gate;
import finch.space.Head;
import finch.space.SqueezeExcite;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Turns an architecture into layers. Names follow the architecture: {@code stem}, {@code block3.expand},
 * {@code block3.depthwise}, {@code block3.squeeze.pool|reduce|expand|scale}, {@code block3.project}, {@code block3.add},
 * {@code head.conv}, {@code head.pool}, {@code head.hidden}, {@code classifier}; blocks are numbered from 1.
 */
final class Lowering {
    private static final Extent ONE = Extent.square(1);
    /** Of a block: expanded, filtered, squeezed in four, projected, added. */
    private static final int MOST_OF_A_BLOCK = 8;
    /** Stem, and a head of four. */
    private static final int MOST_BESIDE = 5;

    private final Architecture architecture;
    private final List<Layer> layers;
    private TensorShape shape;

    Lowering(Architecture architecture) {
        this.architecture = architecture;
        this.layers = new ArrayList<>(MOST_OF_A_BLOCK * architecture.blocks().size() + MOST_BESIDE);
        this.shape = inputShape();
    }

    Network network() {
        var stem = architecture.stem();
        conv("stem", stem.kernel(), stem.stride(), stem.out(), 1, Nonlinearity.of(stem.activation()));
        int number = 1;
        for (Block block : architecture.blocks()) {
            block(LayerNames.ofBlock(number++), block);
        }
        head(architecture.head());
        return new Network(architecture.name(), inputShape(), new LoweredLayers(layers));
    }

    private TensorShape inputShape() {
        return new TensorShape(architecture.resolution().height(), architecture.resolution().width(), architecture.channels());
    }

    private void block(LayerNames names, Block block) {
        int entry = tensor();
        TensorShape before = shape;
        Nonlinearity activation = Nonlinearity.of(block.activation());
        switch (block) {
            case Block.InvertedResidual b -> {
                if (b.expanded() != shape.channels() || b.forceExpand()) {
                    conv(names.expand(), ONE, ONE, b.expanded(), 1, activation);
                }
                depthwise(names.depthwise(), b.kernel(), b.stride(), activation);
                squeeze(names, b.squeeze(), activation);
                conv(names.project(), ONE, ONE, b.out(), 1, Nonlinearity.LINEAR);
                residual(names.add(), b.skip() && b.stride().isOne(), entry, before);
            }
            case Block.FusedInvertedResidual b -> {
                conv(names.fused(), b.kernel(), b.stride(), b.expanded(), 1, activation);
                squeeze(names, b.squeeze(), activation);
                conv(names.project(), ONE, ONE, b.out(), 1, Nonlinearity.LINEAR);
                residual(names.add(), b.skip() && b.stride().isOne(), entry, before);
            }
            case Block.DepthwiseSeparable b -> {
                depthwise(names.depthwise(), b.kernel(), b.stride(), activation);
                squeeze(names, b.squeeze(), activation);
                conv(names.pointwise(), ONE, ONE, b.out(), 1, activation);
            }
            case Block.Convolution b -> conv(names.conv(), b.kernel(), b.stride(), b.out(), 1, activation);
        }
    }

    private void head(Head head) {
        Nonlinearity activation = Nonlinearity.of(head.activation());
        if (head.conv() > 0) {
            conv("head.conv", ONE, ONE, head.conv(), 1, activation);
        }
        add(new Layer.GlobalAveragePool("head.pool", tensor(), shape));
        if (head.hidden() > 0) {
            add(new Layer.Dense("head.hidden", tensor(), shape, TensorShape.vector(head.hidden()), head.hiddenBias(), activation));
        }
        add(new Layer.Dense("classifier", tensor(), shape, TensorShape.vector(architecture.classes()), true, Nonlinearity.LINEAR));
    }

    private void depthwise(String name, Extent kernel, Extent stride, Nonlinearity activation) {
        conv(name, kernel, stride, shape.channels(), shape.channels(), activation);
    }

    private void squeeze(LayerNames names, Optional<SqueezeExcite> squeeze, Nonlinearity activation) {
        if (squeeze.isEmpty()) {
            return;
        }
        SqueezeExcite se = squeeze.get();
        int source = tensor();
        TensorShape full = shape;
        add(new Layer.GlobalAveragePool(names.pool(), source, full));
        Nonlinearity inner = se.gate() instanceof Gate.Sigmoid ? activation : Nonlinearity.RELU;
        biased(names.reduce(), se.channels(), inner);
        biased(names.excite(), full.channels(), Nonlinearity.of(se.gate()));
        add(new Layer.Scale(names.scale(), source, tensor(), full));
    }

    private void biased(String name, int out, Nonlinearity nonlinearity) {
        add(new Layer.Convolution(name, tensor(), shape, TensorShape.vector(out), Window.POINTWISE, 1, true, false, nonlinearity));
    }

    private void residual(String name, boolean wanted, int entry, TensorShape before) {
        if (wanted && before.equals(shape)) {
            add(new Layer.Add(name, entry, tensor(), shape, Nonlinearity.LINEAR));
        }
    }

    private void conv(String name, Extent kernel, Extent stride, int out, int groups, Nonlinearity nonlinearity) {
        if (shape.height() < stride.height() || shape.width() < stride.width()) {
            throw new IllegalArgumentException("resolution " + architecture.resolution() + " is too small for the strides: "
                    + name + " steps by " + stride + " over " + shape.height() + "x" + shape.width()
                    + ". Use at least " + smallestResolution() + ".");
        }
        Window window = kernel.isOne() && stride.isOne() ? Window.POINTWISE : Window.same(kernel, stride, architecture.padding(), shape);
        Extent size = window.outputOf(shape.height(), shape.width());
        add(new Layer.Convolution(name, tensor(), shape, new TensorShape(size.height(), size.width(), out), window, groups,
                false, true, nonlinearity));
    }

    /** The smallest input in which no convolution steps over its whole map. */
    private Extent smallestResolution() {
        List<Extent> strides = new ArrayList<>(List.of(architecture.stem().stride()));
        architecture.blocks().forEach(block -> strides.add(block.stride()));
        int height = 1;
        int width = 1;
        for (Extent stride : strides.reversed()) {
            height = Math.max(stride.height(), (height - 1) * stride.height() + 1);
            width = Math.max(stride.width(), (width - 1) * stride.width() + 1);
        }
        return new Extent(height, width);
    }

    private int tensor() {
        return layers.size();
    }

    private void add(Layer layer) {
        layers.add(layer);
        shape = layer.output();
    }
}
