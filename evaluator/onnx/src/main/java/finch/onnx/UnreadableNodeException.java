package finch.onnx;

/** A node says something that our layers cannot; the reader adds which file and node. */
final class UnreadableNodeException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnreadableNodeException(String message) {
        super(message);
    }
}
