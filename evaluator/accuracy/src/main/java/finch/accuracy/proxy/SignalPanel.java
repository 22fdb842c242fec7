package finch.accuracy.proxy;

import finch.accuracy.AccuracyEstimate;
import finch.accuracy.AccuracyEstimator;
import finch.space.Architecture;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What an ensemble reads of a network: signals, each the mean over seeds on the scale on which sums make sense, and what other
 * estimators say.
 */
public final class SignalPanel {
    private final List<Signal> signals;
    private final Set<Signal> wanted;
    private final ProxyProbe probe;
    private final int seeds;
    private final Map<String, AccuracyEstimator> others;

    /**
     * @param probe  with images if a signal needs them
     * @param seeds  of weights and images, 1 to this many
     * @param others further estimators by the names that they have in the ensemble
     */
    public SignalPanel(List<Signal> signals, ProxyProbe probe, int seeds, Map<String, AccuracyEstimator> others) {
        ProxyEstimator.requireSeeds(seeds);
        if (signals.size() + others.size() < 2 || EnumSet.copyOf(signals.isEmpty() ? EnumSet.noneOf(Signal.class) : signals).size() < signals.size()) {
            throw new IllegalArgumentException("an ensemble needs at least two signals, each once");
        }
        this.signals = List.copyOf(signals);
        this.wanted = signals.isEmpty() ? Set.of() : EnumSet.copyOf(signals);
        if (probe.images().isEmpty() && wanted.stream().anyMatch(s -> s.kind() == Signal.Kind.IMAGES)) {
            throw new IllegalArgumentException("a signal needs images, and there are none");
        }
        this.probe = probe;
        this.seeds = seeds;
        this.others = Collections.unmodifiableMap(new LinkedHashMap<>(others));
    }

    /** In the order of readings. */
    List<String> names() {
        List<String> names = new ArrayList<>(signals.stream().map(Signal::key).toList());
        names.addAll(others.keySet());
        return names;
    }

    /** The signals, if there is nothing else. */
    Optional<List<Signal>> signalsAlone() {
        return others.isEmpty() ? Optional.of(signals) : Optional.empty();
    }

    /** @see EnsembleEstimator#imagesFingerprint */
    Optional<String> imagesFingerprint() {
        return probe.images().map(ProxyImages::fingerprint);
    }

    /** Where the signals come from, for people. */
    String source() {
        return String.join(", ", names()) + ProxyEstimator.from(probe, seeds);
    }

    /**
     * @param bySeed  [seed][signal], empty where something keeps silent
     * @param silence why
     */
    record Reading(double[][] bySeed, Optional<String> silence) {
        /** One number a signal. */
        double[] mean() {
            double[] mean = new double[bySeed[0].length];
            for (double[] row : bySeed) {
                for (int s = 0; s < mean.length; s++) {
                    mean[s] += row[s] / bySeed.length;
                }
            }
            return mean;
        }

        static Reading silent(String reason) {
            return new Reading(new double[0][], Optional.of(reason));
        }
    }

    /** Depends on the network alone. */
    Reading read(Architecture architecture) {
        double[] told = new double[others.size()];
        int next = 0;
        for (Map.Entry<String, AccuracyEstimator> other : others.entrySet()) {
            switch (other.getValue().estimate(architecture)) {
                case AccuracyEstimate.Known known -> told[next++] = known.top1();
                case AccuracyEstimate.Scored scored -> told[next++] = scored.score();
                case AccuracyEstimate.Silent silent -> {
                    return Reading.silent(silent.reason());
                }
            }
        }
        double[][] bySeed = new double[seeds][signals.size() + told.length];
        for (int seed = 1; seed <= seeds; seed++) {
            double[] row = bySeed[seed - 1];
            Map<Signal, Double> values = values(architecture, seed);
            for (int s = 0; s < signals.size(); s++) {
                row[s] = signals.get(s).scaled(values.get(signals.get(s)));
                if (!Double.isFinite(row[s])) {
                    return Reading.silent(ProxyEstimator.missing(signals.get(s).key()));
                }
            }
            System.arraycopy(told, 0, row, signals.size(), told.length);
        }
        return new Reading(bySeed, Optional.empty());
    }

    private Map<Signal, Double> values(Architecture architecture, int seed) {
        try {
            return wanted.isEmpty() ? Map.of() : probe.signals(architecture, seed, wanted);
        } catch (IOException e) {
            throw new UncheckedIOException("the images of the ensemble cannot be read: " + e.getMessage(), e);
        }
    }
}
