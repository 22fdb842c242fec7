package finch.latency;

import finch.space.network.Network;
import java.util.List;
import java.util.stream.IntStream;

/** The sum of a network's features times their prices. A few microseconds per network; nothing is cached. */
final class AdditiveLatencyModel implements LatencyModel {
    private final Features features;
    private final double[] prices;
    private final DeviceProfile.Interval interval;
    private final String device;

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
    }

    @Override
    public LatencyEstimate estimate(Network network) {
        Sum sum = new Sum();
        try {
            features.each(network, sum);
        } catch (ArithmeticException e) {
            throw tooLarge(network, e);
        }
        return new LatencyEstimate(sum.micros, sum.micros * interval.low(), sum.micros * interval.high(), device);
    }

    /** In the order of the network's layers. */
    double[] layerMicros(Network network) {
        try {
            NearTensors near = features.near(network);
            return IntStream.range(0, network.layers().size()).mapToDouble(layer -> {
                Sum sum = new Sum();
                features.each(near, layer, sum);
                return sum.micros;
            }).toArray();
        } catch (ArithmeticException e) {
            throw tooLarge(network, e);
        }
    }

    /** Told of the overflow, not looked for: estimates are made by the million. */
    private static IllegalArgumentException tooLarge(Network network, ArithmeticException e) {
        return new IllegalArgumentException((network.name().isEmpty() ? "the network" : network.name())
                + " is too large to be run, and so for a latency: one of its tensors has 2^31 elements or more", e);
    }

    private final class Sum implements Features.Sink {
        private double micros;

        @Override
        public void add(int feature, double amount) {
            micros += prices[feature] * amount;
        }
    }
}
