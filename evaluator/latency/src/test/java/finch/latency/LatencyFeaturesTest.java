package finch.latency;

import static org.assertj.core.api.Assertions.assertThat;

import finch.space.Activation;
import finch.space.Architecture;
import finch.space.Block;
import finch.space.Extent;
import finch.space.Head;
import finch.space.Padding;
import finch.space.Stem;
import finch.space.network.Network;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class LatencyFeaturesTest {
    private static Map<String, Double> features(String kernelSet, int expanded, int out) {
        Block block = new Block.InvertedResidual(Extent.square(5), Extent.square(1), expanded, out, Optional.empty(),
                Activation.HARD_SWISH, false, true);
        Network network = Network.of(new Architecture("", Extent.square(48), 3, 10, Padding.SYMMETRIC,
                new Stem(16, Extent.square(3), Extent.square(2), Activation.RELU), List.of(block), Head.plain()));
        double[] amounts = LatencyFeatures.of(kernelSet).of(network);
        Map<String, Double> byName = new TreeMap<>();
        for (int i = 0; i < amounts.length; i++) {
            byName.put(LatencyFeatures.names().get(i), amounts[i]);
        }
        return byName;
    }

    @Test
    void names_are_unique() {
        assertThat(new HashSet<>(LatencyFeatures.names())).hasSameSizeAs(LatencyFeatures.names());
    }

    @Test
    void work_of_a_block_is_counted_in_millions() {
        Map<String, Double> features = features("vector-256", 64, 16);
        // 24·24 pixels after the stem: 16 -> 64 expand, 5x5 depthwise, 64 -> 16 project with a skip
        assertThat(features).containsEntry("pointwise.macs", 1e-6 * (24 * 24 * 16 * 64) + 1e-6 * (24 * 24 * 64 * 16))
                .containsEntry("pointwise.count", 2.0)
                .containsEntry("depthwise.5.stride1.macs", 1e-6 * 24 * 24 * 64 * 25)
                .containsEntry("depthwise.5.strided.macs", 0.0)
                .containsEntry("add.in", 1e-6 * 24 * 24 * 16)
                .containsEntry("pool.in", 1e-6 * 24 * 24 * 16)
                .containsEntry("network", 1.0);
    }

    @Test
    void channels_that_fill_vectors_have_no_tail() {
        assertThat(features("vector-256", 64, 16)).containsEntry("depthwise.tailLaneMacs", 0.0).containsEntry("pointwise.tailLaneMacs", 0.0);
        assertThat(features("vector-512", 64, 16)).containsEntry("depthwise.tailLaneMacs", 0.0).containsEntry("pointwise.tailLaneMacs", 0.0);
    }

    @Test
    void the_tail_depends_on_the_width_of_the_vectors() {
        // 72 = 9·8 = 4·16 + 8
        assertThat(features("vector-256", 72, 16)).containsEntry("depthwise.tailLaneMacs", 0.0);
        assertThat(features("vector-512", 72, 16).get("depthwise.tailLaneMacs")).isEqualTo(1e-6 * (24 * 24) * 8 * 25);
        assertThat(features("scalar", 71, 16)).containsEntry("depthwise.tailLaneMacs", 0.0);
        assertThat(features("vector-512", 8, 16).get("depthwise.maskedMacs")).isEqualTo(1e-6 * (24 * 24 * 16) * 25);
        assertThat(features("vector-256", 8, 16)).containsEntry("depthwise.maskedMacs", 0.0);
        assertThat(features("CPUExecutionProvider", 72, 16)).isEqualTo(features("vector-512", 72, 16));
    }

    @Test
    void every_feature_grows_with_the_resolution() {
        LatencyFeatures features = LatencyFeatures.of("vector-512");
        Random random = new Random(3);
        for (int trial = 0; trial < 5; trial++) {
            Architecture architecture = RandomArchitectures.one(random);
            double[] before = new double[LatencyFeatures.count()];
            for (int side = 96; side <= 320; side++) {
                double[] amounts = features.of(Network.of(architecture.atResolution(Extent.square(side))));
                for (int i = 0; i < amounts.length; i++) {
                    assertThat(amounts[i]).as("%s at %d pixels", LatencyFeatures.names().get(i), side).isGreaterThanOrEqualTo(before[i] - 1e-12);
                }
                before = amounts;
            }
        }
    }
}
