package finch.space.format;

import finch.space.Architecture;
import finch.space.Extent;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads and writes {@code finch-architecture/1}, as YAML or JSON with the same keys. What is read and written again
 * means the same network; what is written and read again is the same record.
 */
public final class ArchitectureFormat {
    /** The value of the key {@code format}. */
    public static final String ID = "finch-architecture/1";

    static final int MAX_RESOLUTION = 16_384;
    static final int MAX_CHANNELS = 1_000_000;
    static final int MAX_KERNEL = 255;
    static final int MAX_STRIDE = 8;
    static final int DEFAULT_RESOLUTION = 224;
    static final int DEFAULT_CHANNELS = 3;
    static final int DEFAULT_CLASSES = 1000;

    private ArchitectureFormat() {}

    /**
     * @throws InvalidFileException with all mistakes of the file, each with its line
     * @throws IOException          if the file cannot be read
     */
    public static Architecture read(Path file) throws IOException {
        return of(SourceReader.read(file));
    }

    /**
     * @param sourceName how messages call the text
     * @throws InvalidFileException with all mistakes of the text, each with its line
     */
    public static Architecture parse(String sourceName, String text) {
        return of(SourceReader.parse(sourceName, text));
    }

    /**
     * An architecture that is a whole document or a part of one.
     *
     * @throws InvalidFileException with all mistakes found so far in the document
     */
    public static Architecture of(SourceNode node) {
        Optional<Architecture> architecture = find(node);
        node.problems().throwIfAny();
        return architecture.orElseThrow();
    }

    /** Like {@link #of}, but leaves the mistakes in the node's {@link Problems} and answers nothing if there are any here. */
    public static Optional<Architecture> find(SourceNode node) {
        int before = node.problems().count();
        Architecture architecture = new ArchitectureReader().architecture(node);
        return node.problems().count() == before ? Optional.of(architecture) : Optional.empty();
    }

    /** One block a line; ends with a line break. */
    public static String toYaml(Architecture architecture) {
        StringBuilder out = new StringBuilder();
        ArchitectureTree.of(architecture).forEach((key, value) -> {
            out.append(key).append(": ");
            if (value instanceof List<?> items && !items.isEmpty() && items.getFirst() instanceof Map<?, ?>) {
                out.setLength(out.length() - 1);
                items.forEach(item -> out.append("\n  - ").append(FlowText.yaml(item)));
            } else {
                out.append(FlowText.yaml(value));
            }
            out.append('\n');
        });
        return out.toString();
    }

    /** One line, without a line break. */
    public static String toJson(Architecture architecture) {
        return FlowText.json(ArchitectureTree.of(architecture));
    }

    /** The JSON Schema of architecture files, which editors use; ends with a line break. */
    public static String schema() {
        return ArchitectureSchema.json();
    }

    /** A whole number for both sides, or {@code [height, width]}. */
    static Extent extent(SourceNode node, int max, Extent fallback) {
        if (node.kind() != SourceNode.Kind.SEQUENCE) {
            if (node.kind() != SourceNode.Kind.NUMBER) {
                node.problem("must be a whole number from 1 to " + max + " or [height, width], not " + node.describe());
                return fallback;
            }
            return Extent.square(node.asInt(1, max, fallback.height()));
        }
        List<SourceNode> sides = node.items();
        if (sides.size() != 2) {
            node.problem("must be one number or [height, width], not a list of " + sides.size());
            return fallback;
        }
        return new Extent(sides.get(0).asInt(1, max, fallback.height()), sides.get(1).asInt(1, max, fallback.width()));
    }
}
