package finch.search.report;

import finch.latency.DeviceProfile;
import finch.space.Architecture;
import finch.space.network.Network;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.node.ArrayNode;

/** Where the predicted time goes: block by block and layer by layer. In microseconds. */
final class LatencyByBlock {
    private LatencyByBlock() {}

    /** By the first part of a layer's name ({@code stem}, {@code block3}, {@code head}, {@code classifier}), in their order. */
    static Map<String, Double> blocks(DeviceProfile profile, Network network) {
        double[] micros = profile.layerMicros(network);
        Map<String, Double> blocks = new LinkedHashMap<>();
        for (int i = 0; i < micros.length; i++) {
            String name = network.layers().get(i).name();
            blocks.merge(name.contains(".") ? name.substring(0, name.indexOf('.')) : name, micros[i], Double::sum);
        }
        double rest = profile.model().estimate(network).micros() - blocks.values().stream().mapToDouble(Double::doubleValue).sum();
        if (rest > 0.5) {
            blocks.put("rest", rest);
        }
        return blocks;
    }

    static Chart chart(DeviceProfile profile, List<Architecture> architectures) {
        List<Map<String, Double>> all = architectures.stream().map(a -> blocks(profile, Network.of(a))).toList();
        List<String> names = names(all);
        Chart chart = Chart.bars("", "Predicted, µs", names.stream().map(n -> n.startsWith("block") ? n.substring(5) : n.equals("classifier") ? "class." : n).toList()).with("unit", "µs").with("every", 0);
        for (int i = 0; i < architectures.size(); i++) {
            ArrayNode values = chart.series(architectures.get(i).name()).putArray("values");
            for (String name : names) {
                values.add(all.get(i).getOrDefault(name, 0.0));
            }
        }
        return chart;
    }

    /** The blocks of the longest network between what all begin and end with. */
    private static List<String> names(List<Map<String, Double>> all) {
        Set<String> names = new LinkedHashSet<>();
        all.forEach(blocks -> blocks.keySet().stream().filter(n -> n.equals("stem") || n.startsWith("block")).forEach(names::add));
        all.forEach(blocks -> names.addAll(blocks.keySet()));
        return new ArrayList<>(names);
    }

    static HtmlTable layers(DeviceProfile profile, Network network) {
        double[] micros = profile.layerMicros(network);
        double sum = profile.model().estimate(network).micros();
        HtmlTable table = new HtmlTable("Layer by layer. What one layer takes is a share of a prediction, not a measurement.",
                "Layer", "Kind", "Output", ">Multiply-adds", ">Predicted, µs", ">Share, %");
        for (int i = 0; i < micros.length; i++) {
            var layer = network.layers().get(i);
            table.row("", layer.name(), layer.op(), layer.output(), Words.grouped(layer.macs()), Words.decimals(micros[i], 1), Words.decimals(100 * micros[i] / sum, 1));
        }
        return table;
    }
}
