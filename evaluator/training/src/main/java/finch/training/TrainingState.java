package finch.training;

import finch.engine.gradient.Parameter;
import finch.engine.gradient.Parameters;
import java.util.ArrayList;
import java.util.List;

/** All that changes while a network is trained: parameters, the optimiser's running numbers, the average of the weights, how far it is, and what is counted. */
final class TrainingState {
    final Parameters parameters;
    private final Descent descent;
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
        this.parameters = parameters;
        this.descent = new Descent(parameters.trained().stream().map(p -> new Descent.Weight(p.values(), p.gradient(), p.role() == Parameter.Role.KERNEL)).toList(),
                parameters.all().stream().map(Parameter::values).toList(), recipe, threads);
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
        descent.each(before.length, p -> System.arraycopy(parameters.all().get(p).values(), 0, before[p], 0, before[p].length));
    }

    /** Makes the parameters what they were. The rest of a step that failed is not undone: there is no going on from here. */
    void recall() {
        descent.each(before.length, p -> System.arraycopy(before[p], 0, parameters.all().get(p).values(), 0, before[p].length));
    }

    boolean hasFiniteGradients() {
        return descent.hasFiniteGradients();
    }

    /** Whether everything that a checkpoint holds is a finite number. */
    boolean isFinite() {
        return descent.isFinite(arrays());
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
        arrays.addAll(descent.arrays());
        return arrays;
    }

    /** The Euclidean norm of all gradients together. */
    double gradientNorm() {
        return descent.gradientNorm();
    }

    /** Moves every parameter by its gradient. */
    void update(double rate) {
        step++;
        descent.update(rate, step);
    }

    /** A copy of what training has come to: the average of the weights where there is one. */
    Parameters result() {
        Parameters result = Parameters.of(parameters.network(), parameters.weights());
        List<float[]> values = descent.result();
        for (int p = 0; p < values.size(); p++) {
            System.arraycopy(values.get(p), 0, result.all().get(p).values(), 0, values.get(p).length);
        }
        return result;
    }
}
