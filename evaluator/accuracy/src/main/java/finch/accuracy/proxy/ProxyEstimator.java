package finch.accuracy.proxy;

import finch.accuracy.AccuracyEstimate;
import finch.accuracy.AccuracyEstimator;
import finch.accuracy.Statistics;
import finch.space.Architecture;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;

/**
 * A zero-cost proxy as what a search follows. It tells a score and never an accuracy: nothing says how many points of top-1 a
 * score is worth. The score is the mean over seeds, with the interval that Student's t makes of their spread; one seed tells no
 * spread, and its score stands alone. Where the signal does not exist it is silent.
 */
public final class ProxyEstimator implements AccuracyEstimator {
    /** More seeds than this make no score better. */
    public static final int MOST_SEEDS = 10;

    private final Signal signal;
    private final ProxyProbe probe;
    private final int seeds;

    /**
     * @param probe with images if the signal needs them
     * @param seeds of weights and images, 1 to this many
     */
    public ProxyEstimator(Signal signal, ProxyProbe probe, int seeds) {
        requireSeeds(seeds);
        if (signal.kind() == Signal.Kind.IMAGES && probe.images().isEmpty()) {
            throw new IllegalArgumentException(signal.key() + " needs images");
        }
        this.signal = signal;
        this.probe = probe;
        this.seeds = seeds;
    }

    static void requireSeeds(int seeds) {
        if (seeds < 1 || seeds > MOST_SEEDS) {
            throw new IllegalArgumentException("seeds must be from 1 to " + MOST_SEEDS + ", not " + seeds);
        }
    }

    @Override
    public AccuracyEstimate estimate(Architecture architecture) {
        double[] bySeed = new double[seeds];
        for (int seed = 1; seed <= seeds; seed++) {
            try {
                bySeed[seed - 1] = probe.signals(architecture, seed, Set.of(signal)).get(signal);
            } catch (IOException e) {
                throw new UncheckedIOException("the images of the proxy cannot be read: " + e.getMessage(), e);
            }
            if (!Double.isFinite(bySeed[seed - 1])) {
                return new AccuracyEstimate.Silent(missing(signal.key()));
            }
        }
        double mean = mean(bySeed);
        double half = halfWidth(bySeed);
        return new AccuracyEstimate.Scored(mean, mean - half, mean + half, signal.key() + from(probe, seeds));
    }

    /** The fingerprint of the images; empty where the signal needs none. */
    public Optional<String> imagesFingerprint() {
        return signal.kind() == Signal.Kind.IMAGES ? probe.images().map(ProxyImages::fingerprint) : Optional.empty();
    }

    static String missing(String signal) {
        return "the signal " + signal + " does not exist for this network.";
    }

    static String from(ProxyProbe probe, int seeds) {
        return probe.images().map(images -> " on " + images.name()).orElse("") + ", " + seeds + (seeds == 1 ? " seed" : " seeds") + ", batches of " + probe.batch();
    }

    static double mean(double[] values) {
        double sum = 0;
        for (double value : values) {
            sum += value;
        }
        return sum / values.length;
    }

    /** Half of the central 90 % interval of the mean; 0 where there is one value. */
    static double halfWidth(double[] values) {
        if (values.length < 2) {
            return 0;
        }
        double mean = mean(values);
        double squares = Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum();
        return Statistics.t95(values.length - 1) * Math.sqrt(squares / (values.length - 1) / values.length);
    }
}
