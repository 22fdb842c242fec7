package finch.training;

/** Is told how a training goes, on its thread. */
public interface TrainingListener {
    /** Tells nobody. */
    TrainingListener NONE = new TrainingListener() {};

    /** After each step. */
    default void step(Progress progress) {}

    /** After each epoch, when its checkpoint is written. Loss and accuracy are those of the whole epoch. */
    default void epoch(Progress progress) {}

    /**
     * How far a training is.
     *
     * @param epoch           number of the epoch, from 1
     * @param step            number of the step in it, from 1
     * @param loss            mean since the epoch began, before a resumption too
     * @param top1            share of images whose largest logit is their label's, likewise; in training, so with augmentation and dropout
     * @param learningRate    of the last step
     * @param imagesPerSecond since the epoch began or was resumed, reading included; 0 if nothing was left of it
     */
    record Progress(int epoch, int epochs, int step, int steps, double loss, double top1, double learningRate, double imagesPerSecond) {}
}
