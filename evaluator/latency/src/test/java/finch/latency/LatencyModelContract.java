package finch.latency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import finch.space.Architecture;
import finch.space.Extent;
import finch.space.format.References;
import finch.space.network.Network;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What every latency model must keep; an implementation gets these tests by extending this class. */
abstract class LatencyModelContract {
    /** The model under test; one model for all calls. */
    abstract LatencyModel model();

    private static List<Architecture> some() {
        Random random = new Random(5);
        return IntStream.range(0, 20).mapToObj(_ -> RandomArchitectures.one(random)).toList();
    }

    @Test
    void latency_is_positive_and_inside_its_interval() {
        for (Architecture architecture : some()) {
            LatencyEstimate estimate = model().estimate(Network.of(architecture));
            assertThat(estimate.low()).isPositive().isLessThanOrEqualTo(estimate.micros());
            assertThat(estimate.high()).isFinite().isGreaterThanOrEqualTo(estimate.micros());
        }
    }

    @Test
    void one_network_gets_one_estimate() {
        for (Architecture architecture : some()) {
            LatencyEstimate first = model().estimate(Network.of(architecture));
            assertThat(model().estimate(Network.of(architecture.named("another name")))).isEqualTo(first);
        }
    }

    @Test
    void a_larger_image_never_takes_less_time() {
        for (Architecture architecture : some()) {
            double before = 0;
            for (int side = 96; side <= 320; side += 8) {
                double micros = model().estimate(Network.of(architecture.atResolution(Extent.square(side)))).micros();
                assertThat(micros).as("%d pixels", side).isGreaterThanOrEqualTo(before * (1 - 1e-12));
                before = micros;
            }
        }
    }

    @Test
    void threads_do_not_disturb_one_another() {
        List<Network> networks = some().stream().map(Network::of).toList();
        LatencyModel model = model();
        List<LatencyEstimate> alone = networks.stream().map(model::estimate).toList();
        List<LatencyEstimate> together = networks.parallelStream().map(model::estimate).collect(Collectors.toList());
        assertThat(together).isEqualTo(alone);
    }

    @Test
    void a_network_with_a_tensor_that_no_array_holds_is_refused_by_name() {
        Network network = Network.of(References.resolve("mobilenetv2").atResolution(Extent.square(16384)));

        assertThatThrownBy(() -> model().estimate(network)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("mobilenetv2 is too large to be run, and so for a latency: one of its tensors has 2^31 elements or more");
    }
}
