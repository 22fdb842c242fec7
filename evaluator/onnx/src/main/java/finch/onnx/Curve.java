package finch.onnx;

import java.util.Locale;

/**
 * A scalar function of a tensor's elements that is not yet a layer. Chains of element-wise nodes compose here, so that
 * every spelling of hard-swish ends as the same record.
 */
sealed interface Curve {
    Curve IDENTITY = new Ramp(1, 0, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY);

    /** min(max(slope·x + offset, low), high). */
    record Ramp(double slope, double offset, double low, double high) implements Curve {
        boolean isStraight() {
            return low == Double.NEGATIVE_INFINITY && high == Double.POSITIVE_INFINITY;
        }
    }

    /** 1/(1 + e^−x). */
    record Logistic() implements Curve {}

    /** x·inner(x). */
    record Gated(Curve inner) implements Curve {}

    /** As a formula in x. */
    default String told() {
        return switch (this) {
            case Ramp(double slope, double offset, double low, double high) -> {
                String line = "(" + (slope == 1 ? "x" : number(slope) + "·x") + (offset == 0 ? "" : offset < 0 ? " - " + number(-offset) : " + " + number(offset)) + ")";
                String above = low == Double.NEGATIVE_INFINITY ? line : "max(" + line + ", " + number(low) + ")";
                yield high == Double.POSITIVE_INFINITY ? above : "min(" + above + ", " + number(high) + ")";
            }
            case Logistic() -> "sigmoid(x)";
            case Gated(Curve inner) -> "x·" + inner.told();
        };
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.5g", value).replaceAll("(\\.\\d*?)0+$", "$1").replaceAll("\\.$", "");
    }

    default boolean isIdentity() {
        return equals(IDENTITY);
    }

    /** This function times a constant; null where that is none of our functions. */
    default Curve times(double factor) {
        return switch (this) {
            case Ramp(double slope, double offset, double low, double high) when factor > 0 ->
                    new Ramp(slope * factor, offset * factor, low * factor, high * factor);
            case Ramp(double slope, double offset, double low, double high) when factor < 0 ->
                    new Ramp(slope * factor, offset * factor, high * factor, low * factor);
            case Gated(Ramp inner) when factor != 0 -> new Gated(inner.times(factor));
            default -> null;
        };
    }

    /** This function plus a constant; null where that is none of our functions. */
    default Curve plus(double term) {
        return this instanceof Ramp(double slope, double offset, double low, double high)
                ? new Ramp(slope, offset + term, low + term, high + term) : null;
    }

    /** This function clamped; null where that is none of our functions. */
    default Curve clamped(double floor, double ceiling) {
        return this instanceof Ramp(double slope, double offset, double low, double high)
                ? new Ramp(slope, offset, clamp(low, floor, ceiling), clamp(high, floor, ceiling)) : null;
    }

    private static double clamp(double value, double floor, double ceiling) {
        return Math.min(Math.max(value, floor), ceiling);
    }
}
