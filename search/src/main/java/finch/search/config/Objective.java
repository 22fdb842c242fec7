package finch.search.config;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** A quantity of a network that a search can optimise or bound. Values are kept in base units. */
public enum Objective {
    /** ImageNet or benchmark top-1 accuracy in percent, from the accuracy estimator. */
    TOP1("top1", true, "percent", units("%", 1)),
    /**
     * What ranks networks and is no accuracy: a zero-cost proxy or an ensemble by ranks. It has no unit, no zero and no bounds; only
     * figures of one estimator compare.
     */
    SCORE("score", true, "score", units("", 1)),
    /** Predicted latency of one inference in microseconds, from the latency model. */
    LATENCY("latency", false, "microseconds", units("us", 1, "µs", 1, "ms", 1e3, "s", 1e6)),
    /** Multiply-adds, exact. */
    MACS("macs", false, "multiply-adds", units("", 1, "K", 1e3, "M", 1e6, "G", 1e9)),
    /** Parameters, exact. */
    PARAMS("params", false, "parameters", units("", 1, "K", 1e3, "M", 1e6, "G", 1e9)),
    /** Bytes of the float32 parameters, exact. */
    WEIGHT_BYTES("weight-bytes", false, "bytes", bytes()),
    /** Peak of the live activations in bytes, exact ({@code Network.peakActivationBytes}). */
    PEAK_MEMORY("peak-memory", false, "bytes", bytes());

    private final String formatName;
    private final boolean maximised;
    private final String baseUnit;
    private final Map<String, Double> units;

    Objective(String formatName, boolean maximised, String baseUnit, Map<String, Double> units) {
        this.formatName = formatName;
        this.maximised = maximised;
        this.baseUnit = baseUnit;
        this.units = units;
    }

    /** The word in configs, journals and fronts, e.g. {@code weight-bytes}. */
    public String formatName() {
        return formatName;
    }

    /** Whether more is better. */
    public boolean maximised() {
        return maximised;
    }

    /** What values are counted in, e.g. {@code microseconds}. */
    public String baseUnit() {
        return baseUnit;
    }

    /** Units a config may use, each with its size in base units; the empty one is a bare number. */
    public Map<String, Double> units() {
        return units;
    }

    /** Exact, and cheap enough to be computed before any estimator is asked. */
    public boolean exact() {
        return !ofAccuracy() && this != LATENCY;
    }

    /** From the accuracy estimator: an accuracy, or a score in place of one. */
    public boolean ofAccuracy() {
        return this == TOP1 || this == SCORE;
    }

    /** A value made comparable: smaller is always better. */
    public double minimised(double value) {
        return maximised ? -value : value;
    }

    /** The value for people, in a fitting unit, e.g. {@code 8.02 ms}. */
    public String format(double value) {
        String unit = "";
        double size = 0;
        for (Map.Entry<String, Double> candidate : units.entrySet()) {
            double s = candidate.getValue();
            if (size == 0 || s > size && Math.abs(value) >= s && !candidate.getKey().contains("i")) {
                unit = candidate.getKey();
                size = s;
            }
        }
        double scaled = value / size;
        String number = scaled == Math.rint(scaled) && Math.abs(scaled) < 1e6 ? String.valueOf((long) scaled)
                : String.format(java.util.Locale.ROOT, "%.3f", scaled).replaceFirst("0+$", "");
        return number + (unit.isEmpty() ? "" : " " + unit);
    }

    /** By {@link #formatName()}. */
    public static Map<String, Objective> byName() {
        return Arrays.stream(values()).collect(Collectors.toMap(Objective::formatName, o -> o, (a, b) -> a, LinkedHashMap::new));
    }

    /** What can be bounded, and be a target, by {@link #formatName()}: all but scores. */
    public static Map<String, Objective> bounded() {
        Map<String, Objective> bounded = byName();
        bounded.remove(SCORE.formatName);
        return bounded;
    }

    private static Map<String, Double> bytes() {
        return units("B", 1, "KB", 1e3, "MB", 1e6, "GB", 1e9, "KiB", 1024, "MiB", 1024 * 1024, "GiB", 1024 * 1024 * 1024);
    }

    private static Map<String, Double> units(Object... namesAndSizes) {
        Map<String, Double> units = new LinkedHashMap<>();
        for (int i = 0; i < namesAndSizes.length; i += 2) {
            units.put((String) namesAndSizes[i], ((Number) namesAndSizes[i + 1]).doubleValue());
        }
        return java.util.Collections.unmodifiableMap(units);
    }
}
