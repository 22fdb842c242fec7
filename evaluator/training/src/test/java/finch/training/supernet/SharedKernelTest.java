package finch.training.supernet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import finch.space.Extent;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Parts of a kernel and their gradients, beside a definition in double that shares no code with them, and its finite differences. */
class SharedKernelTest {
    private static final int OUT = 5;
    private static final int IN = 4;
    private static final List<Extent> WINDOWS = List.of(Extent.square(3), Extent.square(5), Extent.square(7), new Extent(1, 3));

    private static SharedKernel kernel() {
        SplittableRandom random = new SplittableRandom(3);
        SharedKernel kernel = new SharedKernel("k", OUT, WINDOWS, IN, _ -> random.nextGaussian());
        // matrices are the identity at first, which would hide which index is which
        kernel.tensors().stream().filter(t -> t.role == SharedTensor.Role.TRANSFORM).forEach(t -> {
            for (int i = 0; i < t.values.length; i++) {
                t.values[i] += (float) (0.3 * random.nextGaussian());
            }
        });
        return kernel;
    }

    private static Map<String, double[]> doubles(SharedKernel kernel) {
        Map<String, double[]> values = new TreeMap<>();
        kernel.tensors().forEach(t -> {
            double[] copy = new double[t.values.length];
            for (int i = 0; i < copy.length; i++) {
                copy[i] = t.values[i];
            }
            values.put(t.name, copy);
        });
        return values;
    }

    /** One weight of a part by definition: of window 1x3 from 3, 3 from 5, 5 from 7. */
    private static double weight(Map<String, double[]> values, Extent window, int o, int y, int x, int i) {
        if (window.height() == 7) {
            return values.get("k.kernel")[((o * 7 + y) * 7 + x) * IN + i];
        }
        Extent from = window.height() == 1 ? Extent.square(3) : Extent.square(window.height() + 2);
        double[] matrix = values.get("k.kernel-" + window);
        double sum = 0;
        for (int v = 0; v < window.height(); v++) {
            for (int u = 0; u < window.width(); u++) {
                sum += matrix[(y * window.width() + x) * window.area() + v * window.width() + u]
                        * weight(values, from, o, v + (from.height() - window.height()) / 2, u + (from.width() - window.width()) / 2, i);
            }
        }
        return sum;
    }

    /** Σ slope · part. */
    private static double loss(Map<String, double[]> values, Extent window, int out, int in, float[] slope) {
        double sum = 0;
        int at = 0;
        for (int o = 0; o < out; o++) {
            for (int y = 0; y < window.height(); y++) {
                for (int x = 0; x < window.width(); x++) {
                    for (int i = 0; i < in; i++) {
                        sum += slope[at++] * weight(values, window, o, y, x, i);
                    }
                }
            }
        }
        return sum;
    }

    @Test
    void parts_are_what_the_definition_says() {
        SharedKernel kernel = kernel();
        Map<String, double[]> values = doubles(kernel);
        for (Extent window : WINDOWS) {
            for (int[] channels : new int[][] {{OUT, IN}, {3, 2}, {1, 1}}) {
                float[] part = kernel.part(channels[0], window, channels[1]);
                int at = 0;
                for (int o = 0; o < channels[0]; o++) {
                    for (int tap = 0; tap < window.area(); tap++) {
                        for (int i = 0; i < channels[1]; i++) {
                            assertThat((double) part[at++]).isCloseTo(weight(values, window, o, tap / window.width(), tap % window.width(), i), within(2e-4));
                        }
                    }
                }
                assertThat(part).hasSize(at);
            }
        }
    }

    @Test
    void gradients_are_the_finite_differences_of_the_definition() {
        SplittableRandom random = new SplittableRandom(4);
        for (Extent window : WINDOWS) {
            SharedKernel kernel = kernel();
            Map<String, double[]> values = doubles(kernel);
            float[] slope = new float[2 * window.area() * 3];
            for (int i = 0; i < slope.length; i++) {
                slope[i] = (float) random.nextGaussian();
            }
            kernel.add(slope, 2, window, 3);
            // what is there already is kept
            kernel.add(slope, 2, window, 3);
            for (SharedTensor tensor : kernel.tensors()) {
                double[] its = values.get(tensor.name);
                for (int i = 0; i < its.length; i += 1 + its.length / 60) {
                    double old = its[i];
                    its[i] = old + 1e-3;
                    double above = loss(values, window, 2, 3, slope);
                    its[i] = old - 1e-3;
                    double below = loss(values, window, 2, 3, slope);
                    its[i] = old;
                    assertThat((double) tensor.gradient[i]).as("%s %s %d", window, tensor.name, i).isCloseTo(2 * (above - below) / 2e-3, within(2e-4));
                }
            }
        }
    }

    @Test
    void what_is_larger_than_it_is_refused() {
        assertThatThrownBy(() -> kernel().part(OUT + 1, Extent.square(3), 1)).hasMessage("k.kernel of 5 x 7 x 4 has no part of 6 x 3 x 1");
        assertThatThrownBy(() -> kernel().part(1, new Extent(3, 1), 1)).hasMessageContaining("no part of 1 x 3x1 x 1");
    }
}
