package finch.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import finch.space.Extent;
import finch.space.format.InvalidFileException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;

/**
 * What cannot be read is refused with a message that names it; nothing is read wrongly or ends in another exception.
 */
class RefusalsTest {
    @Test
    void unknown_operators_are_all_named_with_node_domain_and_operator_set() {
        byte[] file = new GraphBuilder(13).domain("com.microsoft", 1).input(0, 3, 6, 5).node("Erf", "x", "a")
                .node("Erf", "a", "b").node("Erf", "b", "c")
                .node("com.microsoft", "FusedConv", "c", "y", new Object[0]).bytes("y");
        refused(file)
                .hasMessageContaining("model.onnx: node a_node: Finch has no operator Erf (ai.onnx, operator set 13), which 2 more nodes need")
                .hasMessageContaining("node y_node: Finch has no operator FusedConv (com.microsoft, operator set 1)")
                .hasMessageContaining("model.onnx: operators of activations that Finch has: Add, AveragePool, BatchNormalization, ");
    }

    @Test
    void operators_that_only_constants_have_are_refused_on_activations() {
        GraphBuilder branches = new GraphBuilder(13).input(0, 3, 6, 5).conv("x", "a", 3, 4, 1).conv("x", "b", 3, 4, 1);
        refused(branches.node("Concat", "a b", "y", "axis", 1).bytes("y"))
                .hasMessageContaining("node y_node: Concat (ai.onnx, operator set 13): Finch has this operator for constants only (weights, shapes), not for activations");
    }

    @Test
    void one_dimensional_convolutions_are_refused_by_their_weights() {
        refused(new GraphBuilder(13).input(0, 3, 6, 5).weights("w", 4, 3, 3).node("Conv", "x w", "y").bytes("y"))
                .hasMessageContaining("node y_node: Conv (ai.onnx, operator set 13)").hasMessageContaining("[4, 3, 3]");
    }

    @Test
    void data_kept_in_another_file_is_refused_by_both_names() {
        TensorProto external = GraphBuilder.tensor("w", TensorProto.DataType.FLOAT, 4, 3, 3, 3)
                .setDataLocation(TensorProto.DataLocation.EXTERNAL)
                .addExternalData(StringStringEntryProto.newBuilder().setKey("location").setValue("weights.bin"))
                .build();
        refused(new GraphBuilder(13).input(0, 3, 6, 5).initializer(external).node("Conv", "x w", "y").bytes("y"))
                .hasMessageContaining("tensor w").hasMessageContaining("weights.bin");
    }

    @Test
    void damaged_weights_are_refused_with_both_counts() {
        TensorProto half = GraphBuilder.tensor("w", TensorProto.DataType.FLOAT, 4, 3, 1, 1).addFloatData(1).build();
        refused(new GraphBuilder(13).input(0, 3, 6, 5).initializer(half).node("Conv", "x w", "y").bytes("y"))
                .hasMessageContaining("12 elements and has 1");
    }

    @Test
    void quantised_weights_are_refused_by_type() {
        TensorProto whole = GraphBuilder.tensor("w", TensorProto.DataType.INT8, 1, 3, 1, 1).addInt32Data(1)
                .addInt32Data(1).addInt32Data(1).build();
        refused(new GraphBuilder(13).input(0, 3, 6, 5).initializer(whole).node("Conv", "x w", "y").bytes("y"))
                .hasMessageContaining("whole numbers");
    }

