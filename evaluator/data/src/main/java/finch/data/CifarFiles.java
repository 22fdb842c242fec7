package finch.data;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Reads the binary files of CIFAR-10 (a label, then the red, green and blue plane of 32x32) and CIFAR-100 (a coarse and a
 * fine label, of which the fine one is read). Records stay as they are in the file, and become images when asked for.
 *
 * @see <a href="https://www.cs.toronto.edu/~kriz/cifar.html">Krizhevsky 2009, "binary version"</a>
 */
final class CifarFiles {
    private static final int SIDE = 32;
    private static final int PLANE = SIDE * SIDE;

    private static final List<String> BATCHES = IntStream.rangeClosed(1, 5).mapToObj(i -> "data_batch_" + i + ".bin").toList();
    private static final String TEST = "test_batch.bin";

    private final FileTree tree;
    private final Split split;
    private final Budget budget;
    private final String folder;
    private final boolean hundred;

    private CifarFiles(FileTree tree, Split split, Budget budget, String folder, boolean hundred) {
        this.tree = tree;
        this.split = split;
        this.budget = budget;
        this.folder = folder;
        this.hundred = hundred;
    }

    /** Empty if the tree has no such files. */
    static Optional<CifarFiles> in(FileTree tree, Split split, Budget budget) throws UnusableDataException {
        Optional<String> alone = Optional.empty();
        for (String path : tree.paths()) {
            String folder = path.substring(0, path.length() - FileTree.fileName(path).length());
            if (BATCHES.contains(FileTree.fileName(path))) {
                return Optional.of(new CifarFiles(tree, split, budget, folder, false));
            }
            if (FileTree.fileName(path).equals("train.bin") && tree.paths().contains(folder + "test.bin")) {
                return Optional.of(new CifarFiles(tree, split, budget, folder, true));
            }
            if (FileTree.fileName(path).equals(TEST)) {
                alone = Optional.of(path);
            }
        }
        if (alone.isPresent() && tree.paths().stream().noneMatch(ImageFile::isOne)) {
            throw new UnusableDataException(tree.name() + "/" + alone.get() + ": are CIFAR-10's test images, and none of its training images is there: "
                    + String.join(", ", BATCHES) + ". Put them beside it.");
        }
        return Optional.empty();
    }

    DataSet read() throws IOException {
        List<String> classes = classes();
        List<String> batches = hundred ? List.of("train.bin")
                : BATCHES.stream().filter(name -> tree.paths().contains(folder + name)).toList();
        List<String> remarks = new ArrayList<>(tree.remarks());
        if (!hundred && batches.size() < BATCHES.size()) {
            remarks.add("Only " + String.join(", ", batches) + " of CIFAR-10's five training files are in " + tree.name() + "; "
                    + String.join(", ", BATCHES.stream().filter(name -> !batches.contains(name)).toList()) + " are missing.");
        }
        ImageSet[] two = split.of(set(batches, classes));
        String test = hundred ? "test.bin" : TEST;
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

    /** One file. @param first number of its first record in the set */
    private record Records(String name, byte[] bytes, int first) {}

    private ImageSet set(List<String> files, List<String> classes) throws IOException {
        int labelBytes = hundred ? 2 : 1;
        int record = labelBytes + 3 * PLANE;
        List<Records> all = new ArrayList<>();
        int count = 0;
        for (String file : files) {
            Records records = new Records(tree.name() + "/" + folder + file, tree.keep(folder + file, budget), count);
            int bytes = records.bytes().length;
            if (bytes == 0 || bytes % record != 0) {
                throw new UnusableDataException(records.name() + ": is cut off or no file of CIFAR-" + (hundred ? 100 : 10) + ": " + bytes
                        + " bytes are no whole number of records of " + record + ".");
            }
            budget.take((long) bytes / record * StoredImages.INDEX_BYTES, records.name());
            all.add(records);
            count += bytes / record;
        }
        byte[] labels = new byte[count];
        for (Records records : all) {
            for (int i = 0, at = labelBytes - 1; at < records.bytes().length; i++, at += record) {
                labels[records.first() + i] = records.bytes()[at];
                if ((records.bytes()[at] & 0xff) >= classes.size()) {
                    throw new UnusableDataException(records.name() + ": record " + i + " has the label " + (records.bytes()[at] & 0xff)
                            + ", but the classes are numbered 0 to " + (classes.size() - 1) + ".");
                }
            }
        }
        return new StoredImages(classes, labels, i -> of(all, i).name() + " image " + (i - of(all, i).first()),
                i -> image(of(all, i).bytes(), (i - of(all, i).first()) * record + labelBytes));
    }

    /** The file that holds a record; there are five at most. */
    private static Records of(List<Records> all, int index) {
        return all.stream().filter(records -> records.first() <= index).reduce((_, later) -> later).orElseThrow();
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
