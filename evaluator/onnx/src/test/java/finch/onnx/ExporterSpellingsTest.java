package finch.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import finch.space.format.InvalidFileException;
import finch.space.network.Layer;
import finch.space.network.Nonlinearity;
import finch.space.network.TensorShape;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The same layers as PyTorch, TensorFlow and PaddlePaddle spell them; ONNX Runtime says what each spelling means. */
class ExporterSpellingsTest {
    private static final int BATCH = 2;

    @ParameterizedTest
    @ValueSource(strings =
            {"mul-then-div", "div-then-mul", "hard-sigmoid", "times-a-sixth", "min-and-max", "operator", "reversed", "both-scaled", "scaled-last"})
    void every_spelling_of_hard_swish_is_fused_into_the_convolution(String spelling) throws IOException {
        GraphBuilder g = new GraphBuilder(17).input(0, 3, 6, 5).conv("x", "c", 3, 8, 3).scalar("three", 3)
                .scalar("zero", 0).scalar("six", 6)
                .scalar("sixth", 1 / 6.0);
        switch (spelling) {
            case "mul-then-div" -> g.node("Add", "c three", "a").node("Clip", "a zero six", "k").node("Mul", "c k", "m")
                    .node("Div", "m six", "y");
            case "div-then-mul" -> g.node("Add", "c three", "a").node("Clip", "a zero six", "k")
                    .node("Div", "k six", "d").node("Mul", "c d", "y");
            case "hard-sigmoid" ->
                    g.node("HardSigmoid", "c", "h", "alpha", 0.1666667f, "beta", 0.5f).node("Mul", "c h", "y");
            case "times-a-sixth" -> g.node("Add", "three c", "a").node("Clip", "a zero six", "k")
                    .node("Mul", "k c", "m").node("Mul", "sixth m", "y");
            case "min-and-max" -> g.node("Add", "c three", "a").node("Max", "a zero", "l").node("Min", "l six", "k")
                    .node("Mul", "c k", "m").node("Mul", "m sixth", "y");
            case "both-scaled" -> g.node("Add", "c three", "a").node("Clip", "a zero six", "k").node("Mul", "c sixth", "s")
                    .node("Mul", "s k", "y");
            case "scaled-last" -> g.node("Add", "c three", "a").node("Clip", "a zero six", "k").node("Div", "c six", "s")
                    .node("Mul", "k s", "y");
            case "operator" -> g.node("HardSwish", "c", "y");
            default -> g.node("Sub", "zero c", "n").node("Sub", "three n", "a").node("Clip", "a zero six", "k")
                    .node("Div", "k six", "d").node("Mul", "d c", "y");
        }
        OnnxModel model = agrees(g.bytes("y"), 0, 3, 6, 5);
        assertThat(model.network().layers()).hasSize(1);
        assertThat(((Layer.Convolution) model.network().layers().getFirst()).nonlinearity())
                .isEqualTo(Nonlinearity.HARD_SWISH);
    }

    @Test
    void clips_of_old_operator_sets_carry_their_bounds_as_attributes() throws IOException {
        byte[] file = new GraphBuilder(9).input(0, 3, 6, 5).conv("x", "c", 3, 8, 3)
                .node("Clip", "c", "y", "min", 0f, "max", 6f).bytes("y");
        assertThat(nonlinearities(agrees(file, 0, 3, 6, 5))).containsExactly(Nonlinearity.RELU6);
    }

    @Test
    void swish_and_gates_of_other_slopes_keep_their_form() throws IOException {
        byte[] swish = new GraphBuilder(17).input(0, 3, 6, 5).conv("x", "c", 3, 8, 3).node("Sigmoid", "c", "s")
                .node("Mul", "s c", "y").bytes("y");
        assertThat(nonlinearities(agrees(swish, 0, 3, 6, 5))).containsExactly(Nonlinearity.SWISH);
        byte[] gate = new GraphBuilder(17).input(0, 3, 6, 5).conv("x", "c", 3, 8, 3).node("HardSigmoid", "c", "y")
                .bytes("y");
        assertThat(nonlinearities(agrees(gate, 0, 3, 6, 5))).containsExactly(new Nonlinearity.HardSigmoid(0.2f, 0.5f));
    }

