package finch.space.format;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Maps, lists and scalars on one line, as JSON or as YAML in flow style. Written by hand because YAML printers choose
 * one style for a whole document, and an architecture reads best with one block a line.
 */
final class FlowText {
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z][A-Za-z0-9_@+./-]*");
    private static final Set<String> NOT_TEXT = Set.of("true", "false", "null", "yes", "no", "on", "off", "y", "n");

    private FlowText() {}

    static String json(Object value) {
        return switch (value) {
            case Map<?, ?> map -> join(map, e -> quote(e.getKey().toString()) + ":" + json(e.getValue()), ",", "{", "}");
            case List<?> list -> list.stream().map(FlowText::json).collect(Collectors.joining(",", "[", "]"));
            case String text -> quote(text);
            default -> value.toString();
        };
    }

    static String yaml(Object value) {
        return switch (value) {
            case Map<?, ?> map when map.isEmpty() -> "{}";
            case Map<?, ?> map -> join(map, e -> e.getKey() + ": " + yaml(e.getValue()), ", ", "{ ", " }");
            case List<?> list -> list.stream().map(FlowText::yaml).collect(Collectors.joining(", ", "[", "]"));
            case String text -> isPlain(text) ? text : quoteLong(text);
            default -> value.toString();
        };
    }

    private static boolean isPlain(String text) {
        return PLAIN.matcher(text).matches() && !NOT_TEXT.contains(text.toLowerCase(Locale.ROOT));
    }

    private static String join(Map<?, ?> map, Function<Map.Entry<?, ?>, String> entry, String separator, String open, String close) {
        return map.entrySet().stream().map(entry).collect(Collectors.joining(separator, open, close));
    }

    /** A JSON string; what YAML calls unprintable is escaped too. */
    static String quote(String text) {
        return quote(text.chars());
    }

    /** A string of YAML or of Python: both read the two halves that JSON makes of a character above U+FFFF as two characters, which none are. */
    static String quoteLong(String text) {
        return quote(text.codePoints());
    }

    private static String quote(IntStream characters) {
        StringBuilder out = new StringBuilder("\"");
        characters.forEach(c -> {
            if (c == '"' || c == '\\') {
                out.append('\\').append((char) c);
            } else if (c < 0x20 || c >= 0x7f) {
                out.append(String.format(Locale.ROOT, c > 0xffff ? "\\U%08X" : "\\u%04x", c));
            } else {
                out.append((char) c);
            }
        });
        return out.append('"').toString();
    }
}
