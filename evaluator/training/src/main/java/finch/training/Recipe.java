package finch.training;

import java.util.Objects;

/**
 * How a network is trained.
 *
 * @param epochs         passes over the images
 * @param weightDecay    of kernels; 0 for none
 * @param decayAll       whether biases and batch normalisations decay, too
 * @param smoothing      label smoothing
 * @param dropout        share of the last dense layer's inputs that is dropped, in [0, 1)
 * @param clip           largest Euclidean norm of all gradients together; 0 for any
 * @param average        decay of the exponential moving average of the weights, which the result is then; 0 for none. It is shorter in the
 *                       first steps: (1 + step)/(10 + step) if that is less
 * @param momentum       share of a new batch in the running averages of batch normalisations, in (0, 1]
 * @param distillation   what a teacher adds to the loss, or null
 * @param seed           of dropout
 */
public record Recipe(int epochs, Optimizer optimizer, Schedule schedule, double weightDecay, boolean decayAll, double smoothing,
                     double dropout, double clip, double average, double momentum, Distillation distillation, long seed) {
    public Recipe {
        if (epochs < 1) {
            throw new IllegalArgumentException("epochs must be at least 1, not " + epochs);
        }
        Objects.requireNonNull(optimizer);
        Objects.requireNonNull(schedule);
        atLeastZero("weight decay", weightDecay);
        atLeastZero("clip", clip);
        if (!(average >= 0 && average < 1)) {
            throw new IllegalArgumentException("average must be at least 0 and below 1, not " + average);
        }
        if (!(smoothing >= 0 && smoothing < 1)) {
            throw new IllegalArgumentException("label smoothing must be at least 0 and below 1, not " + smoothing);
        }
        if (!(dropout >= 0 && dropout < 1)) {
            throw new IllegalArgumentException("dropout must be at least 0 and below 1, not " + dropout);
        }
        if (!(momentum > 0 && momentum <= 1)) {
            throw new IllegalArgumentException("momentum of running averages must be above 0 and at most 1, not " + momentum);
        }
    }

    private static void atLeastZero(String name, double value) {
        if (!(value >= 0 && Double.isFinite(value))) {
            throw new IllegalArgumentException(name + " must be at least 0, not " + value);
        }
    }

    /**
     * SGD with Nesterov's momentum 0.9, a warm-up of a twentieth and a cosine to 0, decay 5e-4 of kernels, smoothing 0.1; no dropout, clipping,
     * average of weights, or teacher.
     *
     * @param rate largest learning rate, e.g. 0.1 for batches of 128
     */
    public static Recipe usual(int epochs, double rate, long seed) {
        return new Recipe(epochs, new Optimizer.Sgd(0.9, true), new Schedule.WarmUp(epochs / 20.0, new Schedule.Cosine(rate, 0, epochs)), 5e-4, false, 0.1,
                0, 0, 0, 0.1, null, seed);
    }

    public Recipe withOptimizer(Optimizer newOptimizer) {
        return new Recipe(epochs, newOptimizer, schedule, weightDecay, decayAll, smoothing, dropout, clip, average, momentum, distillation, seed);
    }

    public Recipe withSchedule(Schedule newSchedule) {
        return new Recipe(epochs, optimizer, newSchedule, weightDecay, decayAll, smoothing, dropout, clip, average, momentum, distillation, seed);
    }

    public Recipe withWeightDecay(double newDecay, boolean all) {
        return new Recipe(epochs, optimizer, schedule, newDecay, all, smoothing, dropout, clip, average, momentum, distillation, seed);
    }

    public Recipe withSmoothing(double newSmoothing) {
        return new Recipe(epochs, optimizer, schedule, weightDecay, decayAll, newSmoothing, dropout, clip, average, momentum, distillation, seed);
    }

    public Recipe withDropout(double newDropout) {
        return new Recipe(epochs, optimizer, schedule, weightDecay, decayAll, smoothing, newDropout, clip, average, momentum, distillation, seed);
    }

    public Recipe withClip(double newClip) {
        return new Recipe(epochs, optimizer, schedule, weightDecay, decayAll, smoothing, dropout, newClip, average, momentum, distillation, seed);
    }

    public Recipe withAverage(double newAverage) {
        return new Recipe(epochs, optimizer, schedule, weightDecay, decayAll, smoothing, dropout, clip, newAverage, momentum, distillation, seed);
    }

    public Recipe withDistillation(Distillation newDistillation) {
        return new Recipe(epochs, optimizer, schedule, weightDecay, decayAll, smoothing, dropout, clip, average, momentum, newDistillation, seed);
    }
}
