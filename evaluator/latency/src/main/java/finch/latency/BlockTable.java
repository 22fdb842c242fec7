package finch.latency;

import finch.space.network.Layer;
import finch.space.network.Network;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The lookup table that searches usually go by (FBNet, arXiv 1812.03443, section 3.3; Once-for-All, arXiv 1908.09791, section 3.4): what each block
 * took wherever it was timed, summed up. A baseline only. Spaces of many widths and resolutions have more blocks than can be timed: for one that is not in the
 * table the nearest of its form stands in, by multiply-adds and in proportion to them.
 */
final class BlockTable {
    /**
     * What one block computes.
     *
     * @param form  operations, kernels, strides and nonlinearities, in their order
     * @param exact the form with all shapes
     */
    private record Block(String form, String exact, double macs) {}

    private record Entry(double macs, double micros) {
        /** In proportion to multiply-adds. One more of each, since a block may have none. */
        double scaledTo(double other) {
            return micros * (1 + other) / (1 + macs);
        }

        double distance(double other) {
            return Math.abs(Math.log((1 + other) / (1 + macs)));
        }
    }

    private final Map<String, List<Double>> exact = new HashMap<>();
    private final Map<String, List<Entry>> forms = new HashMap<>();

    /** Enters each block of a network. @param micros what it took, by {@link #nameOf name} */
    void add(Network network, Map<String, Double> micros) {
        blocks(network).forEach((name, block) -> {
            double time = micros.getOrDefault(name, 0.0);
            exact.computeIfAbsent(block.exact(), key -> new ArrayList<>()).add(time);
            forms.computeIfAbsent(block.form(), key -> new ArrayList<>()).add(new Entry(block.macs(), time));
        });
    }

    boolean isEmpty() {
        return forms.isEmpty();
    }

    /** Microseconds of a network. The table must not be empty. */
    double predict(Network network) {
        return blocks(network).values().stream().mapToDouble(this::micros).sum();
    }

    /** The share of a network's blocks that the table has as they are, 0 to 1. */
    double known(Network network) {
        return blocks(network).values().stream().mapToDouble(block -> exact.containsKey(block.exact()) ? 1 : 0).average().orElse(0);
    }

    private double micros(Block block) {
        List<Double> times = exact.get(block.exact());
        if (times != null) {
            return times.stream().mapToDouble(time -> time).average().orElseThrow();
        }
        return Optional.ofNullable(forms.get(block.form())).stream().flatMap(List::stream).min(nearest(block))
                .or(() -> forms.values().stream().flatMap(List::stream).min(nearest(block)))
                .orElseThrow().scaledTo(block.macs());
    }

    /** Of those that are alike near the quicker one, so that the order of the map does not matter. */
    private static Comparator<Entry> nearest(Block block) {
        return Comparator.comparingDouble((Entry entry) -> entry.distance(block.macs())).thenComparing(Entry::micros);
    }

    /** The block that a layer belongs to: its name up to the first dot. */
    static String nameOf(Layer layer) {
        int dot = layer.name().indexOf('.');
        return dot < 0 ? layer.name() : layer.name().substring(0, dot);
    }

    private static Map<String, Block> blocks(Network network) {
        return network.layers().stream().collect(Collectors.groupingBy(BlockTable::nameOf, LinkedHashMap::new,
                Collectors.collectingAndThen(Collectors.toList(), BlockTable::block)));
    }

    private static Block block(List<Layer> layers) {
        String form = layers.stream().map(BlockTable::form).collect(Collectors.joining(", "));
        String shapes = layers.stream().map(layer -> layer.input() + " to " + layer.output()).collect(Collectors.joining(", "));
        return new Block(form, form + ": " + shapes, layers.stream().mapToDouble(Layer::macs).sum());
    }

    private static String form(Layer layer) {
        String window = layer instanceof Layer.Convolution c ? " " + c.window().kernel() + "/" + c.window().stride() : "";
        return layer.op() + window + " " + layer.nonlinearity();
    }
}
