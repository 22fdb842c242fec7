package finch.bench;

import finch.space.network.Layer;
import finch.space.network.Network;
import finch.space.network.Nonlinearity;
import java.util.ArrayList;
import java.util.List;

/**
 * A kernel call of a network: its main layer, the part that it plays, and its shape. Made from our own lowering, with the
 * residual sums and nonlinearities joined to the products before them as a plan joins them.
 *
 * @param role what the layer is for, e.g. {@code expand 1x1} or {@code depthwise 5x5 stride 2}
 */
record Work(Layer layer, String role, KernelShape shape) {
    /** The calls of a network in order. */
    static List<Work> of(Network network) {
        List<Layer> layers = network.layers();
        int[] readers = new int[layers.size() + 1];
        layers.forEach(layer -> layer.inputs().forEach(tensor -> readers[tensor]++));
        List<Work> works = new ArrayList<>();
        for (int i = 0; i < layers.size(); i++) {
            Layer layer = layers.get(i);
            Nonlinearity nonlinearity = switch (layer) {
                case Layer.Convolution c -> c.nonlinearity();
                case Layer.Dense d -> d.nonlinearity();
                case Layer.Add a -> a.nonlinearity();
                default -> Nonlinearity.LINEAR;
            };
            boolean residual = layer instanceof Layer.Convolution && nonlinearity.equals(Nonlinearity.LINEAR) && readers[i + 1] == 1
                    && i + 1 < layers.size() && layers.get(i + 1) instanceof Layer.Add add && add.inputs().contains(i + 1);
            if (residual) {
                nonlinearity = ((Layer.Add) layers.get(++i)).nonlinearity();
            }
            works.add(new Work(layer, role(layer), KernelShape.of(layer, nonlinearity, residual)));
        }
        return works;
    }

    /** After the names that lowering gives. */
    private static String role(Layer layer) {
        boolean squeeze = layer.name().contains(".squeeze.");
        return switch (layer) {
            case Layer.Convolution c when squeeze -> "squeeze-excite product";
            case Layer.Convolution c when c.isDepthwise() -> "depthwise " + window(c);
            case Layer.Convolution c when !c.isPointwise() -> (c.name().equals("stem") ? "stem " : "conv ") + window(c);
            case Layer.Convolution c when c.output().pixels() == 1 -> "dense";
            case Layer.Convolution c when c.name().endsWith(".expand") -> "expand 1x1";
            case Layer.Convolution c when c.name().endsWith(".project") -> "project 1x1";
            case Layer.Convolution c when c.name().equals("head.conv") -> "head 1x1";
            case Layer.Convolution _ -> "pointwise 1x1";
            case Layer.GlobalAveragePool _ -> squeeze ? "squeeze-excite mean" : "mean";
            case Layer.Scale _ -> "squeeze-excite scale";
            case Layer.Dense _, Layer.Pool _, Layer.Add _, Layer.BatchNorm _, Layer.Activate _, Layer.Softmax _ -> layer.op();
        };
    }

    private static String window(Layer.Convolution c) {
        var kernel = c.window().kernel();
        return kernel.height() + "x" + kernel.width() + " stride " + c.window().stride();
    }
}
