package finch.latency;

import finch.space.network.Layer;
import finch.space.network.Network;
import java.util.List;

/**
 * One timed network of a calibration.
 *
 * @param macsOfKinds multiply-adds of its standard, pointwise, depthwise (3x3, 5x5, larger) and dense layers
 * @param micros median time, corrected by the clock probe
 * @param parts  what the time is made of, where the runtime tells; their times sum up to it
 */
record Sample(String name, double[] features, double macs, double params, double[] macsOfKinds, double micros, List<Part> parts) {
    /** One part of a network, of the layers that are computed together. */
    record Part(double[] features, double micros) {}

    Sample(String name, double[] features, double macs, double params, double micros) {
        this(name, features, macs, params, new double[0], micros, List.of());
    }

    Sample withMicros(double other) {
        return new Sample(name, features, macs, params, macsOfKinds, other, parts);
    }

    static double[] macsOfKinds(Network network) {
        double[] macs = new double[6];
        for (Layer layer : network.layers()) {
            int kind = switch (layer) {
                case Layer.Convolution c when c.isDepthwise() -> c.window().kernel().area() <= 9 ? 2 : c.window().kernel().area() <= 25 ? 3 : 4;
                case Layer.Convolution c -> c.isPointwise() ? 1 : 0;
                default -> 5;
            };
            macs[kind] += layer.macs();
        }
        return macs;
    }
}
