package finch.space.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import finch.space.Architecture;
import finch.space.Extent;
import finch.space.format.ArchitectureFormat;
import finch.space.format.References;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Lowering and costs on networks small enough to count by hand. */
class NetworkTest {
    private static Network lowered(String blocks, String head) {
        return Network.of(architecture(blocks, head));
    }

    private static Architecture architecture(String blocks, String head) {
        return ArchitectureFormat.parse("test.yaml", """
                format: finch-architecture/1
                resolution: 8
                classes: 2
                stem: { out: 4, kernel: 3, stride: 2, activation: relu }
                blocks: [ %s ]
                head: %s
                """.formatted(blocks, head));
    }

    private static Network block(String block) {
        return lowered("{ " + block + " }", "{}");
    }

    private static List<String> names(Network network) {
        return network.layers().stream().map(Layer::name).toList();
    }

    @Test
    void stem_and_classifier_are_counted() {
        Network network = lowered("", "{}");

        // stem: 3·3·3·4 weights at 4x4, 4 batch-norm channels; classifier 4·2 + 2
        assertThat(network.params()).isEqualTo(108 + 8 + 10);
        assertThat(network.paramsWithBatchNormStatistics()).isEqualTo(108 + 16 + 10);
        assertThat(network.macs()).isEqualTo(108 * 16 + 8);
        assertThat(network.weightBytes()).isEqualTo(4 * 126);
        assertThat(network.output()).isEqualTo(TensorShape.vector(2));
    }

    @Test
    void an_inverted_residual_is_expanded_filtered_squeezed_projected_and_added() {
        Network network = block("type: inverted-residual, kernel: 5, expanded: 8, out: 4, squeeze: 2, activation: hard-swish");

        assertThat(names(network)).containsExactly("stem", "block1.expand", "block1.depthwise", "block1.squeeze.pool", "block1.squeeze.reduce",
                "block1.squeeze.expand", "block1.squeeze.scale", "block1.project", "block1.add", "head.pool", "classifier");
        long stemAndClassifier = 126;
        assertThat(network.params()).isEqualTo(stemAndClassifier + (32 + 16) + (200 + 16) + (16 + 2) + (16 + 8) + (32 + 8));
        assertThat(network.macs()).isEqualTo(108 * 16 + 8 + 32 * 16 + 200 * 16 + 16 + 16 + 32 * 16);
    }

    @Test
    void no_expand_convolution_where_the_channels_stay_unless_forced() {
        assertThat(names(block("type: inverted-residual, expanded: 4, out: 4"))).doesNotContain("block1.expand");
        assertThat(names(block("type: inverted-residual, expanded: 4, out: 4, force-expand: true"))).contains("block1.expand");
    }

    @Test
    void the_input_is_added_only_where_stride_and_shapes_allow_and_the_file_does_not_forbid_it() {
        assertThat(names(block("type: inverted-residual, expanded: 8, out: 4"))).contains("block1.add");
        assertThat(names(block("type: inverted-residual, expanded: 8, out: 4, skip: false"))).doesNotContain("block1.add");
        assertThat(names(block("type: inverted-residual, expanded: 8, out: 8"))).doesNotContain("block1.add");
        assertThat(names(block("type: inverted-residual, expanded: 8, out: 4, stride: 2"))).doesNotContain("block1.add");
        assertThat(names(block("type: fused-inverted-residual, expanded: 8, out: 4"))).containsSequence("block1.fused", "block1.project", "block1.add");
        assertThat(names(block("type: depthwise-separable, out: 4"))).doesNotContain("block1.add");
        assertThat(names(block("type: conv, out: 4"))).doesNotContain("block1.add");
    }

    @Test
    void squeeze_excite_has_biases_no_batch_norm_and_the_gate_of_the_file() {
        Layer.Convolution reduce = (Layer.Convolution) block("type: depthwise-separable, out: 4, squeeze: 2, activation: swish").layers().get(3);
        Layer.Convolution gate = (Layer.Convolution) block("type: depthwise-separable, out: 4, squeeze: 2, gate-slope: 0.2").layers().get(4);
        Layer.Convolution inner = (Layer.Convolution) block("type: depthwise-separable, out: 4, squeeze: 2, gate: sigmoid, activation: swish").layers().get(3);
        Layer.Convolution sigmoid = (Layer.Convolution) block("type: depthwise-separable, out: 4, squeeze: 2, gate: sigmoid").layers().get(4);

        assertThat(reduce.bias()).isTrue();
        assertThat(reduce.batchNorm()).isFalse();
        assertThat(reduce.nonlinearity()).isEqualTo(Nonlinearity.RELU);
        assertThat(gate.nonlinearity()).isEqualTo(new Nonlinearity.HardSigmoid(0.2f, 0.5f));
        assertThat(inner.nonlinearity()).isEqualTo(Nonlinearity.SWISH);
        assertThat(sigmoid.nonlinearity()).isEqualTo(Nonlinearity.SIGMOID);
    }

    @Test
    void kernels_and_strides_may_differ_in_height_and_width() {
        Network network = block("type: conv, kernel: [3, 1], stride: [2, 1], out: 6");

        assertThat(network.layers().get(1).output()).isEqualTo(new TensorShape(2, 4, 6));
        assertThat(network.layers().get(1).macs()).isEqualTo(3 * 4 * 6 * 2 * 4);
    }

