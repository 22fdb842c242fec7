package finch.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import finch.data.Augmentation;
import finch.data.Batch;
import finch.data.BatchPlan;
import finch.data.Batches;
import finch.data.Image;
import finch.data.ImageSet;
import finch.data.Normalisation;
import finch.engine.Inference;
import finch.engine.Plan;
import finch.engine.PlanOptions;
import finch.engine.gradient.GradientPass;
import finch.engine.gradient.Mode;
import finch.engine.gradient.Parameter;
import finch.engine.gradient.Parameters;
import finch.engine.gradient.PassOptions;
import finch.engine.kernel.KernelSet;
import finch.space.Extent;
import finch.space.network.Network;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainerTest {
    private static final Network NETWORK = Network.of(Bars.network());
    private static final Normalisation GREY = Normalisation.of(1, 0.3, 0.3);
    private static final int BATCH = 16;

    @TempDir
    private Path folder;

    private static Batches training(int images) {
        return new Batches(new Bars(images, 1), BatchPlan.training(BATCH, NETWORK.input(), GREY, List.of(), 0, 5), 0);
    }

    private static Batches held() {
        return new Batches(new Bars(120, 99), BatchPlan.plain(BATCH, NETWORK.input(), GREY), 0);
    }

    private static Evaluation evaluate(Parameters parameters) {
        return Evaluation.of(NETWORK, parameters.weights(), held(), BATCH, 1);
    }

    @Test
    void every_optimizer_learns_what_images_not_seen_show() throws IOException {
        for (Recipe recipe : List.of(Recipe.usual(6, 0.1, 1),
                Recipe.usual(6, 0.1, 1).withOptimizer(Optimizer.RmsProp.PAPER).withSchedule(new Schedule.Exponential(0.01, 0.5, 2)).withDropout(0.1).withAverage(0.9),
                Recipe.usual(6, 0.1, 1).withOptimizer(Optimizer.AdamW.USUAL).withSchedule(new Schedule.Cosine(0.01, 0.001, 6)).withClip(5).withWeightDecay(0.05, false))) {
            Parameters start = Parameters.initial(NETWORK, 3);
            double before = evaluate(start).top1();
            Evaluation after = evaluate(Trainer.of(recipe, BATCH, 2).train(start, training(480), TrainingListener.NONE));
            assertThat(before).as("before").isLessThan(0.6);
            assertThat(after.top1()).as("%s", recipe.optimizer()).isGreaterThan(0.93);
            assertThat(after.images()).isEqualTo(120);
            assertThat(after.confusion().stream().flatMap(List::stream).mapToInt(i -> i).sum()).isEqualTo(120);
            assertThat(after.top5()).isEqualTo(1);
        }
    }

    @Test
    void neither_threads_nor_a_kill_change_a_bit() throws IOException {
        Recipe recipe = Recipe.usual(3, 0.1, 1).withDropout(0.2).withAverage(0.9).withClip(1);
        List<float[]> whole = values(Trainer.of(recipe, BATCH, 1).train(Parameters.initial(NETWORK, 3), training(80), TrainingListener.NONE));
        assertThat(values(Trainer.of(recipe, BATCH, 3).train(Parameters.initial(NETWORK, 3), training(80), TrainingListener.NONE))).usingRecursiveComparison().isEqualTo(whole);
        Path file = folder.resolve("run/checkpoint");
        for (int kill : new int[] {1, 3, 5, 9}) {
            Files.deleteIfExists(file);
            Trainer trainer = Trainer.of(recipe, BATCH, 2).withCheckpoint(file, 2);
            int[] steps = {0};
            TrainingListener killer = new TrainingListener() {
                @Override
                public void step(Progress progress) {
                    if (++steps[0] == kill) {
                        throw new IllegalStateException("killed");
                    }
                }
            };
            assertThatThrownBy(() -> trainer.train(Parameters.initial(NETWORK, 3), training(80), killer)).hasMessage("killed");
            // another start: all must come from the checkpoint, where there is one
            long seed = Files.exists(file) ? 77 : 3;
            List<TrainingListener.Progress> epochs = new ArrayList<>();
            Parameters resumed = trainer.train(Parameters.initial(NETWORK, seed), training(80), new TrainingListener() {
                @Override
                public void epoch(Progress progress) {
                    epochs.add(progress);
                }
            });
            assertThat(values(resumed)).as("killed in step %d", kill).usingRecursiveComparison().isEqualTo(whole);
            assertThat(epochs.getLast()).extracting(TrainingListener.Progress::epoch, TrainingListener.Progress::step).containsExactly(3, 5);
            try (var files = Files.list(folder.resolve("run"))) {
                assertThat(files).containsExactly(file);
            }
        }
    }

    private static List<float[]> values(Parameters parameters) {
        return parameters.all().stream().map(Parameter::values).toList();
    }

    @Test
    void inference_with_folded_normalisations_says_what_the_pass_says() throws IOException {
        Parameters trained = Trainer.of(Recipe.usual(2, 0.1, 1), BATCH, 1).train(Parameters.initial(NETWORK, 3), training(160), TrainingListener.NONE);
        Batch batch = held().epoch(0).next();
        float[] inferred = new float[BATCH * 3];
        try (Inference inference = Plan.compile(NETWORK, trained.weights(), PlanOptions.defaults().withBatch(BATCH)).newInference();
             GradientPass pass = new GradientPass(trained, PassOptions.of(BATCH))) {
            inference.run(batch.images(), inferred);
            float[] passed = pass.forward(batch.images(), BATCH, Mode.EVALUATION);
            for (int i = 0; i < passed.length; i++) {
                assertThat((double) inferred[i]).isCloseTo(passed[i], within(1e-4 * (1 + Math.abs(passed[i]))));
            }
            assertThat(passed[0]).isNotEqualTo(passed[3]);
        }
        assertThat(trained.weights().trained()).isTrue();
    }

    @Test
    void a_loss_that_is_no_number_stops_and_leaves_the_last_checkpoint() throws IOException {
        Path file = folder.resolve("checkpoint");
        // the second epoch runs away
        Recipe recipe = Recipe.usual(4, 0.1, 1).withSchedule(new Schedule.WarmUp(1, new Schedule.Exponential(1e30, 1, 1)));
        Recipe still = recipe.withSchedule(new Schedule.Exponential(1e38, 1, 1));
        assertThatThrownBy(() -> Trainer.of(still, BATCH, 1).train(Parameters.initial(NETWORK, 3), training(80), TrainingListener.NONE))
                .isInstanceOf(DivergedException.class).hasMessageContaining("at a learning rate of 1.0E38; there is no checkpoint; maybe use a lower learning rate");
        Trainer trainer = Trainer.of(recipe, BATCH, 1).withCheckpoint(file, 1);
        Parameters start = Parameters.initial(NETWORK, 3);
        assertThatThrownBy(() -> trainer.train(start, training(80), TrainingListener.NONE))
                .isInstanceOf(DivergedException.class).hasMessageMatching("training has diverged: (the loss is (NaN|Infinity|-Infinity)|a gradient is no finite number|a weight .*) "
                        + "in epoch 1, step \\d, at a learning rate of .*E29; the last checkpoint is kept in .*checkpoint; .*");
        TrainingState state = new TrainingState(Parameters.initial(NETWORK, 3), recipe, 1);
        Checkpoint.read(file, state, Fingerprint.of(NETWORK, recipe, training(80), BATCH, KernelSet.configured()));
        assertThat(state.stepInEpoch).isGreaterThan(0);
        assertThat(state.isFinite()).isTrue();
        // one checkpoint a step: what is kept is what the weights are
        assertThat(values(start)).usingRecursiveComparison().isEqualTo(values(state.parameters));
    }

    @Test
    void broken_checkpoints_are_refused() throws IOException {
        Recipe recipe = Recipe.usual(1, 0.1, 1);
        Path file = folder.resolve("checkpoint");
        Trainer.of(recipe, BATCH, 1).withCheckpoint(file, 0).train(Parameters.initial(NETWORK, 3), training(32), TrainingListener.NONE);
        byte[] bytes = Files.readAllBytes(file);
        Trainer same = Trainer.of(recipe, BATCH, 1).withCheckpoint(file, 0);
        byte[] changed = bytes.clone();
        changed[bytes.length / 2] ^= 1;
        Files.write(file, changed);
        assertThatThrownBy(() -> same.train(Parameters.initial(NETWORK, 3), training(32), TrainingListener.NONE)).hasMessageContaining("checksum is wrong");
        Files.write(file, java.util.Arrays.copyOf(bytes, bytes.length / 2));
        assertThatThrownBy(() -> same.train(Parameters.initial(NETWORK, 3), training(32), TrainingListener.NONE)).hasMessageContaining("ends too early");
        Files.writeString(file, "what is this?");
        assertThatThrownBy(() -> same.train(Parameters.initial(NETWORK, 3), training(32), TrainingListener.NONE)).hasMessageContaining("is no checkpoint of Finch");
        Trainer nowhere = Trainer.of(recipe, BATCH, 1).withCheckpoint(file.resolve("below/a-file"), 0);
        assertThatThrownBy(() -> nowhere.train(Parameters.initial(NETWORK, 3), training(32), TrainingListener.NONE))
                .isInstanceOf(IOException.class).hasMessageContaining("cannot write the checkpoint");
    }

    @Test
    void images_of_other_classes_are_refused() {
        Network ten = Network.of(Bars.network().withClasses(10));
        assertThatThrownBy(() -> Trainer.of(Recipe.usual(1, 0.1, 1), BATCH, 1).train(Parameters.initial(ten, 3), training(32), TrainingListener.NONE))
                .hasMessage("the images have 3 classes, and network bars has 10 outputs");
    }

    @Test
    void batches_that_do_not_fit_are_refused_before_anything_is_done() {
        Trainer trainer = Trainer.of(Recipe.usual(1, 0.1, 1), BATCH - 1, 1);
        assertThatThrownBy(() -> trainer.train(Parameters.initial(NETWORK, 3), training(32), TrainingListener.NONE)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the batches have up to 16 images, more than the 15 that were said");
        Network larger = Network.of(Bars.network().atResolution(Extent.square(16)));
        assertThatThrownBy(() -> Trainer.of(Recipe.usual(1, 0.1, 1), BATCH, 1).train(Parameters.initial(larger, 3), training(32), TrainingListener.NONE))
                .isInstanceOf(IllegalArgumentException.class).hasMessage("the batches have images of 12x12x1, and network bars takes 16x16x1");
    }

    /** Trains and keeps what was told of each epoch. */
    private static List<TrainingListener.Progress> epochs(Trainer trainer, int killedInStep) throws IOException {
        List<TrainingListener.Progress> epochs = new ArrayList<>();
        int[] steps = {0};
        trainer.train(Parameters.initial(NETWORK, 3), training(80), new TrainingListener() {
            @Override
            public void step(Progress progress) {
                if (++steps[0] == killedInStep) {
                    throw new IllegalStateException("killed");
                }
            }

            @Override
            public void epoch(Progress progress) {
                epochs.add(progress);
            }
        });
        return epochs;
    }

    @Test
    void a_resumed_epoch_is_told_as_a_whole() throws IOException {
        Recipe recipe = Recipe.usual(2, 0.1, 1);
        Path file = folder.resolve("checkpoint");
        List<TrainingListener.Progress> whole = epochs(Trainer.of(recipe, BATCH, 1), 0);
        Trainer trainer = Trainer.of(recipe, BATCH, 1).withCheckpoint(file, 4);
        assertThatThrownBy(() -> epochs(trainer, 5)).hasMessage("killed");
        // as if killed between the last step and the end of its epoch
        TrainingState state = new TrainingState(Parameters.initial(NETWORK, 3), recipe, 1);
        Fingerprint fingerprint = Fingerprint.of(NETWORK, recipe, training(80), BATCH, KernelSet.configured());
        Checkpoint.read(file, state, fingerprint);
        state.stepInEpoch = 5;
        Path full = folder.resolve("full");
        Checkpoint.write(full, state, fingerprint);

        List<TrainingListener.Progress> resumed = epochs(trainer, 0);
        for (int epoch = 0; epoch < 2; epoch++) {
            assertThat(resumed.get(epoch)).usingRecursiveComparison().ignoringFields("imagesPerSecond").isEqualTo(whole.get(epoch));
        }
        TrainingListener.Progress nothingLeft = epochs(Trainer.of(recipe, BATCH, 1).withCheckpoint(full, 4), 0).getFirst();
        assertThat(nothingLeft.step()).isEqualTo(5);
        assertThat(nothingLeft.loss()).isBetween(0.1, 2.0);
        assertThat(nothingLeft.top1()).isBetween(0.0, 1.0);
        assertThat(nothingLeft.learningRate()).isEqualTo(whole.getFirst().learningRate());
        assertThat(nothingLeft.imagesPerSecond()).isZero();
    }

    @Test
    void an_epoch_whose_images_are_all_corrupt_is_an_error() {
        ImageSet broken = new ImageSet() {
            @Override
            public List<String> classes() {
                return new Bars(1, 1).classes();
            }

            @Override
            public int size() {
                return 40;
            }

            @Override
            public int label(int index) {
                return index % 3;
            }

            @Override
            public String nameOf(int index) {
                return "image " + index;
            }

            @Override
            public Image decode(int index) {
                throw new IllegalStateException("never mind");
            }
        };
        Batches batches = new Batches(broken, BatchPlan.training(BATCH, NETWORK.input(), GREY, List.of(), 0, 5), 0);
        assertThatThrownBy(() -> Trainer.of(Recipe.usual(1, 0.1, 1), BATCH, 1).train(Parameters.initial(NETWORK, 3), batches, TrainingListener.NONE))
                .isInstanceOf(IOException.class).hasMessageContaining("none of the images of epoch 0 can be used");
    }

    @Test
    void dropout_follows_from_the_recipes_seed() throws IOException {
        List<List<float[]>> trained = new ArrayList<>();
        for (long seed : new long[] {1, 2, 1}) {
            Recipe recipe = Recipe.usual(1, 0.1, seed).withDropout(0.3);
            trained.add(values(Trainer.of(recipe, BATCH, 1).train(Parameters.initial(NETWORK, 3), training(32), TrainingListener.NONE)));
        }
        assertThat(trained.get(2)).usingRecursiveComparison().isEqualTo(trained.get(0));
        assertThat(trained.get(1).getFirst()).isNotEqualTo(trained.get(0).getFirst());
    }

    @Test
    void mixed_images_train_too_and_a_teacher_helps() throws IOException {
        Batches mixed = new Batches(new Bars(480, 1), BatchPlan.training(BATCH, NETWORK.input(), GREY, List.of(new Augmentation.Flip()), 0.2, 5), 2);
        Parameters teacher = Trainer.of(Recipe.usual(5, 0.1, 1), BATCH, 1).train(Parameters.initial(NETWORK, 3), mixed, TrainingListener.NONE);
        assertThat(evaluate(teacher).top1()).isGreaterThan(0.85);
        try (GradientPass pass = new GradientPass(teacher, PassOptions.of(BATCH))) {
            Distillation distillation = new Distillation((images, count) -> pass.forward(images, count, Mode.EVALUATION), 1, 2);
            // the labels say nothing here: all comes from the teacher
            Parameters student = Trainer.of(Recipe.usual(5, 0.1, 2).withDistillation(distillation), BATCH, 1)
                    .train(Parameters.initial(NETWORK, 4), training(480), TrainingListener.NONE);
            assertThat(evaluate(student).top1()).isGreaterThan(0.85);
        }
        mixed.close();
    }
}
