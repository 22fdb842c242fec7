package finch.data;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Reads the binary files of CIFAR-10 (a label, then the red, green and blue plane of 32x32) and CIFAR-100 (a coarse and a
 * fine label, of which the fine one is read).
 *
 * @see <a href="https://www.cs.toronto.edu/~kriz/cifar.html">Krizhevsky 2009, "binary version"</a>
 */
final class CifarFiles {
    private static final int SIDE = 32;
    private static final int PLANE = SIDE * SIDE;
    /** The largest file, CIFAR-100's train.bin, has 50,000 records. */
    private static final int MOST_BYTES = 512 << 20;

    private final FileTree tree;
    private final Split split;
    private final String folder;
    private final boolean hundred;

    private CifarFiles(FileTree tree, Split split, String folder, boolean hundred) {
        this.tree = tree;
        this.split = split;
        this.folder = folder;
        this.hundred = hundred;
    }

    /** Empty if the tree has no such files. */
    static Optional<CifarFiles> in(FileTree tree, Split split) {
        for (String path : tree.paths()) {
            String folder = path.substring(0, path.length() - FileTree.fileName(path).length());
            if (FileTree.fileName(path).equals("data_batch_1.bin")) {
                return Optional.of(new CifarFiles(tree, split, folder, false));
            }
            if (FileTree.fileName(path).equals("train.bin") && tree.paths().contains(folder + "test.bin")) {
                return Optional.of(new CifarFiles(tree, split, folder, true));
            }
        }
        return Optional.empty();
    }

    DataSet read() throws IOException {
        List<String> classes = classes();
        List<String> batches = hundred ? List.of("train.bin")
                : IntStream.rangeClosed(1, 5).mapToObj(i -> "data_batch_" + i + ".bin").filter(name -> tree.paths().contains(folder + name)).toList();
        List<String> remarks = new ArrayList<>(tree.remarks());
        if (!hundred && batches.size() < 5) {
            remarks.add("Only " + String.join(", ", batches) + " of CIFAR-10's five training files are in " + tree.name() + ".");
        }
        ImageSet[] two = split.of(set(batches, classes));
        String test = hundred ? "test.bin" : "test_batch.bin";
        return new DataSet(tree.name(), two[0], two[1],
                tree.paths().contains(folder + test) ? Optional.of(set(List.of(test), classes)) : Optional.empty(), remarks);
    }

    /** Of the file that comes with the data, if it is there and has them all. */
    private List<String> classes() throws IOException {
        int count = hundred ? 100 : 10;
        String names = folder + (hundred ? "fine_label_names.txt" : "batches.meta.txt");
        if (tree.paths().contains(names)) {
            List<String> lines = new String(tree.read(names, 1 << 16), StandardCharsets.UTF_8).lines().map(String::strip).filter(l -> !l.isEmpty()).toList();
            if (lines.size() == count) {
                return lines;
            }
        }
        return IntStream.range(0, count).mapToObj(Integer::toString).toList();
    }

    private ImageSet set(List<String> files, List<String> classes) throws IOException {
        int labelBytes = hundred ? 2 : 1;
        int record = labelBytes + 3 * PLANE;
        List<Image> images = new ArrayList<>();
        List<Integer> labels = new ArrayList<>();
        List<String> names = new ArrayList<>();
        for (String file : files) {
            String name = tree.name() + "/" + folder + file;
            byte[] bytes = tree.read(folder + file, MOST_BYTES);
            if (bytes.length == 0 || bytes.length % record != 0) {
                throw new UnusableDataException(name + ": is cut off or no file of CIFAR-" + (hundred ? 100 : 10) + ": " + bytes.length
                        + " bytes are no whole number of records of " + record + ".");
            }
            for (int at = 0; at < bytes.length; at += record) {
                int label = bytes[at + labelBytes - 1] & 0xff;
                if (label >= classes.size()) {
                    throw new UnusableDataException(name + ": record " + at / record + " has the label " + label + ", but the classes are numbered 0 to "
                            + (classes.size() - 1) + ".");
                }
                images.add(image(bytes, at + labelBytes));
                labels.add(label);
                names.add(name + " image " + at / record);
            }
        }
        return new StoredImages(classes, images.toArray(Image[]::new), labels.stream().mapToInt(Integer::intValue).toArray(), names::get);
    }

    private static Image image(byte[] bytes, int from) {
        byte[] pixels = new byte[3 * PLANE];
        for (int channel = 0; channel < 3; channel++) {
            for (int p = 0; p < PLANE; p++) {
                pixels[3 * p + channel] = bytes[from + channel * PLANE + p];
            }
        }
        return Image.owning(SIDE, SIDE, 3, pixels);
    }
}
