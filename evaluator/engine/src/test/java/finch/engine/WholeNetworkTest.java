package finch.engine;

import static org.assertj.core.api.Assertions.assertThat;

import finch.engine.kernel.KernelSet;
import finch.space.Architecture;
import finch.space.network.Network;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class WholeNetworkTest {
    static List<Architecture> networks() {
        return TestNetworks.all(64);
    }

    @ParameterizedTest
    @MethodSource("networks")
    void scalar_and_vector_kernels_agree(Architecture architecture) {
        Network network = Network.of(architecture);
        Weights weights = Weights.seeded(network, 7);
        float[] input = input(network, 1, 3);
        float[] scalar = run(network, weights, new PlanOptions(1, 1, KernelSet.SCALAR), input);
        float[] vector = run(network, weights, new PlanOptions(1, 1, KernelSet.VECTOR), input);
        assertClose(vector, scalar);
    }

    static void assertClose(float[] actual, float[] expected) {
        double largest = 0;
        double difference = 0;
        for (int i = 0; i < expected.length; i++) {
            largest = Math.max(largest, Math.abs(expected[i]));
            difference = Math.max(difference, Math.abs(actual[i] - expected[i]));
            assertThat(actual[i]).isFinite();
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
            return output;
        }
    }
}
