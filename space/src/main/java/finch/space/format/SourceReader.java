package finch.space.format;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.dataformat.yaml.YAMLFactory;
import tools.jackson.dataformat.yaml.YAMLParser;

/** Parses YAML and JSON (told apart by the first quoted key) into nodes that know their line. */
public final class SourceReader {
    private static final int MAX_DEPTH = 64;
    private static final Pattern JSON_START = Pattern.compile("\\s*\\{\\s*[\"}]");

    private final Problems problems;
    private final JsonParser parser;

    private SourceReader(Problems problems, JsonParser parser) {
        this.problems = problems;
        this.parser = parser;
    }

    /**
     * @throws InvalidFileException at once if the file is no text or not well-formed, since nothing after that can be trusted
     * @throws IOException          if the file cannot be read
     */
    public static SourceNode read(Path file) throws IOException {
        return parse(file.toString(), TextFile.read(file));
    }

    /** @param name how messages call the source */
    public static SourceNode parse(String name, String text) {
        Problems problems = new Problems(name);
        TokenStreamFactory factory = JSON_START.matcher(text).lookingAt() ? new JsonFactory() : new YAMLFactory();
        try (JsonParser parser = factory.createParser(ObjectReadContext.empty(), text)) {
            return new SourceReader(problems, parser).document();
        } catch (JacksonException e) {
            throw notWellFormed(problems, e, 1);
        }
    }

    private SourceNode document() {
        try {
            if (parser.nextToken() == null) {
                problems.add(1, "", "the file is empty");
                problems.throwIfAny();
            }
            SourceNode root = node("", 0);
            if (parser.nextToken() != null) {
                problems.add(line(parser), "", "a second document follows; a file holds one");
                problems.throwIfAny();
            }
            return root;
        } catch (JacksonException e) {
            throw notWellFormed(problems, e, parser.currentLocation().getLineNr());
        }
    }

    /** @param near where the parser stands; the mistake itself may tell its line */
    private static InvalidFileException notWellFormed(Problems problems, JacksonException e, int near) {
        int line = e.getLocation() == null ? 0 : e.getLocation().getLineNr();
        problems.add(line > 0 ? line : Math.max(1, near), "", "not well-formed: " + JsonWords.of(e));
        return new InvalidFileException(problems.list());
    }

    private SourceNode node(String path, int depth) {
        if (depth > MAX_DEPTH) {
            problems.add(line(parser), path, "nested deeper than " + MAX_DEPTH + " levels");
            problems.throwIfAny();
        }
        int line = line(parser);
        if (parser instanceof YAMLParser yaml && yaml.isCurrentAlias()) {
            // an alias would be a text otherwise, and aliases of aliases can stand for very many values
            problems.add(line, path, "is an alias, *" + parser.getString() + ", and aliases are not read. Write the value here.");
            problems.throwIfAny();
        }
        return switch (parser.currentToken()) {
            case START_OBJECT -> mapping(path, line, depth);
            case START_ARRAY -> sequence(path, line, depth);
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT ->
                    SourceNode.scalar(problems, SourceNode.Kind.NUMBER, line, path, parser.getString());
            case VALUE_TRUE, VALUE_FALSE ->
                    SourceNode.scalar(problems, SourceNode.Kind.BOOLEAN, line, path, parser.getString());
            case VALUE_NULL -> SourceNode.scalar(problems, SourceNode.Kind.NULL, line, path, "");
            default -> SourceNode.scalar(problems, SourceNode.Kind.TEXT, line, path, text(line, path));
        };
    }

    /** A text may become the name of a file, which with a NUL character no system has, and is written in UTF-8, which has no half of a character. */
    private String text(int line, String path) {
        String text = parser.getString();
        if (text.indexOf('\0') >= 0) {
            problems.add(line, path, "holds a NUL character, which no text here may");
            problems.throwIfAny();
        }
        if (text.codePoints().anyMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE)) {
            problems.add(line, path, "holds half of a character (a surrogate such as \\ud800 without its other half), which no text here may");
            problems.throwIfAny();
        }
        return text;
    }

    private SourceNode mapping(String path, int line, int depth) {
        Map<String, SourceNode> entries = new LinkedHashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String key = parser.currentName();
            String child = path.isEmpty() ? key : path + "." + key;
            int keyLine = line(parser);
            parser.nextToken();
            if (entries.put(key, node(child, depth + 1)) != null) {
                problems.add(keyLine, child, "is given twice; keep one");
            }
        }
        return SourceNode.mapping(problems, line, path, entries);
    }

    private SourceNode sequence(String path, int line, int depth) {
        List<SourceNode> items = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            items.add(node(path + "[" + items.size() + "]", depth + 1));
        }
        return SourceNode.sequence(problems, line, path, items);
    }

    private static int line(JsonParser parser) {
        return parser.currentTokenLocation().getLineNr();
    }
}