    @Test
    void affine_nodes_and_batch_normalisation_around_a_convolution_are_taken_in() throws IOException {
        GraphBuilder g = new GraphBuilder(13).input(0, 3, 6, 5).weights("mean", 3, 1, 1).positive("std", 1, 3, 1, 1)
                .node("Sub", "x mean", "centred").node("Div", "centred std", "scaled")
                .weights("w", 8, 3, 3, 3).weights("b", 8)
                .node("Conv", "scaled w b", "c", "pads", new long[] {1, 1, 1, 1})
                .positive("gamma", 8).weights("beta", 8).weights("m", 8).positive("v", 8)
                .node("BatchNormalization", "c gamma beta m v", "n", "epsilon", 0.001f).node("Relu", "n", "r")
                .conv("r", "d", 8, 4, 1).weights("factor", 4, 1, 1).weights("term", 1, 4, 1, 1)
                .node("Mul", "d factor", "e").node("Add", "term e", "y");
        OnnxModel model = agrees(g.bytes("y"), 0, 3, 6, 5);
        assertThat(ops(model)).containsExactly("batch-norm", "conv", "pointwise");
        assertThat((Layer.Convolution) model.network().layers().get(1)).matches(c -> c.batchNorm() && !c.bias());
        assertThat((Layer.Convolution) model.network().layers().get(2)).matches(c -> !c.batchNorm() && c.bias());
    }

    @Test
    void before_operator_set_seven_an_axis_aligned_the_constant() throws IOException {
        byte[] file = new GraphBuilder(6).input(0, 3, 6, 5).conv("x", "c", 3, 3, 1).reals("b", new float[] {1, 2, 3}, 3)
                .node("Add", "c b", "y", "broadcast", 1, "axis", 1).bytes("y");
        OnnxModel model = OnnxReader.read("old", new ByteArrayInputStream(file), ReadOptions.none());
        assertThat(ops(model)).containsExactly("pointwise");
        assertThat(model.weights().of(model.network().layers().getFirst()).bias()).containsExactly(1, 2, 3);
    }

    @Test
    void an_image_flattened_before_a_dense_layer_permutes_its_weights() throws IOException {
        for (String how : List.of("Flatten", "constant", "computed", "copied")) {
            GraphBuilder g = new GraphBuilder(13).input(0, 3, 6, 5).conv("x", "c", 3, 4, 3).weights("w", 7, 48)
                    .weights("b", 7);
            switch (how) {
                case "Flatten" -> g.node("Flatten", "c", "f");
                case "constant" -> g.integers("to", -1, 48).node("Reshape", "c to", "f");
                case "copied" -> g.integers("to", 0, -1).node("Reshape", "c to", "f");
                default -> g.node("Shape", "c", "s").integer("first", 0).node("Gather", "s first", "n", "axis", 0)
                        .integers("axes", 0)
                        .node("Unsqueeze", "n axes", "n1").integers("rest", -1)
                        .node("Concat", "n1 rest", "to", "axis", 0).node("Reshape", "c to", "f");
            }
            g.node("Gemm", "f w b", "y", "transB", 1, "alpha", 0.5f, "beta", 2f);
            OnnxModel model = agrees(g.bytes("y"), 0, 3, 6, 5);
            assertThat(ops(model)).as(how).containsExactly("conv", "dense");
        }
    }

