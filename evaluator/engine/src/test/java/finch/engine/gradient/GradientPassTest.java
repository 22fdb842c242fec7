package finch.engine.gradient;

import static org.assertj.core.api.Assertions.assertThat;

import finch.engine.Weights;
import finch.engine.kernel.KernelSet;
import finch.space.Architecture;
import finch.space.network.Network;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/** Every gradient beside central differences in double. */
class GradientPassTest {
    private static final List<Mode> OTHERS = Arrays.stream(Mode.values()).filter(mode -> mode != Mode.TRAINING).toList();

    private static final List<KernelSet> BOTH = List.of(KernelSet.SCALAR, KernelSet.AUTO);

    @TestFactory
    List<DynamicTest> layers_have_the_gradients_of_their_definition() {
        return layers(List.of(Mode.TRAINING), BOTH);
    }

    @TestFactory
    List<DynamicTest> networks_have_the_gradients_of_their_definition() {
        return networks(List.of(Mode.TRAINING), List.of(KernelSet.AUTO));
    }

    /** Modes differ around the kernels, not in them; and what layers compute without vectors, networks do. */
    @Tag("slow")
    @TestFactory
    Stream<DynamicTest> so_have_they_in_the_other_modes_and_networks_without_vectors() {
        return Stream.of(layers(OTHERS, List.of(KernelSet.AUTO)), networks(OTHERS, List.of(KernelSet.AUTO)),
                networks(List.of(Mode.TRAINING), List.of(KernelSet.SCALAR))).flatMap(List::stream);
    }

    private static List<DynamicTest> layers(List<Mode> modes, List<KernelSet> sets) {
        return Nets.layers().entrySet().stream()
                .map(e -> DynamicTest.dynamicTest(e.getKey(), () -> check(e.getValue(), modes, sets, 2))).toList();
    }

    private static List<DynamicTest> networks(List<Mode> modes, List<KernelSet> sets) {
        return Stream.concat(Stream.of(DynamicTest.dynamicTest("many weights", () -> check(Nets.manyWeights(), modes, sets, 5))), Nets.wholes().stream().map(a -> DynamicTest.dynamicTest(a.name(), () -> check(Network.of(a), modes, sets, 5)))).toList();
    }

    /** The last layer starts with tiny weights, behind which all gradients would be tiny too. */
    static void enlarge(Parameters parameters) {
        Parameter last = parameters.trained().isEmpty() ? null : parameters.trained().getLast();
        String layer = last == null ? "" : last.layer();
        for (Parameter p : parameters.trained()) {
            for (int i = 0; i < p.values().length && p.layer().equals(layer) && p.role() == Parameter.Role.KERNEL; i++) {
                p.values()[i] *= 50;
            }
        }
    }

    private static void check(Network network, List<Mode> modes, List<KernelSet> sets, int count) {
        for (Mode mode : modes) {
            for (KernelSet set : sets) {
                Parameters parameters = Parameters.of(network, Weights.seeded(network, 7));
                enlarge(parameters);
                assertThat(new Differences(parameters, mode, count, 11).check(PassOptions.of(count + 1).withKernels(set))).as("%s %s", mode, set).isEmpty();
            }
        }
    }
}
