package finch.accuracy;

/** An estimate was tried and failed. The message is one line for people. */
public final class EstimateFailedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public EstimateFailedException(String message) {
        super(message);
    }
}
