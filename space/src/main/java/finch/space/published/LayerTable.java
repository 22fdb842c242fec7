package finch.space.published;

import finch.space.Activation;
import finch.space.Architecture;
import finch.space.Block;
import finch.space.format.References;
import finch.space.network.Layer;
import finch.space.network.Network;
import finch.space.network.TensorShape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The papers' layer tables row by row, ours written in the same words. */
final class LayerTable {
    private LayerTable() {}

    static List<Figure> figures() {
        Map<String, List<String>> ours = new LinkedHashMap<>();
        List<Figure> figures = new ArrayList<>();
        Map<String, Integer> next = new LinkedHashMap<>();
        for (List<String> row : Resource.rows("layers.txt", 5)) {
            String name = row.get(0);
            List<String> table = ours.computeIfAbsent(name, LayerTable::table);
            int index = next.merge(name, 1, Integer::sum);
            figures.add(compare(row, index, index <= table.size() ? table.get(index - 1) : "no such row"));
        }
        next.forEach((name, rows) -> {
            if (ours.get(name).size() > rows) {
                figures.add(new Figure(name, "rows of the layer table", "", Integer.toString(rows), Integer.toString(ours.get(name).size()),
                        true, Figure.Status.DIFFERS, ""));
            }
        });
        return figures;
    }

    private static Figure compare(List<String> row, int index, String ours) {
        String published = row.get(2);
        String explained = row.get(3);
        Figure.Status status = ours.equals(published) ? Figure.Status.EXACT
                : ours.equals(explained) ? Figure.Status.EXPLAINED : Figure.Status.DIFFERS;
        return new Figure(row.get(0), "row " + index + " of the layer table", row.get(1), published, ours, true, status,
                status == Figure.Status.EXPLAINED ? row.get(4) : "");
    }

    private static List<String> table(String name) {
        Architecture architecture = References.resolve(name);
        return switch (name) {
            case "mobilenetv1" -> layers(Network.of(architecture));
            case "mobilenetv2" -> stages(architecture);
            default -> blocks(architecture);
        };
    }

    /** One row a layer, as table 1 of the MobileNetV1 paper: type, filter, stride, input. */
    private static List<String> layers(Network network) {
        List<String> rows = new ArrayList<>();
        for (Layer layer : network.layers()) {
            String what = switch (layer) {
                case Layer.Convolution c when c.isDepthwise() -> "conv dw " + filter(c) + "x" + c.input().channels() + " s" + c.window().stride();
                case Layer.Convolution c -> "conv " + filter(c) + "x" + c.input().channels() + "x" + c.output().channels() + " s" + c.window().stride();
                case Layer.Dense d -> "fc " + d.input().size() + "x" + d.output().size();
                case Layer.GlobalAveragePool p -> "avg pool " + p.input().height() + "x" + p.input().width();
                default -> layer.op();
            };
            rows.add(what + " on " + layer.input());
        }
        return rows;
    }

    private static String filter(Layer.Convolution c) {
        return c.window().kernel().height() + "x" + c.window().kernel().width();
    }

    /** One row a stage, as table 2 of the MobileNetV2 paper: input, operator, expansion t, channels c, repeats n, stride s. */
    private static List<String> stages(Architecture a) {
        List<String> rows = new ArrayList<>();
        rows.add(new TensorShape(a.resolution().height(), a.resolution().width(), a.channels()) + " conv2d t- c" + a.stem().out() + " n1 s" + a.stem().stride());
        Network network = Network.of(a);
        int i = 0;
        while (i < a.blocks().size()) {
            Block.InvertedResidual first = (Block.InvertedResidual) a.blocks().get(i);
            TensorShape input = inputOf(network, i + 1);
            int repeats = 1;
            while (i + repeats < a.blocks().size() && a.blocks().get(i + repeats).out() == first.out() && a.blocks().get(i + repeats).stride().isOne()) {
                repeats++;
            }
            rows.add(input + " bottleneck t" + ratio(first.expanded(), input.channels()) + " c" + first.out() + " n" + repeats + " s" + first.stride());
            i += repeats;
        }
        TensorShape last = inputOf(network, a.blocks().size() + 1);
        rows.add(last + " conv2d 1x1 t- c" + a.head().conv() + " n1 s1");
        rows.add(last.height() + "x" + last.width() + "x" + a.head().conv() + " avgpool " + last.height() + "x" + last.width());
        rows.add("1x1x" + a.head().conv() + " conv2d 1x1 c" + a.classes());
        return rows;
    }

    private static String ratio(int expanded, int in) {
        return expanded % in == 0 ? Integer.toString(expanded / in) : expanded + "/" + in;
    }

    /** One row a block, as tables 1 and 2 of the MobileNetV3 paper: input, operator, expansion, out, SE, nonlinearity, stride. */
    private static List<String> blocks(Architecture a) {
        List<String> rows = new ArrayList<>();
        String head = nonlinearity(a.head().activation());
        rows.add(new TensorShape(a.resolution().height(), a.resolution().width(), a.channels()) + " conv2d " + a.stem().kernel() + "x" + a.stem().kernel()
                + " exp - out " + a.stem().out() + " SE - NL " + nonlinearity(a.stem().activation()) + " s" + a.stem().stride());
        Network network = Network.of(a);
        for (int i = 0; i < a.blocks().size(); i++) {
            Block.InvertedResidual b = (Block.InvertedResidual) a.blocks().get(i);
            rows.add(inputOf(network, i + 1) + " bneck " + b.kernel() + "x" + b.kernel() + " exp " + b.expanded() + " out " + b.out()
                    + " SE " + (b.squeeze().isPresent() ? "yes" : "-") + " NL " + nonlinearity(b.activation()) + " s" + b.stride());
        }
        TensorShape last = inputOf(network, a.blocks().size() + 1);
        rows.add(last + " conv2d 1x1 exp - out " + a.head().conv() + " SE - NL " + head + " s1");
        rows.add(last.height() + "x" + last.width() + "x" + a.head().conv() + " pool " + last.height() + "x" + last.width());
        rows.add("1x1x" + a.head().conv() + " conv2d 1x1 NBN out " + a.head().hidden() + " NL " + head);
        rows.add("1x1x" + a.head().hidden() + " conv2d 1x1 NBN out " + a.classes());
        return rows;
    }

    private static String nonlinearity(Activation activation) {
        return activation == Activation.HARD_SWISH ? "HS" : activation == Activation.RELU ? "RE" : activation.formatName();
    }

    /** What a block reads, the head where there are no more blocks. */
    private static TensorShape inputOf(Network network, int block) {
        return network.layers().stream().filter(l -> l.name().startsWith("block" + block + ".") || l.name().startsWith("head."))
                .findFirst().orElseThrow().input();
    }
}
