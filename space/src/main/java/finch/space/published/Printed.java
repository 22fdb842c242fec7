package finch.space.published;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A number as printed: its digits and its unit.
 *
 * @param unit {@code G}, {@code M}, {@code %} or nothing
 */
record Printed(BigDecimal digits, String unit) {
    private static final Pattern FORM = Pattern.compile("([0-9]+(?:\\.[0-9]+)?)(G|M|%)?");

    static Printed parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("not a printed number: " + text);
        }
        return new Printed(new BigDecimal(matcher.group(1)), matcher.group(2) == null ? "" : matcher.group(2));
    }

    boolean isExact() {
        return unit.isEmpty() && digits.scale() == 0;
    }

    /** A value in this unit with this many decimals. */
    BigDecimal express(BigDecimal value, RoundingMode mode) {
        return inUnit(value).setScale(digits.scale(), mode);
    }

    boolean isRounded(BigDecimal value) {
        return express(value, RoundingMode.HALF_UP).compareTo(digits) == 0;
    }

    boolean isCut(BigDecimal value) {
        return express(value, RoundingMode.DOWN).compareTo(digits) == 0;
    }

    private BigDecimal inUnit(BigDecimal value) {
        return value.movePointLeft(switch (unit) {
            case "G" -> 9;
            case "M" -> 6;
            case "%" -> -2;
            default -> 0;
        });
    }

    /** The value as this source would print it, with two decimals more where it does not agree. */
    String ours(BigDecimal value) {
        boolean agrees = isRounded(value);
        return inUnit(value).setScale(digits.scale() + (agrees || isExact() ? 0 : 2), RoundingMode.HALF_UP).toPlainString() + unit;
    }
}
