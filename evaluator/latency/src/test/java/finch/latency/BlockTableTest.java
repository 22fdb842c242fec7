package finch.latency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import finch.space.format.References;
import finch.space.network.Network;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class BlockTableTest {
    private static Network network(String reference) {
        return Network.of(References.resolve(reference));
    }

    /** As if every multiply-add took so many nanoseconds. */
    private static Map<String, Double> micros(Network network, double nanosPerMac) {
        return network.layers().stream().collect(Collectors.groupingBy(BlockTable::nameOf, TreeMap::new,
                Collectors.summingDouble(layer -> 1e-3 * nanosPerMac * layer.macs())));
    }

    @Test
    void a_network_in_the_table_takes_what_its_blocks_took() {
        Network network = network("mobilenetv3-large");
        BlockTable table = new BlockTable();
        assertThat(table.isEmpty()).isTrue();
        table.add(network, micros(network, 2));
        assertThat(table.isEmpty()).isFalse();
        assertThat(table.known(network)).isEqualTo(1);
        assertThat(table.predict(network)).isCloseTo(2e-3 * network.macs(), within(1e-6));
    }

    @Test
    void a_block_that_was_timed_twice_takes_the_mean() {
        Network network = network("mobilenetv2");
        BlockTable table = new BlockTable();
        table.add(network, micros(network, 1));
        table.add(network, micros(network, 3));
        assertThat(table.predict(network)).isCloseTo(2e-3 * network.macs(), within(1e-6));
    }

    @Test
    void blocks_that_were_never_timed_are_scaled_from_the_nearest_of_their_form() {
        Network timed = network("mobilenetv3-large");
        Network wider = network("mobilenetv3-large@1.25");
        BlockTable table = new BlockTable();
        table.add(timed, micros(timed, 2));
        assertThat(table.known(wider)).isLessThan(0.5);
        assertThat(table.predict(wider)).isCloseTo(2e-3 * wider.macs(), within(2e-3 * 0.01 * wider.macs()));
    }

    @Test
    void the_nearest_of_its_form_is_taken_and_not_the_nearest_of_all() {
        Network large = network("mobilenetv3-large");
        Network larger = network("mobilenetv3-large@/320");
        Network one = network("mobilenetv1@/320");
        BlockTable table = new BlockTable();
        table.add(large, micros(large, 2));
        table.add(one, micros(one, 20));
        // the stems are alike but for their nonlinearity, all else differs in form
        assertThat(table.predict(larger)).isCloseTo(2e-3 * larger.macs(), within(2e-3 * 0.01 * larger.macs()));
    }

    @Test
    void a_form_that_was_never_timed_takes_the_nearest_of_all() {
        Network timed = network("mobilenetv1");
        Network other = network("mobilenetv3-small");
        BlockTable table = new BlockTable();
        table.add(timed, micros(timed, 2));
        assertThat(table.known(other)).as("all but the classifier are unknown").isLessThan(0.1);
        assertThat(table.predict(other)).isCloseTo(2e-3 * other.macs(), within(2e-3 * 0.05 * other.macs()));
    }
}
