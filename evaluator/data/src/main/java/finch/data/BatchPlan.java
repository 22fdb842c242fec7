package finch.data;

import finch.space.network.TensorShape;
import java.util.List;

/**
 * How images become batches.
 *
 * @param size           most images of a batch; the last one of an epoch may have fewer, and each one that has corrupt images
 * @param input          shape of the network's input, to which images are resized
 * @param normalisation  of as many channels as the input
 * @param augmentations  applied in this order; a random resized crop only as the first
 * @param mixup          strength of mixup, the α of its Beta distribution: 0 for none, else 0.01 to 4
 * @param shuffled       whether each epoch has an order of its own; else that of the set
 * @param whole          whether an epoch leaves out the images at its end that do not fill a batch; which these are changes with a shuffled order
 * @param seed           of orders, augmentations and mixup
 */
public record BatchPlan(int size, TensorShape input, Normalisation normalisation, List<Augmentation> augmentations, double mixup,
                        boolean shuffled, boolean whole, long seed) {
    private static final double LEAST_MIXUP = 0.01;
    private static final double MOST_MIXUP = 4;

    public BatchPlan {
        augmentations = List.copyOf(augmentations);
        if (size < 1) {
            throw new IllegalArgumentException("a batch has at least one image, not " + size);
        }
        if (normalisation.mean().size() != input.channels()) {
            throw new IllegalArgumentException("the normalisation is of " + normalisation.mean().size() + " channel(s), and the network takes " + input.channels());
        }
        if (mixup != 0 && !(mixup >= LEAST_MIXUP && mixup <= MOST_MIXUP)) {
            throw new IllegalArgumentException("mixup must be 0 or between " + LEAST_MIXUP + " and " + MOST_MIXUP + ", not " + mixup);
        }
        if (augmentations.stream().skip(1).anyMatch(a -> a instanceof Augmentation.RandomResizedCrop)) {
            throw new IllegalArgumentException("a random resized crop must be the first augmentation");
        }
    }

    /** Images as they are, in the order of the set. */
    public static BatchPlan plain(int size, TensorShape input, Normalisation normalisation) {
        return new BatchPlan(size, input, normalisation, List.of(), 0, false, false, 0);
    }

    /** Shuffled and augmented, whole batches only. */
    public static BatchPlan training(int size, TensorShape input, Normalisation normalisation, List<Augmentation> augmentations, double mixup, long seed) {
        return new BatchPlan(size, input, normalisation, augmentations, mixup, true, true, seed);
    }
}
