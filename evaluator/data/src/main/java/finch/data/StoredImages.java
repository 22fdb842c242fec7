package finch.data;

import java.util.List;
import java.util.function.IntFunction;

/** Images that lie in memory, not one by one but in the blocks of their files. */
final class StoredImages implements ImageSet {
    /** What an index of an image takes in a set, its split and the orders of epochs, while they are made. */
    static final int INDEX_BYTES = 24;

    private final List<String> classes;
    private final byte[] labels;
    private final IntFunction<String> names;
    private final IntFunction<Image> images;

    /**
     * @param labels unsigned
     * @param images makes the image of an index; must not hold on to what its files were read from
     */
    StoredImages(List<String> classes, byte[] labels, IntFunction<String> names, IntFunction<Image> images) {
        this.classes = List.copyOf(classes);
        this.labels = labels;
        this.names = names;
        this.images = images;
    }

    @Override
    public List<String> classes() {
        return classes;
    }

    @Override
    public int size() {
        return labels.length;
    }

    @Override
    public int label(int index) {
        return labels[index] & 0xff;
    }

    @Override
    public String nameOf(int index) {
        return names.apply(index);
    }

    @Override
    public Image decode(int index) {
        return images.apply(index);
    }
}
