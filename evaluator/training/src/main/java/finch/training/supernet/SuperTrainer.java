package finch.training.supernet;

import finch.data.Batch;
import finch.data.Batches;
import finch.engine.HeapTooSmallException;
import finch.engine.gradient.CrossEntropy;
import finch.engine.gradient.GradientPass;
import finch.engine.gradient.Mode;
import finch.engine.gradient.PassOptions;
import finch.engine.gradient.Seeds;
import finch.engine.kernel.KernelSet;
import finch.space.Genome;
import finch.space.network.Network;
import finch.space.network.TensorShape;
import finch.space.staged.StagedSpace;
import finch.training.Checkpoint;
import finch.training.DivergedException;
import finch.training.Evaluation;
import finch.training.Fingerprint;
import finch.training.Recipe;
import finch.training.StoppedException;
import finch.training.TrainingConfig;
import finch.training.TrainingListener;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.zip.CRC32;

/**
 * Trains shared weights by the sandwich rule with in-place distillation (Yu and Huang 2019, "Universally Slimmable Networks", arXiv 1903.05134,
 * algorithm 1; Yu et al. 2020, BigNAS, arXiv 2003.11142, section 3.1): each step runs the largest architecture against the labels, the smallest and some
 * random ones against the largest one's softmax of the same images, adds up all gradients, and moves the weights once. Dropout is of the largest only.
 */
final class SuperTrainer {
    private static final int CHECKPOINT_STEPS = 100;
    private static final int DRAWS = 1000;

    private final StagedSpace space;
    private final TrainingConfig config;
    private final Recipe recipe;
    private final int random;
    private final int threads;
    private final Path checkpoint;
    private final SharedWeights shared;
    private final SharedState state;
    private final Subnet largest;
    private final Subnet smallest;

    /** Is told how it goes. */
    interface Listener {
        void step(TrainingListener.Progress progress);

        /** @param result the listener's own */
        void epoch(TrainingListener.Progress progress, SharedWeights result) throws IOException;

        boolean stop();
    }

    /**
     * @param checkpoint null for none
     * @throws HeapTooSmallException if the heap has no room for the weights and what the optimiser keeps beside them
     */
    SuperTrainer(StagedSpace space, TrainingConfig config, int random, int threads, Path checkpoint) {
        this.space = space;
        this.config = config;
        this.recipe = config.recipe();
        this.random = random;
        this.threads = threads;
        this.checkpoint = checkpoint;
        try {
            this.shared = new SharedWeights(space, config.seed());
            this.state = new SharedState(shared, recipe, threads);
            this.largest = SuperNetwork.subnet(space, shared, space.canonical(space.largest()));
            this.smallest = SuperNetwork.subnet(space, shared, space.canonical(space.smallest()));
        } catch (OutOfMemoryError e) {
            // its elastic kernels are a little more than those of the largest architecture
            Network whole = Network.of(space.decode(space.canonical(space.largest())));
            throw new HeapTooSmallException("training the super-network of space " + space.name() + " needs about",
                    (3L + recipe.optimizer().slots() + (recipe.average() == 0 ? 0 : 1)) * whole.weightBytes() + GradientPass.bytes(whole, config.batch()),
                    "weights, the optimiser, activations and gradients of " + config.batch() + " images", "a smaller batch", e);
        }
    }

    /** Of the batches that it wants: the largest architecture's. */
    TensorShape input() {
        return largest.network().input();
    }

    private PassOptions options() {
        return PassOptions.of(config.batch()).withThreads(threads);
    }

    /** @return new weights */
    SharedWeights train(Batches batches, Listener listener) throws IOException {
        Fingerprint fingerprint = fingerprint(batches);
        if (checkpoint != null && Files.exists(checkpoint)) {
            state.goOnFrom(Checkpoint.read(checkpoint, state.arrays(), fingerprint));
        }
        try (GradientPass first = new GradientPass(largest.parameters(), options().withDropout(recipe.dropout()));
             GradientPass last = new GradientPass(smallest.parameters(), options())) {
            for (; state.epoch < recipe.epochs(); state.epoch++) {
                Epoch epoch = new Epoch(first, last, batches.perEpoch());
                Iterator<Batch> iterator = batches.epoch(state.epoch);
                for (int done = 0; done < state.stepInEpoch && iterator.hasNext(); done++) {
                    iterator.next();
                }
                while (iterator.hasNext()) {
                    epoch.step(iterator.next());
                    listener.step(epoch.progress());
                    boolean stop = listener.stop();
                    if (checkpoint != null && (stop || state.stepInEpoch % CHECKPOINT_STEPS == 0)) {
                        Checkpoint.write(checkpoint, state.arrays(), state.position(), fingerprint);
                    }
                    if (stop) {
                        throw new StoppedException(state.epoch + 1, state.stepInEpoch);
                    }
                }
                TrainingListener.Progress progress = epoch.progress();
                state.stepInEpoch = 0;
                state.tally.clear();
                // told first, see Trainer
                listener.epoch(progress, result());
                if (checkpoint != null) {
                    Checkpoint.write(checkpoint, state.arrays(), new Checkpoint.Position(state.step, state.epoch + 1, 0), fingerprint);
                }
            }
        }
        return result();
    }

