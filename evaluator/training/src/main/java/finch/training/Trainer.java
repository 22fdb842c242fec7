package finch.training;

import finch.data.Batch;
import finch.data.Batches;
import finch.engine.gradient.CrossEntropy;
import finch.engine.gradient.GradientPass;
import finch.engine.gradient.Mode;
import finch.engine.gradient.Parameters;
import finch.engine.gradient.PassOptions;
import finch.engine.kernel.KernelSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;

/**
 * Trains a network on batches of images. What comes out depends on start, recipe and batches, bit for bit: not on the number of threads, nor on
 * whether the training was interrupted and went on from a checkpoint.
 */
public final class Trainer {
    private final Recipe recipe;
    private final int batch;
    private final int threads;
    private final KernelSet kernels;
    private final Path checkpoint;
    private final int checkpointSteps;

    private Trainer(Recipe recipe, int batch, int threads, KernelSet kernels, Path checkpoint, int checkpointSteps) {
        this.recipe = recipe;
        this.batch = batch;
        this.threads = threads;
        this.kernels = kernels;
        this.checkpoint = checkpoint;
        this.checkpointSteps = checkpointSteps;
    }

    /** Without checkpoints, with the configured kernels. @param batch the most images of a batch */
    public static Trainer of(Recipe recipe, int batch, int threads) {
        return new Trainer(recipe, batch, threads, KernelSet.configured(), null, 0);
    }

    /**
     * With a checkpoint after each epoch, and after every so many steps of one. A training whose file is there goes on from it.
     *
     * @param everySteps 0 for after epochs only
     */
    public Trainer withCheckpoint(Path file, int everySteps) {
        return new Trainer(recipe, batch, threads, kernels, file, everySteps);
    }

    public Trainer withKernels(KernelSet newKernels) {
        return new Trainer(recipe, batch, threads, newKernels, checkpoint, checkpointSteps);
    }

    /**
     * Trains to the end.
     *
     * @param start   where to start from; changed by the training
     * @param batches with as many classes as the network has outputs
     * @return the parameters at the end, or the average of them that the recipe wants
     * @throws StoppedException      if the listener wants it; the checkpoint, if there is to be one, is written
     * @throws DivergedException     if the loss is no number; the last checkpoint, from before that, is kept
     * @throws IOException           if the checkpoint cannot be read or written
     * @throws IllegalStateException if the heap is too small, saying what is needed
     */
    public Parameters train(Parameters start, Batches batches, TrainingListener listener) throws IOException {
        TrainingState state = new TrainingState(start, recipe, threads);
        String fingerprint = Checkpoint.fingerprint(state, recipe, batches.perEpoch());
        if (checkpoint != null && Files.exists(checkpoint)) {
            Checkpoint.read(checkpoint, state, fingerprint);
        }
        PassOptions options = PassOptions.of(batch).withThreads(threads).withKernels(kernels).withDropout(recipe.dropout()).withMomentum(recipe.momentum());
        try (GradientPass pass = new GradientPass(start, options)) {
            for (; state.epoch < recipe.epochs(); state.epoch++) {
                Epoch epoch = new Epoch(state, pass, batches.perEpoch());
                Iterator<Batch> iterator = batches.epoch(state.epoch);
                for (int done = 0; done < state.stepInEpoch && iterator.hasNext(); done++) {
                    iterator.next();
                }
                while (iterator.hasNext()) {
                    epoch.step(iterator.next());
                    listener.step(epoch.progress());
                    boolean stop = listener.stop();
                    if (checkpoint != null && (stop || checkpointSteps > 0 && state.stepInEpoch % checkpointSteps == 0)) {
                        Checkpoint.write(checkpoint, state, fingerprint);
                    }
                    if (stop) {
                        throw new StoppedException(state.epoch + 1, state.stepInEpoch);
                    }
                }
                TrainingListener.Progress progress = epoch.progress();
                state.stepInEpoch = 0;
                if (checkpoint != null) {
                    state.epoch++;
                    Checkpoint.write(checkpoint, state, fingerprint);
                    state.epoch--;
                }
                listener.epoch(progress, state::result);
            }
        }
        return state.result();
    }

    /** What is counted since an epoch began. */
    private final class Epoch {
        private final TrainingState state;
        private final GradientPass pass;
        private final int steps;
        private final int classes;
        private final CrossEntropy crossEntropy = new CrossEntropy(recipe.smoothing());
        private final long began = System.nanoTime();
        private long images;
        private long right;
        private double lossSum;
        private double rate;

        Epoch(TrainingState state, GradientPass pass, int steps) {
            this.state = state;
            this.pass = pass;
            this.steps = steps;
            this.classes = state.parameters.network().output().size();
        }

        void step(Batch next) {
            int count = next.size();
            if (next.targets().length != count * classes) {
                throw new IllegalArgumentException("the images have " + next.targets().length / count + " classes, and network "
                        + state.parameters.network().name() + " has " + classes + " outputs");
            }
            rate = recipe.schedule().at(state.epoch + (double) state.stepInEpoch / steps);
            float[] logits = pass.forward(next.images(), count, Mode.TRAINING, recipe.seed() * 0x9E3779B97F4A7C15L + state.step);
            float[] gradient = new float[logits.length];
            double loss = crossEntropy.of(logits, next.targets(), count, classes, gradient);
            if (recipe.distillation() != null) {
                loss = recipe.distillation().join(loss, next.images(), logits, count, classes, gradient);
            }
            if (!Double.isFinite(loss)) {
                throw new DivergedException(loss, state.epoch + 1, state.stepInEpoch + 1, rate, checkpoint == null ? "there is no checkpoint"
                        : Files.exists(checkpoint) ? "the last checkpoint is kept in " + checkpoint : "no checkpoint had been written yet");
            }
            pass.backward(gradient);
            state.update(rate);
            state.stepInEpoch++;
            images += count;
            lossSum += loss * count;
            for (int image = 0; image < count; image++) {
                right += Evaluation.best(logits, image * classes, classes) == next.labels()[image] ? 1 : 0;
            }
        }

        TrainingListener.Progress progress() {
            return new TrainingListener.Progress(state.epoch + 1, recipe.epochs(), state.stepInEpoch, steps, lossSum / images, (double) right / images, rate,
                    images * 1e9 / (System.nanoTime() - began));
        }
    }
}
