package finch.accuracy;

import finch.space.Architecture;
import finch.space.Decision;
import finch.space.Genome;
import finch.space.SearchSpace;
import finch.space.format.ArchitectureFormat;
import finch.space.format.InvalidFileException;
import finch.space.format.Problem;
import finch.space.format.Problems;
import finch.space.format.References;
import finch.space.format.SourceNode;
import finch.space.format.SourceReader;
import finch.space.format.TextFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A table of accuracies, read from a file. Formats, told apart by the content:
 * <ul>
 * <li>CSV with a header: {@code architecture} (a reference name such as {@code mobilenetv3-large@0.75}, an architecture
 *     file relative to the table, or {@code finch-architecture/1} as JSON in quotes) or {@code genome}; {@code top1} (or
 *     {@code accuracy}, {@code value}, {@code mean_acc}); optional {@code std}, {@code recipe}, {@code family};</li>
 * <li>JSON lines with the same keys, {@code architecture} being an object or a text;</li>
 * <li>one JSON object of genome → accuracy or → object with the keys above (NAS-Bench-Macro);</li>
 * <li>once-for-all evaluations: CSV with {@code ks, e, d, r, imagenet_top1}.</li>
 * </ul>
 * A genome is one index per decision of the search space, or one per decision that has a choice, as journals write it; as
 * digits ({@code 22212220}) or separated ({@code 2.0.1}). More columns may stand in a CSV file, so that a run's
 * {@code front.csv} is a table as well. Accuracies are percentages from 0 to 100. Lines may end in any way, and a
 * byte-order mark may stand before the first.
 *
 * @param file how messages call it
 */
public record AccuracyTable(String file, List<Entry> entries) {
    private static final int MOST_BYTES = 512 << 20;
    /** Characters of a table in a message. */
    private static final int MOST_SHOWN = 200;
    private static final List<String> VALUES = List.of("top1", "accuracy", "mean_acc", "value");
    private static final List<String> COLUMNS = List.of("architecture", "genome", "top1", "accuracy", "mean_acc", "value", "std",
            "recipe", "family");

    /**
     * One row.
     *
     * @param line    1-based
     * @param value   in percent
     * @param std     standard deviation between training runs, 0 where the table tells none
     * @param recipe  empty where the table tells none
     * @param family  empty where the table tells none
     */
    public record Entry(int line, Architecture architecture, double value, double std, String recipe, String family) {}

    public AccuracyTable {
        entries = List.copyOf(entries);
    }

    /**
     * Reads a table.
     *
     * @param space what genomes mean; a table with genomes needs it
     * @throws InvalidFileException with every row that cannot be read, each with its line
     */
    public static AccuracyTable read(Path file, Optional<SearchSpace> space) throws IOException {
        return new Reader(file.toString(), Optional.ofNullable(file.toAbsolutePath().getParent()), space)
                .read(TextFile.read(file, MOST_BYTES));
    }

    /** Reads a table that is not a file: architectures cannot be given as files. */
    public static AccuracyTable parse(String name, String text, Optional<SearchSpace> space) {
        return new Reader(name, Optional.empty(), space).read(text);
    }

    /**
     * The rows as observations to fit to.
     *
     * @param recipe for rows without one
     * @throws InvalidFileException with every row of 100 %: a fit is to the logarithm of the error, and no error has none
     */
    public List<Observation> observations(String recipe) {
        Problems problems = new Problems(file);
        for (Entry e : entries) {
            if (e.value() >= 100) {
                problems.add(e.line(), "", "the accuracy 100 cannot be fitted to: a fit is to the logarithm of the error, and an error of 0 has none. Leave the row out,"
                        + " or let a search look accuracies up in the table as it is: accuracy: { type: table, table: … }");
            }
        }
        problems.throwIfAny();
        return entries.stream().map(e -> new Observation(e.architecture(), e.value(), e.recipe().isEmpty() ? recipe : e.recipe(), "",
                ArchitectureFormat.toJson(e.architecture().anonymous()), e.family())).toList();
    }

    /** What a message can show of a table's text. */
    static String shortened(String text) {
        return text.length() <= MOST_SHOWN ? text : text.substring(0, MOST_SHOWN) + "…";
    }

    private static final class Reader {
        private final Problems problems;
        private final Optional<Path> folder;
        private final Optional<SearchSpace> space;
        private final List<Entry> entries = new ArrayList<>();

        Reader(String name, Optional<Path> folder, Optional<SearchSpace> space) {
            this.problems = new Problems(name);
            this.folder = folder;
            this.space = space;
        }

