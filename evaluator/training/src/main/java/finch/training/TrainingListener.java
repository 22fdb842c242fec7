package finch.training;

import finch.engine.gradient.Parameters;
import java.util.function.Supplier;

/** Is told how a training goes, on its thread. */
public interface TrainingListener {
    /** Tells nobody. */
    TrainingListener NONE = new TrainingListener() {};

    /** After each step. */
    default void step(Progress progress) {}

    /**
     * After each epoch, before its checkpoint is written: after a kill between the two it is told again. Loss and accuracy are those of the whole epoch.
     */
    default void epoch(Progress progress) {}

    /**
     * Likewise, with what the training would end with if this were its end.
     *
     * @param result makes a copy of the parameters, or of their average, which may be used at will
     */
    default void epoch(Progress progress, Supplier<Parameters> result) {
        epoch(progress);
    }

    /** Whether to stop after this step, with a checkpoint. Asked after each step. */
    default boolean stop() {
        return false;
    }

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
