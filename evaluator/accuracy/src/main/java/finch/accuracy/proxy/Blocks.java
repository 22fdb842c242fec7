package finch.accuracy.proxy;

import finch.space.network.Layer;
import finch.space.network.Network;
import java.util.ArrayList;
import java.util.List;

/**
 * A network cut into its stem and its blocks, by the names that lowering gives them. The head, which every network of a space
 * shares, is left out.
 */
final class Blocks {
    private static final String STEM = "stem";
    private static final String BLOCK = "block";

    /**
     * @param network the block's layers alone, reading tensor 0
     * @param output  name of the layer that ends it
     */
    record Part(Network network, String output) {}

    private Blocks() {}

    /** The stem and the blocks, in order. */
    static List<Part> of(Network network) {
        List<Part> parts = new ArrayList<>();
        List<Layer> layers = network.layers();
        for (int from = 0; from < layers.size(); ) {
            String name = prefix(layers.get(from));
            int to = from + 1;
            while (to < layers.size() && prefix(layers.get(to)).equals(name)) {
                to++;
            }
            if (name.equals(STEM) || name.startsWith(BLOCK)) {
                int base = from;
                parts.add(new Part(new Network(name, network.shape(base), layers.subList(from, to).stream().map(layer -> moved(layer, base)).toList()),
                        layers.get(to - 1).name()));
            }
            from = to;
        }
        return parts;
    }

    private static String prefix(Layer layer) {
        int dot = layer.name().indexOf('.');
        return dot < 0 ? layer.name() : layer.name().substring(0, dot);
    }

    /** The same layer where the tensor {@code base} is the network's input. */
    private static Layer moved(Layer layer, int base) {
        return switch (layer) {
            case Layer.Convolution c -> new Layer.Convolution(c.name(), c.source() - base, c.input(), c.output(), c.window(), c.groups(), c.bias(),
                    c.batchNorm(), c.nonlinearity());
            case Layer.Dense d -> new Layer.Dense(d.name(), d.source() - base, d.input(), d.output(), d.bias(), d.nonlinearity());
            case Layer.GlobalAveragePool p -> new Layer.GlobalAveragePool(p.name(), p.source() - base, p.input());
            case Layer.Pool p -> new Layer.Pool(p.name(), p.source() - base, p.input(), p.output(), p.window(), p.kind(), p.countPadding());
            case Layer.Add a -> new Layer.Add(a.name(), a.left() - base, a.right() - base, a.input(), a.nonlinearity());
            case Layer.Scale s -> new Layer.Scale(s.name(), s.source() - base, s.gate() - base, s.input());
            case Layer.BatchNorm b -> new Layer.BatchNorm(b.name(), b.source() - base, b.input(), b.nonlinearity());
            case Layer.Activate a -> new Layer.Activate(a.name(), a.source() - base, a.input(), a.nonlinearity());
            case Layer.Softmax s -> new Layer.Softmax(s.name(), s.source() - base, s.input(), s.axis());
        };
    }
}