        AccuracyTable read(String given) {
            String text = PlainText.of(given);
            String start = text.stripLeading();
            if (start.startsWith("[")) {
                problems.add(1, "", "is a JSON array, which is not read. Write JSON lines: one object a line, without the brackets and without commas between the objects");
            } else if (!start.startsWith("{")) {
                csv(text);
            } else if (isOneObject(text)) {
                object(SourceReader.parse(problems.file(), text));
            } else {
                lines(text);
            }
            if (entries.isEmpty() && problems.isEmpty()) {
                problems.add(1, "", "the table has no rows");
            }
            problems.throwIfAny();
            return new AccuracyTable(problems.file(), entries);
        }

        /** JSON lines have a whole object on their first line that is a row; anything else is one object. */
        private static boolean isOneObject(String text) {
            String first = text.lines().filter(l -> !l.isBlank()).findFirst().orElse("").strip();
            boolean row = first.contains("\"architecture\"") || first.contains("\"genome\"");
            return !(row && first.endsWith("}"));
        }

        private void csv(String text) {
            CsvTable table = CsvTable.parse(problems, text);
            int before = problems.count();
            if (OnceForAllTable.isOne(table.header())) {
                problems.throwIfAny();
                for (OnceForAllTable.Subnet s : OnceForAllTable.of(problems.file(), table)) {
                    entries.add(new Entry(s.line(), s.architecture(), s.top1(), 0, PublishedResults.ONCE_FOR_ALL, ""));
                }
                return;
            }
            String value = VALUES.stream().filter(table.header()::contains).findFirst().orElse("");
            if (value.isEmpty() || !(table.header().contains("architecture") || table.header().contains("genome"))) {
                problems.add(table.line(), "", "the header " + shortened(table.header().toString()) + " needs a column architecture or genome and one of " + VALUES);
            }
            for (String column : table.header()) {
                if (column.isEmpty()) {
                    problems.add(table.line(), "", "the header has a column without a name");
                }
            }
            if (problems.count() > before) {
                problems.throwIfAny();
            }
            for (CsvTable.Row row : table.rows()) {
                Optional<Architecture> architecture = row.get("architecture").isEmpty() ? genome(row.line(), row.get("genome"))
                        : architecture(row.line(), row.get("architecture"));
                Optional<Double> accuracy = number(row.line(), value, row.get(value));
                Optional<Double> std = row.get("std").isEmpty() ? Optional.of(0.0) : deviation(row.line(), row.get("std"));
                if (architecture.isPresent() && accuracy.isPresent() && std.isPresent()) {
                    entries.add(new Entry(row.line(), architecture.get(), accuracy.get(), std.get(), row.get("recipe"), row.get("family")));
                }
            }
        }

        private void lines(String text) {
            int line = 0;
            for (String content : text.split("\n", -1)) {
                line++;
                if (content.isBlank()) {
                    continue;
                }
                try {
                    SourceNode row = SourceReader.parse(problems.file(), content);
                    row.onlyKeys(COLUMNS.toArray(String[]::new));
                    if (row.get("architecture").isEmpty() && row.get("genome").isEmpty()) {
                        row.problem("a row needs an architecture or a genome");
                    }
                    row.get("architecture").filter(a -> a.kind() == SourceNode.Kind.SEQUENCE)
                            .ifPresent(a -> a.problem("must be a text, as the name of a network, or an object, not " + list(a)));
                    row.get("genome").filter(g -> !g.isScalar()).ifPresent(Reader::refuseGenome);
                    row.problems().throwIfAny();
                    Optional<SourceNode> given = row.get("architecture");
                    Optional<Architecture> architecture = given.isEmpty() ? genome(line, row.get("genome").orElseThrow().text())
                            : given.get().kind() == SourceNode.Kind.MAPPING ? Optional.of(ArchitectureFormat.of(given.get()))
                            : architecture(line, given.get().text());
                    add(line, "", architecture, row);
                } catch (InvalidFileException e) {
                    for (Problem p : e.problems()) {
                        problems.add(line, p.key(), p.message());
                    }
                }
            }
        }

        private void object(SourceNode root) {
            root.isMapping();
            // keys that are given twice, too: the last would be taken without a word
            root.problems().list().forEach(p -> problems.add(p.line(), p.key(), p.message()));
            for (Map.Entry<String, SourceNode> entry : root.entries().entrySet()) {
                SourceNode value = entry.getValue();
                add(value.line(), entry.getKey(), genome(value.line(), entry.getKey()), value);
            }
        }

