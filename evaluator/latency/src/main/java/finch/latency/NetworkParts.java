package finch.latency;

import finch.engine.LoadedNetwork;
import finch.space.network.Layer;
import finch.space.network.Network;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The work of a network's parts and the shares of its time that they take. */
final class NetworkParts {
    /** Reading the clock takes some hundredths of this. */
    private static final double SHORTEST_MICROS = 1;

    private final Network network;
    private final LoadedNetwork.PartTimes times;
    /** The part that computes each layer. */
    private final int[] partOf;
    private final int count;

    private NetworkParts(Network network, LoadedNetwork.PartTimes times) {
        this.network = network;
        this.times = times;
        this.count = times.parts().size();
        this.partOf = count == 0 ? new int[0] : partOf(network, times.parts());
    }

    /** Times some runs. */
    static NetworkParts timed(Network network, LoadedNetwork loaded, float[] input, int runs) {
        return new NetworkParts(network, loaded.partTimes(input, runs));
    }

    /** Of a network that was not timed part by part. */
    static NetworkParts none(Network network) {
        return new NetworkParts(network, new LoadedNetwork.PartTimes(List.of(), new long[0][]));
    }

    private static int[] partOf(Network network, List<List<String>> parts) {
        Map<String, Integer> byName = new HashMap<>();
        for (int part = 0; part < parts.size(); part++) {
            for (String layer : parts.get(part)) {
                byName.put(layer, part);
            }
        }
        int[] partOf = new int[network.layers().size()];
        for (int i = 0; i < partOf.length; i++) {
            Layer layer = network.layers().get(i);
            // one that is fused into another goes with the last that it reads; tensor 0 is the network's input
            partOf[i] = byName.containsKey(layer.name()) ? byName.get(layer.name())
                    : layer.inputs().stream().filter(tensor -> tensor > 0).mapToInt(tensor -> partOf[tensor - 1]).max().orElse(0);
        }
        return partOf;
    }

    /** Each part's share of a run: medians of the runs, made to sum up to 1; empty where the runtime tells no parts. */
    double[] shares() {
        if (count == 0) {
            return new double[0];
        }
        int runs = times.nanos().length;
        double[][] shares = new double[count][runs];
        for (int run = 0; run < runs; run++) {
            long[] nanos = times.nanos()[run];
            double sum = Arrays.stream(nanos).sum();
            for (int part = 0; part < count; part++) {
                shares[part][run] = nanos[part] / sum;
            }
        }
        double[] medians = Arrays.stream(shares).mapToDouble(Quantiles::median).toArray();
        double sum = Arrays.stream(medians).sum();
        return Arrays.stream(medians).map(share -> share / sum).toArray();
    }

    /**
     * What each block of the network takes of its time, by {@link BlockTable#nameOf name}: a part that computes layers of two blocks counts with the first.
     * Empty where the runtime tells no parts.
     */
    Map<String, Double> blockShares() {
        Map<String, Double> blocks = new LinkedHashMap<>();
        double[] shares = shares();
        for (int i = 0; i < partOf.length; i++) {
            blocks.merge(BlockTable.nameOf(network.layers().get(i)), shares[partOf[i]], Double::sum);
            shares[partOf[i]] = 0;
        }
        return blocks;
    }

    /** The parts' work, [parts][features], without what a network has as a whole. */
    double[][] features(Features features) {
        double[][] amounts = new double[count][features.width()];
        NearTensors near = features.near(network);
        for (int i = 0; i < partOf.length; i++) {
            double[] of = amounts[partOf[i]];
            features.each(near, i, (feature, amount) -> of[feature] += amount);
        }
        return amounts;
    }

    /** The parts of a network that takes {@code micros}; those too short for the clock are left out. */
    static List<Sample.Part> samples(double[][] features, double[] shares, double micros) {
        List<Sample.Part> parts = new ArrayList<>();
        for (int part = 0; part < shares.length; part++) {
            if (shares[part] * micros >= SHORTEST_MICROS) {
                parts.add(new Sample.Part(features[part], shares[part] * micros));
            }
        }
        return parts;
    }
}
