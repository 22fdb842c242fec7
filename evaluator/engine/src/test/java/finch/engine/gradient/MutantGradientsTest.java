package finch.engine.gradient;

import static org.assertj.core.api.Assertions.assertThat;

import finch.engine.Weights;
import finch.engine.kernel.GradientKernels;
import finch.engine.kernel.KernelSet;
import finch.space.Architecture;
import finch.space.network.Network;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Tests the test: kernels that are a little wrong must not pass for right. */
@Tag("slow")
class MutantGradientsTest {
    /** By the name of a kernel, what is done to its arguments; null leaves the call out. */
    private static final Map<String, UnaryOperator<Object[]>> MUTANTS = new LinkedHashMap<>();

    static {
        MUTANTS.put("activateBackward", _ -> null);
        MUTANTS.put("gradientSums", a -> with(a, 6, (int) a[6] - 1)); // the last pixel is lost
        MUTANTS.put("combine", _ -> null);
        MUTANTS.put("moments", a -> with(a, 2, Math.max(1, (int) a[2] - 1)));
        MUTANTS.put("sums", a -> with(a, 2, (int) a[2] - 1));
        MUTANTS.put("add", a -> with(a, 4, (int) a[4] - 1));
        MUTANTS.put("outer", a -> with(a, 8, (int) a[8] - 1));
        MUTANTS.put("depthwiseInput", a -> with(a, 6, false)); // forgets what is there
        MUTANTS.put("depthwiseWeights", a -> with(a, 2, (int) a[2] - 1)); // one float beside
        MUTANTS.put("scatter", a -> with(a, 6, (int) a[6] - 1));
        MUTANTS.put("products", a -> with(a, 5, (int) a[5] - 1));
        MUTANTS.put("spread", a -> with(a, 2, 1.01f * (float) a[2])); // one in a hundred
        MUTANTS.put("multiply", a -> with(a, 3, (int) a[3] - 1));
    }

    private static Object[] with(Object[] arguments, int index, Object value) {
        Object[] changed = arguments.clone();
        changed[index] = value;
        return changed;
    }

    @Test
    void differences_catch_every_mutant() {
        MUTANTS.forEach((name, change) -> {
            int[] calls = {0};
            boolean caught = false;
            for (Architecture architecture : List.of(Nets.v2(), Nets.fused())) {
                if (caught) {
                    break;
                }
                Network network = Network.of(architecture);
                Parameters parameters = Parameters.of(network, Weights.seeded(network, 7));
                GradientPassTest.enlarge(parameters);
                caught |= !new Differences(parameters, Mode.TRAINING, 3, 11).check(PassOptions.of(3), mutant(name, change, calls)).isEmpty();
            }
            assertThat(calls[0]).as("calls of %s", name).isPositive();
            assertThat(caught).as("mutant of %s is caught", name).isTrue();
        });
    }

    private static GradientKernels mutant(String name, UnaryOperator<Object[]> change, int[] calls) {
        GradientKernels right = KernelSet.configured().gradientKernels();
        return (GradientKernels) Proxy.newProxyInstance(GradientKernels.class.getClassLoader(), new Class<?>[] {GradientKernels.class}, (_, method, arguments) -> {
            Object[] passed = arguments;
            if (method.getName().equals(name)) {
                calls[0]++;
                passed = change.apply(arguments);
            }
            try {
                return passed == null ? null : method.invoke(right, passed);
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        });
    }
}
