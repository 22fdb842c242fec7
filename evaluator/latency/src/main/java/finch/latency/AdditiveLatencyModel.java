package finch.latency;

import finch.space.network.Network;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** The sum of a network's features times their prices, and the profile's correction of it. A few microseconds per network; nothing is cached. */
final class AdditiveLatencyModel implements LatencyModel {
    private final Features features;
    private final double[] prices;
    private final DeviceProfile.Interval interval;
    private final String device;
    private final double constant;
    /** Of the correction's quantities; empty where there is no correction. */
    private final double[] weights;

    AdditiveLatencyModel(DeviceProfile profile) {
        List<String> names = Features.names(profile.features()).orElseThrow();
        features = Features.of(profile.features(), profile.device().kernelSet());
        // features that an earlier version did not have cost nothing
        prices = new double[features.width()];
        for (int i = 0; i < names.size(); i++) {
            prices[i] = profile.coefficients().get(names.get(i));
        }
        interval = profile.interval();
        device = profile.fingerprint();
        constant = profile.correction().constant();
        weights = profile.correction().isNone() ? new double[0]
                : Correction.quantities().stream().mapToDouble(profile.correction().weights()::get).toArray();
    }

    @Override
    public LatencyEstimate estimate(Network network) {
        double micros = weights.length == 0 ? sum(network) : corrected(network);
        return new LatencyEstimate(micros, micros * interval.low(), micros * interval.high(), device);
    }

    private double sum(Network network) {
        Sum sum = new Sum();
        features.each(network, sum);
        return sum.micros;
    }

    private double corrected(Network network) {
        GroupedSum sum = new GroupedSum();
        features.each(network, sum);
        return sum.micros * sum.factor();
    }

    /** In the order of the network's layers. */
    double[] layerMicros(Network network) {
        NearTensors near = features.near(network);
        double[] micros = IntStream.range(0, network.layers().size()).mapToDouble(layer -> {
            Sum sum = new Sum();
            features.each(near, layer, sum);
            return sum.micros;
        }).toArray();
        if (weights.length == 0) {
            return micros;
        }
        GroupedSum whole = new GroupedSum();
        features.each(network, whole);
        return Arrays.stream(micros).map(layer -> layer * whole.factor()).toArray();
    }

    private final class Sum implements Features.Sink {
        private double micros;

        @Override
        public void add(int feature, double amount) {
            micros += prices[feature] * amount;
        }
    }

    private final class GroupedSum implements Features.Sink {
        private final double[] groups = new double[Correction.groups()];
        private double micros;

        @Override
        public void add(int feature, double amount) {
            double cost = prices[feature] * amount;
            micros += cost;
            groups[Correction.groupOf(feature)] += cost;
        }

        double factor() {
            return Correction.factor(constant, weights, Correction.quantities(groups, micros));
        }
    }
}
