package finch.training;

import finch.engine.gradient.CrossEntropy;

/**
 * Adds what a teacher says to the loss (Hinton, Vinyals and Dean 2015, arXiv 1503.02531, section 2): (1 − share)·loss + share·T²·cross-entropy of the
 * student's softmax at temperature T with the teacher's.
 *
 * @param share       in [0, 1]
 * @param temperature T, at least 1 as a rule
 */
public record Distillation(Teacher teacher, double share, double temperature) {
    /** A network that is trained already, or several. */
    @FunctionalInterface
    public interface Teacher {
        /** [count][classes] for images [count][height][width][channels]. */
        float[] logits(float[] images, int count);
    }

    public Distillation {
        if (!(share >= 0 && share <= 1)) {
            throw new IllegalArgumentException("share must be between 0 and 1, not " + share);
        }
        if (!(temperature > 0 && Double.isFinite(temperature))) {
            throw new IllegalArgumentException("temperature must be positive, not " + temperature);
        }
    }

    /** The joined loss; {@code gradient} holds that of {@code loss} and gets the joined one. */
    double join(double loss, float[] images, float[] logits, int count, int classes, float[] gradient) {
        float[] soft = teacher.logits(images, count);
        float[] cooled = new float[logits.length];
        for (int i = 0; i < logits.length; i++) {
            cooled[i] = (float) (logits[i] / temperature);
        }
        softmax(soft, count, classes);
        float[] own = new float[logits.length];
        double distance = CrossEntropy.PLAIN.of(cooled, soft, count, classes, own);
        for (int i = 0; i < gradient.length; i++) {
            // one T of T² is lost in d(logit/T)/dlogit
            gradient[i] = (float) ((1 - share) * gradient[i] + share * temperature * own[i]);
        }
        return (1 - share) * loss + share * temperature * temperature * distance;
    }

    private void softmax(float[] logits, int count, int classes) {
        for (int image = 0; image < count; image++) {
            double max = Double.NEGATIVE_INFINITY;
            double sum = 0;
            for (int i = image * classes; i < (image + 1) * classes; i++) {
                max = Math.max(max, logits[i]);
            }
            for (int i = image * classes; i < (image + 1) * classes; i++) {
                sum += Math.exp((logits[i] - max) / temperature);
            }
            for (int i = image * classes; i < (image + 1) * classes; i++) {
                logits[i] = (float) (Math.exp((logits[i] - max) / temperature) / sum);
            }
        }
    }
}
