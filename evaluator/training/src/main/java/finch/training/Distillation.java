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
        /** [count][classes], finite, for images [count][height][width][channels]. What it returns is read only, and before it is asked again. */
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

    /**
     * The joined loss; {@code gradient} holds that of {@code loss} and gets the joined one.
     *
     * @throws IllegalArgumentException if the teacher gives another number of logits, or one that is not finite
     */
    double join(double loss, float[] images, float[] logits, int count, int classes, float[] gradient) {
        float[] said = teacher.logits(images, count);
        if (said.length != count * classes) {
            throw new IllegalArgumentException("the teacher gives " + said.length + " logits for " + count + " images of " + classes + " classes, where "
                    + count * classes + " are wanted; it must be trained on the same classes");
        }
        for (int i = 0; i < said.length; i++) {
            if (!Float.isFinite(said[i])) {
                throw new IllegalArgumentException("the teacher's logit of class " + i % classes + " is " + said[i] + " for image " + i / classes + " of a batch");
            }
        }
        float[] soft = CrossEntropy.softmax(cooled(said), count, classes);
        float[] own = new float[count * classes];
        double distance = CrossEntropy.PLAIN.of(cooled(logits), soft, count, classes, own);
        for (int i = 0; i < own.length; i++) {
            // one T of T² is lost in d(logit/T)/dlogit
            gradient[i] = (float) ((1 - share) * gradient[i] + share * temperature * own[i]);
        }
        return (1 - share) * loss + share * temperature * temperature * distance;
    }

    private float[] cooled(float[] logits) {
        float[] cooled = new float[logits.length];
        for (int i = 0; i < logits.length; i++) {
            cooled[i] = (float) (logits[i] / temperature);
        }
        return cooled;
    }
}
