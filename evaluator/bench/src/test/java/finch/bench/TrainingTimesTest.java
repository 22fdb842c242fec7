package finch.bench;

import static org.assertj.core.api.Assertions.assertThat;

import finch.space.format.References;
import finch.space.network.Network;
import org.junit.jupiter.api.Test;

class TrainingTimesTest {
    @Test
    void what_is_timed_is_training() {
        Network network = Network.of(References.resolve("mobilenetv2@0.35/32").withClasses(4));
        try (TrainingTimes.Step step = new TrainingTimes.Step(network, 4, 2)) {
            step.run();
            double first = step.loss();
            for (int i = 0; i < 4; i++) {
                step.run();
            }
            assertThat(first).isBetween(1.0, 2.0);
            assertThat(step.loss()).isNotEqualTo(first).isFinite();
        }
    }

    @Test
    void the_networks_of_the_table_exist() {
        assertThat(TrainingTimes.NETWORKS).allSatisfy(name -> assertThat(Network.of(References.resolve(name)).macs()).isPositive());
    }
}
