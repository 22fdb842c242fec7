package finch.training;

/**
 * A loss, gradient or weight that is no finite number. The step that met it is undone: weights are those of the step before, and no checkpoint
 * has it. The message says where, the learning rate, and what is left.
 */
public final class DivergedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final double learningRate;

    /** @param what a clause, e.g. "the loss is NaN" */
    public DivergedException(String what, int epoch, int step, double learningRate, String left) {
        super("training has diverged: " + what + " in epoch " + epoch + ", step " + step + ", at a learning rate of " + learningRate + "; " + left
                + "; maybe use a lower learning rate, a longer warm-up, or clip gradients");
        this.learningRate = learningRate;
    }

    public double learningRate() {
        return learningRate;
    }
}