    @Test
    void tensorflow_files_transpose_channels_last_images() throws IOException {
        GraphBuilder g = new GraphBuilder(13).input(0, 7, 6, 3)
                .node("Transpose", "x", "t", "perm", new long[] {0, 3, 1, 2})
                .conv("t", "c", 3, 8, 3, "auto_pad", "SAME_UPPER", "strides", new long[] {2, 2}).node("Relu", "c", "r")
                .node("Transpose", "r", "u", "perm", new long[] {0, 2, 3, 1})
                .node("ReduceMean", "u", "p", "axes", new long[] {1, 2}, "keepdims", 0)
                .weights("w", 8, 5).weights("b", 5).node("MatMul", "p w", "m").node("Add", "m b", "l")
                .node("Softmax", "l", "y", "axis", -1);
        OnnxModel model = agrees(g.bytes("y"), 0, 7, 6, 3);
        assertThat(model.network().input()).isEqualTo(new TensorShape(7, 6, 3));
        assertThat(ops(model)).containsExactly("conv", "global-average-pool", "dense", "softmax");
        assertThat(((Layer.Dense) model.network().layers().get(2)).bias()).isTrue();
    }

    @Test
    void preprocessing_before_the_transposition_keeps_its_channels() throws IOException {
        GraphBuilder g = new GraphBuilder(13).input(0, 7, 6, 3).scalar("scale", 1 / 2.0).weights("mean", 3)
                .node("Mul", "x scale", "s").node("Sub", "s mean", "n")
                .node("Transpose", "n", "t", "perm", new long[] {0, 3, 1, 2})
                .conv("t", "y", 3, 8, 3, "auto_pad", "SAME_LOWER", "strides", new long[] {2, 2});
        assertThat(ops(agrees(g.bytes("y"), 0, 7, 6, 3))).containsExactly("batch-norm", "conv");
    }

    @Test
    void a_matrix_product_over_the_channels_of_an_image_is_a_pointwise_convolution() throws IOException {
        GraphBuilder g = new GraphBuilder(13).input(0, 3, 4, 5)
                .node("Transpose", "x", "t", "perm", new long[] {0, 2, 3, 1})
                .weights("w", 3, 6).node("MatMul", "t w", "m")
                .node("Transpose", "m", "y", "perm", new long[] {0, 3, 1, 2});
        assertThat(ops(agrees(g.bytes("y"), 0, 3, 4, 5))).containsExactly("pointwise");
    }

    @Test
    void zeros_padded_apart_are_those_of_the_convolution() throws IOException {
        GraphBuilder g = new GraphBuilder(13).input(0, 3, 6, 5).integers("pads", 0, 0, 0, 1, 0, 0, 2, 1)
                .node("Pad", "x pads", "p")
                .conv("p", "y", 3, 4, 3, "strides", new long[] {2, 2});
        OnnxModel model = agrees(g.bytes("y"), 0, 3, 6, 5);
        assertThat(model.network().layers()).hasSize(1);
    }

    @Test
    void squeeze_excite_is_recognised_with_dense_layers_and_with_convolutions() throws IOException {
        GraphBuilder g = new GraphBuilder(13).input(0, 6, 4, 5)
                .node("ReduceMean", "x", "p", "axes", new long[] {-2, -1}, "keepdims", 0)
                .weights("w1", 6, 2).node("Gemm", "p w1", "a").node("Relu", "a", "r").weights("w2", 2, 6)
                .weights("b2", 6).node("Gemm", "r w2 b2", "e")
                .node("Sigmoid", "e", "s").integers("to", 0, 6, 1, 1).node("Reshape", "s to", "gate")
                .node("Mul", "gate x", "scaled")
                .node("GlobalAveragePool", "scaled", "p2").conv("p2", "z", 6, 6, 1).node("Clip", "z zero one", "gate2")
                .scalar("zero", 0).scalar("one", 1)
                .node("Mul", "scaled gate2", "again").node("Add", "again x", "sum").node("Relu", "sum", "y");
        OnnxModel model = agrees(g.bytes("y"), 0, 6, 4, 5);
        assertThat(ops(model)).containsExactly("global-average-pool", "dense", "dense", "scale", "global-average-pool",
                "pointwise", "scale", "add");
        assertThat(((Layer.Add) model.network().layers().getLast()).nonlinearity()).isEqualTo(Nonlinearity.RELU);
    }

