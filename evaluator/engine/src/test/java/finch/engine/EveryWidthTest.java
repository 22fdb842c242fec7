package finch.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.sun.management.HotSpotDiagnosticMXBean;
import finch.engine.kernel.KernelSet;
import finch.space.Architecture;
import finch.space.Extent;
import finch.space.network.Network;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What depends on the kernels of this JVM; the build runs it at each vector width and without vectors. */
class EveryWidthTest {
    static List<Architecture> networks() {
        return TestNetworks.all(40);
    }

    /** Vectors wider than the CPU's are never compiled to registers: each operation allocates, for ever. There it is reported as skipped. */
    @Test
    void a_thousand_runs_allocate_nothing_in_any_thread() {
        String kernels = KernelSet.AUTO.kernels().name();
        int widest = 8 * Integer.parseInt(ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class).getVMOption("MaxVectorSize").getValue());
        assumeThat(kernels).as("kernels of at most the %d bits that this CPU has", widest)
                .matches(name -> name.equals("scalar") || Integer.parseInt(name.substring("vector-".length())) <= widest);
        // without vectors nothing is boxed, and runs take long
        List<Architecture> tried = kernels.equals("scalar") ? List.of(TestNetworks.mobileNetV3Small())
                : List.of(TestNetworks.mobileNetV3Small(), TestNetworks.efficientNet(), TestNetworks.edgeTpu());
        for (Architecture architecture : tried) {
            for (int threads = 1; threads <= 2; threads++) {
                Allocations.assertNone(Network.of(architecture.atResolution(Extent.square(32))), threads);
            }
        }
    }

    /** In the second of three images; the others, and a later run, have the bits they have without it. */
    @ParameterizedTest
    @MethodSource("networks")
    void a_nan_goes_through_to_the_outputs_that_depend_on_it_and_no_further(Architecture architecture) {
        Network network = Network.of(architecture);
        Weights weights = Weights.seeded(network, 7);
        int floats = network.input().size();
        float[] sound = WholeNetworkTest.input(network, 3, 4);
        for (int at : new int[] {floats, floats + floats / 2, 2 * floats - 1}) {
            float[] spoilt = sound.clone();
            spoilt[at] = Float.NaN;
            // strides may leave a pixel out: then no output depends on it
            double[] reference = ReferenceNetwork.run(network, weights, Arrays.copyOfRange(spoilt, floats, 2 * floats));
            for (int threads = 1; threads <= 2; threads++) {
                try (Inference inference = Plan.compile(network, weights, PlanOptions.defaults().withBatch(3).withThreads(threads)).newInference()) {
                    int outputs = network.output().size();
                    float[] expected = new float[3 * outputs];
                    inference.run(sound, expected);
                    float[] output = new float[3 * outputs];
                    inference.run(spoilt, output);
                    for (int i = 0; i < output.length; i++) {
                        if (i / outputs == 1 && Double.isNaN(reference[i - outputs])) {
                            assertThat(output[i]).as("output %d", i).isNaN();
                        } else {
                            assertThat(Float.floatToRawIntBits(output[i])).as("output %d", i).isEqualTo(Float.floatToRawIntBits(expected[i]));
                        }
                    }
                    inference.run(sound, output);
                    assertThat(output).containsExactly(expected);
                }
            }
        }
    }

    /** Without pooling, most outputs do not depend on one pixel. */
    @Test
    void a_nan_reaches_the_places_that_it_reaches_in_double() {
        Network network = ImportedLayersTest.withoutPooling();
        Weights weights = Weights.seeded(network, 3);
        for (KernelSet set : List.of(KernelSet.SCALAR, KernelSet.AUTO)) {
            for (int at = 0; at < network.input().size(); at += 37) {
                float[] input = WholeNetworkTest.input(network, 1, 8);
                input[at] = Float.NaN;
                double[] expected = ReferenceNetwork.run(network, weights, input);
                float[] output = new float[expected.length];
                try (Inference inference = Plan.compile(network, weights, new PlanOptions(1, 2, set)).newInference()) {
                    inference.run(input, output);
                }
                int missing = 0;
                for (int i = 0; i < output.length; i++) {
                    assertThat(Float.isNaN(output[i])).as("%s: output %d of NaN at %d", set, i, at).isEqualTo(Double.isNaN(expected[i]));
                    missing += Double.isNaN(expected[i]) ? 1 : 0;
                }
                assertThat(missing).isBetween(1, output.length - 1);
            }
        }
    }
}
