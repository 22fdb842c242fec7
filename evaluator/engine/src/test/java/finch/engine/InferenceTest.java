package finch.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import finch.engine.kernel.KernelSet;
import finch.space.Extent;
import finch.space.network.Network;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class InferenceTest {
    private static final Network NETWORK = Network.of(TestNetworks.mobileNetV3Small().atResolution(Extent.square(48)));
    private static final Weights WEIGHTS = Weights.seeded(NETWORK, 1);

    @Test
    void a_wrong_length_is_refused_with_both_lengths() {
        try (Inference inference = Plan.compile(NETWORK, WEIGHTS, PlanOptions.defaults().withBatch(2)).newInference()) {
            assertThatThrownBy(() -> inference.run(new float[48 * 48 * 3], new float[2000]))
                    .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("input has 6912 elements instead of 13824");
            assertThatThrownBy(() -> inference.run(new float[13824], new float[1999]))
                    .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("output has 1999 elements instead of 2000");
            assertThatThrownBy(() -> inference.time(new float[13824], new long[1]))
                    .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("nanos has 1 elements");
        }
    }

    @Test
    void batch_and_threads_below_one_are_refused() {
        assertThatThrownBy(() -> new PlanOptions(0, 1, KernelSet.AUTO)).isInstanceOf(IllegalArgumentException.class).hasMessage("batch must be at least 1, not 0");
        assertThatThrownBy(() -> new FinchRuntime().load(NETWORK, WEIGHTS, 1, 0)).isInstanceOf(IllegalArgumentException.class).hasMessage("threads must be at least 1, not 0");
    }

    @Test
    void a_batch_too_large_for_one_array_is_refused() {
        assertThatThrownBy(() -> Plan.compile(NETWORK, WEIGHTS, PlanOptions.defaults().withBatch(1 << 24)))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("smaller batch");
        // products beyond an int, of the batch and of the threads' areas and scratch
        for (PlanOptions options : List.of(PlanOptions.defaults().withBatch(Integer.MAX_VALUE), PlanOptions.defaults().withThreads(Integer.MAX_VALUE),
                PlanOptions.defaults().withBatch(1 << 20).withThreads(1 << 16))) {
            assertThatThrownBy(() -> Plan.compile(NETWORK, WEIGHTS, options)).isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("exceed 2^30 floats").hasMessageContaining(options.batch() + " and " + options.threads());
        }
    }

    /** At 32 pixels the last depthwise convolutions see one row an image, at 80 three: strips of two rows must not join images. */
    @Test
    void images_of_a_batch_are_told_apart_where_they_have_an_odd_number_of_rows() {
        for (int side : new int[] {32, 80}) {
            Network network = Network.of(TestNetworks.mobileNetV3Small().atResolution(Extent.square(side)));
            Weights weights = Weights.seeded(network, 3);
            int outputs = network.output().size();
            float[] input = WholeNetworkTest.input(network, 3, 7);
            float[] batch = new float[3 * outputs];
            try (Inference inference = Plan.compile(network, weights, PlanOptions.defaults().withBatch(3)).newInference();
                 Inference single = Plan.compile(network, weights).newInference()) {
                inference.run(input, batch);
                for (int image = 0; image < 3; image++) {
                    float[] output = new float[outputs];
                    int size = network.input().size();
                    single.run(Arrays.copyOfRange(input, image * size, (image + 1) * size), output);
                    assertThat(Arrays.copyOfRange(batch, image * outputs, (image + 1) * outputs)).as("image %d of %d pixels", image, side)
                            .containsExactly(output, within(1e-5f));
                }
            }
        }
    }

    @Test
    void the_callers_input_is_neither_kept_nor_changed() {
        try (Inference inference = Plan.compile(NETWORK, WEIGHTS).newInference()) {
            float[] input = WholeNetworkTest.input(NETWORK, 1, 9);
            float[] copy = input.clone();
            float[] first = new float[1000];
            inference.run(input, first);
            assertThat(input).containsExactly(copy);
            float[] second = new float[1000];
            inference.run(copy, second);
            assertThat(second).containsExactly(first);
        }
    }

    @Test
    void step_times_cover_every_step() {
        Plan plan = Plan.compile(NETWORK, WEIGHTS);
        assertThat(plan.stepNames()).contains("stem", "block1.depthwise", "block1.project", "classifier").doesNotContain("block3.add");
        try (Inference inference = plan.newInference()) {
            long[] nanos = new long[plan.stepNames().size()];
            inference.time(WholeNetworkTest.input(NETWORK, 1, 1), nanos);
            assertThat(Arrays.stream(nanos).min().orElseThrow()).isPositive();
        }
    }
}
