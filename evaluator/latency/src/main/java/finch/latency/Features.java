package finch.latency;

import finch.space.network.Network;
import java.util.List;
import java.util.Optional;

/** The work of networks, in the units that a profile has prices for. Profiles of earlier features keep theirs. */
sealed interface Features permits LatencyFeatures, NchwcFeatures, OlderLatencyFeatures {
    /** Takes amounts of features. */
    @FunctionalInterface
    interface Sink {
        void add(int feature, double amount);
    }

    /** Gives every amount of a network to the sink; a feature may come many times. */
    void each(Network network, Sink sink);

    /** Tells features apart; changes whenever names or meanings do. */
    String version();

    /** Their names, in the order in which they are counted. */
    List<String> quantities();

    /** All amounts of a network. */
    default double[] of(Network network) {
        double[] amounts = new double[width()];
        each(network, (feature, amount) -> amounts[feature] += amount);
        return amounts;
    }

    /** Features are numbered below this; of a known version's names, the first have these numbers. */
    int width();

    /** What {@link #each(NearTensors, int, Sink)} wants to know of a network. */
    NearTensors near(Network network);

    /** The amounts of one layer, counted from 0. */
    void each(NearTensors near, int index, Sink sink);

    /** Their names in the order in which they are counted; empty for a version that is not known. */
    static Optional<List<String>> names(String version) {
        return switch (version) {
            case LatencyFeatures.VERSION -> Optional.of(LatencyFeatures.names());
            case LatencyFeatures.VERSION_3 -> Optional.of(LatencyFeatures.namesOfVersion3());
            case NchwcFeatures.VERSION -> Optional.of(NchwcFeatures.names());
            case OlderLatencyFeatures.VERSION -> Optional.of(OlderLatencyFeatures.names());
            default -> Optional.empty();
        };
    }

    /** @param version a known one @param kernelSet as of {@link LatencyFeatures#of} */
    static Features of(String version, String kernelSet) {
        return switch (version) {
            case NchwcFeatures.VERSION -> NchwcFeatures.of(kernelSet);
            case OlderLatencyFeatures.VERSION -> OlderLatencyFeatures.of(kernelSet);
            default -> LatencyFeatures.of(kernelSet);
        };
    }

    /** What a calibration of now prices. */
    static Features current(String kernelSet) {
        return NchwcFeatures.areOf(kernelSet) ? NchwcFeatures.of(kernelSet) : LatencyFeatures.of(kernelSet);
    }

    /** The next multiple. */
    static long padded(int value, int multiple) {
        return (value + multiple - 1L) / multiple * multiple;
    }

    /** Megabytes beyond a cache. */
    static double beyond(long bytes, long cache) {
        return 1e-6 * Math.max(0, bytes - cache);
    }

    /** Share of the bytes beyond a cache, growing from 0 to 1. */
    static double excess(long bytes, long cache) {
        return bytes <= cache ? 0 : 1 - (double) cache / bytes;
    }
}