    @Test
    void a_tensor_read_before_and_after_its_activation_is_kept() throws IOException {
        byte[] file = new GraphBuilder(13).input(0, 3, 6, 5).conv("x", "c", 3, 4, 3).node("Relu", "c", "r")
                .node("Add", "c r", "y").bytes("y");
        assertThat(ops(agrees(file, 0, 3, 6, 5))).containsExactly("conv", "activation", "add");
    }

    @Test
    void pooling_in_all_its_variants_equals_onnx_runtime() throws IOException {
        for (String kind : List.of("MaxPool", "AveragePool")) {
            for (int ceil = 0; ceil < 2; ceil++) {
                for (int counted = 0; counted < (kind.equals("MaxPool") ? 1 : 2); counted++) {
                    for (long[] pads : new long[][] {{0, 0, 0, 0}, {1, 0, 1, 1}, {1, 1, 1, 1}}) {
                        GraphBuilder g = new GraphBuilder(13).input(0, 3, 8, 7);
                        List<Object> attributes = new ArrayList<>(List.of("kernel_shape", new long[] {3, 2}, "strides",
                                new long[] {2, 3}, "pads", pads,
                                "ceil_mode", ceil));
                        if (kind.equals("AveragePool")) {
                            attributes.addAll(List.of("count_include_pad", counted));
                        }
                        agrees(g.node(kind, "x", "y", attributes.toArray()).bytes("y"), 0, 3, 8, 7);
                    }
                }
            }
        }
        byte[] whole = new GraphBuilder(13).input(0, 3, 8, 7)
                .node("AveragePool", "x", "y", "kernel_shape", new long[] {8, 7}).bytes("y");
        assertThat(ops(agrees(whole, 0, 3, 8, 7))).containsExactly("global-average-pool");
    }

    @Test
    void pads_are_those_of_the_pool_that_counts_them() throws IOException {
        GraphBuilder open = new GraphBuilder(13).input(0, 3, 8, 7).integers("pads", 0, 0, 1, 0, 0, 0, 1, 1).node("Pad", "x pads", "p");
        OnnxModel model = agrees(open.node("AveragePool", "p", "y", "kernel_shape", new long[] {3, 3}, "strides", new long[] {2, 2}).bytes("y"), 0, 3, 8, 7);
        assertThat(model.network().layers()).singleElement().isInstanceOfSatisfying(Layer.Pool.class, pool -> assertThat(pool.countPadding()).isTrue());
        agrees(new GraphBuilder(13).input(0, 3, 8, 7).integers("pads", 0, 0, 1, 0, 0, 0, 1, 1).node("Pad", "x pads", "p").node("AveragePool", "p", "y", "kernel_shape", new long[] {3, 3},
                "pads", new long[] {0, 1, 1, 0}, "count_include_pad", 1).bytes("y"), 0, 3, 8, 7);
    }

    @ParameterizedTest
    @ValueSource(strings = {"MaxPool", "AveragePool"})
    void zeros_that_a_pool_would_not_count_are_refused(String pool) {
        byte[] file = new GraphBuilder(13).input(0, 3, 8, 7).integers("pads", 0, 0, 1, 1, 0, 0, 1, 1).node("Pad", "x pads", "p")
                .node(pool, "p", "y", "kernel_shape", new long[] {3, 3}, "pads", new long[] {1, 1, 1, 1}).bytes("y");
        assertThatThrownBy(() -> OnnxReader.read("pad.onnx", new ByteArrayInputStream(file), ReadOptions.none())).isInstanceOf(InvalidFileException.class)
                .hasMessageContaining("node y_node").hasMessageContaining("reads a padded image");
    }