    @Test
    void a_head_has_what_the_file_says() {
        Network full = lowered("", "{ conv: 6, hidden: 5, activation: hard-swish }");
        Network unbiased = lowered("", "{ conv: 6, hidden: 5, hidden-bias: false, activation: hard-swish }");

        assertThat(names(full)).containsExactly("stem", "head.conv", "head.pool", "head.hidden", "classifier");
        assertThat(full.params() - unbiased.params()).isEqualTo(5);
        assertThat(full.params()).isEqualTo(108 + 8 + (24 + 12) + (30 + 5) + (10 + 2));
    }

    @Test
    void the_peak_is_the_largest_sum_of_tensors_that_are_still_needed() {
        // elements: input 192, stem 64, expanded 128
        assertThat(lowered("", "{}").peakActivationBytes()).isEqualTo(4 * (192 + 64));
        // depthwise reads 128 and writes 128; nothing is added later, so the stem's output is gone
        assertThat(block("type: inverted-residual, expanded: 8, out: 4, skip: false").peakActivationBytes()).isEqualTo(4 * (128 + 128));
        // with the residual the block's input waits
        assertThat(block("type: inverted-residual, expanded: 8, out: 4").peakActivationBytes()).isEqualTo(4 * (64 + 128 + 128));
        // scaling: block input, depthwise output, gate of 8, scaled output
        assertThat(block("type: inverted-residual, expanded: 8, out: 4, squeeze: 2").peakActivationBytes()).isEqualTo(4 * (64 + 128 + 8 + 128));
    }

    @Test
    void a_tensor_that_nobody_reads_lives_only_while_it_is_written() {
        TensorShape in = TensorShape.vector(4);
        Layer unread = new Layer.Activate("unread", 0, in, Nonlinearity.RELU);
        Layer next = new Layer.Activate("next", 0, in, Nonlinearity.RELU);
        Layer last = new Layer.Activate("last", 2, in, Nonlinearity.RELU);

        assertThat(new Network("", in, List.of(unread, next, last)).peakActivationBytes()).isEqualTo(4 * (4 + 4));
    }

    @Test
    void one_tensor_added_to_itself_counts_once() {
        TensorShape in = TensorShape.vector(4);

        assertThat(new Network("", in, List.of(new Layer.Add("twice", 0, 0, in, Nonlinearity.LINEAR))).peakActivationBytes()).isEqualTo(4 * (4 + 4));
    }

    @Test
    void layers_that_do_not_fit_together_are_refused() {
        TensorShape in = TensorShape.vector(4);
        Layer good = new Layer.Activate("a", 0, in, Nonlinearity.RELU);

        assertThatThrownBy(() -> new Network("", in, List.of())).hasMessageContaining("at least one layer");
        assertThatThrownBy(() -> new Network("", in, List.of(good, good))).hasMessageContaining("two layers are named a");
        assertThatThrownBy(() -> new Network("", in, List.of(new Layer.Activate("a", 1, in, Nonlinearity.RELU))))
                .hasMessageContaining("reads tensor 1, which does not exist yet");
        assertThatThrownBy(() -> new Network("", TensorShape.vector(5), List.of(good))).hasMessageContaining("expects 1x1x4 but reads 1x1x5");
        assertThatThrownBy(() -> new Network("", TensorShape.vector(5), List.of(new Layer.Add("a", 0, 1, TensorShape.vector(5), Nonlinearity.LINEAR))))
                .hasMessageContaining("does not exist yet");
        assertThatThrownBy(() -> new Layer.Convolution("c", 0, new TensorShape(4, 4, 6), new TensorShape(4, 4, 8), Window.POINTWISE, 4, false, true,
                Nonlinearity.RELU)).hasMessageContaining("4 groups do not divide 6 -> 8 channels");
        assertThatThrownBy(() -> new Layer.Convolution("c", 0, new TensorShape(4, 4, 6), new TensorShape(2, 4, 8), Window.POINTWISE, 1, false, true,
                Nonlinearity.RELU)).hasMessageContaining("output 2x4x8 should be 4x4");
    }

    @Test
    void strides_that_step_over_the_whole_map_are_refused_with_the_smallest_resolution() {
        assertThatThrownBy(() -> Network.of(References.resolve("mobilenetv3-large").atResolution(Extent.square(16))))
                .hasMessage("resolution 16 is too small for the strides: block13.depthwise steps by 2 over 1x1. Use at least 17.");
        assertThat(Network.of(References.resolve("mobilenetv3-large").atResolution(Extent.square(17))).macs()).isPositive();
    }

    @Test
    void a_network_whose_costs_cannot_be_counted_is_refused() {
        Architecture large = architecture("{ type: conv, kernel: 255, out: 1000000 }, { type: conv, kernel: 255, out: 1000000 }", "{}").named("large");
        // weights of the stem, the blocks and the classifier at 4x4
        assertThat(Network.of(large).macs()).isEqualTo(108 * 16 + 255L * 255 * 1_000_000 * (4 + 1_000_000) * 16 + 2_000_000);

        assertThatThrownBy(() -> Network.of(large.atResolution(Extent.square(16384)))).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("large is too large: its multiply-adds exceed 2^63");
        TensorShape image = new TensorShape(1 << 16, 1 << 16, 1 << 30);
        Layer.Activate layer = new Layer.Activate("relu", 0, image, Nonlinearity.RELU);
        assertThatThrownBy(() -> new Network("", image, List.of(layer))).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the network is too large: its bytes of activations exceed 2^63");
    }
}
