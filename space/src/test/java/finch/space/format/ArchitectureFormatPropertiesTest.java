package finch.space.format;

import static org.assertj.core.api.Assertions.assertThat;

import finch.space.Architecture;
import finch.space.network.Layer;
import finch.space.network.Network;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
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
    void damaged_files_are_read_or_refused_but_never_break_the_reader() {
        String pieces = "0123456789.-_xeE[]{},:#'\"&*!|>%@ \n\tnulltrue~";
        int refused = 0;
        for (long seed = 0; seed < 4000; seed++) {
            RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
            Architecture architecture = RandomArchitectures.of(seed % 50);
            StringBuilder text = new StringBuilder(random.nextBoolean() ? ArchitectureFormat.toYaml(architecture) : ArchitectureFormat.toJson(architecture));
            for (int i = random.nextInt(1, 4); i > 0; i--) {
                int at = random.nextInt(text.length());
                char piece = pieces.charAt(random.nextInt(pieces.length()));
                switch (random.nextInt(3)) {
                    case 0 -> text.setCharAt(at, piece);
                    case 1 -> text.insert(at, piece);
                    default -> text.deleteCharAt(at);
                }
            }
            String damaged = text.toString();
            try {
                ArchitectureFormat.parse("damaged", damaged);
            } catch (InvalidFileException e) {
                assertThat(e.problems()).as(damaged).isNotEmpty();
                refused++;
            } catch (RuntimeException | StackOverflowError e) {
                throw new AssertionError("seed " + seed + ":\n" + damaged, e);
            }
        }
        assertThat(refused).isGreaterThan(1000);
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
