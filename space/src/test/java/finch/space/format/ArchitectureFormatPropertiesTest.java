package finch.space.format;

import static org.assertj.core.api.Assertions.assertThat;

import finch.space.Architecture;
import finch.space.network.Layer;
import finch.space.network.Network;
import org.junit.jupiter.api.Test;

class ArchitectureFormatPropertiesTest {
    @Test
    void what_is_written_reads_back_as_the_same_record() {
        for (long seed = 0; seed < 2000; seed++) {
            Architecture architecture = RandomArchitectures.of(seed);

            assertThat(ArchitectureFormat.parse("seed " + seed, ArchitectureFormat.toYaml(architecture))).isEqualTo(architecture);
            assertThat(ArchitectureFormat.parse("seed " + seed, ArchitectureFormat.toJson(architecture))).isEqualTo(architecture);
        }
    }

    @Test
    void the_anonymous_form_means_the_same_network() {
        for (long seed = 0; seed < 500; seed++) {
            Architecture architecture = RandomArchitectures.of(seed).named("");

            assertThat(Network.of(architecture.anonymous())).as("seed " + seed).isEqualTo(Network.of(architecture));
            assertThat(architecture.anonymous().anonymous()).isEqualTo(architecture.anonymous());
        }
    }

    @Test
    void costs_are_the_sums_over_the_layers() {
        for (long seed = 0; seed < 200; seed++) {
            Network network = Network.of(RandomArchitectures.of(seed));

            assertThat(network.macs()).isEqualTo(network.layers().stream().mapToLong(Layer::macs).sum()).isPositive();
            assertThat(network.params()).isEqualTo(network.layers().stream().mapToLong(Layer::params).sum());
            assertThat(network.paramsWithBatchNormStatistics())
                    .isEqualTo(network.params() + 2 * network.layers().stream().mapToLong(Layer::batchNormChannels).sum());
        }
    }
}
