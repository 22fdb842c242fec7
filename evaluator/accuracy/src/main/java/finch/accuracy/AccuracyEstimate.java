package finch.accuracy;

/** What an estimator says of an architecture: a value with its interval, or why it keeps silent. */
public sealed interface AccuracyEstimate {
    /**
     * @param top1    in percent
     * @param low     lower end of the central 90 % interval
     * @param high    upper end
     * @param source  the estimator and the training recipe it speaks of
     * @param dataset e.g. {@code imagenet}
     */
    record Known(double top1, double low, double high, String source, String dataset) implements AccuracyEstimate {}

    /** @param reason one sentence naming what is outside the estimator's domain */
    record Silent(String reason) implements AccuracyEstimate {}
}
