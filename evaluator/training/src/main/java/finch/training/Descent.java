package finch.training;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/**
 * Moves weights by their gradients, as a recipe says: clipping, weight decay, the optimiser, and a moving average. Holds what these keep beside the
 * weights. The same numbers whatever the threads: arrays are independent, and each is worked on from its front to its end.
 */
public final class Descent {
    /** The average follows the weights closely in the first steps, as if it had begun with them. */
    private static final double FIRST_STEPS = 10;
    /** Bits of infinity; those of no number are above. */
    private static final int INFINITY = Float.floatToRawIntBits(Float.POSITIVE_INFINITY);
    private static final int SIGN = Integer.MIN_VALUE;

    private final Recipe recipe;
    private final int threads;
    private final List<Weight> moved;
    private final List<float[]> averaged;
    private final float[][][] slots;
    private final float[][] averages;

    /** An array that a gradient, as long, moves. @param isKernel whether weight decay is meant for it in any case */
    public record Weight(float[] values, float[] gradient, boolean isKernel) {}

    /**
     * @param averaged arrays that are averaged if the recipe wants an average: those that are moved, and others that follow from them
     * @param threads  1 to work on the caller's only; else on those that the JVM has for such things
     */
    public Descent(List<Weight> moved, List<float[]> averaged, Recipe recipe, int threads) {
        this.recipe = recipe;
        this.threads = threads;
        this.moved = List.copyOf(moved);
        this.averaged = List.copyOf(averaged);
        this.slots = new float[moved.size()][recipe.optimizer().slots()][];
        for (int w = 0; w < slots.length; w++) {
            for (int s = 0; s < slots[w].length; s++) {
                slots[w][s] = new float[moved.get(w).values().length];
                Arrays.fill(slots[w][s], recipe.optimizer().start(s));
            }
        }
        this.averages = recipe.average() == 0 ? new float[0][] : averaged.stream().map(float[]::clone).toArray(float[][]::new);
    }

    /** Everything here that a checkpoint holds, in one order. */
    public List<float[]> arrays() {
        List<float[]> arrays = new ArrayList<>();
        for (float[][] of : slots) {
            arrays.addAll(Arrays.asList(of));
        }
        arrays.addAll(Arrays.asList(averages));
        return arrays;
    }

    /** What training has come to: the averages where there are some, else the arrays themselves; in the order of those that are averaged. */
    public List<float[]> result() {
        return averages.length > 0 ? List.of(averages) : averaged;
    }

    /** Whether all gradients are finite numbers. */
    public boolean hasFiniteGradients() {
        return isFinite(moved.stream().map(Weight::gradient).toList());
    }

    /** Whether arrays hold nothing but finite numbers. */
    public boolean isFinite(List<float[]> arrays) {
        int[] largest = new int[arrays.size()];
        each(largest.length, a -> {
            float[] values = arrays.get(a);
            // without a branch, and four at a time, which wait for none of the others
            int most0 = 0, most1 = 0, most2 = 0, most3 = 0;
            int i = 0;
            for (; i <= values.length - 4; i += 4) {
                most0 = Math.max(most0, Float.floatToRawIntBits(values[i]) & ~SIGN);
                most1 = Math.max(most1, Float.floatToRawIntBits(values[i + 1]) & ~SIGN);
                most2 = Math.max(most2, Float.floatToRawIntBits(values[i + 2]) & ~SIGN);
                most3 = Math.max(most3, Float.floatToRawIntBits(values[i + 3]) & ~SIGN);
            }
            for (; i < values.length; i++) {
                most0 = Math.max(most0, Float.floatToRawIntBits(values[i]) & ~SIGN);
            }
            largest[a] = Math.max(Math.max(most0, most1), Math.max(most2, most3));
        });
        return Arrays.stream(largest).allMatch(bits -> bits < INFINITY);
    }

    /** The Euclidean norm of all gradients together. */
    public double gradientNorm() {
        double[] squares = new double[moved.size()];
        each(squares.length, w -> {
            double sum = 0;
            for (float g : moved.get(w).gradient()) {
                sum += (double) g * g;
            }
            squares[w] = sum;
        });
        return Math.sqrt(Arrays.stream(squares).sum());
    }

    /** Moves every weight by its gradient. @param step number of the step, from 1 */
    public void update(double rate, long step) {
        double norm = recipe.clip() == 0 ? 0 : gradientNorm();
        float scale = recipe.clip() > 0 && norm > recipe.clip() ? (float) (recipe.clip() / norm) : 1;
        each(moved.size(), w -> {
            Weight weight = moved.get(w);
            if (scale != 1) {
                float[] g = weight.gradient();
                for (int i = 0; i < g.length; i++) {
                    g[i] *= scale;
                }
            }
            boolean decays = recipe.decayAll() || weight.isKernel();
            recipe.optimizer().update(weight.values(), weight.gradient(), slots[w], rate, decays ? recipe.weightDecay() : 0, step);
        });
        float kept = (float) Math.min(recipe.average(), (1 + step) / (FIRST_STEPS + step));
        each(averages.length, a -> {
            float[] values = averaged.get(a);
            float[] average = averages[a];
            for (int i = 0; i < average.length; i++) {
                average[i] = kept * average[i] + (1 - kept) * values[i];
            }
        });
    }

    /** Arrays are independent, so it does not matter which thread takes which. */
    public void each(int count, IntConsumer work) {
        IntStream numbers = IntStream.range(0, count);
        (threads == 1 ? numbers : numbers.parallel()).forEach(work);
    }
}
