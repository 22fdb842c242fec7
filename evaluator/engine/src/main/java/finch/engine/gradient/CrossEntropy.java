package finch.engine.gradient;

/**
 * Softmax cross-entropy, mean over a batch. With label smoothing s, a target is (1 − s) at the label and s/classes spread over all classes
 * (Szegedy et al. 2016, arXiv 1512.00567, section 7).
 *
 * @param smoothing in [0, 1)
 */
public record CrossEntropy(double smoothing) {
    /** Without smoothing. */
    public static final CrossEntropy PLAIN = new CrossEntropy(0);

    public CrossEntropy {
        if (!(smoothing >= 0 && smoothing < 1)) {
            throw new IllegalArgumentException("label smoothing must be at least 0 and below 1, not " + smoothing);
        }
    }

    /**
     * The mean loss of a batch.
     *
     * @param logits   [count][classes]
     * @param labels   one of each image, at least 0 and below {@code classes}
     * @param gradient [count][classes], gets dLoss/dlogits: (softmax − target) / count
     * @throws IllegalArgumentException if a label is out of range
     */
    public double of(float[] logits, int[] labels, int count, int classes, float[] gradient) {
        double loss = 0;
        for (int image = 0; image < count; image++) {
            int label = labels[image];
            if (label < 0 || label >= classes) {
                throw new IllegalArgumentException("label " + label + " of image " + image + " is not among the network's " + classes + " classes, 0 to " + (classes - 1));
            }
            double logSum = logSum(logits, image * classes, classes);
            for (int c = 0; c < classes; c++) {
                double target = smoothing / classes + (c == label ? 1 - smoothing : 0);
                loss += one(logits, image * classes + c, logSum, target, count, gradient);
            }
        }
        return loss / count;
    }

    /**
     * Likewise for targets that are distributions, as mixing and distillation make them. They are smoothed too.
     *
     * @param targets [count][classes], each summing to 1
     */
    public double of(float[] logits, float[] targets, int count, int classes, float[] gradient) {
        double loss = 0;
        for (int image = 0; image < count; image++) {
            double logSum = logSum(logits, image * classes, classes);
            for (int i = image * classes; i < (image + 1) * classes; i++) {
                loss += one(logits, i, logSum, smoothing / classes + (1 - smoothing) * targets[i], count, gradient);
            }
        }
        return loss / count;
    }

    private static double one(float[] logits, int i, double logSum, double target, int count, float[] gradient) {
        double logProbability = logits[i] - logSum;
        gradient[i] = (float) ((Math.exp(logProbability) - target) / count);
        return target == 0 ? 0 : -target * logProbability;
    }

    /** The probabilities that logits mean, [count][classes]. */
    public static float[] softmax(float[] logits, int count, int classes) {
        float[] probabilities = new float[count * classes];
        for (int image = 0; image < count; image++) {
            double logSum = logSum(logits, image * classes, classes);
            for (int i = image * classes; i < (image + 1) * classes; i++) {
                probabilities[i] = (float) Math.exp(logits[i] - logSum);
            }
        }
        return probabilities;
    }

    /** log Σ exp of so many logits from a place on, with the maximum taken out. The cross-entropy of a label is this less its logit. */
    public static double logSum(float[] logits, int at, int classes) {
        double max = Double.NEGATIVE_INFINITY;
        for (int i = at; i < at + classes; i++) {
            max = Math.max(max, logits[i]);
        }
        double sum = 0;
        for (int i = at; i < at + classes; i++) {
            sum += Math.exp(logits[i] - max);
        }
        return max + Math.log(sum);
    }
}