    @Test
    void pads_that_pytorch_turns_round_are_read() throws IOException {
        // as torch.onnx writes F.pad: the last dimension first, in pairs, turned round and transposed
        GraphBuilder g = new GraphBuilder(13).input(0, 3, 6, 5).integers("given", 2, 1, 1, 0, 0, 0, 0, 0).integers("pairs", -1, 2).integers("last", -1)
                .integers("before", Long.MIN_VALUE + 1).integers("axis", 0).integers("back", -1).integers("flat", -1)
                .node("Reshape", "given pairs", "p").node("Slice", "p last before axis back", "r").node("Transpose", "r", "t", "perm", new long[] {1, 0})
                .node("Reshape", "t flat", "f").node("Cast", "f", "pads", "to", 7).node("Pad", "x pads", "padded").conv("padded", "y", 3, 4, 3);
        Layer.Convolution conv = (Layer.Convolution) agrees(g.bytes("y"), 0, 3, 6, 5).network().layers().getFirst();
        assertThat(conv.window()).matches(w -> w.left() == 2 && w.right() == 1 && w.top() == 1 && w.bottom() == 0);
    }

    @Test
    void slices_go_in_steps() throws IOException {
        // three of five channels, backwards and forwards
        for (String part : List.of("4 -6 -2", "-1 -9 -2", "0 9 2")) {
            long[] numbers = Arrays.stream(part.split(" ")).mapToLong(Long::parseLong).toArray();
            GraphBuilder g = new GraphBuilder(13).input(0, 3, 6, 5).weights("five", 5, 1, 1).integers("from", numbers[0]).integers("to", numbers[1]).integers("axis", 0)
                    .integers("step", numbers[2]).node("Slice", "five from to axis step", "three").node("Mul", "x three", "y");
            agrees(g.bytes("y"), 0, 3, 6, 5);
        }
    }

    @Test
    void sums_of_one_and_of_three_are_read() throws IOException {
        GraphBuilder g = new GraphBuilder(13).input(0, 3, 6, 5).conv("x", "a", 3, 4, 1).conv("x", "b", 3, 4, 1).conv("x", "c", 3, 4, 1);
        assertThat(ops(agrees(g.node("Sum", "a b c", "s").node("Sum", "s", "y").bytes("y"), 0, 3, 6, 5))).containsExactly("pointwise", "pointwise", "pointwise", "add", "add");
    }

    @Test
    void nodes_that_nobody_reads_and_those_of_training_are_passed_over() throws IOException {
        byte[] file = new GraphBuilder(11).input(0, 3, 6, 5).conv("x", "c", 3, 4, 3).node("Erf", "c", "unused")
                .node("Dropout", "c", "d")
                .node("Cast", "d", "e", "to", 1).node("Identity", "e", "i").integers("axes", 0)
                .node("LeakyRelu", "i", "unused2").node("Relu", "i", "y").bytes("y");
        OnnxModel model = agrees(file, 0, 3, 6, 5);
        assertThat(ops(model)).containsExactly("conv");
        assertThat(model.network().layers().getFirst().name()).isEqualTo("c_node");
    }

    private static List<String> ops(OnnxModel model) {
        return model.network().layers().stream().map(Layer::op).toList();
    }

    private static List<Nonlinearity> nonlinearities(OnnxModel model) {
        return model.network().layers().stream().map(layer -> ((Layer.Convolution) layer).nonlinearity()).toList();
    }

    /** Reads the file and compares our engine with ONNX Runtime on a batch. */
    private static OnnxModel agrees(byte[] file, long... dims) throws IOException {
        OnnxModel model = OnnxReader.read("spelling.onnx", new ByteArrayInputStream(file), ReadOptions.none());
        long[] batched = dims.clone();
        batched[0] = BATCH;
        float[] input = Inputs.seeded(BATCH * model.network().input().size(), 5);
        for (int i = 0; i < input.length; i++) {
            input[i] *= 4;
        }
        float[] theirs = OrtSessions.run(file, input, batched);
        float[] ours = model.output().fromEngine(Inputs.run(model.network(), model.weights(),
                model.input().toEngine(input, BATCH), BATCH), BATCH);
        Inputs.assertClose("spelling", ours, theirs, 1e-5);
        return model;
    }
}
