package finch.engine;

import static org.assertj.core.api.Assertions.assertThat;

import finch.space.Architecture;
import finch.space.network.Layer;
import finch.space.network.Network;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ArenaLayoutTest {
    private static final int SCRATCH = -2;

    static List<Architecture> networks() {
        return TestNetworks.all(64);
    }

    private static int[] sizes(Network network) {
        int[] sizes = new int[network.layers().size() + 1];
        for (int tensor = 0; tensor < sizes.length; tensor++) {
            sizes[tensor] = network.shape(tensor).size();
        }
        return sizes;
    }

    /** Plays the plan: each group must find the tensors it reads untouched since they were written. */
    @ParameterizedTest
    @MethodSource("networks")
    void no_tensor_is_overwritten_before_its_last_reader(Architecture architecture) {
        Network network = Network.of(architecture);
        List<Fusion.Group> all = Fusion.of(network);
        plays(network, Chains.singles(all));
        plays(network, Chains.of(network, all, all.size(), ChainTest.TINY));
    }

    private static void plays(Network network, List<Chain> groups) {
        int[] sizes = sizes(network);
        int[] scratch = groups.stream().mapToInt(group -> group.main() instanceof Layer.Convolution c ? 100 + c.input().channels() : 0).toArray();
        ArenaLayout layout = ArenaLayout.of(groups, sizes, scratch, 100, Set.of(), Set.of(), groups.getLast().output());
        int[] owner = new int[layout.floats()];
        Arrays.fill(owner, -1);
        for (int g = 0; g < groups.size(); g++) {
            Chain group = groups.get(g);
            assertThat(layout.scratch()[g] >= 100).isEqualTo(scratch[g] > 0);
            if (scratch[g] > 0) {
                Arrays.fill(owner, layout.scratch()[g], layout.scratch()[g] + scratch[g], SCRATCH);
            }
            for (int tensor : group.inputs()) {
                if (tensor != 0) {
                    assertOwned(owner, layout, sizes, tensor, group.main());
                }
            }
            int output = group.output();
            assertThat(layout.offset(output)).isGreaterThanOrEqualTo(100);
            Arrays.fill(owner, layout.offset(output), layout.offset(output) + sizes[output], output);
            if (scratch[g] > 0) {
                assertThat(Arrays.stream(owner, layout.scratch()[g], layout.scratch()[g] + scratch[g])).as("scratch of %s", group.main().name()).containsOnly(SCRATCH);
            }
            if (!(group.main() instanceof Layer.Scale)) {
                // only element-wise steps may write over what they read
                for (int tensor : group.inputs()) {
                    if (tensor != 0 && (group.main() instanceof Layer.Convolution || group.main() instanceof Layer.Dense)) {
                        assertOwned(owner, layout, sizes, tensor, group.main());
                    }
                }
            }
        }
        assertOwned(owner, layout, sizes, groups.getLast().output(), groups.getLast().main());
    }

    private static void assertOwned(int[] owner, ArenaLayout layout, int[] sizes, int tensor, Layer reader) {
        for (int i = 0; i < sizes[tensor]; i++) {
            assertThat(owner[layout.offset(tensor) + i]).as("%s reads tensor %d at %d", reader.name(), tensor, i).isEqualTo(tensor);
        }
    }

    @Test
    void offsets_stand_on_cache_lines_behind_an_array_header() {
        for (int floats = 0; floats < 100; floats++) {
            int aligned = ArenaLayout.align(floats);
            assertThat(aligned).isGreaterThanOrEqualTo(floats).isLessThan(floats + 16);
            assertThat((aligned * 4 + 16) % 64).isZero();
        }
    }
}
