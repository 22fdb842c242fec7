package finch.space.format;

import finch.space.network.Layer;
import finch.space.network.Network;
import finch.space.network.Nonlinearity;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** Networks as Graphviz DOT: one node a layer with its operation and output shape, one edge a tensor read, blocks boxed. */
public final class DotFormat {
    private static final Pattern BLOCK = Pattern.compile("(block[0-9]+)\\..*");

    private DotFormat() {}

    /** Ends with a line break. Layers of one block ({@code block3.…}) stand in one box. */
    public static String write(Network network) {
        StringBuilder out = new StringBuilder("digraph " + quote(Problem.visible(network.name())) + " {\n");
        out.append("  node [shape=box, style=rounded, fontname=\"sans-serif\"];\n");
        out.append("  t0 [label=").append(quote("input\n" + network.input())).append(", shape=plain];\n");
        String open = "";
        List<Layer> layers = network.layers();
        for (int i = 0; i < layers.size(); i++) {
            Layer layer = layers.get(i);
            var matcher = BLOCK.matcher(layer.name());
            String block = matcher.matches() ? matcher.group(1) : "";
            if (!block.equals(open)) {
                out.append(open.isEmpty() ? "" : "  }\n");
                out.append(block.isEmpty() ? "" : "  subgraph " + quote("cluster_" + block) + " {\n    label=" + quote(block) + ";\n");
                open = block;
            }
            out.append(open.isEmpty() ? "  " : "    ").append("t").append(i + 1).append(" [label=").append(quote(label(layer))).append("];\n");
        }
        out.append(open.isEmpty() ? "" : "  }\n");
        for (int i = 0; i < layers.size(); i++) {
            for (int tensor : layers.get(i).inputs()) {
                out.append("  t").append(tensor).append(" -> t").append(i + 1).append(";\n");
            }
        }
        return out.append("}\n").toString();
    }

    private static String label(Layer layer) {
        String what = switch (layer) {
            case Layer.Convolution c -> c.op() + " " + c.window().kernel() + (c.window().stride().isOne() ? "" : " stride " + c.window().stride());
            case Layer.Pool p -> p.op() + " " + p.window().kernel() + " stride " + p.window().stride();
            default -> layer.op();
        };
        return Problem.visible(layer.name()) + "\n" + what + activation(layer) + "\n" + layer.output();
    }

    private static String activation(Layer layer) {
        var nonlinearity = switch (layer) {
            case Layer.Convolution c -> c.nonlinearity();
            case Layer.Dense d -> d.nonlinearity();
            case Layer.Add a -> a.nonlinearity();
            case Layer.BatchNorm b -> b.nonlinearity();
            case Layer.Activate a -> a.nonlinearity();
            default -> null;
        };
        if (nonlinearity == null || nonlinearity instanceof Nonlinearity.Linear) {
            return "";
        }
        return ", " + nonlinearity.getClass().getSimpleName().replaceAll("(?<=[a-z])(?=[A-Z])", "-").toLowerCase(Locale.ROOT);
    }

    /** A DOT string: quotes and backslashes escaped, line breaks as {@code \n}. */
    private static String quote(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + '"';
    }
}
