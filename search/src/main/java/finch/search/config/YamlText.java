package finch.search.config;

import finch.space.format.SourceNode;
import java.util.stream.Collectors;

/** Writes a parsed document as YAML again, without its comments. */
final class YamlText {
    private YamlText() {}

    /** In flow style below the first level, a key a line. */
    static String of(SourceNode mapping) {
        return mapping.entries().entrySet().stream().map(e -> quoted(e.getKey()) + ": " + flow(e.getValue()))
                .collect(Collectors.joining("\n", "", "\n"));
    }

    static String flow(SourceNode node) {
        return switch (node.kind()) {
            case MAPPING -> node.entries().entrySet().stream().map(e -> quoted(e.getKey()) + ": " + flow(e.getValue()))
                    .collect(Collectors.joining(", ", "{ ", " }"));
            case SEQUENCE -> node.items().stream().map(YamlText::flow).collect(Collectors.joining(", ", "[", "]"));
            case TEXT -> quoted(node.text());
            case NUMBER, BOOLEAN -> node.text();
            case NULL -> "null";
        };
    }

    /** A text as YAML: plain where that reads back as the same text, else in double quotes. */
    static String quoted(String text) {
        if (text.matches("[A-Za-z][A-Za-z0-9_./@-]*") && !text.matches("(?i)true|false|yes|no|on|off|null|y|n")) {
            return text;
        }
        StringBuilder quoted = new StringBuilder("\"");
        for (char c : text.toCharArray()) {
            switch (c) {
                case '"', '\\' -> quoted.append('\\').append(c);
                case '\n' -> quoted.append("\\n");
                case '\t' -> quoted.append("\\t");
                default -> {
                    if (c < ' ') {
                        quoted.append(String.format("\\u%04x", (int) c));
                    } else {
                        quoted.append(c);
                    }
                }
            }
        }
        return quoted.append('"').toString();
    }
}
