package finch.training.supernet;

import finch.training.Checkpoint;
import finch.training.Recipe;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/** All that changes while a super-network is trained: shared weights, the optimiser's running numbers, the average of the weights, and how far it is. */
final class SharedState {
    private static final double FIRST_STEPS = 10;

    private final Recipe recipe;
    private final int threads;
    private final List<SharedTensor> tensors;
    private final float[][][] slots;
    private final float[][] averages;
    final Tally tally = new Tally();
    long step;
    int epoch;
    int stepInEpoch;

    SharedState(SharedWeights shared, Recipe recipe, int threads) {
        this.recipe = recipe;
        this.threads = threads;
        this.tensors = shared.tensors();
        this.slots = new float[tensors.size()][recipe.optimizer().slots()][];
        for (int t = 0; t < slots.length; t++) {
            for (int s = 0; s < slots[t].length; s++) {
                slots[t][s] = new float[tensors.get(t).values.length];
                Arrays.fill(slots[t][s], recipe.optimizer().start(s));
            }
        }
        this.averages = recipe.average() == 0 ? new float[0][] : tensors.stream().map(t -> t.values.clone()).toArray(float[][]::new);
    }

    /** Everything that a checkpoint holds, in one order. */
    List<float[]> arrays() {
        List<float[]> arrays = new ArrayList<>();
        tensors.forEach(t -> arrays.add(t.values));
        for (float[][] of : slots) {
            arrays.addAll(Arrays.asList(of));
        }
        arrays.addAll(Arrays.asList(averages));
        arrays.add(tally.parts);
        return arrays;
    }

    Checkpoint.Position position() {
        return new Checkpoint.Position(step, epoch, stepInEpoch);
    }

    void goOnFrom(Checkpoint.Position position) {
        step = position.step();
        epoch = position.epoch();
        stepInEpoch = position.stepInEpoch();
    }

    void clearGradients() {
        each(tensors.size(), t -> Arrays.fill(tensors.get(t).gradient, 0));
    }

    private double gradientNorm() {
        double[] squares = new double[tensors.size()];
        each(squares.length, t -> {
            double sum = 0;
            for (float g : tensors.get(t).gradient) {
                sum += (double) g * g;
            }
            squares[t] = sum;
        });
        return Math.sqrt(Arrays.stream(squares).sum());
    }

    boolean hasFiniteGradients() {
        return tensors.stream().allMatch(tensor -> isFinite(tensor.gradient));
    }

    /** Whether everything that a checkpoint holds is a finite number. */
    boolean isFinite() {
        return arrays().stream().allMatch(SharedState::isFinite);
    }

    private static boolean isFinite(float[] values) {
        float sum = 0;
        for (float value : values) {
            sum += value * 0; // of what is no finite number, no number
        }
        return sum == 0;
    }

    /** Moves every weight by the sum of the gradients that networks have added. */
    void update(double rate) {
        step++;
        double norm = recipe.clip() == 0 ? 0 : gradientNorm();
        float scale = recipe.clip() > 0 && norm > recipe.clip() ? (float) (recipe.clip() / norm) : 1;
        float kept = (float) Math.min(recipe.average(), (1 + step) / (FIRST_STEPS + step));
        each(tensors.size(), t -> {
            SharedTensor tensor = tensors.get(t);
            if (scale != 1) {
                for (int i = 0; i < tensor.gradient.length; i++) {
                    tensor.gradient[i] *= scale;
                }
            }
            boolean decays = recipe.decayAll() || tensor.role == SharedTensor.Role.KERNEL;
            recipe.optimizer().update(tensor.values, tensor.gradient, slots[t], rate, decays ? recipe.weightDecay() : 0, step);
            if (averages.length > 0) {
                float[] average = averages[t];
                for (int i = 0; i < average.length; i++) {
                    average[i] = kept * average[i] + (1 - kept) * tensor.values[i];
                }
            }
        });
    }

    /** Arrays are independent, so it does not matter which thread takes which. */
    private void each(int count, IntConsumer work) {
        IntStream numbers = IntStream.range(0, count);
        (threads == 1 ? numbers : numbers.parallel()).forEach(work);
    }

    /** Copies what training has come to, the average of the weights where there is one, into other weights of the same space. */
    void copyResult(SharedWeights to) {
        for (int t = 0; t < tensors.size(); t++) {
            float[] from = averages.length > 0 ? averages[t] : tensors.get(t).values;
            System.arraycopy(from, 0, to.tensors().get(t).values, 0, from.length);
        }
    }
}
