package finch.search.report;

import java.util.ArrayList;
import java.util.List;

/** A linear scale from values to pixels, with round ticks. */
record Axis(double low, double high, double pixelsAtLow, double pixelsAtHigh) {
    /** Covers all values with a margin. */
    static Axis covering(double low, double high, double pixelsAtLow, double pixelsAtHigh) {
        double span = high > low ? high - low : Math.max(Math.abs(high) * 0.1, 1e-9);
        double middle = (low + high) / 2;
        double half = 0.57 * span;
        return new Axis(middle - half, middle + half, pixelsAtLow, pixelsAtHigh);
    }

    double pixels(double value) {
        return pixelsAtLow + (value - low) / (high - low) * (pixelsAtHigh - pixelsAtLow);
    }

    /** Like {@link #pixels}, but never outside the axis. */
    double clamped(double value) {
        return pixels(Math.clamp(value, low, high));
    }

    boolean contains(double value) {
        return value >= low && value <= high;
    }

    /** About {@code wanted} values at steps of 1, 2 or 5 times a power of ten. */
    List<Double> ticks(int wanted) {
        double raw = (high - low) / wanted;
        double power = Math.pow(10, Math.floor(Math.log10(raw)));
        double step = raw / power <= 1 ? power : raw / power <= 2 ? 2 * power : raw / power <= 5 ? 5 * power : 10 * power;
        List<Double> ticks = new ArrayList<>();
        for (long i = (long) Math.ceil(low / step); i * step <= high; i++) {
            ticks.add(i * step);
        }
        return ticks;
    }
}
