package finch.training;

/** A loss that is no number. The message says where, the learning rate, and what is left. */
public final class DivergedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final double learningRate;

    public DivergedException(double loss, int epoch, int step, double learningRate, String left) {
        super("training has diverged: the loss is " + loss + " in epoch " + epoch + ", step " + step + ", at a learning rate of " + learningRate + "; " + left
                + "; maybe use a lower learning rate, a longer warm-up, or clip gradients");
        this.learningRate = learningRate;
    }

    public double learningRate() {
        return learningRate;
    }
}
