package finch.training;

import finch.data.Batch;
import finch.data.Batches;
import finch.engine.Inference;
import finch.engine.Plan;
import finch.engine.PlanOptions;
import finch.engine.Weights;
import finch.engine.kernel.KernelSet;
import finch.space.network.Network;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;

/**
 * How right a network is on some images.
 *
 * @param images    how many
 * @param loss      mean cross-entropy, without smoothing
 * @param top1      share of images whose largest output is their label's
 * @param top5      share whose label is among the five largest outputs
 * @param confusion by label, then by what the network says: how many images
 */
public record Evaluation(int images, double loss, double top1, double top5, List<List<Integer>> confusion) {
    private static final int FEW = 5;

    public Evaluation {
        confusion = confusion.stream().map(List::copyOf).toList();
    }

    /** Runs inference, batch normalisations folded, over the first epoch of batches, which should be {@link finch.data.BatchPlan#plain}. */
    public static Evaluation of(Network network, Weights weights, Batches batches, int batch, int threads) {
        return of(network, weights, batches.epoch(0), batch, threads);
    }

    /** Likewise over some batches. @param batch the most images of one */
    public static Evaluation of(Network network, Weights weights, Iterator<Batch> batches, int batch, int threads) {
        int classes = network.output().size();
        int size = network.input().size();
        int[][] confusion = new int[classes][classes];
        int images = 0;
        int right = 0;
        int near = 0;
        double loss = 0;
        float[] input = new float[batch * size];
        float[] output = new float[batch * classes];
        try (Inference inference = Plan.compile(network, weights, new PlanOptions(batch, threads, KernelSet.configured())).newInference()) {
            while (batches.hasNext()) {
                Batch next = batches.next();
                System.arraycopy(next.images(), 0, input, 0, next.size() * size);
                inference.run(input, output);
                for (int image = 0; image < next.size(); image++) {
                    int label = next.labels()[image];
                    int at = image * classes;
                    confusion[label][best(output, at, classes)]++;
                    right += best(output, at, classes) == label ? 1 : 0;
                    near += rank(output, at, classes, label) < FEW ? 1 : 0;
                    loss += surprise(output, at, classes, label);
                }
                images += next.size();
            }
        }
        return new Evaluation(images, loss / images, (double) right / images, (double) near / images,
                Arrays.stream(confusion).map(row -> Arrays.stream(row).boxed().toList()).toList());
    }

    /** The first of the largest. */
    public static int best(float[] values, int at, int length) {
        int best = 0;
        for (int i = 1; i < length; i++) {
            best = values[at + i] > values[at + best] ? i : best;
        }
        return best;
    }

    /** How many are larger. */
    private static int rank(float[] values, int at, int length, int which) {
        int larger = 0;
        for (int i = 0; i < length; i++) {
            larger += values[at + i] > values[at + which] ? 1 : 0;
        }
        return larger;
    }

    private static double surprise(float[] logits, int at, int classes, int label) {
        double max = logits[at + best(logits, at, classes)];
        double sum = 0;
        for (int i = at; i < at + classes; i++) {
            sum += Math.exp(logits[i] - max);
        }
        return Math.log(sum) - (logits[at + label] - max);
    }
}
