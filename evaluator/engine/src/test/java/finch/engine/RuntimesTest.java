package finch.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import finch.space.Extent;
import finch.space.network.Network;
import org.junit.jupiter.api.Test;

class RuntimesTest {
    @Test
    void the_engine_is_found_by_name_and_runs() {
        assertThat(Runtimes.available()).contains("finch");
        Runtime runtime = Runtimes.named("finch");
        assertThat(runtime.kernelSet()).matches("scalar|vector-(128|256|512)");
        assertThat(runtime.version()).isNotBlank();
        Network network = Network.of(TestNetworks.minimalistic().atResolution(Extent.square(32)));
        Weights weights = Weights.seeded(network, 1);
        float[] input = WholeNetworkTest.input(network, 2, 1);
        float[] output = new float[2000];
        try (LoadedNetwork loaded = runtime.load(network, weights, 2, 1)) {
            loaded.run(input, output);
            assertThat(loaded.arenaBytes().orElseThrow()).isPositive();
        }
        assertThat(output).containsExactly(WholeNetworkTest.run(network, weights, PlanOptions.defaults().withBatch(2), input));
    }

    @Test
    void an_unknown_name_lists_the_known_ones() {
        assertThatThrownBy(() -> Runtimes.named("tflite")).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no runtime is named tflite").hasMessageContaining("finch");
    }
}
