package finch.engine;

import static org.assertj.core.api.Assertions.assertThat;

import finch.engine.kernel.KernelSet;
import finch.space.Extent;
import finch.space.network.Layer;
import finch.space.network.Network;
import finch.space.network.Nonlinearity;
import finch.space.network.TensorShape;
import finch.space.network.Window;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Layers that only networks read from files have, in orders that lowering never makes. */
class ImportedLayersTest {
    private static final Window WINDOW_3 = new Window(Extent.square(3), Extent.square(1), 1, 1, 1, 1, Extent.square(1));
    private static final TensorShape SHAPE = new TensorShape(9, 12, 10);

    private static Layer conv(String name, int source, TensorShape in, int out, int groups, boolean bias, Nonlinearity nonlinearity) {
        return new Layer.Convolution(name, source, in, new TensorShape(in.height(), in.width(), out), WINDOW_3, groups, bias, false, nonlinearity);
    }

    /** Convolutions of all kinds, a sum and nonlinearities, from SHAPE to SHAPE. */
    static Network withoutPooling() {
        return new Network("without pooling", SHAPE, List.of(
                conv("c", 0, SHAPE, 10, 1, true, Nonlinearity.HARD_SWISH),
                conv("d", 1, SHAPE, 10, 10, true, Nonlinearity.RELU),
                new Layer.Add("s", 1, 2, SHAPE, Nonlinearity.LINEAR),
                new Layer.Activate("a", 3, SHAPE, new Nonlinearity.Clip(0, 6)),
                conv("g", 4, SHAPE, 10, 2, true, Nonlinearity.LINEAR),
                new Layer.Activate("b", 5, SHAPE, Nonlinearity.SIGMOID)));
    }

    private static void assertRuns(List<Layer> layers, int groups) {
        Network network = new Network("imported", layers.getFirst().input(), layers);
        Weights weights = Weights.seeded(network, 3);
        for (int batch = 1; batch <= 2; batch++) {
            float[] input = WholeNetworkTest.input(network, 1, 8);
            float[] doubled = new float[batch * input.length];
            for (int i = 0; i < batch; i++) {
                System.arraycopy(input, 0, doubled, i * input.length, input.length);
            }
            double[] once = ReferenceNetwork.run(network, weights, input);
            double[] expected = new double[batch * once.length];
            for (int i = 0; i < batch; i++) {
                System.arraycopy(once, 0, expected, i * once.length, once.length);
            }
            for (KernelSet set : List.of(KernelSet.SCALAR, KernelSet.AUTO)) {
                for (int threads = 1; threads <= 2; threads++) {
                    WholeNetworkTest.assertClose(WholeNetworkTest.run(network, weights, new PlanOptions(batch, threads, set), doubled), expected);
                }
            }
        }
        assertThat(Fusion.of(network)).hasSize(groups);
    }

    @Test
    void normalisations_and_activations_that_stand_alone_fold_into_the_convolution() {
        assertRuns(List.of(
                conv("c", 0, SHAPE, 14, 1, true, Nonlinearity.LINEAR),
                new Layer.BatchNorm("n", 1, new TensorShape(9, 12, 14), Nonlinearity.LINEAR),
                new Layer.BatchNorm("m", 2, new TensorShape(9, 12, 14), Nonlinearity.LINEAR),
                new Layer.Activate("a", 3, new TensorShape(9, 12, 14), Nonlinearity.HARD_SWISH)), 1);
    }

    @Test
    void a_normalisation_after_an_activation_stays_apart() {
        assertRuns(List.of(
                conv("c", 0, SHAPE, 10, 1, true, Nonlinearity.RELU),
                new Layer.BatchNorm("n", 1, SHAPE, Nonlinearity.LINEAR),
                new Layer.Activate("a", 2, SHAPE, Nonlinearity.SIGMOID),
                new Layer.BatchNorm("m", 3, SHAPE, Nonlinearity.SWISH)), 3);
    }

