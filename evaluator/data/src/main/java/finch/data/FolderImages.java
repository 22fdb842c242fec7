package finch.data;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Reads one folder a class, below folders train/, validation/ and test/ where there are such. */
final class FolderImages {
    private static final int FEWEST_CLASSES = 2;
    private static final int CLASSES_SHOWN = 20;

    private enum Part { TRAINING, VALIDATION, TEST, NONE }

    /** What folders of the parts are called. */
    private static final Map<String, Part> PARTS = Map.of("train", Part.TRAINING, "training", Part.TRAINING, "val", Part.VALIDATION,
            "valid", Part.VALIDATION, "validation", Part.VALIDATION, "test", Part.TEST, "testing", Part.TEST);

    private record Entry(Part part, String label, String path) {}

    private final FileTree tree;
    private final Split split;
    private final List<String> remarks;
    /** An image that is of no class, if there is one. */
    private String elsewhere = "";

    FolderImages(FileTree tree, Split split) {
        this.tree = tree;
        this.split = split;
        this.remarks = new ArrayList<>(tree.remarks());
    }

    DataSet read() throws UnusableDataException {
        List<Entry> entries = entries();
        boolean parts = entries.stream().anyMatch(e -> e.part() == Part.TRAINING);
        List<String> classes = List.copyOf(new TreeSet<>(entries.stream().filter(e -> !parts || e.part() == Part.TRAINING).map(Entry::label).toList()));
        if (classes.size() < FEWEST_CLASSES) {
            throw new UnusableDataException(tree.name() + ": holds images of one class only (" + classes.getFirst()
                    + "). Expected is one folder a class, at least " + FEWEST_CLASSES + " of them." + (remarks.isEmpty() ? "" : " " + String.join(" ", remarks))
                    + (elsewhere.isEmpty() ? "" : " If such as " + elsewhere + " are meant, name the folder that holds the folders of their classes."));
        }
        ImageSet training = set(entries, parts ? Part.TRAINING : Part.NONE, classes).orElseThrow();
        Optional<ImageSet> validation = set(entries, Part.VALIDATION, classes);
        Optional<ImageSet> test = set(entries, Part.TEST, classes);
        if (validation.isPresent()) {
            return new DataSet(tree.name(), training, validation.get(), test, remarks);
        }
        ImageSet[] two = split.of(training);
        return new DataSet(tree.name(), two[0], two[1], test, remarks);
    }

    private List<Entry> entries() throws UnusableDataException {
        List<String> images = tree.paths().stream().filter(ImageFile::isOne).toList();
        List<String> others = tree.paths().stream().filter(ImageFile::isOfAnotherFormat).toList();
        if (!others.isEmpty()) {
            remarks.add(others.size() + " images of " + tree.name() + " are neither JPEG nor PNG (such as " + others.getFirst() + ") and were left out.");
        }
        // split again each time: kept for a million files, the parts would take more than the names
        int wrappers = wrappers(images);
        boolean parts = images.stream().map(FolderImages::parts).anyMatch(p -> p.length == wrappers + 3 && part(p[wrappers]) == Part.TRAINING);
        int depth = wrappers + (parts ? 3 : 2);
        List<Entry> entries = new ArrayList<>();
        Map<String, String> labels = new HashMap<>();
        for (String image : images) {
            String[] path = parts(image);
            Part part = parts && path.length == depth ? part(path[wrappers]) : Part.NONE;
            if (path.length == depth && parts == (part != Part.NONE)) {
                entries.add(new Entry(part, labels.computeIfAbsent(path[depth - 2], label -> label), image));
            } else if (elsewhere.isEmpty()) {
                elsewhere = image;
            }
        }
        if (entries.isEmpty()) {
            throw new UnusableDataException(tree.name() + ": holds no images" + (images.isEmpty() ? "" : " in class folders, but " + images.size()
                    + " elsewhere (such as " + images.getFirst() + ")") + ". Expected is one folder a class with .jpg, .jpeg or .png files, perhaps"
                    + " below train/, validation/ and test/; or IDX files (train-images-idx3-ubyte); or CIFAR's binary files (data_batch_1.bin)."
                    + (remarks.isEmpty() ? "" : " " + String.join(" ", remarks)));
        }
        if (entries.size() < images.size()) {
            remarks.add((images.size() - entries.size()) + " images of " + tree.name() + " lie outside " + (parts ? "train/, validation/, test/ and their " : "")
                    + "class folders and were left out.");
        }
        List<String> without = withoutImages(entries, depth);
        if (!without.isEmpty()) {
            remarks.add(without.size() + " folder(s) of " + tree.name() + " beside those of classes hold neither JPEG nor PNG and are no classes: "
                    + String.join(", ", without.subList(0, Math.min(CLASSES_SHOWN, without.size()))) + (without.size() > CLASSES_SHOWN ? ", …" : "") + ".");
        }
        return entries;
    }

