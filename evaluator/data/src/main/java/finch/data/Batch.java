package finch.data;

/**
 * Images as a network takes them. Arrays are the batch's own and may be used by whoever has it.
 *
 * @see Batches
 */
public final class Batch {
    private final int size;
    private final float[] images;
    private final float[] targets;
    private final int[] labels;

    Batch(int size, float[] images, float[] targets, int[] labels) {
        this.size = size;
        this.images = images;
        this.targets = targets;
        this.labels = labels;
    }

    /** Number of images. */
    public int size() {
        return size;
    }

    /** [image][height][width][channel], normalised. */
    public float[] images() {
        return images;
    }

    /** [image][class]: how much of each class an image is; 1 and zeros, or a mixture of two by mixup. */
    public float[] targets() {
        return targets;
    }

    /** The class of each image, of the larger part where two are mixed. */
    public int[] labels() {
        return labels;
    }
}
