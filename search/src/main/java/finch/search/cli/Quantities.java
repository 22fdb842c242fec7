package finch.search.cli;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.util.Locale;

/** Numbers as people read them. The decimal point and the comma never depend on the locale. */
final class Quantities {
    private Quantities() {}

    /** All digits in groups of three: {@code 5,483,032}. */
    static String exact(long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }

    /** All digits where they fit on a line, else {@code 3.14e29}. */
    static String exact(BigInteger value) {
        return value.bitLength() < 63 ? exact(value.longValueExact()) : String.format(Locale.ROOT, "%.3g", new BigDecimal(value));
    }

    /** Three digits or so: {@code 5.48 M}, {@code 217 M}. */
    static String rounded(double value) {
        return scaled(value, 1000, "", " k", " M", " G", " T");
    }

    static String bytes(double value) {
        return scaled(value, 1000, " B", " kB", " MB", " GB", " TB");
    }

    /** {@code 831 µs}, {@code 12.3 ms}, {@code 1.25 s}. */
    static String micros(double value) {
        return scaled(value, 1000, " µs", " ms", " s");
    }

    static String percent(double value) {
        return String.format(Locale.ROOT, "%.1f %%", value);
    }

    /** A share of 1, of images for example: {@code 93.72 %}. */
    static String share(double share) {
        return decimals(100 * share, 2) + " %";
    }

    /** A share of 1 as percent, without the digits that binary arithmetic adds. */
    static double percentOf(double share) {
        return Math.round(share * 1e10) / 1e8;
    }

    static String decimals(double value, int digits) {
        return String.format(Locale.ROOT, "%." + digits + "f", value);
    }

    /** {@code 42 s}, {@code 3 min 5 s}, {@code 2 h 10 min}. */
    static String duration(Duration duration) {
        long seconds = Math.round(duration.toMillis() / 1000.0);
        if (seconds < 60) {
            return seconds + " s";
        }
        return seconds < 3600 ? seconds / 60 + " min " + seconds % 60 + " s" : seconds / 3600 + " h " + seconds % 3600 / 60 + " min";
    }

    static String threads(int threads) {
        return threads + (threads == 1 ? " thread" : " threads");
    }

    private static String scaled(double value, double step, String... units) {
        int unit = 0;
        while (Math.abs(value) >= 0.9995 * step && unit < units.length - 1) {
            value /= step;
            unit++;
        }
        boolean whole = unit == 0 && value == Math.rint(value);
        int digits = whole || Math.abs(value) >= 99.95 ? 0 : Math.abs(value) >= 9.995 ? 1 : 2;
        return decimals(value, digits) + units[unit];
    }
}
