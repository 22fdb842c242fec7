package finch.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import finch.data.DataSet;
import finch.engine.Weights;
import finch.engine.gradient.GradientPass;
import finch.engine.gradient.Mode;
import finch.engine.gradient.Parameters;
import finch.engine.gradient.PassOptions;
import finch.space.Architecture;
import finch.space.network.Layer;
import finch.space.network.Network;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StartingWeightsTest {
    private static final DataSet BARS = new DataSet("bars", new Bars(96, 1), new Bars(60, 99), Optional.empty(), List.of());
    private static final Training.Listener QUIET = new Training.Listener() {};
    private static Training.Outcome before;

    @TempDir
    private Path folder;

    @BeforeAll
    static void a_network_is_trained() throws IOException {
        before = Training.of(Bars.network(), BARS, config(Map.of("epochs", "8", "learning-rate", "0.1"))).run(null, 1, QUIET);
        assertThat(before.validation().top1()).as("it has learnt something").isGreaterThan(0.6);
    }

    private static TrainingConfig config(Map<String, String> overrides) {
        Map<String, String> all = new HashMap<>(Map.of("batch", "16", "augment", "[]", "warm-up", "0"));
        all.putAll(overrides);
        return RecipeReader.parse("test", "format: finch-recipe/1", all);
    }

    /** Of a training that hardly moves anything. */
    private static TrainingConfig still() {
        return config(Map.of("epochs", "1", "learning-rate", "1e-9", "batch-norm-momentum", "1e-4"));
    }

    private static StartingWeights start(Weights weights) {
        return new StartingWeights("bars.finch", "0123", before.model().architecture(), weights, Optional.of(before.model().normalisation()));
    }

    /** What an inference file has. */
    private static Weights folded(Weights weights) {
        Map<String, Weights.Parameters> folded = new LinkedHashMap<>();
        weights.byLayer().forEach((name, its) -> {
            Weights.BatchNorm norm = its.batchNorm();
            if (norm == null) {
                folded.put(name, its);
                return;
            }
            int channels = norm.gamma().length;
            float[] kernel = its.kernel().clone();
            float[] bias = new float[channels];
            for (int i = 0; i < kernel.length; i++) {
                int c = i / (kernel.length / channels);
                kernel[i] *= (float) (norm.gamma()[c] / Math.sqrt(norm.variance()[c] + norm.epsilon()));
            }
            for (int c = 0; c < channels; c++) {
                bias[c] = (float) (norm.beta()[c] - norm.mean()[c] * norm.gamma()[c] / Math.sqrt(norm.variance()[c] + norm.epsilon()));
            }
            float[] ones = new float[channels];
            Arrays.fill(ones, 1);
            folded.put(name, new Weights.Parameters(kernel, its.bias(), new Weights.BatchNorm(ones, bias, new float[channels], ones, 0)));
        });
        return new Weights(folded, true);
    }

    @Test
    void a_training_begins_where_the_weights_are() throws IOException {
        for (Weights weights : List.of(before.model().weights(), folded(before.model().weights()))) {
            Training training = Training.of(BARS, still(), start(weights));
            assertThat(training.remarks().getLast()).isEqualTo("training goes on from the weights of bars.finch");
            Training.Outcome after = training.run(null, 1, QUIET);
            assertThat(after.validation().top1()).isEqualTo(before.validation().top1());
            assertThat(after.validation().loss()).isCloseTo(before.validation().loss(), within(1e-4));
            assertThat(after.model().provenance()).containsEntry("weights", Map.of("sha256", "0123"));
        }
    }

    @Test
    void a_folded_network_computes_the_same_in_training_as_in_its_file() {
        Network network = Network.of(before.model().architecture());
        Weights file = folded(before.model().weights());
        StartingWeights start = start(file);
        Parameters parameters = Parameters.of(network, start.of(before.model().architecture(), network, 1));
        SplittableRandom random = new SplittableRandom(3);
        int count = 24;
        float[] images = new float[count * network.input().size()];
        for (int i = 0; i < images.length; i++) {
            images[i] = (float) random.nextGaussian();
        }
        float[] wanted = pass(Parameters.of(network, file), images, count, Mode.EVALUATION);
        assertThat(pass(Parameters.of(network, file), images, count, Mode.TRAINING)).as("not without").isNotEqualTo(wanted);
        Unfolding.of(network, parameters, start::isFolded, images, count, 1);
        for (Mode mode : List.of(Mode.EVALUATION, Mode.TRAINING)) {
            float[] logits = pass(parameters, images, count, mode);
            for (int i = 0; i < logits.length; i++) {
                assertThat(logits[i]).as("%s, logit %d", mode, i).isCloseTo(wanted[i], within(1e-4f));
            }
        }
        assertThat(network.layers().stream().filter(layer -> layer.batchNormChannels() > 0).map(Layer::name)).isNotEmpty()
                .allSatisfy(layer -> assertThat(start.isFolded(layer)).isTrue());
        assertThat(start(before.model().weights()).isFolded("stem")).isFalse();
    }

    private static float[] pass(Parameters parameters, float[] images, int count, Mode mode) {
        try (GradientPass pass = new GradientPass(parameters, PassOptions.of(count).withMomentum(1e-6))) {
            return pass.forward(images, count, mode).clone();
        }
    }

    @Test
    void other_classes_get_a_new_classifier_and_all_else_is_kept() throws IOException {
        Architecture thousand = before.model().architecture().withClasses(1000);
        Network large = Network.of(thousand);
        Weights drawn = new Weights(Weights.seeded(large, 5).byLayer(), true);
        StartingWeights start = new StartingWeights("imagenet.onnx", "4567", thousand, drawn, Optional.empty());
        Training training = Training.of(BARS, still(), start);
        assertThat(training.remarks().getLast()).isEqualTo("training goes on from the weights of imagenet.onnx; the classifier is new");
        Weights taken = start.of(training.architecture(), training.network(), 1);
        assertThat(taken.byLayer().keySet()).isEqualTo(drawn.byLayer().keySet());
        taken.byLayer().forEach((name, its) -> {
            if (name.equals("classifier")) {
                assertThat(its.bias()).containsOnly(0f, 0f, 0f).hasSize(3);
                assertThat(its.kernel()).isEqualTo(Weights.seeded(training.network(), 1).byLayer().get(name).kernel());
            } else {
                assertThat(its.kernel()).as(name).isEqualTo(drawn.byLayer().get(name).kernel());
            }
        });
        // and in the training
        Weights after = training.run(null, 1, QUIET).model().weights();
        assertThat(after.byLayer().get("head.conv").kernel()).usingComparatorWithPrecision(1e-5f).containsExactly(drawn.byLayer().get("head.conv").kernel());
    }

    @Test
    void weights_of_another_network_or_for_other_images_are_refused() {
        Weights weights = before.model().weights();
        Map<String, Weights.Parameters> fewer = new LinkedHashMap<>(weights.byLayer());
        fewer.remove("stem");
        assertThatThrownBy(() -> Training.of(BARS, still(), start(new Weights(fewer, true)))).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("bars.finch has weights of another network: for layer stem it has none, and 72 weights, no biases, a batch normalisation of 8 are needed");
        assertThatThrownBy(() -> Training.of(BARS, config(Map.of("channels", "3")), start(weights))).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("bars.finch is for images of 1 channel(s), and 3 are wanted. Leave --channels out, or give 1");
    }

    @Test
    void a_training_that_is_stopped_goes_on_and_not_with_other_weights() throws IOException {
        TrainingConfig config = config(Map.of("epochs", "3"));
        Weights folded = folded(before.model().weights());
        byte[] whole = bytes(Training.of(BARS, config, start(folded)).run(null, 2, QUIET));
        Path checkpoint = folder.resolve("c");
        int[] left = {8};
        assertThatThrownBy(() -> Training.of(BARS, config, start(folded)).run(checkpoint, 1, new Training.Listener() {
            @Override
            public boolean stop() {
                return --left[0] == 0;
            }
        })).isInstanceOf(StoppedException.class);
        StartingWeights others = new StartingWeights("other.finch", "89ab", before.model().architecture(), folded, Optional.of(before.model().normalisation()));
        assertThatThrownBy(() -> Training.of(BARS, config, others).run(checkpoint, 1, QUIET)).isInstanceOf(OtherTrainingException.class).hasMessageContaining("weights was 0123 and is 89ab");
        assertThatThrownBy(() -> Training.of(Bars.network(), BARS, config).run(checkpoint, 1, QUIET)).isInstanceOf(OtherTrainingException.class).hasMessageContaining("weights was 0123 and is not given");
        assertThat(bytes(Training.of(BARS, config, start(folded)).run(checkpoint, 1, QUIET))).isEqualTo(whole);
    }

    private byte[] bytes(Training.Outcome outcome) throws IOException {
        Path file = folder.resolve("bytes.finch");
        ModelFile.write(file, outcome.model());
        return Files.readAllBytes(file);
    }
}
