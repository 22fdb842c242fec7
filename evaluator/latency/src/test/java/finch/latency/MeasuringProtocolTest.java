package finch.latency;

import static org.assertj.core.api.Assertions.assertThat;

import finch.space.Extent;
import finch.space.network.Network;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MeasuringProtocolTest {
    private final FakeTimer timer = new FakeTimer();
    private final Network small = network("small", 96);
    private final Network large = network("large", 224);
    private final ProtocolSettings settings =
            new ProtocolSettings(40, 10, Duration.ofSeconds(60), Duration.ofMillis(5), Duration.ofSeconds(2));
    private final MeasuringProtocol protocol = new MeasuringProtocol(settings, timer);

    @AfterEach
    void leave_no_interrupt_behind() {
        Thread.interrupted();
    }

    private static Network network(String name, int side) {
        return Network.of(RandomArchitectures.one(new Random(4)).named(name).atResolution(Extent.square(side)));
    }

    @Test
    void a_constant_law_is_measured_exactly() {
        SyntheticRuntime runtime = new SyntheticRuntime(timer, network -> network == small ? 1000 : 4000);
        List<Measurement> measured = protocol.measure(runtime, List.of(small, large), 2, MeasuringProtocol.Listener.silent());

        assertThat(measured).extracting(Measurement::name).containsExactly("small", "large");
        assertThat(measured).extracting(Measurement::medianMicros).containsExactly(1000.0, 4000.0);
        assertThat(measured).allSatisfy(m -> {
            assertThat(m.p10Micros()).isEqualTo(m.medianMicros()).isEqualTo(m.p90Micros());
            assertThat(m.runs()).isEqualTo(40);
            assertThat(m.steady()).isTrue();
            assertThat(m.disturbed()).isFalse();
            assertThat(m.threads()).isEqualTo(2);
            assertThat(m.runtime()).isEqualTo("synthetic");
            assertThat(m.kernelSet()).isEqualTo("law");
            assertThat(m.correctedMicros()).isEqualTo(m.medianMicros());
        });
        assertThat(measured.getFirst().macs()).isEqualTo(small.macs());
        assertThat(measured.getFirst().arenaBytes()).hasValue(small.input().bytes());
        assertThat(runtime.open()).as("networks left open").isZero();
    }

    @Test
    void median_and_percentiles_are_those_of_the_timed_runs() {
        int[] count = {0};
        SyntheticRuntime runtime = new SyntheticRuntime(timer, _ -> 1000 * (1 + count[0]++ % 5));
        var unsteady = new ProtocolSettings(40, 10, Duration.ofSeconds(60), Duration.ofMillis(1), Duration.ZERO);
        Measurement measured = new MeasuringProtocol(unsteady, timer)
                .measure(runtime, List.of(small), 1, MeasuringProtocol.Listener.silent()).getFirst();

        assertThat(measured.runs()).isEqualTo(40);
        assertThat(measured.steady()).isFalse();
        // 2 warm-up runs, then one untimed of every five: the third value of the cycle is never timed
        assertThat(measured.medianMicros()).isEqualTo(3000);
        assertThat(measured.p10Micros()).isEqualTo(1000);
        assertThat(measured.p90Micros()).isEqualTo(5000);
    }

    @Test
    void networks_are_timed_in_turn() {
        List<String> order = new ArrayList<>();
        SyntheticRuntime runtime = new SyntheticRuntime(timer, network -> {
            if (order.isEmpty() || !order.getLast().equals(network.name())) {
                order.add(network.name());
            }
            return 500;
        });
        protocol.measure(runtime, List.of(small, large), 1, MeasuringProtocol.Listener.silent());

        assertThat(order).hasSize(2 + 2 * 10).startsWith("small", "large", "small", "large");
    }

    @Test
    void warm_up_lasts_until_times_are_steady() {
        int[] count = {0};
        SyntheticRuntime runtime = new SyntheticRuntime(timer, _ -> 1000 + 100_000.0 / (1 + count[0]++));
        Measurement measured = protocol.measure(runtime, List.of(small), 1, MeasuringProtocol.Listener.silent()).getFirst();

        assertThat(measured.steady()).isTrue();
        assertThat(measured.medianMicros()).isBetween(1000.0, 2500.0);
    }

    @Test
    void warm_up_does_not_end_while_the_compiler_works() {
        int[] count = {0};
        SyntheticRuntime runtime = new SyntheticRuntime(timer, _ -> {
            if (count[0]++ < 200) {
                timer.compile(1);
                return 5000;
            }
            return 1000;
        });
        Measurement measured = protocol.measure(runtime, List.of(small), 1, MeasuringProtocol.Listener.silent()).getFirst();

        assertThat(measured.steady()).isTrue();
        assertThat(measured.medianMicros()).isEqualTo(1000);
    }

    @Test
    void runs_that_allocate_have_kernels_that_are_not_compiled_yet_however_steady_they_are() {
        int[] count = {0};
        SyntheticRuntime runtime = new SyntheticRuntime(timer, _ -> {
            if (count[0]++ < 200) {
                timer.allocate(1 << 20);
                return 30_000;
            }
            timer.allocate(10_000); // what a runtime hands over is no sign of cold kernels
            return 1000;
        });
        Measurement measured = protocol.measure(runtime, List.of(small), 1, MeasuringProtocol.Listener.silent()).getFirst();

        assertThat(measured.steady()).isTrue();
        assertThat(measured.medianMicros()).isEqualTo(1000);
    }

    @Test
    void a_network_that_never_settles_is_timed_after_the_cap_and_says_so() {
        int[] count = {0};
        SyntheticRuntime runtime = new SyntheticRuntime(timer, _ -> 1000 * Math.pow(1.02, count[0]++));
        Measurement measured = protocol.measure(runtime, List.of(small), 1, MeasuringProtocol.Listener.silent()).getFirst();

        assertThat(measured.steady()).isFalse();
        assertThat(measured.runs()).isEqualTo(40);
    }

    @Test
    void batches_beside_a_slow_clock_are_timed_again() {
        int[] count = {0};
        SyntheticRuntime runtime = new SyntheticRuntime(timer, _ -> {
            boolean slow = count[0]++ % 30 == 29;
            timer.probeTakes(slow ? 7_000 : 5_000);
            return slow ? 1400 : 1000;
        });
        Measurement measured = protocol.measure(runtime, List.of(small), 1, MeasuringProtocol.Listener.silent()).getFirst();

        assertThat(measured.disturbed()).isFalse();
        assertThat(measured.rejectedRuns()).isPositive();
        assertThat(measured.runs()).as("what was rejected is made up for").isEqualTo(40);
    }

    @Test
    void fewer_undisturbed_runs_than_asked_for_are_told() {
        int[] count = {0};
        SyntheticRuntime runtime = new SyntheticRuntime(timer, _ -> {
            // quiet only during the warm-up and the first rounds
            if (count[0]++ > 60) {
                timer.stolen(2e6);
            }
            return 1000;
        });
        Measurement measured = protocol.measure(runtime, List.of(small), 1, MeasuringProtocol.Listener.silent()).getFirst();

        assertThat(measured.disturbed()).isTrue();
    }

    @Test
    void runs_beside_a_neighbour_on_the_core_are_rejected() {
        int[] count = {0};
        SyntheticRuntime runtime = new SyntheticRuntime(timer, _ -> {
            boolean beside = count[0]++ % 40 > 30;
            timer.fullCoreTakes(beside ? 5_000 : 3_000);
            return beside ? 1200 : 1000;
        });
        Measurement measured = protocol.measure(runtime, List.of(small), 1, MeasuringProtocol.Listener.silent()).getFirst();

        assertThat(measured.rejectedRuns()).isPositive();
        assertThat(measured.medianMicros()).isEqualTo(1000);
        assertThat(measured.p90Micros()).isEqualTo(1000);
    }

    @Test
    void runs_beside_another_process_are_rejected() {
        int[] count = {0};
        SyntheticRuntime runtime = new SyntheticRuntime(timer, _ -> {
            if (count[0]++ % 40 > 30) {
                timer.stolen(2e6);
            }
            return 1000;
        });
        Measurement measured = protocol.measure(runtime, List.of(small), 1, MeasuringProtocol.Listener.silent()).getFirst();

        assertThat(measured.rejectedRuns()).isPositive();
        assertThat(measured.disturbed()).isFalse();
        assertThat(measured.medianMicros()).isEqualTo(1000);
        assertThat(measured.p90Micros()).isEqualTo(1000);
    }

    @Test
    void a_machine_that_is_always_busy_is_reported_as_disturbed() {
        SyntheticRuntime runtime = new SyntheticRuntime(timer, _ -> {
            timer.stolen(1e6);
            return 1000;
        });
        Measurement measured = protocol.measure(runtime, List.of(small), 1, MeasuringProtocol.Listener.silent()).getFirst();

        assertThat(measured.disturbed()).isTrue();
        assertThat(measured.medianMicros()).isEqualTo(2000);
        assertThat(measured.correctedMicros()).as("without what the other process took").isEqualTo(1000);
    }

    @Test
    void an_interrupt_keeps_what_was_timed() {
        SyntheticRuntime runtime = new SyntheticRuntime(timer, _ -> 1000);
        List<Measurement> measured = protocol.measure(runtime, List.of(small, large), 1, new MeasuringProtocol.Listener() {
            @Override
            public void roundDone(int round, int of) {
                if (round == 3) {
                    Thread.currentThread().interrupt();
                }
            }
        });

        assertThat(measured).hasSize(2).allSatisfy(m -> assertThat(m.runs()).isEqualTo(12));
        assertThat(Thread.currentThread().isInterrupted()).isTrue();
        assertThat(runtime.open()).isZero();
    }

    @Test
    void slow_networks_get_fewer_runs_than_asked_but_two_a_round() {
        var hurried = new ProtocolSettings(1000, 10, Duration.ofMillis(100), Duration.ofMillis(1), Duration.ofSeconds(1));
        SyntheticRuntime runtime = new SyntheticRuntime(timer, network -> network == small ? 1000 : 50_000);
        List<Measurement> measured = new MeasuringProtocol(hurried, timer)
                .measure(runtime, List.of(small, large), 1, MeasuringProtocol.Listener.silent());

        assertThat(measured).extracting(Measurement::runs).containsExactly(100, 20);
    }
}
