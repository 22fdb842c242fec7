package finch.accuracy.proxy;

import finch.engine.gradient.Parameter;
import java.util.List;

/** Scores of the gradients that batches give, layer by layer. */
final class GradientScores {
    private GradientScores() {}

    /** Kernels only: biases and batch normalisations do not count. */
    static List<Parameter> kernels(List<Parameter> all) {
        return all.stream().filter(p -> p.role() == Parameter.Role.KERNEL).toList();
    }

    /** Σ over layers of ‖g‖₂. */
    static double gradNorm(List<Parameter> kernels) {
        double sum = 0;
        for (Parameter kernel : kernels) {
            double squares = 0;
            for (float g : kernel.gradient()) {
                squares += (double) g * g;
            }
            sum += Math.sqrt(squares);
        }
        return sum;
    }

    /** Σ |θ·g|. */
    static double snip(List<Parameter> kernels) {
        double sum = 0;
        for (Parameter kernel : kernels) {
            for (int i = 0; i < kernel.values().length; i++) {
                sum += Math.abs((double) kernel.values()[i] * kernel.gradient()[i]);
            }
        }
        return sum;
    }

    /**
     * ZiCo. A weight whose gradient has the same size in every batch (a dead one, above all) does not count, nor does a layer
     * of such weights.
     *
     * @param byBatch [batch][layer][weight]
     */
    static double zico(float[][][] byBatch) {
        double score = 0;
        for (int layer = 0; layer < byBatch[0].length; layer++) {
            double sum = 0;
            for (int i = 0; i < byBatch[0][layer].length; i++) {
                double mean = 0;
                double squares = 0;
                for (float[][] batch : byBatch) {
                    double size = Math.abs(batch[layer][i]);
                    mean += size / byBatch.length;
                    squares += size * size / byBatch.length;
                }
                double variance = squares - mean * mean;
                // below that it is the rounding of a float, which would count most
                if (variance > 1e-10 * squares) {
                    sum += mean / Math.sqrt(variance);
                }
            }
            score += sum > 0 ? Math.log(sum) : 0;
        }
        return score;
    }
}
