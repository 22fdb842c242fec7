package finch.latency;

import java.util.OptionalLong;

/**
 * The timing of one network, with all that a latency needs to be a number.
 *
 * @param name           the network's
 * @param runtime        e.g. {@code finch}
 * @param runtimeVersion version of the runtime
 * @param threads        threads that one inference may use
 * @param kernelSet      kernel set and vector width, e.g. {@code vector-256}
 * @param runs           timed runs that the figures rest on; rejected runs are not among them
 * @param medianMicros   median time of one run, batch 1, in microseconds
 * @param p10Micros      10th percentile
 * @param p90Micros      90th percentile
 * @param correctedMicros median of the times, each divided by how much slower than usual the clock probe ran beside it;
 *                       of a disturbed run on one thread, the processor time is taken
 * @param macs           multiply-adds of the network
 * @param arenaBytes     bytes of activations that the runtime holds, where it can tell
 * @param rejectedRuns   runs thrown away, because the clock probe or the processor time showed a disturbance
 * @param disturbed      true if fewer undisturbed runs than asked for were found: the figures rest on fewer, or on disturbed ones as well
 * @param steady         whether the warm-up ended because the times were steady, not because its time was over
 */
public record Measurement(String name, String runtime, String runtimeVersion, int threads, String kernelSet, int runs,
                          double medianMicros, double p10Micros, double p90Micros, double correctedMicros, long macs,
                          OptionalLong arenaBytes, int rejectedRuns, boolean disturbed, boolean steady) {}
