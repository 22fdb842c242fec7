package finch.onnxruntime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import finch.engine.FinchRuntime;
import finch.engine.LoadedNetwork;
import finch.engine.Runtime;
import finch.engine.Runtimes;
import finch.engine.Weights;
import finch.space.format.References;
import finch.space.network.Layer;
import finch.space.network.Network;
import finch.space.network.Nonlinearity;
import finch.space.network.TensorShape;
import finch.space.network.Window;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OnnxRuntimeRuntimeTest {
    private final Network network = Network.of(References.resolve("mobilenetv3-small@0.5/64"));
    private final Weights weights = Weights.seeded(network, 5);

    @Test
    void it_is_found_by_its_name() {
        Runtime runtime = Runtimes.named("onnxruntime");
        assertThat(runtime).isInstanceOf(OnnxRuntimeRuntime.class);
        assertThat(runtime.version()).matches("1\\.\\d+.*");
        assertThat(runtime.kernelSet()).matches("CPUExecutionProvider-nchw(8|16)c");
    }

    @ParameterizedTest(name = "batch {0} on {1} threads")
    @CsvSource({"1, 1", "3, 1", "1, 2", "3, 2"})
    void both_runtimes_give_the_same_through_the_same_port(int batch, int threads) {
        float[] input = seeded(batch * network.input().size());
        assertClose(run(new OnnxRuntimeRuntime(), network, weights, input, batch, threads),
                run(new FinchRuntime(), network, weights, input, batch, threads));
    }

    @Test
    void images_as_output_come_back_in_our_layout() {
        TensorShape in = new TensorShape(5, 4, 3);
        TensorShape out = new TensorShape(5, 4, 2);
        Network small = new Network("small", in, List.of(
                new Layer.Convolution("conv", 0, in, out, Window.POINTWISE, 1, false, false, Nonlinearity.LINEAR)));
        Weights identity = new Weights(Map.of("conv",
                new Weights.Parameters(new float[] {1, 0, 0, 0, 1, 0}, new float[0], null)), true);
        float[] input = seeded(2 * in.size());
        float[] expected = new float[2 * out.size()];
        for (int i = 0; i < expected.length; i++) {
            expected[i] = input[i / 2 * 3 + i % 2];
        }
        assertThat(run(new OnnxRuntimeRuntime(), small, identity, input, 2, 1)).containsExactly(expected);
    }

    @Test
    void a_bound_batch_can_be_run_again_and_bound_anew() {
        float[] first = seeded(network.input().size());
        float[] second = first.clone();
        second[17] += 3;
        float[] output = new float[network.output().size()];
        try (LoadedNetwork loaded = new OnnxRuntimeRuntime().load(network, weights, 1, 1)) {
            Runnable run = loaded.bind(first, output);
            run.run();
            float[] once = output.clone();
            run.run();
            assertThat(output).containsExactly(once);
            loaded.bind(second, output).run();
            assertThat(output).isNotEqualTo(once);
            assertThat(loaded.arenaBytes()).isEmpty();
        }
    }

    @Test
    void wrong_lengths_and_counts_are_refused_with_both_numbers() {
        try (LoadedNetwork loaded = new OnnxRuntimeRuntime().load(network, weights, 2, 1)) {
            assertThatThrownBy(() -> loaded.run(new float[7], new float[2000]))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("input has 7").hasMessageContaining("24576");
            assertThatThrownBy(() -> loaded.run(new float[24576], new float[1000]))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("output has 1000").hasMessageContaining("2000");
        }
        assertThatThrownBy(() -> new OnnxRuntimeRuntime().load(network, weights, 0, 1))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void closing_twice_is_harmless_and_running_after_it_refused() {
        LoadedNetwork loaded = new OnnxRuntimeRuntime().load(network, weights, 1, 1);
        loaded.close();
        loaded.close();
        assertThatThrownBy(() -> loaded.run(new float[network.input().size()], new float[1000]))
                .isInstanceOf(IllegalStateException.class);
    }

    private static float[] run(Runtime runtime, Network network, Weights weights, float[] input, int batch,
            int threads) {
        float[] output = new float[batch * network.output().size()];
        try (LoadedNetwork loaded = runtime.load(network, weights, batch, threads)) {
            loaded.run(input, output);
        }
        return output;
    }

    private static float[] seeded(int size) {
        SplittableRandom random = new SplittableRandom(3);
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = random.nextFloat(-1, 1);
        }
        return values;
    }

    private static void assertClose(float[] actual, float[] expected) {
        float largest = 0;
        for (float value : expected) {
            largest = Math.max(largest, Math.abs(value));
        }
        assertThat(largest).isPositive();
        for (int i = 0; i < expected.length; i++) {
            assertThat(Math.abs(actual[i] - expected[i])).as("logit %d", i).isLessThanOrEqualTo(1e-4f * largest);
        }
    }
}