    @Test
    void what_no_layer_says_is_refused_at_its_node() {
        GraphBuilder shuffle = new GraphBuilder(13).input(0, 6, 4, 4).integers("apart", 0, 2, 3, 4, 4)
                .node("Reshape", "x apart", "a")
                .node("Transpose", "a", "b", "perm", new long[] {0, 2, 1, 3, 4}).integers("together", 0, 6, 4, 4)
                .node("Reshape", "b together", "c")
                .conv("c", "y", 6, 6, 1);
        refused(shuffle.bytes("y")).hasMessageContaining("y_node").hasMessageContaining("transposed or reshaped");
        refused(new GraphBuilder(13).input(0, 3, 4, 4).conv("x", "c", 3, 3, 1)
                .node("HardSigmoid", "c", "h", "alpha", 0.2f).node("Mul", "c h", "y").bytes("y"))
                .hasMessageContaining("node y_node: with the nodes before it: x·min(max((0.2·x + 0.5), 0), 1), which is no activation that Finch has");
        refused(new GraphBuilder(13).input(0, 3, 4, 4).weights("k", 1, 3, 4, 4).node("Add", "x k", "y").bytes("y"))
                .hasMessageContaining("more than the channels");
        refused(new GraphBuilder(13).input(0, 3, 4, 4).node("Concat", "x x", "y", "axis", 1).bytes("y"))
                .hasMessageContaining("y_node");
        refused(new GraphBuilder(13).input(0, 3, 4, 4).node("ReduceMean", "x", "y", "axes", new long[] {1}).bytes("y"))
                .hasMessageContaining("dimension 1");
        refused(new GraphBuilder(13).input(0, 3, 4, 4).node("Flatten", "x", "y", "axis", 2).bytes("y"))
                .hasMessageContaining("batch");
        refused(new GraphBuilder(13).input(0, 4).weights("w", 4, 3).weights("b", 2, 3).node("Gemm", "x w missing", "y")
                .bytes("y")).hasMessageContaining("missing");
    }

    @Test
    void a_value_that_no_layer_is_names_its_own_node_and_not_its_reader() {
        refused(new GraphBuilder(13).input(0, 3, 4, 4).node("HardSigmoid", "x", "h", "alpha", 0.2f).node("Mul", "x h", "odd").conv("odd", "y", 3, 2, 1).bytes("y"))
                .hasMessageContaining("node odd_node: ");
    }

    @Test
    void what_runs_in_training_mode_only_is_refused() {
        GraphBuilder statistics = new GraphBuilder(9).input(0, 3, 4, 4).positive("g", 3).weights("b", 3).weights("m", 3).positive("v", 3);
        refused(statistics.node("BatchNormalization", "x g b m v", "y m2 v2 m3 v3").bytes("y")).hasMessageContaining("node y_node").hasMessageContaining("batch at hand");
        GraphBuilder now = new GraphBuilder(15).input(0, 3, 4, 4).positive("g", 3).weights("b", 3).weights("m", 3).positive("v", 3);
        refused(now.node("BatchNormalization", "x g b m v", "y m2 v2", "training_mode", 1).bytes("y")).hasMessageContaining("batch at hand");
        refused(new GraphBuilder(13).input(0, 3, 4, 4).scalar("ratio", 0.5).initializer(GraphBuilder.tensor("on", TensorProto.DataType.BOOL).addInt32Data(1).build())
                .node("Dropout", "x ratio on", "y").bytes("y")).hasMessageContaining("node y_node").hasMessageContaining("drops at random");
    }

    @Test
    void constants_beyond_all_counting_are_refused_as_that() {
        refused(new GraphBuilder(13).input(0, 3, 4, 4).integers("huge", 3_000_000, 1_000).node("ConstantOfShape", "huge", "k").node("Add", "x k", "y").bytes("y"))
                .hasMessageContaining("node k_node").hasMessageContaining("2^31");
    }

