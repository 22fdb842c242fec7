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
import java.util.Objects;
import java.util.TreeSet;

/**
 * What a checkpoint belongs to, beside it as JSON: network, recipe and data, so that another training is refused with what differs, and the curve so far.
 */
public final class TrainingLog {
    private static final String FORMAT = "finch-training/1";

    private final Path checkpoint;
    private final Map<String, Object> of;
    private final List<CurvePoint> curve = new ArrayList<>();

    /**
     * @param checkpoint null for a training that keeps none
     * @param of         network, recipe and data
     * @throws OtherTrainingException if the checkpoint that is there is of another training
     */
    public TrainingLog(Path checkpoint, Map<String, Object> of) throws IOException {
        this.checkpoint = checkpoint;
        this.of = of;
        if (checkpoint == null || !Files.exists(checkpoint)) {
            return;
        }
        if (!Files.exists(file())) {
            throw new OtherTrainingException(checkpoint, List.of(file().getFileName() + ", which says what it belongs to, is not beside it"));
        }
        SourceNode root = SourceReader.parse(file().toString(), TextFile.read(file()));
        root.get("format").filter(n -> FormatVersion.isNewer(n.text(), FORMAT)).ifPresent(n -> n.requireFormat(FORMAT));
        root.problems().throwIfAny();
        List<String> differences = differences(JsonTree.flat(root.get("of").map(JsonTree::of).orElse(Map.of())), JsonTree.flat(of));
        if (!differences.isEmpty()) {
            throw new OtherTrainingException(checkpoint, differences);
        }
        root.get("curve").ifPresent(n -> n.items().forEach(point -> curve.add(CurvePoint.of(point))));
        root.problems().throwIfAny();
    }

    private static List<String> differences(Map<String, String> before, Map<String, String> now) {
        List<String> differences = new ArrayList<>();
        TreeSet<String> keys = new TreeSet<>(before.keySet());
        keys.addAll(now.keySet());
        for (String key : keys) {
            String was = before.get(key);
            String is = now.get(key);
            if (!Objects.equals(was, is) && !(was == null && DataDescription.SINCE.contains(key))) {
                differences.add(key + " was " + (was == null ? "not given" : was) + " and is " + (is == null ? "not given" : is));
            }
        }
        return differences;
    }

    private Path file() {
        return beside(checkpoint);
    }

    private static Path beside(Path checkpoint) {
        return checkpoint.resolveSibling(checkpoint.getFileName() + ".json");
    }

    /** Deletes a checkpoint and what is beside it, of a training whose outcome is known: a process may have ended between the two. */
    public static void forget(Path checkpoint) throws IOException {
        Files.deleteIfExists(checkpoint);
        Files.deleteIfExists(beside(checkpoint));
    }

    /** The epochs so far. */
    public List<CurvePoint> curve() {
        return List.copyOf(curve);
    }

    /** Before the first checkpoint is written. */
    public void begin() throws IOException {
        if (checkpoint != null) {
            write();
        }
    }

    /** An epoch is done. */
    public void add(CurvePoint point) throws IOException {
        curve.removeIf(p -> p.epoch() >= point.epoch());
        curve.add(point);
        begin();
    }

    private void write() throws IOException {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("format", FORMAT);
        tree.put("of", of);
        tree.put("curve", curve.stream().map(CurvePoint::tree).toList());
        Files.createDirectories(checkpoint.toAbsolutePath().getParent());
        AtomicFile.write(file(), JsonTree.write(tree));
    }

    /** A file that belongs to no checkpoint says nothing. */
    public void leaveNothingAlone() throws IOException {
        if (checkpoint != null && !Files.exists(checkpoint)) {
            Files.deleteIfExists(file());
        }
    }

    /** When the outcome is safe. */
    public void delete() throws IOException {
        if (checkpoint != null) {
            forget(checkpoint);
        }
    }
}
