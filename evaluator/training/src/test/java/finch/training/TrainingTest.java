package finch.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import finch.data.DataSet;
import finch.data.DataSets;
import finch.data.Image;
import finch.data.ImageSet;
import finch.data.Split;
import finch.engine.Inference;
import finch.engine.Plan;
import finch.engine.PlanOptions;
import finch.engine.Weights;
import finch.space.Architecture;
import finch.space.Extent;
import finch.space.format.References;
import finch.space.network.Network;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainingTest {
    private static final TrainingConfig CONFIG = config(Map.of("epochs", "3", "batch", "16", "ema", "0.9", "learning-rate", "0.1"));

    @TempDir
    private Path folder;

    private static TrainingConfig config(Map<String, String> overrides) {
        return RecipeReader.parse("test", "format: finch-recipe/1", overrides);
    }

    private static DataSet bars(long seed) {
        return new DataSet("bars", new Bars(96, seed), new Bars(30, 99), Optional.of(new Bars(60, 98)), List.of());
    }

    /** Listens and stops after some steps. */
    private static final class Watch implements Training.Listener {
        private final int last;
        private int steps;
        private final List<String> told = new ArrayList<>();

        Watch(int last) {
            this.last = last;
        }

        @Override
        public void step(TrainingListener.Progress progress) {
            steps++;
        }

        @Override
        public void epoch(CurvePoint point, double imagesPerSecond, boolean resumed) {
            told.add(point.epoch() + (resumed ? " before" : ""));
        }

        @Override
        public void remark(String text) {
            told.add(text);
        }

        @Override
        public boolean stop() {
            return steps == last;
        }
    }

    private byte[] bytes(Training.Outcome outcome) throws IOException {
        Path file = folder.resolve("bytes.finch");
        ModelFile.write(file, outcome.model());
        return Files.readAllBytes(file);
    }

    @Test
    void a_training_that_is_stopped_goes_on_to_the_same_file_on_any_number_of_threads() throws IOException {
        Training training = Training.of(Bars.network(), bars(1), CONFIG);
        byte[] whole = bytes(training.run(null, 1, new Watch(-1)));
        Path checkpoint = folder.resolve("c");
        assertThatThrownBy(() -> training.run(checkpoint, 2, new Watch(8))).isInstanceOf(StoppedException.class).hasMessage("stopped in epoch 2 after step 2");
        assertThat(checkpoint).exists();
        Watch second = new Watch(-1);
        Training.Outcome outcome = training.run(checkpoint, 2, second);
        assertThat(second.told).containsExactly("1 before", "2", "3");
        assertThat(second.steps).as("no step is done twice").isEqualTo(10);
        assertThat(bytes(outcome)).isEqualTo(whole);
        assertThat(bytes(training.run(null, 3, new Watch(-1)))).isEqualTo(whole);
        training.forget(checkpoint);
        assertThat(checkpoint).doesNotExist();
        assertThat(folder.resolve("c.json")).doesNotExist();
    }

    @Test
    void a_checkpoint_of_another_training_is_refused_with_what_differs() throws IOException {
        Path checkpoint = folder.resolve("c");
        assertThatThrownBy(() -> Training.of(Bars.network(), bars(1), CONFIG).run(checkpoint, 1, new Watch(1))).isInstanceOf(StoppedException.class);
        byte[] kept = Files.readAllBytes(checkpoint);
        TrainingConfig other = config(Map.of("epochs", "3", "batch", "16", "ema", "0.9", "learning-rate", "0.2"));
        assertThatThrownBy(() -> Training.of(Bars.network(), bars(1), other).run(checkpoint, 1, new Watch(1))).isInstanceOf(OtherTrainingException.class)
                .hasMessageContaining("recipe.learning-rate was 0.1 and is 0.2").hasMessageEndingWith("delete it or name another file").hasMessageNotContaining("architecture");
        assertThatThrownBy(() -> Training.of(Bars.network(), bars(2), CONFIG).run(checkpoint, 1, new Watch(1))).isInstanceOf(OtherTrainingException.class)
                .hasMessageContaining("data.fingerprint was").hasMessageNotContaining("recipe");
        Architecture wider = new Architecture("bars", Bars.network().resolution(), 1, 3, Bars.network().padding(), Bars.network().stem(), Bars.network().blocks().subList(0, 1),
                Bars.network().head());
        assertThatThrownBy(() -> Training.of(wider, bars(1), CONFIG).run(checkpoint, 1, new Watch(1))).isInstanceOf(OtherTrainingException.class)
                .hasMessageContaining("architecture.blocks[1]");
        assertThat(checkpoint).as("is left as it was").hasBinaryContent(kept);
        Files.delete(folder.resolve("c.json"));
        assertThatThrownBy(() -> Training.of(Bars.network(), bars(1), CONFIG).run(checkpoint, 1, new Watch(1))).isInstanceOf(OtherTrainingException.class)
                .hasMessageContaining("c.json, which says what it belongs to, is not beside it");
    }

    @Test
    void a_class_none_of_whose_images_can_be_read_is_told_once() throws IOException {
        Bars bars = new Bars(24, 1);
        for (int i = 0; i < bars.size(); i++) {
            for (String part : new String[] {"train", "val"}) {
                Path file = Files.createDirectories(folder.resolve("set/" + part + "/" + bars.classes().get(bars.label(i)))).resolve(i + ".png");
                BufferedImage picture = new BufferedImage(Bars.SIDE, Bars.SIDE, BufferedImage.TYPE_BYTE_GRAY);
                picture.getRaster().setSample(i % Bars.SIDE, i / Bars.SIDE, 0, 200);
                ImageIO.write(picture, "png", file.toFile());
                if (part.equals("train") && bars.label(i) == 1) {
                    Files.write(file, new byte[9]);
                }
            }
        }
        Watch watch = new Watch(-1);
        // batches that take all images of each epoch
        Training.of(Bars.network(), DataSets.open("set", folder, Split.DEFAULT), config(Map.of("epochs", "2", "batch", "8"))).run(null, 1, watch);
        assertThat(watch.told).filteredOn(text -> text.contains("left out")).hasSize(8);
        assertThat(watch.told).filteredOn(text -> text.startsWith("class ")).containsExactly("class standing: none of its 8 images can be used, so that nothing is learnt of it");
    }

    @Test
    void the_model_answers_as_the_network_that_was_evaluated() throws IOException {
        Training.Outcome outcome = Training.of(Bars.network(), bars(1), CONFIG).run(null, 1, new Watch(-1));
        Path file = folder.resolve("m.finch");
        ModelFile.write(file, outcome.model());
        TrainedModel read = ModelFile.read(file);
        float[] image = new float[Bars.SIDE * Bars.SIDE];
        for (int i = 0; i < image.length; i++) {
            image[i] = i % 7 - 3;
        }
        assertThat(logits(read.architecture(), read.weights(), image)).isEqualTo(logits(outcome.model().architecture(), outcome.model().weights(), image));
        assertThat(read.provenance().get("test")).asString().contains("images=60", "top1=" + outcome.test().orElseThrow().top1());
        assertThat(read.provenance().get("curve")).asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.LIST).hasSize(3);
        assertThat(read.classifier("").split()).contains(CONFIG.split());
    }

    private static float[] logits(Architecture architecture, Weights weights, float[] image) {
        float[] output = new float[3];
        try (Inference inference = Plan.compile(Network.of(architecture), weights, PlanOptions.defaults()).newInference()) {
            inference.run(image, output);
        }
        return output;
    }

    @Test
    void a_network_is_made_to_fit_the_images() throws IOException {
        Training training = Training.of(References.resolve("mobilenetv2@0.35"), bars(1), config(Map.of("batch", "16", "output-stride", "4")));
        assertThat(training.architecture().resolution()).isEqualTo(Extent.square(12));
        assertThat(training.network().input().channels()).isEqualTo(1);
        assertThat(training.network().output().size()).isEqualTo(3);
        assertThat(training.remarks()).hasSize(2).first().asString().contains("12x12x1, 3 classes (given: 224x224x3, 1000 classes); its last map is 3x3, its output stride 4");
        assertThat(Training.of(References.resolve("mobilenetv2@0.35"), bars(1), config(Map.of("batch", "16", "resolution", "24"))).remarks().getLast())
                .contains("1x1 is small", "--output-stride 2");
        assertThatThrownBy(() -> Training.of(References.resolve("mobilenetv2@0.35"), bars(1), config(Map.of("batch", "16"))))
                .hasMessageContaining("resolution 12 is too small for the strides").hasMessageEndingWith("--output-stride, e.g. 4.");
        Training asked = Training.of(Bars.network(), bars(1), config(Map.of("batch", "16", "resolution", "[10, 14]", "channels", "3")));
        assertThat(asked.network().input()).hasToString("10x14x3");
        assertThat(asked.remarks().getFirst()).contains("10x14x3, 3 classes (given: 12x12x1, 3 classes)");
    }

    /** Colours, where the network was told to be grey. */
    private record Colours(int size) implements ImageSet {
        @Override
        public List<String> classes() {
            return List.of("a", "b");
        }

        @Override
        public int label(int index) {
            return index % 2;
        }

        @Override
        public String nameOf(int index) {
            return "colour " + index;
        }

        @Override
        public Image decode(int index) {
            return Image.of(8, 8, 3, new byte[192]);
        }
    }

    @Test
    void data_that_do_not_fit_are_refused_before_anything_is_trained() {
        DataSet colours = new DataSet("colours", new Colours(40), new Colours(8), Optional.empty(), List.of());
        assertThatThrownBy(() -> Training.of(Bars.network(), colours, config(Map.of("batch", "16", "channels", "1")))).hasMessageContaining("has 3 channels where 1 are wanted");
        assertThatThrownBy(() -> Training.of(Bars.network(), bars(1), config(Map.of("batch", "128"))))
                .hasMessage("bars has 96 training images, which do not fill a batch of 128. Maybe use batches of 64: --batch, or batch in a recipe.");
        assertThatThrownBy(() -> Training.of(Bars.network(), bars(1), config(Map.of("batch", "16", "resolution", "1")))).hasMessageContaining("too small for the strides");
    }

    @Test
    void two_trainings_do_not_write_one_checkpoint() throws IOException {
        Training training = Training.of(Bars.network(), bars(1), CONFIG);
        Path checkpoint = folder.resolve("c");
        List<Throwable> second = new ArrayList<>();
        Training.Outcome outcome = training.run(checkpoint, 1, new Training.Listener() {
            @Override
            public void step(TrainingListener.Progress progress) {
                if (second.isEmpty()) {
                    second.add(catchThrowable(() -> training.run(checkpoint, 1, new Watch(-1))));
                }
            }
        });
        assertThat(second.getFirst()).isInstanceOf(IOException.class)
                .hasMessage(checkpoint + " is in use: another Finch trains and writes it. Wait until it has ended, or name another file.");
        assertThat(bytes(outcome)).isEqualTo(bytes(training.run(null, 1, new Watch(-1))));
        training.forget(checkpoint);
        try (var files = Files.list(folder)) {
            assertThat(files.map(file -> file.getFileName().toString())).as("neither lock nor checkpoint").containsExactly("bytes.finch");
        }
    }

    /** A kill while a checkpoint is written leaves a file as large as that. */
    @Test
    void what_kills_have_left_goes_when_the_training_goes_on() throws IOException {
        Path left = Files.writeString(folder.resolve(".c.4711-12.tmp"), "half");
        Path other = Files.writeString(folder.resolve(".d.4711-12.tmp"), "half");
        Training.of(Bars.network(), bars(1), CONFIG).run(folder.resolve("c"), 1, new Watch(-1));
        assertThat(left).doesNotExist();
        assertThat(other).exists();
    }

    /** The curve is of validation images, so they make a training as those trained on do. */
    @Test
    void other_validation_and_test_images_are_another_training() throws IOException {
        Path checkpoint = folder.resolve("c");
        assertThatThrownBy(() -> Training.of(Bars.network(), bars(1), CONFIG).run(checkpoint, 1, new Watch(8))).isInstanceOf(StoppedException.class);
        DataSet validation = new DataSet("bars", new Bars(96, 1), new Bars(30, 97), Optional.of(new Bars(60, 98)), List.of());
        assertThatThrownBy(() -> Training.of(Bars.network(), validation, CONFIG).run(checkpoint, 1, new Watch(-1))).isInstanceOf(OtherTrainingException.class)
                .hasMessageContaining("data.validationFingerprint was ").hasMessageNotContaining("data.fingerprint").hasMessageNotContaining("data.testFingerprint");
        DataSet test = new DataSet("bars", new Bars(96, 1), new Bars(30, 99), Optional.of(new Bars(60, 97)), List.of());
        assertThatThrownBy(() -> Training.of(Bars.network(), test, CONFIG).run(checkpoint, 1, new Watch(-1))).isInstanceOf(OtherTrainingException.class)
                .hasMessageContaining("data.testFingerprint was ").hasMessageNotContaining("data.validationFingerprint");
        // logs of earlier versions do not tell
        Path log = folder.resolve("c.json");
        Files.writeString(log, Files.readString(log).replaceAll(",\\s*\"(validation|test)Fingerprint\" ?: ?\"[0-9a-f]*\"", ""));
        assertThat(Files.readString(log)).doesNotContain("Fingerprint");
        Watch rest = new Watch(-1);
        Training.of(Bars.network(), bars(1), CONFIG).run(checkpoint, 1, rest);
        assertThat(rest.steps).isEqualTo(10);
    }
}
