package finch.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import finch.space.Architecture;
import finch.space.Extent;
import finch.space.network.Layer;
import finch.space.network.Network;
import finch.space.network.Nonlinearity;
import finch.space.network.TensorShape;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class WeightsTest {
    private static final Network NETWORK = Network.of(TestNetworks.mobileNetV3Small().atResolution(Extent.square(32)));

    @Test
    void one_seed_gives_the_same_weights_and_another_seed_others() {
        Weights first = Weights.seeded(NETWORK, 5);
        Weights again = Weights.seeded(NETWORK, 5);
        Weights other = Weights.seeded(NETWORK, 6);
        for (Layer layer : NETWORK.layers()) {
            if (first.byLayer().containsKey(layer.name())) {
                assertThat(Arrays.equals(again.of(layer).kernel(), first.of(layer).kernel())).as(layer.name()).isTrue();
                assertThat(Arrays.equals(again.of(layer).bias(), first.of(layer).bias())).as(layer.name()).isTrue();
                assertThat(Arrays.equals(other.of(layer).kernel(), first.of(layer).kernel())).as(layer.name()).isFalse();
            }
        }
        assertThat(first.trained()).isFalse();
    }

    @Test
    void convolutions_have_the_variance_of_two_over_fan_out() {
        Weights weights = Weights.seeded(NETWORK, 5);
        for (Layer layer : NETWORK.layers()) {
            if (layer instanceof Layer.Convolution c && c.weights() > 5000) {
                double sum = 0;
                for (float w : weights.of(c).kernel()) {
                    sum += (double) w * w;
                }
                double expected = 2.0 / (c.window().kernel().area() * c.output().channels() / c.groups());
                assertThat(sum / c.weights()).as(c.name()).isBetween(0.9 * expected, 1.1 * expected);
            }
        }
    }

    static List<Architecture> networks() {
        return TestNetworks.all(64);
    }

    @ParameterizedTest
    @MethodSource("networks")
    void seeded_weights_keep_the_activations_of_deep_networks_in_range(Architecture architecture) {
        Network network = Network.of(architecture);
        float[] logits = WholeNetworkTest.run(network, Weights.seeded(network, 21), PlanOptions.defaults(), WholeNetworkTest.input(network, 1, 2));
        double sum = 0;
        for (float logit : logits) {
            sum += (double) logit * logit;
        }
        assertThat(Math.sqrt(sum / logits.length)).isBetween(0.001, 10.0);
    }

    @Test
    void weights_that_do_not_fit_are_refused_layer_by_layer() {
        Weights sound = Weights.seeded(NETWORK, 5);
        assertThatCode(() -> sound.check(NETWORK)).doesNotThrowAnyException();
        Map<String, Weights.Parameters> changed = new LinkedHashMap<>(sound.byLayer());
        changed.remove("stem");
        Weights.Parameters classifier = changed.get("classifier");
        changed.put("classifier", new Weights.Parameters(classifier.kernel(), new float[999], null));
        Weights.Parameters expand = changed.get("block2.expand");
        changed.put("block2.expand", new Weights.Parameters(expand.kernel(), expand.bias(), null));
        float[] poisoned = changed.get("head.hidden").kernel().clone();
        poisoned[3] = Float.NaN;
        changed.put("head.hidden", new Weights.Parameters(poisoned, changed.get("head.hidden").bias(), null));
        assertThatThrownBy(() -> new Weights(changed, true).check(NETWORK)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("layer stem has none")
                .hasMessageContaining("layer classifier has 999 biases instead of 1000")
                .hasMessageContaining("layer block2.expand lacks its batch normalisation")
                .hasMessageContaining("layer head.hidden: entry 3 of its weights is NaN");
    }

    @Test
    void folding_keeps_the_published_number_of_folded_parameters() {
        assertThat(FoldedWeights.count(Network.of(TestNetworks.mobileNetV3Large()))).isEqualTo(5_470_832);
        assertThat(FoldedWeights.count(Network.of(TestNetworks.mobileNetV3Small()))).isEqualTo(2_536_800);
        assertThat(FoldedWeights.count(Network.of(TestNetworks.mobileNetV2()))).isEqualTo(3_487_816);
    }

    @Test
    void a_folded_layer_is_scaled_and_shifted_by_its_normalisation() {
        Weights weights = Weights.seeded(NETWORK, 5);
        Layer stem = NETWORK.layers().getFirst();
        Weights.Parameters own = weights.of(stem);
        FoldedWeights folded = FoldedWeights.of(stem, weights);
        for (int c = 0; c < 16; c++) {
            double scale = own.batchNorm().gamma()[c] / Math.sqrt((double) own.batchNorm().variance()[c] + own.batchNorm().epsilon());
            assertThat(folded.kernel()[c * 27 + 5]).isEqualTo((float) (own.kernel()[c * 27 + 5] * scale));
            assertThat(folded.bias()[c]).isEqualTo((float) (own.batchNorm().beta()[c] - own.batchNorm().mean()[c] * scale));
        }
    }

    @Test
    void weights_that_no_array_holds_are_refused_with_the_network_s_name() {
        TensorShape vector = TensorShape.vector(1 << 16);
        Network network = new Network("wide", vector, List.of(new Layer.Dense("dense", 0, vector, vector, false, Nonlinearity.LINEAR)));

        assertThatThrownBy(() -> Weights.seeded(network, 1)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("network wide is too large for weights: one of its layers has 2^31 of them or more");
    }
}
