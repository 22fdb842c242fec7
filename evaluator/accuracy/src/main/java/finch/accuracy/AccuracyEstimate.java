package finch.accuracy;

/** What an estimator says of an architecture: an accuracy or a score with its interval, or why it keeps silent. */
public sealed interface AccuracyEstimate {
    /**
     * @param top1    in percent
     * @param low     lower end of the central 90 % interval
     * @param high    upper end
     * @param source  the estimator and the training recipe it speaks of
     * @param dataset e.g. {@code imagenet}
     */
    record Known(double top1, double low, double high, String source, String dataset) implements AccuracyEstimate {}

    /**
     * A figure that ranks networks and is no accuracy: only figures of one source compare, and more is better.
     *
     * @param low    lower end of the central 90 % interval of the figure itself, not of an accuracy
     * @param high   upper end
     * @param source the signals that it is made of
     */
    record Scored(double score, double low, double high, String source) implements AccuracyEstimate {}

    /** @param reason one sentence naming what is outside the estimator's domain */
    record Silent(String reason) implements AccuracyEstimate {}
}
