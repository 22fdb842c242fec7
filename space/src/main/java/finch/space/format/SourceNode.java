package finch.space.format;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A value of a YAML or JSON file together with where it stands. Reading methods report what is wrong to the document's
 * {@link Problems} and answer a fallback, so that reading goes on and finds the other mistakes too.
 */
public final class SourceNode {
    /** What a node is. */
    public enum Kind { MAPPING, SEQUENCE, TEXT, NUMBER, BOOLEAN, NULL }

    private static final int LONGEST_QUOTE = 100;

    private final Problems problems;
    private final Kind kind;
    private final int line;
    private final String path;
    private final String text;
    private final Map<String, SourceNode> entries;
    private final List<SourceNode> items;

    private SourceNode(Problems problems, Kind kind, int line, String path, String text,
                       Map<String, SourceNode> entries, List<SourceNode> items) {
        this.problems = problems;
        this.kind = kind;
        this.line = line;
        this.path = path;
        this.text = text;
        this.entries = entries;
        this.items = items;
    }

    static SourceNode scalar(Problems problems, Kind kind, int line, String path, String text) {
        return new SourceNode(problems, kind, line, path, text, Map.of(), List.of());
    }

    static SourceNode mapping(Problems problems, int line, String path, Map<String, SourceNode> entries) {
        return new SourceNode(problems, Kind.MAPPING, line, path, "", new LinkedHashMap<>(entries), List.of());
    }

    static SourceNode sequence(Problems problems, int line, String path, List<SourceNode> items) {
        return new SourceNode(problems, Kind.SEQUENCE, line, path, "", Map.of(), List.copyOf(items));
    }

    public Kind kind() {
        return kind;
    }

    public int line() {
        return line;
    }

    /** Where it stands, e.g. {@code stages[2].kernel}; empty for the whole document. */
    public String path() {
        return path;
    }

    /** The scalar as written; empty for a mapping or sequence. */
    public String text() {
        return text;
    }

    public Problems problems() {
        return problems;
    }

    public boolean isScalar() {
        return kind != Kind.MAPPING && kind != Kind.SEQUENCE && kind != Kind.NULL;
    }

    /** Reports a mistake in this value. The message should say the value, what is allowed and a way out. */
    public void problem(String message) {
        problems.add(line, path, message);
    }

    /**
     * This mapping with one value replaced or added, e.g. by an override on the command line. Missing mappings on the
     * way are made; mistakes in the new value are reported to this document, without a line.
     *
     * @param key path of mapping keys separated by dots
     * @throws IllegalArgumentException if a part of the path is a value and no mapping
     */
    public SourceNode with(String key, SourceNode value) {
        return with(key.split("\\.", -1), 0, value);
    }

    private SourceNode with(String[] keys, int depth, SourceNode value) {
        if (depth == keys.length) {
            return value.movedTo(problems, path);
        }
        if (kind != Kind.MAPPING && kind != Kind.NULL) {
            throw new IllegalArgumentException("there is no key " + String.join(".", keys) + ": " + path + " is " + describe());
        }
        Map<String, SourceNode> changed = new LinkedHashMap<>(entries);
        SourceNode old = entries.getOrDefault(keys[depth], scalar(problems, Kind.NULL, 0, child(keys[depth]), ""));
        changed.put(keys[depth], old.with(keys, depth + 1, value));
        return mapping(problems, line, path, changed);
    }

    private SourceNode movedTo(Problems newProblems, String newPath) {
        Map<String, SourceNode> movedEntries = new LinkedHashMap<>();
        entries.forEach((key, value) -> movedEntries.put(key, value.movedTo(newProblems, newPath.isEmpty() ? key : newPath + "." + key)));
        List<SourceNode> movedItems = new ArrayList<>();
        for (SourceNode item : items) {
            movedItems.add(item.movedTo(newProblems, newPath + "[" + movedItems.size() + "]"));
        }
        return new SourceNode(newProblems, kind, 0, newPath, text, movedEntries, List.copyOf(movedItems));
    }

    // --- mappings ---

    /** The entry, if this is a mapping that has it with a value other than null. */
    public Optional<SourceNode> get(String key) {
        return Optional.ofNullable(entries.get(key)).filter(n -> n.kind != Kind.NULL);
    }

    /** The entry; reports it as missing, with what belongs there, if it is not there. */
    public Optional<SourceNode> require(String key, String what) {
        Optional<SourceNode> node = get(key);
        if (node.isEmpty() && kind == Kind.MAPPING) {
            problems.add(line, child(key), "is missing: " + what);
        }
        return node;
    }

