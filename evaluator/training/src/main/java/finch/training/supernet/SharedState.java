package finch.training.supernet;

import finch.training.Checkpoint;
import finch.training.Descent;
import finch.training.Recipe;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** All that changes while a super-network is trained: shared weights, the optimiser's running numbers, the average of the weights, and how far it is. */
final class SharedState {
    private final List<SharedTensor> tensors;
    private final Descent descent;
    final Tally tally = new Tally();
    long step;
    int epoch;
    int stepInEpoch;

    SharedState(SharedWeights shared, Recipe recipe, int threads) {
        this.tensors = shared.tensors();
        this.descent = new Descent(tensors.stream().map(t -> new Descent.Weight(t.values, t.gradient, t.role == SharedTensor.Role.KERNEL)).toList(),
                tensors.stream().map(t -> t.values).toList(), recipe, threads);
    }

    /** Everything that a checkpoint holds, in one order. */
    List<float[]> arrays() {
        List<float[]> arrays = new ArrayList<>();
        tensors.forEach(t -> arrays.add(t.values));
        arrays.addAll(descent.arrays());
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
        descent.each(tensors.size(), t -> Arrays.fill(tensors.get(t).gradient, 0));
    }

    boolean hasFiniteGradients() {
        return descent.hasFiniteGradients();
    }

    /** Whether everything that a checkpoint holds is a finite number. */
    boolean isFinite() {
        return descent.isFinite(arrays());
    }

    /** Moves every weight by the sum of the gradients that networks have added. */
    void update(double rate) {
        step++;
        descent.update(rate, step);
    }

    /** Copies what training has come to, the average of the weights where there is one, into other weights of the same space. */
    void copyResult(SharedWeights to) {
        List<float[]> result = descent.result();
        for (int t = 0; t < tensors.size(); t++) {
            System.arraycopy(result.get(t), 0, to.tensors().get(t).values, 0, result.get(t).length);
        }
    }
}
