package finch.training;

import finch.engine.gradient.Parameter;
import finch.engine.gradient.Parameters;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/** All that changes while a network is trained: parameters, the optimiser's running numbers, the average of the weights, how far it is, and what is counted. */
final class TrainingState {
    private static final double FIRST_STEPS = 10;
    /** Bits of infinity; those of no number are above. */
    private static final int INFINITY = Float.floatToRawIntBits(Float.POSITIVE_INFINITY);
    private static final int SIGN = Integer.MIN_VALUE;

    private final Recipe recipe;
    private final int threads;
    final Parameters parameters;
    private final List<Parameter> trained;
    private final float[][][] slots;
    private final float[][] averages;
    /** Parameters before the step that is being done. */
    private final float[][] before;
    /** Steps done. */
    long step;
    int epoch;
    /** Steps done in this epoch. */
    int stepInEpoch;
    /** Of this epoch so far: images, how many of them were right, and the sum of their losses. */
    long images;
    long right;
    double lossSum;

    /** @param threads 1 to work on the caller's only; else on those that the JVM has for such things */
    TrainingState(Parameters parameters, Recipe recipe, int threads) {
        this.recipe = recipe;
        this.threads = threads;
        this.parameters = parameters;
        this.trained = parameters.trained();
        this.slots = new float[trained.size()][recipe.optimizer().slots()][];
        for (int p = 0; p < slots.length; p++) {
            for (int s = 0; s < slots[p].length; s++) {
                slots[p][s] = new float[trained.get(p).values().length];
                Arrays.fill(slots[p][s], recipe.optimizer().start(s));
            }
        }
        this.averages = recipe.average() == 0 ? new float[0][] : parameters.all().stream().map(p -> p.values().clone()).toArray(float[][]::new);
        this.before = parameters.all().stream().map(p -> new float[p.values().length]).toArray(float[][]::new);
    }

    /** Bytes that a state of these parameters takes beside them. */
    static long bytes(Parameters parameters, Recipe recipe) {
        long all = parameters.all().stream().mapToLong(p -> p.values().length).sum();
        long trained = parameters.trained().stream().mapToLong(p -> p.values().length).sum();
        return Float.BYTES * (recipe.optimizer().slots() * trained + (recipe.average() == 0 ? 1 : 2) * all);
    }

    /** Notes the parameters, for {@link #recall}. */
    void remember() {
        each(before.length, p -> System.arraycopy(parameters.all().get(p).values(), 0, before[p], 0, before[p].length));
    }

    /** Makes the parameters what they were. The rest of a step that failed is not undone: there is no going on from here. */
    void recall() {
        each(before.length, p -> System.arraycopy(before[p], 0, parameters.all().get(p).values(), 0, before[p].length));
    }

    boolean hasFiniteGradients() {
        return isFinite(trained.stream().map(Parameter::gradient).toList());
    }

    /** Whether everything that a checkpoint holds is a finite number. */
    boolean isFinite() {
        return isFinite(arrays());
    }

    private boolean isFinite(List<float[]> arrays) {
        int[] largest = new int[arrays.size()];
        each(largest.length, a -> {
            int most = 0;
            // without a branch, so that it is a matter of vectors
            for (float value : arrays.get(a)) {
                most = Math.max(most, Float.floatToRawIntBits(value) & ~SIGN);
            }
            largest[a] = most;
        });
        return Arrays.stream(largest).allMatch(bits -> bits < INFINITY);
    }

    /** Begins the next epoch. */
    void nextEpoch() {
        epoch++;
        stepInEpoch = 0;
        images = 0;
        right = 0;
        lossSum = 0;
    }

    /** Everything that a checkpoint holds, in one order. */
    List<float[]> arrays() {
        List<float[]> arrays = new ArrayList<>();
        parameters.all().forEach(p -> arrays.add(p.values()));
        for (float[][] of : slots) {
            arrays.addAll(Arrays.asList(of));
        }
        arrays.addAll(Arrays.asList(averages));
        return arrays;
    }

    /** The Euclidean norm of all gradients together. */
    double gradientNorm() {
        double[] squares = new double[trained.size()];
        each(squares.length, p -> {
            double sum = 0;
            for (float g : trained.get(p).gradient()) {
                sum += (double) g * g;
            }
            squares[p] = sum;
        });
        return Math.sqrt(Arrays.stream(squares).sum());
    }

    /** Moves every parameter by its gradient. */
    void update(double rate) {
        step++;
        double norm = recipe.clip() == 0 ? 0 : gradientNorm();
        float scale = recipe.clip() > 0 && norm > recipe.clip() ? (float) (recipe.clip() / norm) : 1;
        each(trained.size(), p -> {
            Parameter parameter = trained.get(p);
            if (scale != 1) {
                float[] g = parameter.gradient();
                for (int i = 0; i < g.length; i++) {
                    g[i] *= scale;
                }
            }
            boolean decays = recipe.decayAll() || parameter.role() == Parameter.Role.KERNEL;
            recipe.optimizer().update(parameter.values(), parameter.gradient(), slots[p], rate, decays ? recipe.weightDecay() : 0, step);
        });
        float kept = (float) Math.min(recipe.average(), (1 + step) / (FIRST_STEPS + step));
        each(averages.length, p -> {
            float[] values = parameters.all().get(p).values();
            float[] average = averages[p];
            for (int i = 0; i < average.length; i++) {
                average[i] = kept * average[i] + (1 - kept) * values[i];
            }
        });
    }

    /** Arrays are independent, so it does not matter which thread takes which. */
    private void each(int count, IntConsumer work) {
        IntStream numbers = IntStream.range(0, count);
        (threads == 1 ? numbers : numbers.parallel()).forEach(work);
    }

    /** A copy of what training has come to: the average of the weights where there is one. */
    Parameters result() {
        Parameters result = Parameters.of(parameters.network(), parameters.weights());
        for (int p = 0; p < averages.length; p++) {
            float[] values = result.all().get(p).values();
            System.arraycopy(averages[p], 0, values, 0, values.length);
        }
        return result;
    }
}
