package finch.data;

import java.util.List;

/** Labelled images, decoded when asked for. Implementations are immutable and safe for concurrent use. */
public interface ImageSet {
    /** Names of the classes; label i means the i-th. */
    List<String> classes();

    int size();

    /** 0 to {@code classes().size() - 1}. */
    int label(int index);

    /** For messages: the file, and the number within it where a file holds many. */
    String nameOf(int index);

    /** @throws CorruptImageException if this one cannot be read */
    Image decode(int index) throws CorruptImageException;

    /** These images of the set, in this order. */
    default ImageSet subset(int... indices) {
        return new Subset(this, indices);
    }

    /**
     * These images with the labels of other classes: by name, whatever their order; by number where there are as many and one side has numbers for names.
     *
     * @param data for messages
     * @throws UnusableDataException if the images have a class that is not among these
     */
    default ImageSet withClasses(List<String> classes, String data) throws UnusableDataException {
        return Relabelled.of(this, classes, data);
    }

    /**
     * A random part with as equal numbers of every class as there are, the same for a seed. All images if there are no more
     * than {@code count}. Classes take turns, so any beginning of the sample is balanced, too.
     */
    default ImageSet sample(int count, long seed) {
        List<int[]> byClass = Subset.shuffledByClass(this, seed);
        int[] chosen = new int[Math.min(count, size())];
        int next = 0;
        for (int round = 0; next < chosen.length; round++) {
            for (int[] members : byClass) {
                if (round < members.length && next < chosen.length) {
                    chosen[next++] = members[round];
                }
            }
        }
        return subset(chosen);
    }
}
