package finch.latency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import finch.engine.FinchRuntime;
import finch.engine.LoadedNetwork;
import finch.space.format.References;
import finch.space.network.Network;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NetworkPartsTest {
    private static final List<String> OF_THE_WHOLE = List.of("network", "network.weightsBeyondL3");

    @ParameterizedTest
    @ValueSource(strings = {"mobilenetv3-large@/96", "mobilenetv2@/64", "efficientnet-b0@/64"})
    void the_parts_work_is_the_networks_but_for_what_it_has_as_a_whole(String reference) {
        Network network = Network.of(References.resolve(reference));
        LatencyFeatures features = LatencyFeatures.of("vector-256");
        double[] whole = features.of(network);
        try (LoadedNetwork loaded = new FinchRuntime().load(network, TimingWeights.of(network), 1, 1)) {
            NetworkParts parts = NetworkParts.timed(network, loaded, TimingWeights.input(network.input().size()), 1);
            double[][] amounts = parts.features(features);
            assertThat(amounts.length).isEqualTo(loaded.parts().size());
            for (int feature = 0; feature < whole.length; feature++) {
                int f = feature;
                double expected = OF_THE_WHOLE.contains(LatencyFeatures.names().get(f)) ? 0 : whole[f];
                assertThat(Arrays.stream(amounts).mapToDouble(part -> part[f]).sum()).as(LatencyFeatures.names().get(f)).isCloseTo(expected, within(1e-9));
            }
        }
    }

    @Test
    void a_residual_sum_goes_with_the_projection_that_it_is_fused_into() {
        Network network = Network.of(References.resolve("mobilenetv2@/64"));
        LatencyFeatures features = LatencyFeatures.of("vector-256");
        int adds = LatencyFeatures.names().indexOf("add.count");
        try (LoadedNetwork loaded = new FinchRuntime().load(network, TimingWeights.of(network), 1, 1)) {
            double[][] amounts = NetworkParts.timed(network, loaded, TimingWeights.input(network.input().size()), 1).features(features);
            int found = 0;
            for (int part = 0; part < amounts.length; part++) {
                if (amounts[part][adds] > 0) {
                    found++;
                    assertThat(loaded.parts().get(part)).as("part of %s additions", amounts[part][adds]).anyMatch(layer -> layer.endsWith("project"));
                }
            }
            assertThat(found).isPositive();
        }
    }

    @Test
    void shares_sum_up_to_one_and_the_largest_part_of_the_work_takes_more_than_the_smallest() {
        Network network = Network.of(References.resolve("mobilenetv3-small@/96"));
        try (LoadedNetwork loaded = new FinchRuntime().load(network, TimingWeights.of(network), 1, 1)) {
            double[] shares = NetworkParts.timed(network, loaded, TimingWeights.input(network.input().size()), 3).shares();
            assertThat(shares).hasSize(loaded.parts().size());
            assertThat(Arrays.stream(shares).sum()).isCloseTo(1, within(1e-12));
            assertThat(shares).doesNotContain(0);
        }
    }

    @Test
    void the_blocks_of_a_network_share_its_time() {
        Network network = Network.of(References.resolve("mobilenetv2@/64"));
        try (LoadedNetwork loaded = new FinchRuntime().load(network, TimingWeights.of(network), 1, 1)) {
            Map<String, Double> shares = NetworkParts.timed(network, loaded, TimingWeights.input(network.input().size()), 3).blockShares();
            assertThat(shares).containsKeys("stem", "block1", "block17", "head", "classifier").hasSize(20);
            assertThat(shares.values().stream().mapToDouble(share -> share).sum()).isCloseTo(1, within(1e-12));
        }
    }

    @Test
    void a_runtime_without_parts_has_no_shares() {
        Network network = Network.of(References.resolve("mobilenetv3-small@/96"));
        try (LoadedNetwork loaded = new SyntheticRuntime(new FakeTimer(), n -> 1000).load(network, TimingWeights.of(network), 1, 1)) {
            NetworkParts parts = NetworkParts.timed(network, loaded, new float[0], 3);
            assertThat(parts.shares()).isEmpty();
            assertThat(parts.blockShares()).isEmpty();
            assertThat(parts.features(LatencyFeatures.of("law")).length).isZero();
        }
    }

    @Test
    void parts_too_short_for_the_clock_are_no_samples() {
        List<Sample.Part> parts = NetworkParts.samples(new double[][] {{1}, {2}, {3}}, new double[] {0.6, 0.3999, 0.0001}, 1000);
        assertThat(parts).extracting(Sample.Part::micros).containsExactly(600.0, 399.9);
    }
}
