package finch.engine;

import static org.assertj.core.api.Assertions.assertThat;

import finch.engine.kernel.ConvGeometry;
import finch.engine.kernel.KernelSet;
import finch.space.Architecture;
import finch.space.format.References;
import finch.space.network.Network;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ChainTest {
    /** Caches so small that everything is chained that can be. */
    static final Chains.Caches TINY = new Chains.Caches(Integer.MAX_VALUE, 0, 1000, 0);
    /** Caches so large that nothing is worth it. */
    private static final Chains.Caches HUGE = new Chains.Caches(0, Integer.MAX_VALUE, 1, 1);

    static List<Architecture> networks() {
        List<Architecture> networks = new ArrayList<>(TestNetworks.all(40));
        networks.addAll(TestNetworks.all(57));
        return networks;
    }

    @ParameterizedTest
    @MethodSource("networks")
    void chains_give_the_bits_of_single_steps_for_any_number_of_threads(Architecture architecture) {
        Network network = Network.of(architecture);
        Weights weights = Weights.seeded(network, 7);
        float[] input = WholeNetworkTest.input(network, 1, 5);
        for (KernelSet set : List.of(KernelSet.AUTO, KernelSet.SCALAR)) {
            float[] single = run(network, weights, set, 1, HUGE, input);
            for (int threads = 1; threads <= 4; threads++) {
                assertThat(run(network, weights, set, threads, TINY, input)).as("%s, %d threads", set, threads).containsExactly(single);
            }
        }
    }

    private static float[] run(Network network, Weights weights, KernelSet set, int threads, Chains.Caches caches, float[] input) {
        Plan plan = Plan.compile(network, weights, new PlanOptions(1, threads, set), set.kernels(), caches);
        try (Inference inference = plan.newInference()) {
            float[] output = new float[network.output().size()];
            inference.run(input, output);
            float[] again = new float[output.length];
            inference.run(input, again); // on dirty rings
            assertThat(again).containsExactly(output);
            return output;
        }
    }

    @Test
    void large_tensors_are_chained_and_small_ones_are_not() {
        Network network = Network.of(References.resolve("mobilenetv2"));
        List<String> names = Plan.compile(network, Weights.seeded(network, 1)).stepNames();
        assertThat(names).contains("stem+block1.depthwise+block1.project", "block2.expand+block2.depthwise+block2.project", "block17.expand", "block17.depthwise", "classifier");
    }

    @Test
    void tiny_caches_chain_all_convolutions_between_branches() {
        Network network = Network.of(References.resolve("mobilenetv1"));
        List<Fusion.Group> groups = Fusion.of(network);
        List<Chain> chains = Chains.of(network, groups, groups.size(), TINY);
        // 27 convolutions in chains of at most 12, the pool, and the classifier
        assertThat(chains).hasSize(5);
        assertThat(chains.stream().flatMap(chain -> chain.groups().stream())).containsExactlyElementsOf(groups);
    }

    @Test
    void the_rows_held_are_those_of_one_window_and_the_next_row() {
        ConvGeometry expand = new ConvGeometry(112, 112, 16, 112, 112, 96, 1, 1, 1, 1, 0, 0, 1, 1, 1);
        ConvGeometry depthwise = new ConvGeometry(112, 112, 96, 56, 56, 96, 3, 3, 2, 2, 0, 0, 1, 1, 96);
        ConvGeometry project = new ConvGeometry(56, 56, 96, 56, 56, 24, 1, 1, 1, 1, 0, 0, 1, 1, 1);
        Chain.Bands bands = Chain.bands(List.of(expand, depthwise, project));
        assertThat(bands.burst()).containsExactly(4, 2, 2);
        assertThat(bands.ring()).containsExactly(6, 2, 0);
        assertThat(bands.floats(List.of(expand, depthwise, project))).isEqualTo(6 * 112 * 96 + 2 * 56 * 96);
    }
}
