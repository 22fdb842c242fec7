package finch.onnx;

import java.util.Optional;

/** A node says something that our layers cannot; the reader adds which file and node. */
final class UnreadableNodeException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** The node's name; null where it is the one that is being read. */
    private final String node;

    UnreadableNodeException(String message) {
        this(null, message);
    }

    /** @param node of another node than the one that is being read, whose value is only needed now */
    UnreadableNodeException(String node, String message) {
        super(message);
        this.node = node;
    }

    Optional<String> node() {
        return Optional.ofNullable(node);
    }
}
