package finch.accuracy.proxy;

/** A network's activations for a batch do not fit in this JVM's heap; the message tells both sizes and the way out. */
public final class TooLargeException extends RuntimeException {
    private static final long serialVersionUID = 1;

    TooLargeException(IllegalStateException cause) {
        super(cause.getMessage(), cause);
    }
}
