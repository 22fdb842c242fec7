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

    @TestFactory
    List<DynamicTest> layers_have_the_gradients_of_their_definition() {
        return layers(List.of(Mode.TRAINING));
    }

    @TestFactory
    List<DynamicTest> networks_have_the_gradients_of_their_definition() {
        return networks(List.of(Mode.TRAINING));
    }

    @Tag("slow")
    @TestFactory
    Stream<DynamicTest> so_have_they_in_the_other_modes() {
        return Stream.of(layers(OTHERS), networks(OTHERS)).flatMap(List::stream);
    }

    private static List<DynamicTest> layers(List<Mode> modes) {
        return Nets.layers().entrySet().stream().map(e -> DynamicTest.dynamicTest(e.getKey(), () -> modes.forEach(mode -> check(e.getValue(), mode, 2)))).toList();
    }

    private static List<DynamicTest> networks(List<Mode> modes) {
        return Nets.wholes().stream().map(a -> DynamicTest.dynamicTest(a.name(), () -> modes.forEach(mode -> check(Network.of(a), mode, 5)))).toList();
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

    private static void check(Network network, Mode mode, int count) {
        // modes differ around the kernels, not in them
        for (KernelSet set : mode == Mode.TRAINING ? List.of(KernelSet.SCALAR, KernelSet.AUTO) : List.of(KernelSet.AUTO)) {
            Parameters parameters = Parameters.of(network, Weights.seeded(network, 7));
            enlarge(parameters);
            assertThat(new Differences(parameters, mode, count, 11).check(PassOptions.of(count + 1).withKernels(set))).as("%s %s", mode, set).isEmpty();
        }
    }
}
