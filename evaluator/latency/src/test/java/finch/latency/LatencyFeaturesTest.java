package finch.latency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import finch.engine.FinchRuntime;
import finch.engine.LoadedNetwork;
import finch.space.Activation;
import finch.space.Architecture;
import finch.space.Block;
import finch.space.Extent;
import finch.space.Head;
import finch.space.Padding;
import finch.space.Stem;
import finch.space.format.References;
import finch.space.network.Layer;
import finch.space.network.Network;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
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
        // 24·24 pixels after the stem: 16 -> 64 expand in panels of two vectors, 5x5 depthwise in strips of two rows, 64 -> 16 project with a skip
        assertThat(features.get("pointwise.macs.vectors2")).isCloseTo(2e-6 * (24 * 24 * 16 * 64), within(1e-12));
        assertThat(features.get("pointwise.tiles.vectors2")).isCloseTo(1e-3 * (4 + 1) * (24 * 24 / 6.0), within(1e-12));
        assertThat(features).containsEntry("pointwise.macs.vectors1", 0.0).containsEntry("pointwise.maskedTiles", 0.0)
                .containsEntry("pointwise.count", 2.0)
                .containsEntry("depthwise.5.stride1.strips", 1e-3 * 12 * 8)
                .containsEntry("depthwise.5.strided.strips", 0.0)
                .containsEntry("add.in", 1e-6 * 24 * 24 * 16)
                .containsEntry("pool.in", 1e-6 * 24 * 24 * 16)
                .containsEntry("network", 1.0);
        assertThat(features.get("depthwise.5.stride1.columns")).isCloseTo(1e-6 * 12 * 64 * (24 + 2), within(1e-12));
    }

    @Test
    void panels_are_those_of_the_kernels() {
        // 9 vectors of 16: four, then five, of which the kernels take three and two
        Map<String, Double> features = features("vector-512", 144, 16);
        double one = 1e-6 * 24 * 24 * 16 * 16;
        assertThat(features.get("pointwise.macs.vectors4")).isCloseTo(4 * one, within(1e-12));
        assertThat(features.get("pointwise.macs.vectors3")).isCloseTo(3 * one, within(1e-12));
        assertThat(features.get("pointwise.macs.vectors2")).isCloseTo(2 * one, within(1e-12));
        assertThat(features.get("pointwise.macs.vectors1")).as("the projection to 16").isCloseTo(9 * one, within(1e-12));
    }

    @Test
    void channels_that_do_not_fill_vectors_are_charged_for_whole_ones() {
        // 72 = 9·8 = 4·16 + 8
        assertThat(features("vector-256", 72, 16).get("depthwise.5.stride1.strips")).isEqualTo(1e-3 * 12 * 9);
        assertThat(features("vector-512", 72, 16).get("depthwise.5.stride1.strips")).isEqualTo(1e-3 * 12 * 5);
        assertThat(features("vector-256", 72, 16)).containsEntry("pointwise.maskedTiles", 0.0);
        assertThat(features("vector-512", 72, 16).get("pointwise.maskedTiles")).isPositive();
        assertThat(features("vector-512", 8, 16).get("depthwise.maskedMacs")).isPositive();
        assertThat(features("vector-256", 8, 16)).containsEntry("depthwise.maskedMacs", 0.0);
        assertThat(features("scalar", 71, 16)).containsEntry("pointwise.maskedTiles", 0.0);
    }

    @Test
    void what_passes_between_neighbours_is_near_where_the_engine_joins_them() {
        Network large = Network.of(References.resolve("mobilenetv2@/224"));
        NearTensors own = LatencyFeatures.of("vector-512").near(large);
        NearTensors foreign = LatencyFeatures.of("CPUExecutionProvider").near(large);
        int joined = 0;
        for (int i = 0; i < large.layers().size(); i++) {
            assertThat(foreign.near(i + 1)).isFalse();
            joined += own.near(i + 1) ? 1 : 0;
        }
        assertThat(own.near(large.layers().size())).as("the output").isFalse();
        assertThat(joined).isPositive();
    }

    @Test
    void most_large_tensors_are_near_exactly_where_the_engine_joins_layers() {
        Random random = new Random(8);
        int agree = 0;
        int all = 0;
        for (int trial = 0; trial < 30; trial++) {
            Network network = Network.of(RandomArchitectures.one(random).atResolution(Extent.square(224)));
            NearTensors near = NearTensors.of(network);
            try (LoadedNetwork loaded = new FinchRuntime().load(network, TimingWeights.of(network), 1, 1)) {
                Set<String> passedOn = new HashSet<>();
                for (List<String> part : loaded.parts()) {
                    passedOn.addAll(part.subList(0, part.size() - 1));
                }
                for (int i = 0; i + 1 < network.layers().size(); i++) {
                    if (network.layers().get(i) instanceof Layer.Convolution && network.layers().get(i).output().bytes() > 1 << 20) {
                        all++;
                        agree += near.near(i + 1) == passedOn.contains(network.layers().get(i).name()) ? 1 : 0;
                    }
                }
            }
        }
        assertThat(all).isGreaterThan(20);
        assertThat(agree / (double) all).isGreaterThan(0.8);
    }

    @Test
    void every_feature_grows_with_the_resolution() {
        LatencyFeatures features = LatencyFeatures.of("vector-512");
        Random random = new Random(3);
        for (int trial = 0; trial < 5; trial++) {
            Architecture architecture = RandomArchitectures.one(random);
            double[] before = new double[LatencyFeatures.names().size()];
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
