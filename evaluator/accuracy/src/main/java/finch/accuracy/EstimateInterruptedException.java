package finch.accuracy;

/**
 * An estimate was broken off, since its thread was interrupted or the process is ending. It says nothing about the
 * architecture, which is to be estimated another time.
 */
public final class EstimateInterruptedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** @param cause what told of the interruption; null where there is nothing */
    public EstimateInterruptedException(Throwable cause) {
        super("the estimate was interrupted", cause);
    }
}
