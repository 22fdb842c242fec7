package finch.latency;

/**
 * A predicted latency.
 *
 * @param micros expected median, in microseconds
 * @param low    lower end of the central 90 % interval, in microseconds
 * @param high   upper end
 * @param device fingerprint of the profile that it comes from
 */
public record LatencyEstimate(double micros, double low, double high, String device) {}
