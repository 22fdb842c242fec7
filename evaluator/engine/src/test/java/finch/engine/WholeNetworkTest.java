package finch.engine;

import static org.assertj.core.api.Assertions.assertThat;

import finch.engine.kernel.KernelSet;
import finch.space.Architecture;
import finch.space.Extent;
import finch.space.network.Network;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Networks of every kind, end to end. */
class WholeNetworkTest {
    static List<Architecture> networks() {
        return TestNetworks.all(40);
    }

    @ParameterizedTest
    @MethodSource("networks")
    void scalar_kernels_vector_kernels_and_the_reference_agree(Architecture architecture) {
        Network network = Network.of(architecture);
        Weights weights = Weights.seeded(network, 7);
        float[] input = input(network, 1, 3);
        double[] reference = ReferenceNetwork.run(network, weights, input);
        assertClose(run(network, weights, new PlanOptions(1, 1, KernelSet.SCALAR), input), reference);
        assertClose(run(network, weights, new PlanOptions(1, 1, KernelSet.AUTO), input), reference);
    }

    @Test
    void full_size_mobilenet_v3_agrees_with_the_reference() {
        for (Architecture architecture : List.of(TestNetworks.mobileNetV3Large(), TestNetworks.mobileNetV3Small())) {
            Network network = Network.of(architecture);
            Weights weights = Weights.seeded(network, 11);
            float[] input = input(network, 1, 12);
            assertClose(run(network, weights, PlanOptions.defaults(), input), ReferenceNetwork.run(network, weights, input));
        }
    }

    @ParameterizedTest
    @MethodSource("networks")
    void a_batch_gives_the_bits_of_single_runs(Architecture architecture) {
        Network network = Network.of(architecture);
        Weights weights = Weights.seeded(network, 7);
        int batch = 3;
        float[] input = input(network, batch, 4);
        for (KernelSet set : List.of(KernelSet.AUTO, KernelSet.SCALAR)) {
            float[] together = run(network, weights, new PlanOptions(batch, 1, set), input);
            int in = network.input().size();
            int out = network.output().size();
            try (Inference single = Plan.compile(network, weights, new PlanOptions(1, 1, set)).newInference()) {
                float[] image = new float[in];
                float[] alone = new float[out];
                for (int i = 0; i < batch; i++) {
                    System.arraycopy(input, i * in, image, 0, in);
                    single.run(image, alone);
                    for (int o = 0; o < out; o++) {
                        assertThat(Float.floatToRawIntBits(together[i * out + o])).as("image %d output %d", i, o).isEqualTo(Float.floatToRawIntBits(alone[o]));
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("networks")
    void any_number_of_threads_gives_the_same_bits(Architecture architecture) {
        Network network = Network.of(architecture);
        Weights weights = Weights.seeded(network, 7);
        float[] input = input(network, 2, 5);
        float[] one = run(network, weights, PlanOptions.defaults().withBatch(2), input);
        for (int threads = 2; threads <= 5; threads++) {
            float[] several = run(network, weights, PlanOptions.defaults().withBatch(2).withThreads(threads), input);
            assertThat(several).as("%d threads", threads).containsExactly(one);
        }
    }

    @Test
    void the_smallest_images_work() {
        for (Architecture architecture : TestNetworks.all(32)) {
            for (int side : new int[] {17, 25}) {
                Network network = Network.of(architecture.atResolution(Extent.square(side)));
                Weights weights = Weights.seeded(network, 1);
                float[] input = input(network, 1, side);
                assertClose(run(network, weights, PlanOptions.defaults(), input), ReferenceNetwork.run(network, weights, input));
            }
        }
    }

    static void assertClose(float[] actual, double[] expected) {
        double largest = 0;
        double difference = 0;
        for (int i = 0; i < expected.length; i++) {
            assertThat(actual[i]).isFinite();
            largest = Math.max(largest, Math.abs(expected[i]));
            difference = Math.max(difference, Math.abs(actual[i] - expected[i]));
        }
        assertThat(difference).isLessThan(1e-5 * largest);
    }

    static float[] input(Network network, int batch, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        float[] input = new float[batch * network.input().size()];
        for (int i = 0; i < input.length; i++) {
            input[i] = (float) random.nextGaussian();
        }
        return input;
    }

    static float[] run(Network network, Weights weights, PlanOptions options, float[] input) {
        try (Inference inference = Plan.compile(network, weights, options).newInference()) {
            float[] output = new float[options.batch() * network.output().size()];
            inference.run(input, output);
            float[] again = new float[output.length];
            inference.run(input, again); // on a dirty arena
            assertThat(again).containsExactly(output);
            return output;
        }
    }
}
