package finch.search.report;

import finch.search.config.Objective;
import finch.search.report.RunData.Range;
import java.util.Locale;
import java.util.regex.Pattern;

/** How objectives and their values are told to people: one unit for each, so that figures compare at a glance. */
final class Words {
    private static final Pattern FILE = Pattern.compile("(?<= x )(?:.*[/\\\\])?([^/\\\\]+)\\.(?:ya?ml|json|onnx|finch)\\b");

    private Words() {}

    static String name(Objective objective) {
        return switch (objective) {
            case TOP1 -> "Top-1 accuracy";
            case SCORE -> "Score";
            case LATENCY -> "Predicted latency";
            case MACS -> "Multiply-adds";
            case PARAMS -> "Parameters";
            case WEIGHT_BYTES -> "Weights";
            case PEAK_MEMORY -> "Peak activations";
        };
    }

    static String unit(Objective objective) {
        return switch (objective) {
            case TOP1 -> "%";
            case SCORE -> "";
            case LATENCY -> "ms";
            case MACS, PARAMS -> "million";
            case WEIGHT_BYTES, PEAK_MEMORY -> "MB";
        };
    }

    /** Base units in one {@link #unit}. */
    private static double size(Objective objective) {
        return switch (objective) {
            case TOP1, SCORE -> 1;
            case LATENCY -> 1e3;
            case MACS, PARAMS, WEIGHT_BYTES, PEAK_MEMORY -> 1e6;
        };
    }

    /** {@code Predicted latency, ms}. */
    static String heading(Objective objective) {
        return name(objective) + (unit(objective).isEmpty() ? "" : ", " + unit(objective));
    }

    /** In the objective's unit, without it. */
    static String number(Objective objective, double value) {
        double scaled = value / size(objective);
        return String.format(Locale.ROOT, Math.abs(scaled) >= 100 ? "%.1f" : "%.2f", scaled);
    }

    /** {@code 75.20 (73.81 to 76.55)}. */
    static String range(Objective objective, Range range) {
        return number(objective, range.value())
                + (range.isExact() ? "" : " (" + number(objective, range.low()) + " to " + number(objective, range.high()) + ")");
    }

    /** {@code 4,711}. */
    static String grouped(long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }

    static String decimals(double value, int digits) {
        return String.format(Locale.ROOT, "%." + digits + "f", value);
    }

    /** A constraint as the run has it, with the name of an architecture's file in place of its path: {@code latency at-most 1.0 x small}. */
    static String constraint(String text) {
        return FILE.matcher(text).replaceAll("$1");
    }

    /** In the objective's unit. */
    static double scaled(Objective objective, double value) {
        return value / size(objective);
    }

    static Range scaled(Objective objective, Range range) {
        return new Range(scaled(objective, range.value()), scaled(objective, range.low()), scaled(objective, range.high()));
    }
}
