package finch.data;

import java.io.IOException;
import java.util.List;

/** Images that lie as JPEG or PNG files in a tree. */
final class EncodedImages implements ImageSet {
    private final FileTree tree;
    private final List<String> classes;
    private final List<String> paths;
    private final int[] labels;

    EncodedImages(FileTree tree, List<String> classes, List<String> paths, int[] labels) {
        this.tree = tree;
        this.classes = List.copyOf(classes);
        this.paths = List.copyOf(paths);
        this.labels = labels;
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
        return labels[index];
    }

    @Override
    public String nameOf(int index) {
        return tree.name() + "/" + paths.get(index);
    }

    @Override
    public Image decode(int index) throws CorruptImageException {
        try {
            return ImageFile.decode(nameOf(index), tree.read(paths.get(index), ImageFile.MOST_BYTES));
        } catch (IOException e) {
            throw new CorruptImageException(nameOf(index) + ": cannot be read: " + UnusableDataException.reason(e));
        }
    }
}
