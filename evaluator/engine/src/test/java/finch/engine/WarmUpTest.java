package finch.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import finch.space.Extent;
import finch.space.network.Network;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class WarmUpTest {
    private static final Network NETWORK = Network.of(TestNetworks.mobileNetV3Small().atResolution(Extent.square(48)));

    private volatile Object escaped;

    /** Stands for a step with a kernel that is compiled after some calls. */
    private final class ColdStep implements Runnable {
        private final int coldCalls;
        private int calls;

        ColdStep(int coldCalls) {
            this.coldCalls = coldCalls;
        }

        @Override
        public void run() {
            if (calls++ < coldCalls) {
                escaped = new byte[64];
            }
        }
    }

    @Test
    void a_step_that_allocates_is_repeated_by_itself_until_it_does_not() {
        WarmUp warmUp = new WarmUp(Duration.ofMinutes(1));
        ColdStep cold = new ColdStep(300);
        ColdStep warm = new ColdStep(0);
        int passes = 0;
        for (; warmUp.another(); passes++) {
            warmUp.repeat(warm);
            warmUp.repeat(cold);
        }
        assertThat(warmUp.warm()).isTrue();
        assertThat(cold.calls).isGreaterThan(300);
        assertThat(warm.calls).isEqualTo(passes).isLessThan(300);
    }

    @Test
    void one_that_allocates_for_ever_ends_with_the_time() {
        WarmUp warmUp = new WarmUp(Duration.ofMillis(200));
        ColdStep cold = new ColdStep(Integer.MAX_VALUE);
        int passes = 0;
        for (; warmUp.another(); passes++) {
            warmUp.repeat(cold);
        }
        assertThat(warmUp.warm()).isFalse();
        assertThat(passes).as("turns of 20 ms").isBetween(1, 10);
    }

    @Test
    void no_time_is_no_pass() {
        WarmUp warmUp = new WarmUp(Duration.ZERO);
        assertThat(warmUp.another()).isFalse();
        assertThat(warmUp.warm()).as("nothing is known").isFalse();
    }

    @Test
    void an_interrupt_ends_it_and_stays() {
        WarmUp warmUp = new WarmUp(Duration.ofMinutes(1));
        ColdStep cold = new ColdStep(Integer.MAX_VALUE);
        assertThat(warmUp.another()).isTrue();
        Thread.currentThread().interrupt();
        try {
            warmUp.repeat(cold);
            assertThat(cold.calls).isEqualTo(1);
            assertThat(warmUp.another()).isFalse();
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    @Test
    void a_warm_inference_allocates_nothing_and_answers_as_a_cold_one() {
        Weights weights = Weights.seeded(NETWORK, 1);
        for (PlanOptions options : new PlanOptions[] {PlanOptions.defaults(), PlanOptions.defaults().withThreads(2),
                PlanOptions.defaults().withBatch(3), PlanOptions.defaults().withBatch(4).withThreads(2)}) {
            Plan plan = Plan.compile(NETWORK, weights, options);
            float[] input = WholeNetworkTest.input(NETWORK, options.batch(), 5);
            float[] cold = new float[options.batch() * NETWORK.output().size()];
            float[] warm = cold.clone();
            try (Inference inference = plan.newInference(); Inference warmed = plan.newInference()) {
                inference.run(input, cold);
                assertThat(warmed.warmUp(Duration.ofMinutes(2))).as("%s", options).isTrue();
                warmed.run(input, warm);
                assertThat(warm).as("%s", options).containsExactly(cold);
            }
        }
    }

    @Test
    void a_closed_inference_is_not_warmed() {
        Inference inference = Plan.compile(NETWORK, Weights.seeded(NETWORK, 1)).newInference();
        inference.close();
        assertThatThrownBy(() -> inference.warmUp(Duration.ofSeconds(1))).isInstanceOf(IllegalStateException.class).hasMessageContaining("closed");
    }
}
