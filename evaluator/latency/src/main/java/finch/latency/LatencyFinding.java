package finch.latency;

import finch.space.Architecture;
import java.util.List;
import java.util.Objects;
import java.util.OptionalDouble;

/**
 * Something that a paper says of the latency of two networks.
 *
 * @param name      for a command line
 * @param claim     in a sentence
 * @param first     the one that takes less time, or as much
 * @param second    the one that it is compared with
 * @param expected  what the paper says
 * @param published figures, and what they were measured on
 * @param ratio     first to second, where it was published
 */
public record LatencyFinding(String name, String claim, Architecture first, Architecture second, Expected expected, String published, OptionalDouble ratio) {
    /** What is said of the first network's time beside the second's. */
    public enum Expected {
        /** It takes less. */
        LESS,
        /** No difference worth a word: here within {@link #ALIKE}. */
        ALIKE
    }

    /** Two times alike differ by no more than this share. */
    public static final double ALIKE = 0.05;

    public LatencyFinding {
        Objects.requireNonNull(name);
        Objects.requireNonNull(claim);
        Objects.requireNonNull(first);
        Objects.requireNonNull(second);
        Objects.requireNonNull(expected);
        Objects.requireNonNull(published);
        Objects.requireNonNull(ratio);
    }

    /** Whether it is so where the first takes {@code measured} times as long as the second. */
    public boolean holds(double measured) {
        return expected == Expected.LESS ? measured < 1 : Math.abs(measured - 1) <= ALIKE;
    }

    /** All that is known here, in the order of the papers. */
    public static List<LatencyFinding> all() {
        return LatencyFindings.ALL;
    }

    /** MobileNetV1 at its four widths and four resolutions, widths first, both falling (Howard et al. 2017, arXiv 1704.04861, tables 6 and 7). */
    public static List<List<Architecture>> multipliers() {
        return LatencyFindings.multipliers();
    }
}