    @Test
    void inputs_and_outputs_other_than_one_are_refused_with_their_names() {
        refused(new GraphBuilder(13).input(0, 3, 4, 4).input("w", TensorProto.DataType.FLOAT, 2, 3, 1, 1)
                .node("Conv", "x w", "y").bytes("y"))
                .hasMessageContaining("2: x, w. Weights must be in the file");
        GraphBuilder bare = new GraphBuilder(13).input(0, 3, 4, 4);
        for (int i = 0; i < 9; i++) {
            bare.input("w" + i, TensorProto.DataType.FLOAT, 3, 3, 1, 1);
        }
        refused(bare.node("Conv", "x w0", "y").bytes("y")).hasMessageContaining("10: x, w0, w1, w2, w3 and 5 more");
        refused(new GraphBuilder(13).input(0, 3, 4, 4).node("Relu", "x", "y").node("Relu", "y", "z").bytes("y", "z"))
                .hasMessageContaining("[y, z]");
        refused(new GraphBuilder(13).input("ids", TensorProto.DataType.INT64, 1, 4).node("Identity", "ids", "y")
                .bytes("y")).hasMessageContaining("INT64");
    }

    @Test
    void a_free_height_and_width_need_a_resolution_and_a_fixed_one_keeps_its() throws IOException {
        byte[] free = new GraphBuilder(13).input(0, 3, 0, 0).conv("x", "y", 3, 2, 3).bytes("y");
        refused(free).hasMessageContaining("input x").hasMessageContaining("resolution");
        OnnxModel model = OnnxReader.read("m", new ByteArrayInputStream(free),
                ReadOptions.none().withResolution(new Extent(7, 9)));
        assertThat(model.network().output().toString()).isEqualTo("5x7x2");
        byte[] fixed = new GraphBuilder(13).input(0, 3, 8, 8).conv("x", "y", 3, 2, 3).bytes("y");
        assertThatThrownBy(() -> OnnxReader.read("m", new ByteArrayInputStream(fixed),
                ReadOptions.none().withResolution(new Extent(7, 9))))
                .isInstanceOf(InvalidFileException.class).hasMessageContaining("8x8").hasMessageContaining("7x9");
    }

    @Test
    void files_of_another_kind_and_empty_ones_are_refused() {
        refused(new byte[0]).hasMessageContaining("not an ONNX file");
        refused("format: finch-architecture/1\n".getBytes(StandardCharsets.UTF_8))
                .hasMessageContaining("not an ONNX file");
    }

    @Test
    void a_file_cut_off_anywhere_is_refused() {
        byte[] whole = small();
        for (int length = 0; length < whole.length; length++) {
            refused(Arrays.copyOf(whole, length)).isInstanceOf(InvalidFileException.class);
        }
    }

    @Test
    void a_damaged_file_is_read_or_refused_but_never_ends_otherwise() throws IOException {
        byte[] whole = small();
        SplittableRandom random = new SplittableRandom(4);
        int refused = 0;
        for (int i = 0; i < 4000; i++) {
            byte[] damaged = whole.clone();
            for (int hit = random.nextInt(1, 4); hit > 0; hit--) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
            }
            try {
                OnnxReader.read("damaged " + i, new ByteArrayInputStream(damaged), ReadOptions.none());
            } catch (InvalidFileException e) {
                refused++;
            }
        }
        assertThat(refused).isBetween(1000, 3999);
    }

    private static byte[] small() {
        return new GraphBuilder(13).input(0, 1, 5, 4).weights("w", 2, 1, 3, 3).weights("b", 2)
                .node("Conv", "x w b", "c", "pads", new long[] {1, 1, 1, 1})
                .node("Relu", "c", "r")
                .node("MaxPool", "r", "m", "kernel_shape", new long[] {2, 2}, "strides", new long[] {2, 2})
                .integers("to", 0, -1).node("Reshape", "m to", "f").weights("v", 8, 2).node("MatMul", "f v", "l")
                .node("Softmax", "l", "y", "axis", 1).bytes("y");
    }

    private static AbstractThrowableAssert<?, ? extends Throwable> refused(byte[] file) {
        return assertThatThrownBy(() ->
                OnnxReader.read("model.onnx", new ByteArrayInputStream(file), ReadOptions.none()))
                .isInstanceOf(InvalidFileException.class).hasMessageContaining("model.onnx");
    }
}
