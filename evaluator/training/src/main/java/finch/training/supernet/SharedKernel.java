package finch.training.supernet;

import finch.space.Extent;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntToDoubleFunction;

/**
 * A kernel at its largest, [out][height][width][in], of which networks take parts: the first output channels, the first input channels, and of a larger
 * window the middle, times a learned matrix (Cai et al. 2020, Once-for-All, arXiv 1908.09791, section 3.3, "elastic kernel size"). As there, a small
 * window comes from the next larger one, which may itself come from a larger one, and a matrix is one for all channels and starts as the identity:
 * w[out][tap][in] = Σ over s of matrix[tap][s] · middle[out][s][in].
 */
final class SharedKernel {
    private final int out;
    private final Extent window;
    private final int in;
    final SharedTensor weights;
    private final Map<Extent, Step> steps = new LinkedHashMap<>();

    /** @param from the next larger window @param matrix [taps][taps] */
    private record Step(Extent from, SharedTensor matrix) {}

    /**
     * @param windows all that networks have here
     * @param value   what weight i starts from
     */
    SharedKernel(String name, int out, List<Extent> windows, int in, IntToDoubleFunction value) {
        this.out = out;
        this.in = in;
        this.window = new Extent(windows.stream().mapToInt(Extent::height).max().orElseThrow(), windows.stream().mapToInt(Extent::width).max().orElseThrow());
        this.weights = new SharedTensor(name + ".kernel", SharedTensor.Role.KERNEL, Math.multiplyExact(Math.multiplyExact(out, window.area()), in));
        for (int i = 0; i < weights.values.length; i++) {
            weights.values[i] = (float) value.applyAsDouble(i);
        }
        List<Extent> all = new ArrayList<>(windows);
        all.add(window);
        for (Extent small : windows) {
            if (!small.equals(window)) {
                Extent from = all.stream().filter(e -> !e.equals(small) && e.height() >= small.height() && e.width() >= small.width())
                        .min(Comparator.comparingInt(Extent::area)).orElseThrow();
                int taps = small.area();
                SharedTensor matrix = new SharedTensor(name + ".kernel-" + small, SharedTensor.Role.TRANSFORM, taps * taps);
                for (int tap = 0; tap < taps; tap++) {
                    matrix.values[tap * taps + tap] = 1;
                }
                steps.put(small, new Step(from, matrix));
            }
        }
    }

    List<SharedTensor> tensors() {
        List<SharedTensor> tensors = new ArrayList<>(List.of(weights));
        steps.values().forEach(step -> tensors.add(step.matrix));
        return tensors;
    }

    private void check(int itsOut, Extent its, int itsIn) {
        if (itsOut > out || itsIn > in || !its.equals(window) && !steps.containsKey(its)) {
            throw new IllegalStateException(weights.name + " of " + out + " x " + window + " x " + in + " has no part of " + itsOut + " x " + its + " x " + itsIn);
        }
    }

    /** What a network has: [itsOut][height][width][itsIn]. */
    float[] part(int itsOut, Extent its, int itsIn) {
        check(itsOut, its, itsIn);
        int taps = its.area();
        if (its.equals(window)) {
            float[] part = new float[itsOut * taps * itsIn];
            for (int row = 0; row < itsOut * taps; row++) {
                System.arraycopy(weights.values, row * in, part, row * itsIn, itsIn);
            }
            return part;
        }
        Step step = steps.get(its);
        float[] middle = middle(part(itsOut, step.from, itsIn), itsOut, step.from, its, itsIn);
        float[] part = new float[middle.length];
        float[] matrix = step.matrix.values;
        for (int o = 0; o < itsOut; o++) {
            for (int tap = 0; tap < taps; tap++) {
                int to = (o * taps + tap) * itsIn;
                for (int s = 0; s < taps; s++) {
                    float m = matrix[tap * taps + s];
                    int from = (o * taps + s) * itsIn;
                    for (int i = 0; i < itsIn; i++) {
                        part[to + i] += m * middle[from + i];
                    }
                }
            }
        }
        return part;
    }

    private static float[] middle(float[] large, int itsOut, Extent from, Extent its, int itsIn) {
        float[] middle = new float[itsOut * its.area() * itsIn];
        for (int row = 0; row < itsOut * its.height(); row++) {
            System.arraycopy(large, at(row, from, its) * itsIn, middle, row * its.width() * itsIn, its.width() * itsIn);
        }
        return middle;
    }

    /** Where a row of the smaller window, rows of all channels counted, begins in the larger one, in taps. */
    private static int at(int row, Extent from, Extent its) {
        int top = (from.height() - its.height()) / 2;
        int left = (from.width() - its.width()) / 2;
        return (row / its.height() * from.height() + top + row % its.height()) * from.width() + left;
    }

    /** Adds a network's gradient of what {@link #part} gave it to the shared ones, the matrices' included. */
    void add(float[] slope, int itsOut, Extent its, int itsIn) {
        check(itsOut, its, itsIn);
        int taps = its.area();
        if (its.equals(window)) {
            for (int row = 0; row < itsOut * taps; row++) {
                for (int i = 0; i < itsIn; i++) {
                    weights.gradient[row * in + i] += slope[row * itsIn + i];
                }
            }
            return;
        }
        Step step = steps.get(its);
        float[] middle = middle(part(itsOut, step.from, itsIn), itsOut, step.from, its, itsIn);
        float[] matrix = step.matrix.values;
        float[] back = new float[middle.length];
        double[] products = new double[taps * taps];
        for (int o = 0; o < itsOut; o++) {
            for (int tap = 0; tap < taps; tap++) {
                int to = (o * taps + tap) * itsIn;
                for (int s = 0; s < taps; s++) {
                    int from = (o * taps + s) * itsIn;
                    float m = matrix[tap * taps + s];
                    float product = 0;
                    for (int i = 0; i < itsIn; i++) {
                        product += slope[to + i] * middle[from + i];
                        back[from + i] += m * slope[to + i];
                    }
                    products[tap * taps + s] += product;
                }
            }
        }
        for (int i = 0; i < products.length; i++) {
            step.matrix.gradient[i] += (float) products[i];
        }
        float[] larger = new float[itsOut * step.from.area() * itsIn];
        for (int row = 0; row < itsOut * its.height(); row++) {
            System.arraycopy(back, row * its.width() * itsIn, larger, at(row, step.from, its) * itsIn, its.width() * itsIn);
        }
        add(larger, itsOut, step.from, itsIn);
    }
}
