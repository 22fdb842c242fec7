package finch.training.supernet;

import finch.space.format.AtomicFile;
import finch.space.format.FormatVersion;
import finch.space.format.SourceNode;
import finch.space.format.SourceReader;
import finch.space.format.TextFile;
import finch.training.JsonTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The file of a {@link RankStudy}: JSON lines, the first of which says what it is a study of. Written whole after each row. */
final class RankTable {
    private static final String FORMAT = "finch-supernet-rank/1";

    private final Path file;
    private final Map<String, Object> of;
    private final List<RankRow> rows = new ArrayList<>();

    /** @throws IllegalArgumentException if the file that is there is of another study */
    RankTable(Path file, Map<String, Object> of) throws IOException {
        this.file = file;
        this.of = of;
        if (!Files.exists(file)) {
            return;
        }
        List<String> lines = TextFile.read(file).lines().toList();
        SourceNode head = SourceReader.parse(file.toString(), lines.isEmpty() ? "{}" : lines.getFirst());
        head.get("format").filter(n -> FormatVersion.isNewer(n.text(), FORMAT)).ifPresent(n -> n.requireFormat(FORMAT));
        head.problems().throwIfAny();
        if (!head.get("format").map(SourceNode::text).orElse("").equals(FORMAT)) {
            throw new IllegalArgumentException(file + " is there and is no " + FORMAT + ". Name another file with -o.");
        }
        List<String> differences = SpaceDescription.differences(head.get("of").map(JsonTree::map).orElse(Map.of()), of);
        if (!differences.isEmpty()) {
            throw new IllegalArgumentException(file + " is of another study: " + String.join("; ", differences) + ". Name another file with -o, or give what it had.");
        }
        for (String line : lines.subList(1, lines.size())) {
            SourceNode node = SourceReader.parse(file.toString(), line);
            rows.add(RankRow.of(node));
            node.problems().throwIfAny();
        }
    }

    /**
     * What a file holds, whatever it is a study of.
     *
     * @throws finch.space.format.InvalidFileException if a line cannot be read
     * @throws IllegalArgumentException                if it is no such table
     */
    static RankStudy.Stored stored(Path file) throws IOException {
        List<String> lines = TextFile.read(file).lines().toList();
        SourceNode head = SourceReader.parse(file.toString(), lines.isEmpty() ? "{}" : lines.getFirst());
        if (!head.get("format").map(SourceNode::text).orElse("").equals(FORMAT)) {
            throw new IllegalArgumentException(file + " is no " + FORMAT + ", as finch supernet-rank writes it");
        }
        List<RankRow> rows = new ArrayList<>();
        for (String line : lines.subList(1, lines.size())) {
            SourceNode node = SourceReader.parse(file.toString(), line);
            rows.add(RankRow.of(node));
            node.problems().throwIfAny();
        }
        return new RankStudy.Stored(head.get("of").flatMap(of -> of.get("supernet")).map(SourceNode::text).orElse(""), List.copyOf(rows));
    }

    Path file() {
        return file;
    }

    List<RankRow> rows() {
        return List.copyOf(rows);
    }

    Optional<RankRow> row(String name) {
        return rows.stream().filter(row -> row.name().equals(name)).findFirst();
    }

    void add(RankRow row) throws IOException {
        rows.add(row);
        Map<String, Object> head = new LinkedHashMap<>();
        head.put("format", FORMAT);
        head.put("of", of);
        StringBuilder text = new StringBuilder(JsonTree.line(head)).append('\n');
        rows.forEach(each -> text.append(JsonTree.line(each.tree())).append('\n'));
        AtomicFile.write(file, text.toString());
    }
}
