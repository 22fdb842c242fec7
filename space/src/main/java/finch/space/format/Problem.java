package finch.space.format;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One mistake in a file a person wrote.
 *
 * @param line    1-based; 0 where no line is to blame
 * @param key     path of the key, e.g. {@code stages[2].kernel}; may be empty
 * @param message what is wrong with which value, what is allowed, a way out
 */
public record Problem(String file, int line, String key, String message) {
    private static final int LONGEST_KEY = 200;
    private static final int LONGEST_MESSAGE = 2000;
    /** What a terminal obeys, and what turns the direction of the text after it. */
    private static final Pattern OBEYED = Pattern.compile("[\\p{Cntrl}\\u0080-\\u009f\\u2028\\u2029\\u202a-\\u202e\\u2066-\\u2069]");

    /** A file from elsewhere does not write to the terminal: what it holds is quoted in bounds, and controls are spelled out. */
    public Problem {
        key = shown(key, LONGEST_KEY);
        message = shown(message, LONGEST_MESSAGE);
    }

    /** A text of a file in a message: in bounds, and with what a terminal would obey spelled out. */
    public static String visible(String text) {
        return shown(text, LONGEST_MESSAGE);
    }

    private static String shown(String text, int longest) {
        String part = text.length() <= longest ? text : text.substring(0, longest) + "…";
        String spelled = OBEYED.matcher(part).replaceAll(control -> Matcher.quoteReplacement("\\u%04x".formatted((int) control.group().charAt(0))));
        // a text of nothing but controls is six times as long now
        return spelled.length() <= longest + 1 ? spelled : spelled.substring(0, longest) + "…";
    }

    @Override
    public String toString() {
        return file + (line > 0 ? ":" + line : "") + ": " + (key.isEmpty() ? "" : key + ": ") + message;
    }
}
