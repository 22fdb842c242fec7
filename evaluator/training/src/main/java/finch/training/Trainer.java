package finch.training;

import finch.data.Batch;
import finch.data.Batches;
import finch.engine.HeapTooSmallException;
import finch.engine.gradient.GradientPass;
import finch.engine.gradient.Parameters;
import finch.engine.gradient.PassOptions;
import finch.engine.kernel.KernelSet;
import finch.space.network.Network;
import java.io.IOException;
import java.io.UncheckedIOException;
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
        if (batch < 1 || threads < 1) {
            throw new IllegalArgumentException("batch and threads must be at least 1, not " + batch + " and " + threads);
        }
        return new Trainer(recipe, batch, threads, KernelSet.configured(), null, 0);
    }

    /**
     * With a checkpoint after each epoch, and after every so many steps of one. A training whose file is there goes on from it: with the same
     * network, recipe, batches and kernels, or not at all.
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
     * @param batches of images of the network's input shape, with as many classes as the network has outputs
     * @return the parameters at the end, or the average of them that the recipe wants
     * @throws StoppedException         if the listener wants it; the checkpoint, if there is to be one, is written
     * @throws DivergedException        if a loss, gradient or weight is no finite number; {@code start} and the last checkpoint are from before that
     * @throws IllegalArgumentException if the batches do not fit the network or this trainer
     * @throws IOException              if the checkpoint cannot be read or written, or no image of an epoch can be used
     * @throws HeapTooSmallException    if the heap is too small, saying what is needed
     */
    public Parameters train(Parameters start, Batches batches, TrainingListener listener) throws IOException {
        check(start.network(), batches, batch);
        try {
            return trained(start, batches, listener);
        } catch (OutOfMemoryError e) {
            throw tooSmall(start, batches, e);
        }
    }

    /** In a method of its own: when the heap is full, nothing of it may be held while the message is made. */
    private Parameters trained(Parameters start, Batches batches, TrainingListener listener) throws IOException {
        Network network = start.network();
        TrainingState state = new TrainingState(start, recipe, threads);
        Fingerprint fingerprint = Fingerprint.of(network, recipe, batches, batch, kernels);
        if (checkpoint != null && Files.exists(checkpoint)) {
            Checkpoint.read(checkpoint, state, fingerprint);
        }
        PassOptions options = PassOptions.of(batch).withThreads(threads).withKernels(kernels);
        try (TrainingStep step = new TrainingStep(state, recipe, options, this::left)) {
            while (state.epoch < recipe.epochs()) {
                TrainingListener.Progress progress = new Epoch(state, step, batches.perEpoch()).run(batches.epoch(state.epoch), listener, fingerprint);
                state.nextEpoch();
                // told first: a kill between the two lets the epoch end once more, where the other order would lose what is told of it
                listener.epoch(progress, state::result);
                if (checkpoint != null) {
                    Checkpoint.write(checkpoint, state, fingerprint);
                }
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        return state.result();
    }

    private HeapTooSmallException tooSmall(Parameters start, Batches batches, OutOfMemoryError e) {
        return new HeapTooSmallException("training network " + start.network().name() + " with batch " + batch + " needs about",
                TrainingState.bytes(start, recipe) + GradientPass.bytes(start.network(), batch) + batches.bytes(), "the optimiser, activations, gradients and images", "a smaller batch", e);
    }

    /** @throws IllegalArgumentException if the batches are not for this network, or have more images than this */
    static void check(Network network, Batches batches, int batch) {
        int classes = batches.images().classes().size();
        if (classes != network.output().size()) {
            throw new IllegalArgumentException("the images have " + classes + " classes, and network " + network.name() + " has " + network.output().size() + " outputs");
        }
        if (!batches.plan().input().equals(network.input())) {
            throw new IllegalArgumentException("the batches have images of " + batches.plan().input() + ", and network " + network.name() + " takes " + network.input());
        }
        if (batches.plan().size() > batch) {
            throw new IllegalArgumentException("the batches have up to " + batches.plan().size() + " images, more than the " + batch + " that were said");
        }
    }

    private String left() {
        return checkpoint == null ? "there is no checkpoint" : Files.exists(checkpoint) ? "the last checkpoint is kept in " + checkpoint : "no checkpoint had been written yet";
    }

    /** The rest of an epoch. */
    private final class Epoch {
        private final TrainingState state;
        private final TrainingStep step;
        private final int steps;
        private final long began = System.nanoTime();
        private final long imagesBefore;

        Epoch(TrainingState state, TrainingStep step, int steps) {
            this.state = state;
            this.step = step;
            this.steps = steps;
            this.imagesBefore = state.images;
        }

        TrainingListener.Progress run(Iterator<Batch> batches, TrainingListener listener, Fingerprint fingerprint) throws IOException {
            for (int done = 0; done < state.stepInEpoch && batches.hasNext(); done++) {
                batches.next();
            }
            while (batches.hasNext()) {
                step(batches.next());
                listener.step(progress());
                boolean stop = listener.stop();
                if (checkpoint != null && (stop || checkpointSteps > 0 && state.stepInEpoch % checkpointSteps == 0)) {
                    Checkpoint.write(checkpoint, state, fingerprint);
                }
                if (stop) {
                    throw new StoppedException(state.epoch + 1, state.stepInEpoch);
                }
            }
            return progress();
        }

        private void step(Batch next) {
            double loss = step.run(next.images(), next.targets(), next.size(), rate(state.stepInEpoch));
            state.images += next.size();
            state.lossSum += loss * next.size();
            int classes = next.targets().length / next.size();
            for (int image = 0; image < next.size(); image++) {
                state.right += Evaluation.best(step.logits(), image * classes, classes) == next.labels()[image] ? 1 : 0;
            }
        }

        private double rate(int stepInEpoch) {
            return recipe.schedule().at(state.epoch + (double) stepInEpoch / steps);
        }

        private TrainingListener.Progress progress() {
            return new TrainingListener.Progress(state.epoch + 1, recipe.epochs(), state.stepInEpoch, steps, state.lossSum / state.images,
                    (double) state.right / state.images, rate(state.stepInEpoch - 1), (state.images - imagesBefore) * 1e9 / (System.nanoTime() - began));
        }
    }
}