        private void add(int line, String key, Optional<Architecture> architecture, SourceNode row) {
            Optional<Double> accuracy;
            Optional<Double> std = Optional.of(0.0);
            if (row.kind() == SourceNode.Kind.MAPPING) {
                Optional<SourceNode> value = VALUES.stream().map(row::get).flatMap(Optional::stream).findFirst();
                if (value.isEmpty()) {
                    problems.add(line, key, "has no accuracy; give one of " + VALUES);
                }
                accuracy = value.flatMap(v -> number(line, v.path(), shown(v)));
                if (row.get("std").isPresent()) {
                    std = deviation(line, shown(row.get("std").get()));
                }
            } else {
                accuracy = number(line, key, shown(row));
            }
            if (architecture.isPresent() && accuracy.isPresent() && std.isPresent()) {
                entries.add(new Entry(line, architecture.get(), accuracy.get(), std.get(), text(row, "recipe"), text(row, "family")));
            }
        }

        private static void refuseGenome(SourceNode genome) {
            boolean indices = genome.kind() == SourceNode.Kind.SEQUENCE && !genome.items().isEmpty() && genome.items().stream().allMatch(SourceNode::isScalar);
            genome.problem("must be a text of one index per decision, not " + (indices ? list(genome) + ". Write \"" + texts(genome, ".") + "\"" : genome.describe()
                    + ". Write the indices with dots between them, such as \"2.0.1\""));
        }

        private static String list(SourceNode node) {
            return node.items().stream().allMatch(SourceNode::isScalar) ? "the list [" + texts(node, ", ") + "]" : node.describe();
        }

        private static String texts(SourceNode list, String between) {
            return list.items().stream().map(SourceNode::text).collect(Collectors.joining(between));
        }

        /** What stands there; a list or an object by that word, for it has no text. */
        private static String shown(SourceNode value) {
            return value.isScalar() ? value.text() : value.describe();
        }

        private static String text(SourceNode row, String key) {
            return row.get(key).map(SourceNode::text).orElse("");
        }

        private Optional<Double> number(int line, String column, String text) {
            OptionalDouble value = PlainText.percentage(text);
            if (value.isPresent()) {
                return Optional.of(value.getAsDouble());
            }
            problems.add(line, column, "must be a percentage from 0 to 100, not \"" + text + "\"");
            return Optional.empty();
        }

        private Optional<Double> deviation(int line, String text) {
            OptionalDouble value = PlainText.percentage(text);
            if (value.isPresent() && value.getAsDouble() < 100) {
                return Optional.of(value.getAsDouble());
            }
            problems.add(line, "std", "must be a number of at least 0 and below 100, not \"" + text + "\"");
            return Optional.empty();
        }

        private Optional<Architecture> architecture(int line, String text) {
            try {
                if (text.startsWith("{")) {
                    return Optional.of(ArchitectureFormat.parse(problems.file(), text));
                }
                String lower = text.toLowerCase(Locale.ROOT);
                if (folder.isPresent() && (lower.endsWith(".yaml") || lower.endsWith(".yml") || lower.endsWith(".json"))) {
                    return Optional.of(ArchitectureFormat.read(folder.get().resolve(text)));
                }
                return Optional.of(References.resolve(text));
            } catch (InvalidFileException e) {
                e.problems().forEach(p -> problems.add(line, "architecture" + (p.key().isEmpty() ? "" : "." + p.key()), p.message()));
            } catch (IllegalArgumentException e) {
                problems.add(line, "architecture", e.getMessage());
            } catch (IOException e) {
                problems.add(line, "architecture", "the file " + text + " cannot be read: " + e.getMessage());
            }
            return Optional.empty();
        }

        private Optional<Architecture> genome(int line, String text) {
            if (space.isEmpty()) {
                problems.add(line, "genome", "a table of genomes needs the search space that they are points of");
                return Optional.empty();
            }
            SearchSpace known = space.get();
            List<Decision> decisions = known.decisions();
            int[] free = IntStream.range(0, decisions.size()).filter(i -> decisions.get(i).size() > 1).toArray();
            boolean digits = text.chars().allMatch(c -> c >= '0' && c <= '9') && (text.length() == decisions.size() || text.length() == free.length);
            String[] parts = digits ? text.split("") : text.split("[.,;_\\- ]+");
            boolean freeAlone = parts.length == free.length;
            int[] choices = new int[freeAlone ? decisions.size() : parts.length];
            try {
                if (choices.length != decisions.size()) {
                    throw new IllegalArgumentException("It has " + parts.length + ".");
                }
                for (int i = 0; i < parts.length; i++) {
                    choices[freeAlone ? free[i] : i] = Integer.parseInt(parts[i].strip());
                }
                return Optional.of(known.decode(Genome.of(choices)));
            } catch (IllegalArgumentException e) {
                problems.add(line, "genome", "\"" + text + "\" is no genome of the space " + known.name() + ", which has " + decisions.size()
                        + " decisions" + (free.length == decisions.size() ? "" : ", " + free.length + " of them with a choice")
                        + ": one index for each, as digits or separated by dots. " + e.getMessage());
                return Optional.empty();
            }
        }
    }
}