    private SharedWeights result() {
        SharedWeights result = new SharedWeights(space, config.seed());
        state.copyResult(result);
        return result;
    }

    /** What must be the same to go on. */
    private Fingerprint fingerprint(Batches batches) {
        CRC32 tensors = new CRC32();
        shared.tensors().forEach(tensor -> tensors.update(tensor.toString().getBytes(StandardCharsets.UTF_8)));
        Map<String, String> parts = new LinkedHashMap<>();
        parts.put("super-network", "of space %s, %d tensors, %08x".formatted(space.name(), shared.tensors().size(), tensors.getValue()));
        parts.put("recipe", recipe.toString());
        parts.put("random architectures a step", Integer.toString(random));
        parts.put("batches", batches.plan() + ", " + batches.perEpoch() + " an epoch");
        parts.put("images a pass", Integer.toString(config.batch()));
        parts.put("kernels", KernelSet.configured().kernels().name());
        return new Fingerprint(parts);
    }

    /** A random architecture that the resolution allows, the same for step and number. */
    private Subnet draw(int number) {
        SplittableRandom source = new SplittableRandom(Seeds.of(config.seed(), state.step, number));
        for (int draw = 0; draw < DRAWS; draw++) {
            Genome genome = space.canonical(space.random(source));
            try {
                Network.of(space.decode(genome));
            } catch (IllegalArgumentException e) {
                // its strides are too many for its resolution
                continue;
            }
            return SuperNetwork.subnet(space, shared, genome);
        }
        throw new IllegalArgumentException("of " + DRAWS + " random architectures of space " + space.name() + " none is possible: resolutions are too small for the strides");
    }

    /** An epoch, or what is left of it. */
    private final class Epoch {
        private final GradientPass first;
        private final GradientPass last;
        private final int steps;
        private final CrossEntropy crossEntropy = new CrossEntropy(recipe.smoothing());
        private final long began = System.nanoTime();
        private long images;

        Epoch(GradientPass first, GradientPass last, int steps) {
            this.first = first;
            this.last = last;
            this.steps = steps;
        }

        void step(Batch batch) {
            int count = batch.size();
            double rate = rate(state.stepInEpoch);
            state.clearGradients();
            largest.fill();
            float[] logits = first.forward(batch.images(), count, Mode.TRAINING, Seeds.of(recipe.seed(), state.step));
            float[] gradient = new float[logits.length];
            int classes = logits.length / count;
            double loss = checked(crossEntropy.of(logits, batch.targets(), count, classes, gradient));
            first.backward(gradient);
            largest.add();
            float[] soft = CrossEntropy.softmax(logits, count, classes);
            smallest.fill();
            follow(smallest, last, batch, soft, gradient);
            for (int number = 0; number < random; number++) {
                Subnet subnet = draw(number);
                try (GradientPass pass = new GradientPass(subnet.parameters(), options())) {
                    follow(subnet, pass, batch, soft, gradient);
                }
            }
            check(state.hasFiniteGradients(), "a gradient is no finite number");
            state.update(rate);
            // before anything of it comes into a checkpoint
            check(state.isFinite(), "a weight or running number is no finite number any more");
            state.stepInEpoch++;
            images += count;
            int right = 0;
            for (int image = 0; image < count; image++) {
                right += Evaluation.best(logits, image * classes, classes) == batch.labels()[image] ? 1 : 0;
            }
            state.tally.add(count, right, loss);
        }

        /** Brings a smaller architecture nearer to what the largest one says. */
        private void follow(Subnet subnet, GradientPass pass, Batch batch, float[] soft, float[] gradient) {
            float[] resampled = Resampling.of(batch.images(), batch.size(), input(), subnet.network().input());
            float[] logits = pass.forward(resampled, batch.size(), Mode.TRAINING);
            checked(CrossEntropy.PLAIN.of(logits, soft, batch.size(), logits.length / batch.size(), gradient));
            pass.backward(gradient);
            subnet.add();
        }

        private double checked(double loss) {
            check(Double.isFinite(loss), "the loss is " + loss);
            return loss;
        }

        private void check(boolean right, String what) {
            if (!right) {
                throw new DivergedException(what, state.epoch + 1, state.stepInEpoch + 1, rate(state.stepInEpoch), checkpoint == null ? "there is no checkpoint"
                        : Files.exists(checkpoint) ? "the last checkpoint is kept in " + checkpoint : "no checkpoint had been written yet");
            }
        }

        private double rate(int stepInEpoch) {
            return recipe.schedule().at(state.epoch + (double) stepInEpoch / steps);
        }

        TrainingListener.Progress progress() {
            return new TrainingListener.Progress(state.epoch + 1, recipe.epochs(), state.stepInEpoch, steps, state.tally.loss(), state.tally.top1(), rate(state.stepInEpoch - 1),
                    images * 1e9 / (System.nanoTime() - began));
        }
    }
}
