package finch.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl;
import finch.engine.Weights;
import finch.space.Extent;
import finch.space.format.References;
import finch.space.network.Layer;
import finch.space.network.Network;
import finch.space.network.Nonlinearity;
import finch.space.network.TensorShape;
import finch.space.network.Window;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OnnxWriterTest {
    private static final Extent ONE = Extent.square(1);

    private final Network network = Network.of(References.resolve("mobilenetv3-small@0.5/32"));
    private final Weights weights = Weights.seeded(network, 42);

    @TempDir
    Path folder;

    @Test
    void a_file_says_who_wrote_it_and_that_it_is_untrained() throws IOException {
        Path file = folder.resolve("new/x.onnx");
        OnnxWriter.write(file, network, weights,
                OnnxOptions.folded().withSeed(42).withArchitecture("{\"format\":1}").withDoc("for a test"));
        OnnxMl.ModelProto model = OnnxMl.ModelProto.parseFrom(Files.readAllBytes(file));
        assertThat(model.getProducerName()).isEqualTo("finch");
        assertThat(model.getProducerVersion()).matches("\\d+\\.\\d+.*");
        assertThat(model.getDocString()).isEqualTo("for a test");
        assertThat(model.getOpsetImportList()).singleElement()
                .matches(set -> set.getDomain().isEmpty() && set.getVersion() == 17);
        assertThat(model.getGraph().getInput(0).getName()).isEqualTo("input");
        assertThat(model.getGraph().getInput(0).getType().getTensorType().getShape().getDim(0).getDimParam())
                .isEqualTo("N");
        assertThat(model.getGraph().getOutput(0).getName()).isEqualTo("logits");
        OnnxModel read = OnnxReader.read(file);
        assertThat(read.metadata()).containsExactlyInAnyOrderEntriesOf(Map.of("architecture", "{\"format\":1}",
                "untrained", "true", "seed", "42"));
        assertThat(read.architecture()).contains("{\"format\":1}");
        assertThat(read.weights().trained()).isFalse();
    }

    @Test
    void trained_weights_are_not_called_untrained() throws IOException {
        Weights trained = new Weights(weights.byLayer(), true);
        byte[] bytes = OnnxWriter.toBytes(network, trained, OnnxOptions.unfolded().withSeed(1));
        OnnxModel read = OnnxReader.read("x", new ByteArrayInputStream(bytes), ReadOptions.none());
        assertThat(read.metadata()).isEmpty();
        assertThat(read.weights().trained()).isTrue();
    }

    @Test
    void unfolded_files_give_back_the_very_network_and_weights() throws IOException {
        byte[] bytes = OnnxWriter.toBytes(network, weights, OnnxOptions.unfolded());
        OnnxModel read = OnnxReader.read("x", new ByteArrayInputStream(bytes), ReadOptions.none());
        assertThat(read.network()).isEqualTo(network);
        assertThat(read.weights().byLayer()).containsOnlyKeys(network.layers().stream()
                .filter(layer -> layer.params() > 0).map(Layer::name).toList());
        assertThat(OnnxWriter.toBytes(read.network(), read.weights(), OnnxOptions.unfolded())).isEqualTo(bytes);
    }

    @Test
    void folding_leaves_one_bias_for_each_normalised_channel() throws IOException {
        byte[] bytes = OnnxWriter.toBytes(network, weights, OnnxOptions.folded().withBatch(1));
        OnnxModel read = OnnxReader.read("x", new ByteArrayInputStream(bytes), ReadOptions.none());
        long normalised = network.paramsWithBatchNormStatistics() - network.params();
        assertThat(read.network().params()).isEqualTo(network.params() - normalised / 2);
        assertThat(read.network().macs()).isEqualTo(network.macs());
    }

    @Test
    void the_same_input_gives_the_same_bytes() {
        Weights again = Weights.seeded(network, 42);
        OnnxOptions options = OnnxOptions.folded().with("b", "2").with("a", "1");
        OnnxOptions same = OnnxOptions.folded().with("a", "1").with("b", "2");
        assertThat(OnnxWriter.toBytes(network, again, same)).isEqualTo(OnnxWriter.toBytes(network, weights, options));
    }

    @Test
    void a_write_that_fails_leaves_the_old_file_and_nothing_else() throws IOException {
        Path file = folder.resolve("x.onnx");
        Files.writeString(file, "old");
        Weights others = Weights.seeded(Network.of(References.resolve("mobilenetv2@0.5/32")), 1);
        assertThatThrownBy(() -> OnnxWriter.write(file, network, others, OnnxOptions.folded()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("layer stem");
        assertThat(file).hasContent("old");
        OnnxWriter.write(file, network, weights, OnnxOptions.folded());
        assertThat(OnnxReader.read(file).network().macs()).isEqualTo(network.macs());
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).containsExactly(file);
        }
    }

    @Test
    void every_kind_of_layer_is_written_read_and_calculated_alike() throws IOException {
        Network all = everything();
        Weights seeded = Weights.seeded(all, 3);
        float[] input = Inputs.seeded(2 * all.input().size(), 9);
        float[] ours = Inputs.run(all, seeded, input, 2);
        for (OnnxOptions options : List.of(OnnxOptions.folded(), OnnxOptions.unfolded())) {
            byte[] bytes = OnnxWriter.toBytes(all, seeded, options);
            Inputs.assertClose("ONNX Runtime", ours,
                    OrtSessions.run(bytes, Inputs.channelsFirst(input, 2, all.input()), 2, 4, 13, 11), 1e-5);
            OnnxModel read = OnnxReader.read("x", new ByteArrayInputStream(bytes), ReadOptions.none());
            Inputs.assertClose("read back", Inputs.run(read.network(), read.weights(), input, 2), ours, 1e-6);
            if (!options.foldBatchNorm()) {
                assertThat(read.network()).isEqualTo(all);
            }
        }
    }

    @Test
    void a_network_that_ends_in_an_image_is_written_as_one() throws IOException {
        TensorShape shape = new TensorShape(5, 4, 3);
        for (Layer.Softmax.Axis axis : Layer.Softmax.Axis.values()) {
            Network image =
                    new Network("image", shape, List.of(new Layer.Activate("first", 0, shape, Nonlinearity.LINEAR),
                    new Layer.Softmax("softmax", 1, shape, axis)));
            Weights none = new Weights(Map.of(), true);
            byte[] bytes = OnnxWriter.toBytes(image, none, OnnxOptions.folded());
            float[] input = Inputs.seeded(2 * shape.size(), 1);
            float[] theirs = OrtSessions.run(bytes, Inputs.channelsFirst(input, 2, shape), 2, 3, 5, 4);
            float[] ours = Inputs.run(image, none, input, 2);
            Inputs.assertClose(axis.toString(), Inputs.channelsFirst(ours, 2, shape), theirs, 1e-6);
            OnnxModel read = OnnxReader.read("x", new ByteArrayInputStream(bytes), ReadOptions.none());
            Inputs.assertClose(axis + " read back", Inputs.run(read.network(), none, input, 2), ours, 1e-6);
        }
    }

    /** ONNX Runtime tells such a shape with the last window that starts in the padding, but does not compute it. */
    @Test
    void pools_that_round_up_in_one_direction_alone_are_written_with_padding() throws IOException {
        TensorShape in = new TensorShape(6, 8, 3);
        Window window = new Window(Extent.square(2), Extent.square(3), 1, 1, 1, 1, ONE);
        assertThat(SpatialNodes.roundedUp(window, in)).isEqualTo(new Extent(3, 3));
        for (Layer.Pool.Kind kind : Layer.Pool.Kind.values()) {
            TensorShape out = new TensorShape(3, 3, 3);
            Network network = new Network("pools", in, List.of(new Layer.Pool("pool", 0, in, out, window, kind, false)));
            Weights none = new Weights(Map.of(), true);
            byte[] bytes = OnnxWriter.toBytes(network, none, OnnxOptions.folded());
            float[] input = Inputs.seeded(2 * in.size(), 1);
            float[] ours = Inputs.run(network, none, input, 2);
            Inputs.assertClose(kind.toString(), Inputs.channelsFirst(ours, 2, out), OrtSessions.run(bytes, Inputs.channelsFirst(input, 2, in), 2, 3, 6, 8), 1e-6);
            OnnxModel read = OnnxReader.read("x", new ByteArrayInputStream(bytes), ReadOptions.none());
            Inputs.assertClose(kind + " read back", Inputs.run(read.network(), none, input, 2), ours, 1e-6);
        }
    }

    @Test
    void a_pooled_shape_that_onnx_cannot_say_is_refused() {
        TensorShape in = new TensorShape(12, 6, 1);
        Window window = new Window(Extent.square(3), Extent.square(2), 1, 0, 1, 0, ONE);
        Network odd = new Network("odd", in,
                List.of(new Layer.Pool("pool", 0, in, new TensorShape(6, 3, 1), window, Layer.Pool.Kind.MAX, false)));
        assertThatThrownBy(() -> OnnxWriter.toBytes(odd, new Weights(Map.of(), true), OnnxOptions.folded()))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("pool: output 6x3x1");
    }

    /** Each layer, each activation, dilation, groups, uneven padding, and vectors that become images again. */
    private static Network everything() {
        TensorShape in = new TensorShape(13, 11, 4);
        Window uneven = new Window(new Extent(3, 5), new Extent(1, 2), 1, 2, 2, 3, new Extent(2, 1));
        TensorShape a = new TensorShape(12, 6, 6);
        TensorShape b = new TensorShape(7, 3, 6);
        TensorShape pooled = new TensorShape(6, 3, 6);
        TensorShape six = TensorShape.vector(6);
        TensorShape ten = TensorShape.vector(10);
        Window three = new Window(Extent.square(3), Extent.square(2), 1, 0, 1, 0, ONE);
        Window mean = new Window(new Extent(2, 3), ONE, 0, 1, 0, 1, ONE);
        return new Network("everything", in, List.of(
                new Layer.Convolution("grouped", 0, in, a, uneven, 2, false, true, Nonlinearity.SWISH),
                new Layer.Pool("max", 1, a, b, three, Layer.Pool.Kind.MAX, false),
                new Layer.Pool("mean", 2, b, pooled, mean, Layer.Pool.Kind.AVERAGE, true),
                new Layer.BatchNorm("norm", 3, pooled, Nonlinearity.RELU),
                new Layer.Activate("hard", 3, pooled, new Nonlinearity.HardSigmoid(0.3f, 0.4f)),
                new Layer.Add("sum", 4, 5, pooled, new Nonlinearity.Clip(-0.1f, 0.6f)),
                new Layer.GlobalAveragePool("pool", 6, pooled),
                new Layer.Convolution("gate", 7, six, six, Window.POINTWISE, 1, true, false, Nonlinearity.SIGMOID),
                new Layer.Scale("scale", 6, 8, pooled),
                new Layer.Convolution("depthwise", 9, pooled, pooled,
                        new Window(Extent.square(3), ONE, 1, 1, 1, 1, ONE), 6, false, true, Nonlinearity.HARD_SWISH),
                new Layer.Dense("dense", 10, pooled, ten, true, Nonlinearity.HARD_SWISH),
                new Layer.Convolution("again", 11, ten, ten, Window.POINTWISE, 1, true, false, Nonlinearity.SIGMOID),
                new Layer.Scale("gated", 11, 12, ten),
                new Layer.Dense("last", 13, ten, six, false, Nonlinearity.LINEAR),
                new Layer.Softmax("softmax", 14, six, Layer.Softmax.Axis.CHANNELS)));
    }

    @Test
    void what_is_more_than_a_file_holds_is_refused_before_there_are_weights() {
        OnnxWriter.check(dense((1 << 14) - 1), OnnxOptions.folded());

        assertThatThrownBy(() -> OnnxWriter.check(dense(1 << 14), OnnxOptions.folded())).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("wide is too large for ONNX: its 536870912 parameters of 4 bytes are more than the 2 GB that an ONNX file holds");
    }

    private static Network dense(int out) {
        TensorShape in = TensorShape.vector(1 << 15);
        return new Network("wide", in, List.of(new Layer.Dense("dense", 0, in, TensorShape.vector(out), false, Nonlinearity.LINEAR)));
    }
}
