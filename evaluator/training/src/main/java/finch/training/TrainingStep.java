package finch.training;

import finch.engine.gradient.CrossEntropy;
import finch.engine.gradient.GradientPass;
import finch.engine.gradient.Mode;
import finch.engine.gradient.Parameters;
import finch.engine.gradient.PassOptions;
import finch.engine.gradient.Seeds;
import finch.engine.kernel.KernelSet;
import java.util.function.Supplier;

/** What is done with each batch of a training: {@link Trainer} repeats it, and benchmarks time it. */
public final class TrainingStep implements AutoCloseable {
    private final TrainingState state;
    private final Recipe recipe;
    private final GradientPass pass;
    private final CrossEntropy crossEntropy;
    private final int classes;
    private final Supplier<String> left;
    private float[] logits = new float[0];

    /** @param left what is left when training diverges, a clause */
    TrainingStep(TrainingState state, Recipe recipe, PassOptions options, Supplier<String> left) {
        this.state = state;
        this.recipe = recipe;
        this.left = left;
        this.crossEntropy = new CrossEntropy(recipe.smoothing());
        this.classes = state.parameters.network().output().size();
        this.pass = new GradientPass(state.parameters, options.withDropout(recipe.dropout()).withMomentum(recipe.momentum()));
    }

    /**
     * The first step of a training, with the configured kernels; each that is run is the next one.
     *
     * @param start changed by each step
     * @param batch the most images of one step
     */
    public static TrainingStep of(Parameters start, Recipe recipe, int batch, int threads) {
        return new TrainingStep(new TrainingState(start, recipe, threads), recipe,
                PassOptions.of(batch).withThreads(threads).withKernels(KernelSet.configured()), () -> "there is no checkpoint");
    }

    /**
     * Moves the weights once.
     *
     * @param images  [count][height][width][channels]
     * @param targets [count][classes], each summing to 1
     * @param rate    learning rate
     * @return the loss of these images before, of label smoothing and a teacher, too
     * @throws DivergedException if it, a gradient or what the step made of the weights is no finite number; they are then as before
     */
    public double run(float[] images, float[] targets, int count, double rate) {
        if (targets.length != count * classes) {
            throw new IllegalArgumentException("targets of " + count + " images and " + classes + " classes are " + (long) count * classes + " floats, not " + targets.length);
        }
        state.remember();
        logits = pass.forward(images, count, Mode.TRAINING, Seeds.of(recipe.seed(), state.epoch, state.stepInEpoch));
        float[] gradient = new float[logits.length];
        double loss = crossEntropy.of(logits, targets, count, classes, gradient);
        if (recipe.distillation() != null) {
            loss = recipe.distillation().join(loss, images, logits, count, classes, gradient);
        }
        check(Double.isFinite(loss), "the loss is " + loss, rate);
        pass.backward(gradient);
        check(state.hasFiniteGradients(), "a gradient is no finite number", rate);
        state.update(rate);
        check(state.isFinite(), "a weight or running number is no finite number any more", rate);
        state.stepInEpoch++;
        return loss;
    }

    private void check(boolean finite, String what, double rate) {
        if (!finite) {
            state.recall();
            throw new DivergedException(what, state.epoch + 1, state.stepInEpoch + 1, rate, left.get());
        }
    }

    /** [count][classes] of the last step's images, before it. */
    float[] logits() {
        return logits;
    }

    /** Ends the threads. */
    @Override
    public void close() {
        pass.close();
    }
}
