package finch.data;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Finds and reads data sets: a folder or archive (.tar, .tar.gz, .tgz, .zip) of
 * <ul>
 * <li>images, JPEG or PNG, one folder a class, below {@code train/}, {@code validation/} (or {@code val/}) and {@code test/}
 *     where there are such; else split by a seed;</li>
 * <li>IDX files, {@code train-images-idx3-ubyte} and its kin, gzipped or not;</li>
 * <li>the binary files of CIFAR-10 or CIFAR-100;</li>
 * </ul>
 * or the name of one that a system package brings. A folder whose only content are archives is read as these together.
 *
 * <p>Files may come from anywhere: nothing outside the folder is read, memory grows with what is there and not with what a
 * header claims, and what a set keeps (archives, IDX and CIFAR files, names of files, indices) is at most a quarter of the heap.
 */
public final class DataSets {
    private static final Map<String, Named> NAMED = new TreeMap<>(Map.of("fashion-mnist", new Named(
            List.of("/usr/share/datasets/fashion-mnist", "/usr/local/share/datasets/fashion-mnist"),
            "Debian and Ubuntu have it in the package dataset-fashion-mnist (apt install dataset-fashion-mnist)",
            // the order of the labels in the publication, arXiv 1708.07747, table 2
            List.of("T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"))));

    private static final int CLASSES_SHOWN = 20;

    /** @param places where packages put it @param package which brings it @param classes names of the labels */
    private record Named(List<String> places, String fromPackage, List<String> classes) {}

    private DataSets() {}

    /** Data sets that are known by name. */
    public static List<String> names() {
        return List.copyOf(NAMED.keySet());
    }

    /**
     * Reads a data set.
     *
     * @param nameOrPath a name of {@link #names()}, a folder or an archive
     * @param workingDirectory what relative paths are relative to
     * @param split how to part a set that has no validation images
     * @throws UnusableDataException if there is none or it cannot be used, saying why and a way out
     */
    public static DataSet open(String nameOrPath, Path workingDirectory, Split split) throws IOException {
        return open(nameOrPath, workingDirectory, split, Path.of("/"));
    }

    /** Whether a text is the address of an archive, and no name or path. */
    public static boolean isAddress(String text) {
        return Download.isAddress(text);
    }

    /**
     * Fetches an archive, unless it was fetched before, and reads it.
     *
     * @param address http or https; also the set's name
     * @param sha256  which the archive must have, 64 hexadecimal digits
     * @param cache   folder that keeps it
     * @throws UnusableDataException if it cannot be fetched, is another one, or cannot be used
     */
    public static DataSet fetch(String address, String sha256, Path cache, Split split) throws IOException {
        URI uri;
        try {
            uri = new URI(address);
        } catch (URISyntaxException e) {
            throw new UnusableDataException(address + ": is no address: " + e.getReason());
        }
        return read(address, new Download(uri, sha256, cache, Download.MOST_BYTES).file(), split, List.of());
    }

    /** @param systemRoot below which packages put their files */
    static DataSet open(String nameOrPath, Path workingDirectory, Split split, Path systemRoot) throws IOException {
        Path path = workingDirectory.resolve(nameOrPath);
        Named named = NAMED.get(nameOrPath);
        if (Files.exists(path)) {
            return read(nameOrPath, path, split, named == null ? List.of() : named.classes());
        }
        if (named == null) {
            throw new UnusableDataException(nameOrPath + ": there is no such folder or archive, and no data set of this name. Known by name: "
                    + String.join(", ", NAMED.keySet()) + ".");
        }
        for (String place : named.places()) {
            Path folder = systemRoot.resolve(place.substring(1));
            if (Files.isDirectory(folder)) {
                return read(nameOrPath, folder, split, named.classes());
            }
        }
        throw new UnusableDataException(nameOrPath + ": is not installed; looked for " + String.join(" and ", named.places()) + ". "
                + named.fromPackage() + "; or name a folder that holds it.");
    }

    private static DataSet read(String name, Path path, Split split, List<String> classes) throws IOException {
        Budget budget = Budget.ofHeap();
        FileTree tree = tree(name, path, budget);
        if (IdxFiles.isOne(tree)) {
            return told(new IdxFiles(tree, split, classes, budget).read());
        }
        var cifar = CifarFiles.in(tree, split, budget);
        return told(cifar.isPresent() ? cifar.get().read() : new FolderImages(tree, split).read());
    }

    /** With a remark on classes that nothing can be learnt of, as labels counted from 1 leave one. */
    private static DataSet told(DataSet data) {
        boolean[] seen = new boolean[data.classes().size()];
        for (int i = 0; i < data.training().size(); i++) {
            seen[data.training().label(i)] = true;
        }
        List<String> missing = IntStream.range(0, seen.length).filter(label -> !seen[label]).mapToObj(data.classes()::get).toList();
        if (missing.isEmpty()) {
            return data;
        }
        List<String> remarks = new ArrayList<>(data.remarks());
        remarks.add(missing.size() + " of the " + seen.length + " classes of " + data.name() + " have no training image: "
                + String.join(", ", missing.subList(0, Math.min(CLASSES_SHOWN, missing.size()))) + (missing.size() > CLASSES_SHOWN ? ", …" : "") + ".");
        return new DataSet(data.name(), data.training(), data.validation(), data.test(), remarks);
    }

    private static FileTree tree(String name, Path path, Budget budget) throws IOException {
        if (Files.isRegularFile(path)) {
            if (!ArchiveTree.isArchive(path)) {
                throw new UnusableDataException(name + ": is neither a folder nor an archive (.tar, .tar.gz, .tgz, .zip).");
            }
            return new ArchiveTree(name, List.of(path), budget);
        }
        List<Path> archives = archivesAlone(path);
        return archives.isEmpty() ? new FolderTree(name, path, budget) : new ArchiveTree(name, archives, budget);
    }

    /** The archives of a folder that has neither folders nor data files beside them, as downloads are; other files do not matter. */
    private static List<Path> archivesAlone(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            List<Path> all = files.filter(file -> !FileTree.isHidden(file.getFileName().toString())).toList();
            boolean beside = all.stream().anyMatch(file -> Files.isDirectory(file) || isData(file.getFileName().toString()));
            return beside ? List.of() : all.stream().filter(Files::isRegularFile).filter(ArchiveTree::isArchive).sorted().toList();
        }
    }

    private static boolean isData(String fileName) {
        return ImageFile.isOne(fileName) || IdxFiles.isOne(fileName) || fileName.endsWith(".bin");
    }
}
