package finch.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import finch.engine.kernel.KernelSet;
import finch.engine.kernel.Slice;
import finch.space.Extent;
import finch.space.network.Network;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
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
    void a_closed_inference_is_refused() {
        Inference inference = Plan.compile(NETWORK, WEIGHTS, PlanOptions.defaults().withThreads(2)).newInference();
        inference.close();
        inference.close();
        assertThatThrownBy(() -> inference.run(new float[6912], new float[1000])).isInstanceOf(IllegalStateException.class);
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
    }

    @Test
    void one_plan_serves_many_threads_at_once() throws Exception {
        Plan plan = Plan.compile(NETWORK, WEIGHTS);
        List<float[]> inputs = new ArrayList<>();
        List<float[]> expected = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            inputs.add(WholeNetworkTest.input(NETWORK, 1, i));
            expected.add(WholeNetworkTest.run(NETWORK, WEIGHTS, PlanOptions.defaults(), inputs.get(i)));
        }
        List<Callable<Boolean>> callers = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            float[] input = inputs.get(i % 4);
            float[] wanted = expected.get(i % 4);
            callers.add(() -> {
                try (Inference inference = plan.newInference()) {
                    float[] output = new float[wanted.length];
                    for (int run = 0; run < 20; run++) {
                        inference.run(input, output);
                        assertThat(output).containsExactly(wanted);
                    }
                    return true;
                }
            });
        }
        try (var pool = Executors.newFixedThreadPool(4)) {
            for (var answer : pool.invokeAll(callers)) {
                assertThat(answer.get()).isTrue();
            }
        }
    }

    /** A vector that is boxed in one kernel shows as megabytes a run; compilation itself may allocate a little. */
    @Test
    void running_allocates_nothing_once_warm() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        List<Network> networks = List.of(NETWORK, Network.of(TestNetworks.efficientNet().atResolution(Extent.square(48))),
                Network.of(TestNetworks.edgeTpu().atResolution(Extent.square(48))), Network.of(TestNetworks.macro().atResolution(Extent.square(32))));
        for (Network network : networks) {
            try (Inference inference = Plan.compile(network, Weights.seeded(network, 1)).newInference()) {
                float[] input = WholeNetworkTest.input(network, 1, 1);
                float[] output = new float[network.output().size()];
                long perRun = Long.MAX_VALUE;
                // the compiler works in the background: warm until a whole round is clean
                for (int round = 0; round < 40 && perRun > 8; round++) {
                    long before = threads.getCurrentThreadAllocatedBytes();
                    for (int run = 0; run < 200; run++) {
                        inference.run(input, output);
                    }
                    perRun = (threads.getCurrentThreadAllocatedBytes() - before) / 200;
                }
                assertThat(perRun).as("bytes per run of %s", network.name()).isLessThanOrEqualTo(8);
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

    @Test
    void a_failing_step_in_a_worker_reaches_the_caller() {
        Step failing = new Step("broken") {
            @Override
            void run(Slice[] tensors, Slice scratch, int part, int parts) {
                if (part == 1) {
                    throw new IllegalArgumentException("in part one");
                }
            }
        };
        try (Workers workers = new Workers(2)) {
            assertThatThrownBy(() -> workers.run(failing, new Slice[0], new Slice[2])).isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("broken").hasRootCauseMessage("in part one");
        }
    }
}
