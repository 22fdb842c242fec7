package finch.accuracy.proxy;

import finch.accuracy.AccuracyTable;
import finch.space.Architecture;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Networks of known accuracy with their signals.
 *
 * @param accuracies in percent, by network
 * @param values     by signal, then [network][seed]
 */
public record ProxyStudy(List<Architecture> networks, List<Double> accuracies, Map<Signal, List<List<Double>>> values, int seeds) {
    private static final int FEWEST = 20;

    /** Hears how far the study has come. */
    @FunctionalInterface
    public interface Progress {
        void done(int networks, int all);
    }

    /**
     * Computes the signals of a random part of a table's distinct networks.
     *
     * @param networks how many; all if there are fewer
     * @param seeds    1 to this many, each with other weights and images
     * @param progress is told
     * @throws IllegalArgumentException if the table has too few networks to say anything
     */
    public static ProxyStudy of(AccuracyTable table, ProxyProbe probe, int networks, int seeds, Progress progress) throws IOException {
        List<KnownNetwork> known = KnownNetwork.of(table);
        if (known.size() < FEWEST || networks < FEWEST) {
            throw new IllegalArgumentException((networks < FEWEST ? networks : table.file() + ": " + known.size()) + " distinct networks are too few to tell"
                    + " whether anything ranks them. Use at least " + FEWEST + ".");
        }
        List<KnownNetwork> chosen = known.subList(0, Math.min(networks, known.size()));
        Map<Signal, List<List<Double>>> values = new EnumMap<>(Signal.class);
        for (int n = 0; n < chosen.size(); n++) {
            Map<Signal, List<Double>> own = new EnumMap<>(Signal.class);
            for (int seed = 1; seed <= seeds; seed++) {
                probe.signals(chosen.get(n).architecture(), seed).forEach((signal, value) -> own.computeIfAbsent(signal, _ -> new ArrayList<>()).add(value));
            }
            own.forEach((signal, bySeed) -> values.computeIfAbsent(signal, _ -> new ArrayList<>()).add(bySeed));
            progress.done(n + 1, chosen.size());
        }
        return new ProxyStudy(chosen.stream().map(KnownNetwork::architecture).toList(), chosen.stream().map(KnownNetwork::top1).toList(), values, seeds);
    }

    /** A signal of each network: of one seed, or the mean over all for a negative number. What does not exist counts as worst. */
    double[] column(Signal signal, int seed) {
        return values.get(signal).stream().mapToDouble(bySeed -> {
            double value = seed >= 0 ? bySeed.get(seed) : bySeed.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
            return Double.isFinite(value) ? value : Double.NEGATIVE_INFINITY;
        }).toArray();
    }

    double[] accuracy() {
        return accuracies.stream().mapToDouble(Double::doubleValue).toArray();
    }
}