    /** All entries in the order of the file; empty if this is no mapping. */
    public Map<String, SourceNode> entries() {
        return Collections.unmodifiableMap(entries);
    }

    /** Reports every key that is not one of these, with the nearest one, and reports a node that is no mapping. */
    public SourceNode onlyKeys(String... allowed) {
        if (!isMapping()) {
            return this;
        }
        List<String> known = Arrays.asList(allowed);
        entries.forEach((key, value) -> {
            if (!known.contains(key)) {
                problems.add(value.line, child(key), "unknown key. " + Suggestions.nearest(key, known)
                        .map(n -> "Maybe you meant " + n + ". ").orElse("") + "Known keys: " + String.join(", ", known) + ".");
            }
        });
        return this;
    }

    /** Whether this is a mapping; reports it if not. */
    public boolean isMapping() {
        if (kind != Kind.MAPPING) {
            problem("must be a mapping of keys to values, not " + describe());
        }
        return kind == Kind.MAPPING;
    }

    // --- sequences ---

    /** The items; reports a node that is no sequence. */
    public List<SourceNode> items() {
        if (kind != Kind.SEQUENCE) {
            problem("must be a list, not " + describe());
        }
        return items;
    }

    /** The items of a sequence, or this node alone if it is not one. */
    public List<SourceNode> itemsOrSelf() {
        return kind == Kind.SEQUENCE ? items : List.of(this);
    }

    // --- scalars ---

    public int asInt(int min, int max, int fallback) {
        return (int) asLong(min, max, fallback);
    }

    public long asLong(long min, long max, long fallback) {
        if (kind == Kind.NUMBER) {
            try {
                long value = Long.parseLong(text.replace("_", ""));
                if (value >= min && value <= max) {
                    return value;
                }
            } catch (NumberFormatException e) {
                // reported below, as anything else that is no whole number in range
            }
        }
        problem("must be a whole number " + range(min, max) + ", not " + describe());
        return fallback;
    }

    public double asDouble(double min, double max, double fallback) {
        if (kind == Kind.NUMBER) {
            try {
                double value = Double.parseDouble(text.replace("_", ""));
                if (value >= min && value <= max) {
                    return value;
                }
            } catch (NumberFormatException e) {
                // .inf, .nan and 0x1F are numbers to YAML only; reported below
            }
        }
        problem("must be a number from " + min + " to " + max + ", not " + describe());
        return fallback;
    }

    public boolean asBoolean(boolean fallback) {
        if (kind == Kind.BOOLEAN) {
            return Boolean.parseBoolean(text);
        }
        problem("must be true or false, not " + describe());
        return fallback;
    }

    public String asText(String fallback) {
        if (isScalar()) {
            return text;
        }
        problem("must be a text, not " + describe());
        return fallback;
    }

    /** One of the keys of {@code choices}; reports anything else with the nearest key. */
    public <T> T asChoice(Map<String, T> choices, T fallback) {
        if (isScalar() && choices.containsKey(text)) {
            return choices.get(text);
        }
        problem(describe() + " is not known. " + Suggestions.nearest(text, choices.keySet())
                .map(n -> "Maybe you meant " + n + ". ").orElse("")
                + "Allowed: " + choices.keySet().stream().sorted().collect(Collectors.joining(", ")) + ".");
        return fallback;
    }

    /** Reports a format that is not the one that is read; one that is newer as what it is. */
    public void requireFormat(String read) {
        if (isScalar() && FormatVersion.isNewer(text, read)) {
            problem(FormatVersion.newer(text, read));
        } else {
            asChoice(Map.of(read, read), read);
        }
    }

    /** The value as a person would quote it. */
    public String describe() {
        return switch (kind) {
            case MAPPING -> "a mapping";
            case SEQUENCE -> "a list";
            case NULL -> "nothing";
            case TEXT -> "\"" + quoted() + "\"";
            case NUMBER, BOOLEAN -> quoted();
        };
    }

    private String quoted() {
        return text.length() <= LONGEST_QUOTE ? text : text.substring(0, LONGEST_QUOTE) + "…";
    }

    private String child(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    private static String range(long min, long max) {
        return max == Long.MAX_VALUE || max == Integer.MAX_VALUE ? "of at least " + min : "from " + min + " to " + max;
    }
}