    @Test
    void values_read_twice_are_kept() {
        assertRuns(List.of(
                conv("c", 0, SHAPE, 10, 1, true, Nonlinearity.LINEAR),
                new Layer.Activate("a", 1, SHAPE, Nonlinearity.RELU),
                new Layer.Add("s", 1, 2, SHAPE, Nonlinearity.LINEAR),
                new Layer.Activate("b", 3, SHAPE, new Nonlinearity.Clip(-1, 0.5f)),
                new Layer.Add("d", 4, 4, SHAPE, Nonlinearity.LINEAR)), 4);
    }

    @Test
    void both_branches_of_a_sum_may_be_convolutions_and_the_input_may_be_added() {
        assertRuns(List.of(
                conv("left", 0, SHAPE, 10, 1, true, Nonlinearity.LINEAR),
                conv("right", 0, SHAPE, 10, 10, true, Nonlinearity.LINEAR),
                new Layer.Add("sum", 1, 2, SHAPE, Nonlinearity.RELU),
                conv("next", 3, SHAPE, 10, 2, true, Nonlinearity.LINEAR),
                new Layer.Add("input", 0, 4, SHAPE, Nonlinearity.HARD_SWISH)), 3);
    }

    @Test
    void a_sum_after_a_nonlinear_convolution_stays_apart() {
        assertRuns(List.of(
                conv("c", 0, SHAPE, 10, 1, true, Nonlinearity.RELU),
                new Layer.Add("s", 1, 0, SHAPE, Nonlinearity.RELU6)), 2);
    }

    @Test
    void pools_of_every_kind_run() {
        List<Layer> layers = new ArrayList<>();
        TensorShape shape = SHAPE;
        Window window = new Window(Extent.square(3), Extent.square(2), 1, 1, 1, 1, Extent.square(1));
        layers.add(new Layer.Pool("max", 0, shape, new TensorShape(5, 6, 10), window, Layer.Pool.Kind.MAX, false));
        Window even = new Window(Extent.square(2), Extent.square(2), 0, 0, 0, 0, Extent.square(1));
        layers.add(new Layer.Pool("up", 1, new TensorShape(5, 6, 10), new TensorShape(3, 3, 10), even, Layer.Pool.Kind.AVERAGE, true));
        Window three = new Window(Extent.square(3), Extent.square(1), 1, 1, 1, 1, Extent.square(1));
        layers.add(new Layer.Pool("counting", 2, new TensorShape(3, 3, 10), new TensorShape(3, 3, 10), three, Layer.Pool.Kind.AVERAGE, true));
        layers.add(new Layer.Pool("not", 3, new TensorShape(3, 3, 10), new TensorShape(3, 3, 10), three, Layer.Pool.Kind.AVERAGE, false));
        layers.add(new Layer.Dense("flat", 4, new TensorShape(3, 3, 10), TensorShape.vector(7), true, Nonlinearity.RELU));
        layers.add(new Layer.Softmax("p", 5, TensorShape.vector(7), Layer.Softmax.Axis.CHANNELS));
        assertRuns(layers, 6);
    }

    @Test
    void softmax_runs_along_every_axis() {
        for (Layer.Softmax.Axis axis : Layer.Softmax.Axis.values()) {
            assertRuns(List.of(new Layer.Softmax("p", 0, SHAPE, axis)), 1);
        }
    }

    @Test
    void a_gate_may_scale_itself_and_a_vector_may_be_convolved() {
        TensorShape vector = TensorShape.vector(10);
        assertRuns(List.of(
                new Layer.GlobalAveragePool("p", 0, SHAPE),
                new Layer.Scale("s", 1, 1, vector),
                new Layer.Convolution("c", 2, vector, TensorShape.vector(33), Window.POINTWISE, 1, true, false, Nonlinearity.SIGMOID)), 3);
    }

    /** Taps in the padding read zeros in the arena, so the caller's input cannot be read in place. */
    @Test
    void a_depthwise_convolution_of_one_pixel_reads_zeros_around_it() {
        TensorShape one = new TensorShape(1, 1, 10);
        assertRuns(List.of(conv("d", 0, one, 10, 10, true, Nonlinearity.LINEAR), conv("c", 1, one, 6, 1, true, Nonlinearity.RELU),
                new Layer.Dense("f", 2, new TensorShape(1, 1, 6), TensorShape.vector(4), true, Nonlinearity.LINEAR)), 3);
    }
}
