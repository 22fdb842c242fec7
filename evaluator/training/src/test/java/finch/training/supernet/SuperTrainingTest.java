package finch.training.supernet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.within;

import finch.data.CorruptImageException;
import finch.data.DataSet;
import finch.data.Image;
import finch.data.ImageInput;
import finch.data.ImageSet;
import finch.data.Normalisation;
import finch.data.Split;
import finch.engine.Inference;
import finch.engine.Plan;
import finch.engine.PlanOptions;
import finch.engine.Weights;
import finch.engine.gradient.GradientPass;
import finch.engine.gradient.Mode;
import finch.engine.gradient.Parameters;
import finch.engine.gradient.PassOptions;
import finch.engine.kernel.KernelSet;
import finch.space.Architecture;
import finch.space.format.InvalidFileException;
import finch.space.format.SpaceFormat;
import finch.space.network.Network;
import finch.space.network.TensorShape;
import finch.space.staged.StagedSpace;
import finch.training.OtherTrainingException;
import finch.training.StoppedException;
import finch.training.Training;
import finch.training.TrainingListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SuperTrainingTest {
    private static final DataSet BARS = TinySpaces.bars(320, 120);
    private static final Training.Listener QUIET = new Training.Listener() {};

    @TempDir
    private Path folder;

    private static SuperNetwork trained(StagedSpace space, int epochs) throws Exception {
        return SuperTraining.of(space, BARS, TinySpaces.recipe(epochs), 2).run(null, 1, QUIET).network();
    }

    private byte[] bytes(SuperNetwork network) throws IOException {
        Path file = folder.resolve("bytes.supernet");
        SuperNetworkFile.write(file, network);
        return Files.readAllBytes(file);
    }

    private static List<Architecture> some(StagedSpace space, int count) {
        SplittableRandom random = new SplittableRandom(8);
        List<Architecture> some = new ArrayList<>(List.of(space.decode(space.largest()), space.decode(space.smallest())));
        while (some.size() < count) {
            some.add(space.decode(space.random(random)));
        }
        return some;
    }

    @Test
    void all_architectures_of_an_elastic_space_learn_at_once() throws Exception {
        StagedSpace space = TinySpaces.elastic();
        SuperNetwork network = trained(space, 10);
        SubnetScorer scorer = new SubnetScorer(network, BARS.training(), BARS.validation(), 1);
        List<Double> scores = new ArrayList<>();
        for (Architecture architecture : some(space, 12)) {
            scores.add(scorer.score(architecture).top1());
        }
        // chance is a third; a few architectures are of kinds that were hardly ever drawn in so short a training
        assertThat(scores.subList(0, 2)).allMatch(score -> score > 0.8);
        assertThat(scores.stream().filter(score -> score > 0.8).count()).as("%s", scores).isGreaterThanOrEqualTo(9);
    }

    @Test
    void scores_do_not_depend_on_order_or_threads_and_the_file_keeps_them() throws Exception {
        StagedSpace space = TinySpaces.few();
        SuperNetwork network = trained(space, 1);
        List<Architecture> architectures = some(space, 4);
        Path file = folder.resolve("few.supernet");
        SuperNetworkFile.write(file, network);
        SuperNetwork read = SuperNetworkFile.read(file, space);
        assertThat(read.described().provenance().keySet()).isEqualTo(network.described().provenance().keySet());
        SubnetScorer one = new SubnetScorer(network, BARS.training(), BARS.validation(), 1);
        SubnetScorer two = new SubnetScorer(read, BARS.training(), BARS.validation(), 2);
        List<Object> forward = new ArrayList<>();
        List<Object> back = new ArrayList<>();
        for (Architecture architecture : architectures) {
            forward.add(one.score(architecture));
        }
        for (Architecture architecture : architectures.reversed()) {
            back.addFirst(two.score(architecture));
        }
        assertThat(forward).isEqualTo(back);
        assertThat(Arrays.equals(bytes(read), Files.readAllBytes(file))).isTrue();
    }

    @Test
    void extracted_weights_give_what_the_shared_ones_give() throws Exception {
        StagedSpace space = TinySpaces.elastic();
        SuperNetwork network = trained(space, 1);
        SubnetScorer scorer = new SubnetScorer(network, BARS.training(), BARS.validation(), 1);
        SplittableRandom random = new SplittableRandom(9);
        for (Architecture architecture : some(space, 5)) {
            Network lowered = Network.of(architecture);
            Weights weights = scorer.weights(architecture);
            float[] images = new float[4 * lowered.input().size()];
            for (int i = 0; i < images.length; i++) {
                images[i] = (float) random.nextGaussian();
            }
            // with the batch's own moments running statistics do not matter, so slices and extracted weights must agree to the bit
            assertThat(run(Parameters.of(lowered, weights), images, Mode.TRAINING)).isEqualTo(run(network.parameters(architecture), images, Mode.TRAINING));
            float[] folded = new float[4 * 3];
            try (Inference inference = Plan.compile(lowered, weights, new PlanOptions(4, 1, KernelSet.configured())).newInference()) {
                inference.run(images, folded);
            }
            assertThat(folded).containsExactly(run(Parameters.of(lowered, weights), images, Mode.EVALUATION), within(1e-3f));
        }
    }

    private static float[] run(Parameters parameters, float[] images, Mode mode) {
        try (GradientPass pass = new GradientPass(parameters, PassOptions.of(4))) {
            return pass.forward(images, 4, mode);
        }
    }

    @Test
    void threads_and_a_stop_change_no_bit() throws Exception {
        StagedSpace space = TinySpaces.few();
        DataSet little = TinySpaces.bars(96, 48);
        byte[] whole = bytes(SuperTraining.of(space, little, TinySpaces.recipe(2), 2).run(null, 1, QUIET).network());
        Path checkpoint = folder.resolve("few.checkpoint");
        SuperTraining training = SuperTraining.of(space, little, TinySpaces.recipe(2), 2);
        Training.Listener stopping = new Training.Listener() {
            private int steps;

            @Override
            public void step(TrainingListener.Progress progress) {
                steps++;
            }

            @Override
            public boolean stop() {
                return steps == 8;
            }
        };
        assertThatThrownBy(() -> training.run(checkpoint, 2, stopping)).isInstanceOf(StoppedException.class).hasMessage("stopped in epoch 2 after step 2");
        assertThatThrownBy(() -> SuperTraining.of(space, little, TinySpaces.recipe(3), 2).run(checkpoint, 1, QUIET)).isInstanceOf(OtherTrainingException.class)
                .hasMessageContaining("recipe.epochs was 2 and is 3");
        assertThat(Arrays.equals(bytes(training.run(checkpoint, 1, QUIET).network()), whole)).isTrue();
        training.forget(checkpoint);
        assertThat(checkpoint).doesNotExist();
    }

    @Test
    void another_space_and_damage_are_refused() throws Exception {
        StagedSpace space = TinySpaces.few();
        Path file = folder.resolve("few.supernet");
        SuperNetworkFile.write(file, new SuperNetwork(space, new SharedWeights(space, 1), trainedNothing()));
        StagedSpace other = space.restrict(Map.of("stage2.expand", List.of("3")));
        assertThatThrownBy(() -> SuperNetworkFile.read(file, other)).isInstanceOf(InvalidFileException.class)
                .hasMessageContaining("is a super-network of another space than few: stage2.expand is ").hasMessageContaining(" there and ");
        byte[] bytes = Files.readAllBytes(file);
        Path broken = folder.resolve("broken.supernet");
        byte[] changed = bytes.clone();
        changed[bytes.length - 400] ^= 1;
        Files.write(broken, changed);
        assertThatThrownBy(() -> SuperNetworkFile.read(broken, space)).isInstanceOf(InvalidFileException.class);
        Files.write(broken, Arrays.copyOf(bytes, bytes.length / 2));
        assertThatThrownBy(() -> SuperNetworkFile.read(broken, space)).isInstanceOf(InvalidFileException.class).hasMessageContaining("cut off");
        Files.writeString(broken, "no zip");
        assertThatThrownBy(() -> SuperNetworkFile.read(broken, space)).isInstanceOf(InvalidFileException.class).hasMessageContaining("is no super-network of Finch");
    }

    private static SuperNetwork.Described trainedNothing() {
        return new SuperNetwork.Described(BARS.classes(), Normalisation.of(1, 0.5, 0.5), 16, Split.DEFAULT, "bars", "0", 1, Map.of());
    }

    @Test
    void spaces_that_do_not_fit_the_images_are_refused() {
        StagedSpace space = TinySpaces.few();
        DataSet two = new DataSet("two", BARS.training(), BARS.validation(), Optional.empty(), List.of());
        assertThatThrownBy(() -> SuperTraining.of(SpaceFormat.named("nas-bench-macro"), two, TinySpaces.recipe(1), 2))
                .hasMessage("space nas-bench-macro has 10 classes, and two has 3. Write classes: 3 in the space file.");
        assertThatThrownBy(() -> SuperTraining.of(space, TinySpaces.bars(9, 9), TinySpaces.recipe(1), 2)).hasMessageContaining("do not fill a batch of 16");
    }

    /** Counts what is decoded; some images are corrupt. */
    private record Counted(ImageSet images, Set<Integer> broken, AtomicInteger decoded) implements ImageSet {
        @Override
        public List<String> classes() {
            return images.classes();
        }

        @Override
        public int size() {
            return images.size();
        }

        @Override
        public int label(int index) {
            return images.label(index);
        }

        @Override
        public String nameOf(int index) {
            return images.nameOf(index);
        }

        @Override
        public Image decode(int index) throws CorruptImageException {
            decoded.incrementAndGet();
            if (broken.contains(index)) {
                new ImageInput(new TensorShape(8, 8, 1), Normalisation.of(1, 0.5, 0.5)).read(Path.of("pom.xml"), nameOf(index));
            }
            return images.decode(index);
        }
    }

    @Test
    void images_are_decoded_once_for_each_resolution_however_many_there_are() throws Exception {
        StagedSpace space = TinySpaces.elastic(4, 5, 6, 7, 8);
        SuperNetwork network = new SuperNetwork(space, new SharedWeights(space, 1), trainedNothing());
        Counted images = new Counted(BARS.validation(), Set.of(3), new AtomicInteger());
        SubnetScorer scorer = new SubnetScorer(network, BARS.training(), images, 1);
        List<Architecture> each = new ArrayList<>();
        SplittableRandom random = new SplittableRandom(8);
        while (each.size() < 5) {
            Architecture drawn = space.decode(space.random(random));
            if (each.stream().noneMatch(known -> known.resolution().equals(drawn.resolution()))) {
                each.add(drawn);
            }
        }
        for (int round = 0; round < 3; round++) {
            for (Architecture architecture : each) {
                scorer.score(architecture);
            }
        }
        assertThat(images.decoded.get()).isEqualTo(5 * images.size());
        assertThat(scorer.corrupt()).containsExactly("bars 3: is neither JPEG nor PNG, whatever its name says");
    }

    @Test
    void corrupt_images_of_both_parts_are_named_once() throws Exception {
        DataSet data = new DataSet("bars", new Counted(TinySpaces.bars(96, 48).training(), Set.of(5), new AtomicInteger()),
                new Counted(TinySpaces.bars(96, 48).validation(), Set.of(7), new AtomicInteger()), Optional.empty(), List.of());
        List<String> told = new ArrayList<>();
        SuperTraining.of(TinySpaces.few(), data, TinySpaces.recipe(2), 1).run(null, 1, new Training.Listener() {
            @Override
            public void remark(String text) {
                told.add(text);
            }
        });
        assertThat(told.stream().filter(text -> text.contains("left out"))).containsExactlyInAnyOrder("bars 5: is neither JPEG nor PNG, whatever its name says; it is left out", "bars 7: is neither JPEG nor PNG, whatever its name says; it is left out");
    }

    @Test
    void a_class_none_of_whose_images_can_be_used_is_told_once() throws Exception {
        ImageSet bars = TinySpaces.bars(96, 48).training();
        Set<Integer> broken = IntStream.range(0, bars.size()).filter(i -> bars.label(i) == 1).boxed().collect(Collectors.toSet());
        DataSet data = new DataSet("bars", new Counted(bars, broken, new AtomicInteger()), TinySpaces.bars(96, 48).validation(), Optional.empty(), List.of());
        List<String> told = new ArrayList<>();
        SuperTraining.of(TinySpaces.few(), data, TinySpaces.recipe(2), 1).run(null, 1, new Training.Listener() {
            @Override
            public void remark(String text) {
                told.add(text);
            }
        });
        assertThat(told).filteredOn(text -> text.startsWith("class "))
                .containsExactly("class " + bars.classes().get(1) + ": none of its " + broken.size() + " images can be used, so that nothing is learnt of it");
    }

    @Test
    void a_training_that_fails_before_its_first_checkpoint_leaves_nothing() throws Exception {
        Path checkpoint = folder.resolve("few.checkpoint");
        SuperTraining training = SuperTraining.of(TinySpaces.few(), TinySpaces.bars(96, 48), TinySpaces.recipe(2), 2);
        assertThatThrownBy(() -> training.run(checkpoint, 1, new Training.Listener() {
            @Override
            public void step(TrainingListener.Progress progress) {
                throw new IllegalStateException("failed");
            }
        })).hasMessage("failed");
        try (var files = Files.list(folder)) {
            assertThat(files).isEmpty();
        }
    }

    @Test
    void two_trainings_or_studies_do_not_write_one_file() throws Exception {
        StagedSpace space = TinySpaces.few();
        DataSet little = TinySpaces.bars(96, 48);
        SuperTraining training = SuperTraining.of(space, little, TinySpaces.recipe(1), 1);
        Path checkpoint = folder.resolve("few.checkpoint");
        List<Throwable> second = new ArrayList<>();
        SuperNetwork network = training.run(checkpoint, 1, new Training.Listener() {
            @Override
            public void step(TrainingListener.Progress progress) {
                second.add(catchThrowable(() -> training.run(checkpoint, 1, QUIET)));
            }
        }).network();
        assertThat(second.getFirst()).hasMessageStartingWith(checkpoint + " is in use: ");
        Path model = folder.resolve("few.supernet");
        SuperNetworkFile.write(model, network);
        Path file = folder.resolve("rank.jsonl");
        RankStudy study = RankStudy.of(network, model, little, TinySpaces.recipe(1), new RankStudy.Plan(3, OptionalLong.empty(), OptionalInt.empty(), 1, Optional.empty()), file);
        second.clear();
        List<RankRow> rows = study.run(1, new RankStudy.Listener() {
            @Override
            public Training.Listener training(int number, int of, Network trainedNow) {
                second.add(catchThrowable(() -> study.run(1, this)));
                return QUIET;
            }

            @Override
            public void row(RankRow row, OptionalLong scoreNanos) {
                // told only
            }
        });
        assertThat(second).hasSize(3).allSatisfy(failure -> assertThat(failure).hasMessageStartingWith(file + " is in use: "));
        assertThat(rows).hasSize(3);
        assertThat(folder.resolve("rank.jsonl.lock")).doesNotExist();
    }
}
