package finch.latency;

import java.util.List;

/**
 * One timed network of a calibration.
 *
 * @param micros median time, corrected by the clock probe
 * @param parts  what the time is made of, where the runtime tells; their times sum up to it
 */
record Sample(String name, double[] features, double macs, double params, double micros, List<Part> parts) {
    /** One part of a network, of the layers that are computed together. */
    record Part(double[] features, double micros) {}

    Sample(String name, double[] features, double macs, double params, double micros) {
        this(name, features, macs, params, micros, List.of());
    }

    Sample withMicros(double other) {
        return new Sample(name, features, macs, params, other, parts);
    }
}
