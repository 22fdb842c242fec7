package finch.latency;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import finch.space.network.Layer;
import finch.space.network.Network;
import finch.space.network.Nonlinearity;
import finch.space.network.TensorShape;
import java.util.List;
import org.junit.jupiter.api.Test;

class TimingWeightsTest {
    @Test
    void weights_that_no_array_holds_are_refused_with_the_network_s_name() {
        TensorShape vector = TensorShape.vector(1 << 16);
        Network network = new Network("wide", vector, List.of(new Layer.Dense("dense", 0, vector, vector, false, Nonlinearity.LINEAR)));

        assertThatThrownBy(() -> TimingWeights.of(network)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("network wide is too large to be timed: one of its layers has 2^31 weights or more");
    }
}
