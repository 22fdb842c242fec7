package finch.latency;

import static org.assertj.core.api.Assertions.assertThat;

import finch.space.Activation;
import finch.space.Architecture;
import finch.space.Block;
import finch.space.network.Network;
import java.util.List;
import org.junit.jupiter.api.Test;

class LatencyFindingTest {
    private static LatencyFinding named(String name) {
        return LatencyFinding.all().stream().filter(f -> f.name().equals(name)).findFirst().orElseThrow();
    }

    /** Multiply-adds of the first and the second, in millions. */
    private static double[] macs(String name) {
        LatencyFinding finding = named(name);
        return new double[] {1e-6 * Network.of(finding.first()).macs(), 1e-6 * Network.of(finding.second()).macs()};
    }

    @Test
    void changes_cost_the_multiply_adds_that_the_paper_says() {
        double[] lastStage = macs("last-stage");
        assertThat(lastStage[1] - lastStage[0]).as("30 M, rounded").isBetween(28.0, 36.0);
        double[] stem = macs("stem");
        assertThat(stem[1] - stem[0]).as("10 M, rounded").isBetween(8.0, 12.0);
        double[] separable = macs("separable");
        assertThat(separable[1] / separable[0]).as("8 to 9 times").isBetween(8.0, 9.0);
        double[] spatially = macs("spatially-separable");
        assertThat(spatially[1]).as("two thirds and more of the standard form").isBetween(0.6 * separable[1], separable[1]);
    }

    @Test
    void activations_change_no_multiply_add() {
        for (String name : List.of("relu", "later-half", "swish")) {
            assertThat(macs(name)[0]).as(name).isEqualTo(macs(name)[1]);
        }
        assertThat(named("relu").first().blocks()).extracting(Block::activation).containsOnly(Activation.RELU);
        assertThat(named("later-half").second().blocks()).extracting(Block::activation).containsOnly(Activation.HARD_SWISH);
        assertThat(named("swish").second().blocks()).extracting(Block::activation).contains(Activation.RELU, Activation.SWISH).doesNotContain(Activation.HARD_SWISH);
        assertThat(named("squeeze-excite").second().blocks()).allMatch(block -> block.squeeze().isEmpty());
    }

    @Test
    void names_tell_findings_and_networks_apart() {
        assertThat(LatencyFinding.all()).extracting(LatencyFinding::name).doesNotHaveDuplicates();
        assertThat(LatencyFinding.all()).allSatisfy(finding -> assertThat(finding.first().name()).isNotEmpty().isNotEqualTo(finding.second().name()));
    }

    @Test
    void a_finding_holds_in_its_direction() {
        LatencyFinding less = named("large-v2");
        assertThat(less.holds(0.999)).isTrue();
        assertThat(less.holds(1.001)).isFalse();
        LatencyFinding alike = named("squeeze-excite");
        assertThat(alike.holds(1.049)).isTrue();
        assertThat(alike.holds(0.951)).isTrue();
        assertThat(alike.holds(1.06)).isFalse();
        assertThat(alike.holds(0.94)).isFalse();
    }

    @Test
    void multipliers_are_four_widths_at_four_resolutions_each_smaller_than_the_one_before() {
        List<List<Architecture>> grid = LatencyFinding.multipliers();
        assertThat(grid).hasSize(4).allSatisfy(row -> assertThat(row).hasSize(4));
        for (int w = 0; w < 4; w++) {
            for (int r = 0; r < 4; r++) {
                long macs = Network.of(grid.get(w).get(r)).macs();
                if (w > 0) {
                    assertThat(macs).isLessThan(Network.of(grid.get(w - 1).get(r)).macs());
                }
                if (r > 0) {
                    assertThat(macs).isLessThan(Network.of(grid.get(w).get(r - 1)).macs());
                }
            }
        }
    }
}
