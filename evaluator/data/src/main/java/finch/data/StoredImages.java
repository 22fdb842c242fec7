package finch.data;

import java.util.List;
import java.util.function.IntFunction;

/** Images that lie decoded in memory. */
final class StoredImages implements ImageSet {
    private final List<String> classes;
    private final Image[] images;
    private final int[] labels;
    private final IntFunction<String> names;

    StoredImages(List<String> classes, Image[] images, int[] labels, IntFunction<String> names) {
        this.classes = List.copyOf(classes);
        this.images = images;
        this.labels = labels;
        this.names = names;
    }

    @Override
    public List<String> classes() {
        return classes;
    }

    @Override
    public int size() {
        return images.length;
    }

    @Override
    public int label(int index) {
        return labels[index];
    }

    @Override
    public String nameOf(int index) {
        return names.apply(index);
    }

    @Override
    public Image decode(int index) {
        return images[index];
    }
}
