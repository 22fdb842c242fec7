package finch.training;

/** A training was asked to stop before its end; it goes on from its checkpoint. */
public final class StoppedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public StoppedException(int epoch, int step) {
        super("stopped in epoch " + epoch + " after step " + step);
    }
}
