package finch.accuracy;

import java.util.OptionalDouble;
import java.util.regex.Pattern;

/** Text of files and programs from elsewhere, whose editors and systems mark and end it in ways of their own. */
final class PlainText {
    private static final char MARK = '\uFEFF';
    /** Java reads more as a number than people write as one: 70f, 0x1.8p5, NaN. */
    private static final Pattern NUMBER = Pattern.compile("[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?");

    private PlainText() {}

    /** The text without the byte-order mark that some programs begin a file with. */
    static String withoutMark(String text) {
        return !text.isEmpty() && text.charAt(0) == MARK ? text.substring(1) : text;
    }

    /** The text without a byte-order mark, and with {@code \n} at the end of every line, whichever way they ended. */
    static String of(String text) {
        String plain = withoutMark(text);
        // tables may be large, and few have any
        return plain.indexOf('\r') < 0 ? plain : plain.replace("\r\n", "\n").replace('\r', '\n');
    }

    /** A number in decimal or scientific notation; empty if the text is anything else. */
    static OptionalDouble number(String text) {
        return NUMBER.matcher(text).matches() ? OptionalDouble.of(Double.parseDouble(text)) : OptionalDouble.empty();
    }

    /** A percentage; empty if the text is no number from 0 to 100. */
    static OptionalDouble percentage(String text) {
        OptionalDouble number = number(text);
        return number.isPresent() && number.getAsDouble() >= 0 && number.getAsDouble() <= 100 ? number : OptionalDouble.empty();
    }
}
