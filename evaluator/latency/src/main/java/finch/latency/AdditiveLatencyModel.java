package finch.latency;

import finch.space.network.Network;
import java.util.List;

/** The sum of a network's features times their prices. About a microsecond per network; nothing is cached. */
final class AdditiveLatencyModel implements LatencyModel {
    private final LatencyFeatures features;
    private final double[] prices;
    private final DeviceProfile.Interval interval;
    private final String device;

    AdditiveLatencyModel(DeviceProfile profile) {
        List<String> names = LatencyFeatures.names();
        prices = new double[names.size()];
        for (int i = 0; i < prices.length; i++) {
            prices[i] = profile.coefficients().get(names.get(i));
        }
        features = LatencyFeatures.of(profile.device().kernelSet());
        interval = profile.interval();
        device = profile.fingerprint();
    }

    @Override
    public LatencyEstimate estimate(Network network) {
        Sum sum = new Sum();
        features.each(network, sum);
        return new LatencyEstimate(sum.micros, sum.micros * interval.low(), sum.micros * interval.high(), device);
    }

    /** In the order of the network's layers. */
    double[] layerMicros(Network network) {
        return network.layers().stream().mapToDouble(layer -> {
            Sum sum = new Sum();
            features.each(layer, sum);
            return sum.micros;
        }).toArray();
    }

    private final class Sum implements LatencyFeatures.Sink {
        private double micros;

        @Override
        public void add(int feature, double amount) {
            micros += prices[feature] * amount;
        }
    }
}