    /** Folders that lie where those of training classes do, and have no image of their own. */
    private List<String> withoutImages(List<Entry> entries, int depth) {
        Set<String> beside = new HashSet<>();
        Set<String> classes = new HashSet<>();
        for (Entry entry : entries) {
            if (entry.part() == Part.TRAINING || entry.part() == Part.NONE) {
                String folder = parent(entry.path());
                classes.add(folder);
                beside.add(parent(folder));
            }
        }
        Stream<String> ofFiles = tree.paths().stream().filter(path -> !ImageFile.isOne(path)).map(FolderImages::parent);
        return Stream.concat(ofFiles, tree.emptyFolders().stream()).filter(folder -> !folder.isEmpty() && parts(folder).length == depth - 1)
                .filter(folder -> !classes.contains(folder) && beside.contains(parent(folder))).distinct().sorted().toList();
    }

    /** The folder of a file or folder; empty for the root. */
    private static String parent(String path) {
        return path.substring(0, Math.max(0, path.lastIndexOf('/')));
    }

    private static String[] parts(String path) {
        return path.split("/");
    }

    /** How many folders hold nothing but the next one, and are no classes. Images that lie loose in them do not matter. */
    private static int wrappers(List<String> paths) {
        int count = 0;
        while (isShared(paths, count)) {
            count++;
        }
        return count;
    }

    /** Whether all images that lie as deep are in one folder, and some of them in folders below it: of classes there would be one only. */
    private static boolean isShared(List<String> paths, int level) {
        String shared = "";
        boolean deeper = false;
        for (String path : paths) {
            String[] parts = parts(path);
            if (parts.length > level + 1) {
                if (!shared.isEmpty() && !shared.equals(parts[level])) {
                    return false;
                }
                shared = parts[level];
                deeper |= parts.length > level + 2;
            }
        }
        return deeper;
    }

    private static Part part(String folder) {
        return PARTS.getOrDefault(folder.toLowerCase(Locale.ROOT), Part.NONE);
    }

    /** Empty if there is no image of the part. */
    private Optional<ImageSet> set(List<Entry> all, Part part, List<String> classes) throws UnusableDataException {
        List<Entry> entries = all.stream().filter(e -> e.part() == part).toList();
        Map<String, Integer> numbers = HashMap.newHashMap(classes.size());
        classes.forEach(label -> numbers.put(label, numbers.size()));
        for (Entry entry : entries) {
            if (!numbers.containsKey(entry.label())) {
                throw new UnusableDataException(tree.name() + "/" + entry.path() + ": is of a class that train/ does not have. It has "
                        + String.join(", ", classes.subList(0, Math.min(CLASSES_SHOWN, classes.size()))) + (classes.size() > CLASSES_SHOWN ? ", …" : "") + ".");
            }
        }
        int[] labels = entries.stream().mapToInt(e -> numbers.get(e.label())).toArray();
        return entries.isEmpty() ? Optional.empty() : Optional.of(new EncodedImages(tree, classes, entries.stream().map(Entry::path).toList(), labels));
    }
}
