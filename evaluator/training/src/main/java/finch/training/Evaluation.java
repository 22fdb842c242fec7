package finch.training;

import finch.data.Batch;
import finch.data.Batches;
import finch.engine.HeapTooSmallException;
import finch.engine.Inference;
import finch.engine.Plan;
import finch.engine.PlanOptions;
import finch.engine.Weights;
import finch.engine.gradient.CrossEntropy;
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
 * @param top5      share whose label is among the five largest outputs; of equal ones the first count as larger
 * @param confusion by label, then by what the network says: how many images
 */
public record Evaluation(int images, double loss, double top1, double top5, List<List<Integer>> confusion) {
    private static final int FEW = 5;

    public Evaluation {
        confusion = confusion.stream().map(List::copyOf).toList();
    }

    /**
     * Runs inference, batch normalisations folded, over all images, which {@link finch.data.BatchPlan#plain} leaves as they are.
     *
     * @param batch the most images of a batch
     * @throws IllegalArgumentException if the batches do not fit the network or {@code batch}, change images or leave some out
     * @throws IllegalStateException    if an output is no finite number
     * @throws HeapTooSmallException    if the heap is too small
     */
    public static Evaluation of(Network network, Weights weights, Batches batches, int batch, int threads) {
        Trainer.check(network, batches, batch);
        if (batches.plan().whole() || batches.plan().mixup() > 0 || !batches.plan().augmentations().isEmpty()) {
            throw new IllegalArgumentException("an evaluation is of all images as they are, and not of " + batches.plan() + "; maybe use BatchPlan.plain");
        }
        try {
            return of(network, weights, batches.epoch(0), batch, threads);
        } catch (OutOfMemoryError e) {
            long images = (long) Float.BYTES * batch * (network.input().size() + network.output().size());
            throw new HeapTooSmallException("testing network " + network.name() + " with batch " + batch + " and " + threads + " threads needs about",
                    network.weightBytes() + threads * network.peakActivationBytes() + images + batches.bytes(), "packed weights, activations and images", "a smaller batch", e);
        }
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
                    check(network, output, at, classes);
                    confusion[label][best(output, at, classes)]++;
                    right += best(output, at, classes) == label ? 1 : 0;
                    near += rank(output, at, classes, label) < FEW ? 1 : 0;
                    loss += CrossEntropy.logSum(output, at, classes) - output[at + label];
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

    /** How many come before it: those that are larger, and of those as large the ones that stand before it. */
    static int rank(float[] values, int at, int length, int which) {
        int before = 0;
        for (int i = 0; i < length; i++) {
            before += values[at + i] > values[at + which] || i < which && values[at + i] == values[at + which] ? 1 : 0;
        }
        return before;
    }

    /** Where nothing can be compared, everything would seem right. */
    private static void check(Network network, float[] output, int at, int classes) {
        for (int i = 0; i < classes; i++) {
            if (!Float.isFinite(output[at + i])) {
                throw new IllegalStateException("network " + network.name() + " gives " + output[at + i] + " for class " + i + " of an image; its weights are of no use");
            }
        }
    }
}
