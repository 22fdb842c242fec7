package finch.training;

import finch.space.format.AtomicFile;
import finch.space.format.FormatVersion;
import finch.space.format.SourceNode;
import finch.space.format.SourceReader;
import finch.space.format.TextFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * What a study of many trainings has found so far: JSON lines, the first of which says what it is a study of. Written whole after each row, so that a study
 * that was stopped goes on from it.
 */
public final class StudyFile<R extends StudyFile.Row> {
    private final Path file;
    private final String format;
    private final Map<String, Object> of;
    private final List<R> rows;

    /** One training. */
    public interface Row {
        /** As its line has it. */
        Map<String, Object> tree();
    }

    /** A file whatever it is a study of. */
    public record Stored<R>(Map<String, Object> of, List<R> rows) {}

    private StudyFile(Path file, String format, Map<String, Object> of, List<R> rows) {
        this.file = file;
        this.format = format;
        this.of = of;
        this.rows = rows;
    }

    /**
     * A new file, which is written with its first row, or one that is there.
     *
     * @param format its first line's, e.g. {@code finch-ablation/1}
     * @param of     what it is a study of
     * @throws IllegalArgumentException if the file that is there is of another study, saying what differs, or none of this format
     */
    public static <R extends Row> StudyFile<R> open(Path file, String format, Map<String, Object> of, Function<SourceNode, R> reader) throws IOException {
        if (!Files.exists(file)) {
            return new StudyFile<>(file, format, of, new ArrayList<>());
        }
        Stored<R> stored = read(file, format, reader, " is there and is no " + format + ". Name another file with -o.");
        List<String> differences = JsonTree.differences(stored.of(), of);
        if (!differences.isEmpty()) {
            throw new IllegalArgumentException(file + " is of another study: " + String.join("; ", differences) + ". Name another file with -o, or give what it had.");
        }
        return new StudyFile<>(file, format, of, new ArrayList<>(stored.rows()));
    }

    /**
     * Reads a file of whatever study.
     *
     * @param none what to say, behind the file's name, if it is no such file
     * @throws finch.space.format.InvalidFileException if a line cannot be read
     * @throws IllegalArgumentException                if it is no file of this format
     */
    public static <R> Stored<R> read(Path file, String format, Function<SourceNode, R> reader, String none) throws IOException {
        List<String> lines = TextFile.read(file).lines().toList();
        SourceNode head = SourceReader.parse(file.toString(), lines.isEmpty() ? "{}" : lines.getFirst());
        head.get("format").filter(n -> FormatVersion.isNewer(n.text(), format)).ifPresent(n -> n.requireFormat(format));
        head.problems().throwIfAny();
        if (!head.get("format").map(SourceNode::text).orElse("").equals(format)) {
            throw new IllegalArgumentException(file + none);
        }
        List<R> rows = new ArrayList<>();
        for (String line : lines.subList(1, lines.size())) {
            SourceNode node = SourceReader.parse(file.toString(), line);
            rows.add(reader.apply(node));
            node.problems().throwIfAny();
        }
        return new Stored<>(head.get("of").map(JsonTree::map).orElse(Map.of()), List.copyOf(rows));
    }

    /** The rows so far, in the order in which they came. */
    public List<R> rows() {
        return List.copyOf(rows);
    }

    /** Writes the file with one more row. */
    public void add(R row) throws IOException {
        rows.add(row);
        Map<String, Object> head = new LinkedHashMap<>();
        head.put("format", format);
        head.put("of", of);
        StringBuilder text = new StringBuilder(JsonTree.line(head)).append('\n');
        rows.forEach(each -> text.append(JsonTree.line(each.tree())).append('\n'));
        AtomicFile.write(file, text.toString());
    }
}
