package finch.data;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;

/**
 * Reads the IDX files of MNIST and its kin: big-endian header 0, 0, type, dimensions, one size each, then unsigned bytes;
 * gzipped or not.
 *
 * @see <a href="http://yann.lecun.com/exdb/mnist/">LeCun, Cortes, Burges: the MNIST database, "file formats"</a>
 */
final class IdxFiles {
    private static final Pattern IMAGES = Pattern.compile("(.*?)(train|t10k|test|valid|validation)-images[-.]idx3-ubyte(\\.gz)?");
    private static final String PACKED = ".gz";
    private static final int BUFFER = 1 << 16;
    private static final int UNSIGNED_BYTE = 8;
    /** Of one image; a header that claims more is not one of IDX. */
    private static final int LONGEST_SIDE = 4096;

    private final FileTree tree;
    private final Split split;
    private final List<String> names;
    private final Budget budget;

    /** @param names of the classes; empty for numbers */
    IdxFiles(FileTree tree, Split split, List<String> names, Budget budget) {
        this.tree = tree;
        this.split = split;
        this.names = names;
        this.budget = budget;
    }

    static boolean isOne(FileTree tree) {
        return tree.paths().stream().anyMatch(IdxFiles::isOne);
    }

    /** Whether a file of this name would be one of images. */
    static boolean isOne(String path) {
        return IMAGES.matcher(path).matches();
    }

    DataSet read() throws IOException {
        Optional<StoredImages> training = part(List.of("train"), names);
        if (training.isEmpty()) {
            throw new UnusableDataException(tree.name() + ": has IDX files, but no train-images-idx3-ubyte among them.");
        }
        List<String> classes = training.get().classes();
        Optional<StoredImages> validation = part(List.of("valid", "validation"), classes);
        Optional<ImageSet> test = part(List.of("t10k", "test"), classes).map(set -> set);
        if (validation.isPresent()) {
            return new DataSet(tree.name(), training.get(), validation.get(), test, tree.remarks());
        }
        ImageSet[] two = split.of(training.get());
        return new DataSet(tree.name(), two[0], two[1], test, tree.remarks());
    }

    private Optional<StoredImages> part(List<String> which, List<String> classes) throws IOException {
        List<String> found = tree.paths().stream().filter(path -> {
            Matcher matcher = IMAGES.matcher(path);
            return matcher.matches() && which.contains(matcher.group(2));
        }).toList();
        List<String> sets = found.stream().map(path -> path.endsWith(PACKED) ? path.substring(0, path.length() - PACKED.length()) : path).distinct().toList();
        if (sets.size() > 1) {
            boolean apart = sets.stream().map(path -> path.substring(0, path.length() - FileTree.fileName(path).length())).distinct().count() == sets.size();
            throw new UnusableDataException(tree.name() + ": holds more than one data set: " + String.join(", ", found) + ". "
                    + (apart ? "Name the folder of one." : "Put each into a folder of its own, and name the folder of one."));
        }
        return sets.isEmpty() ? Optional.empty() : Optional.of(read(sets.getFirst(), classes));
    }

    /** The file of a name, plain or gzipped; the plain one of two that hold the same, as gunzip -k leaves them. Empty if there is neither. */
    private Optional<String> whichever(String plain) throws UnusableDataException {
        String packed = plain + PACKED;
        if (!tree.paths().contains(packed)) {
            return tree.paths().contains(plain) ? Optional.of(plain) : Optional.empty();
        }
        if (!tree.paths().contains(plain)) {
            return Optional.of(packed);
        }
        if (!holdTheSame(plain, packed)) {
            throw new UnusableDataException(tree.name() + "/" + plain + ": is another than " + FileTree.fileName(packed)
                    + " beside it holds, and which is right cannot be told. Remove one of the two.");
        }
        return Optional.of(plain);
    }

    private boolean holdTheSame(String plain, String packed) {
        try (InputStream one = tree.open(plain); InputStream other = unpacked(packed, new BufferedInputStream(tree.open(packed), BUFFER))) {
            while (true) {
                byte[] expected = one.readNBytes(BUFFER);
                if (!Arrays.equals(expected, other.readNBytes(BUFFER))) {
                    return false;
                }
                if (expected.length == 0) {
                    return true;
                }
            }
        } catch (IOException e) {
            // what cannot be read is not the same
            return false;
        }
    }

    private static InputStream unpacked(String path, InputStream file) throws IOException {
        return path.endsWith(PACKED) ? new GZIPInputStream(file, BUFFER) : file;
    }

    private StoredImages read(String images, List<String> classes) throws IOException {
        String imagesPath = whichever(images).orElseThrow();
        int at = images.lastIndexOf("images");
        String labels = images.substring(0, at) + images.substring(at).replace("images", "labels").replace("idx3", "idx1");
        String labelsPath = whichever(labels).orElseThrow(() ->
                new UnusableDataException(tree.name() + "/" + imagesPath + ": its labels, " + FileTree.fileName(labels) + ", are missing."));
        Block pixels = block(imagesPath, 3);
        Block marks = block(labelsPath, 1);
        int count = pixels.sizes()[0];
        if (marks.sizes()[0] != count) {
            throw new UnusableDataException(tree.name() + "/" + labelsPath + ": has " + marks.sizes()[0] + " labels for the " + count + " images of "
                    + FileTree.fileName(imagesPath) + ".");
        }
        budget.take((long) count * StoredImages.INDEX_BYTES, tree.name() + "/" + labelsPath);
        int height = pixels.sizes()[1];
        int width = pixels.sizes()[2];
        byte[] values = pixels.bytes();
        String name = tree.name() + "/" + imagesPath;
        return new StoredImages(classes(labelsPath, marks.bytes(), classes), marks.bytes(), i -> name + " image " + i,
                i -> Image.owning(height, width, 1, Arrays.copyOfRange(values, i * height * width, (i + 1) * height * width)));
    }

    private List<String> classes(String path, byte[] labels, List<String> known) throws UnusableDataException {
        int most = 0;
        for (byte label : labels) {
            most = Math.max(most, label & 0xff);
        }
        if (known.isEmpty()) {
            if (most == 0) {
                throw new UnusableDataException(tree.name() + "/" + path + ": all labels are 0, so there is one class only.");
            }
            return IntStream.rangeClosed(0, most).mapToObj(Integer::toString).toList();
        }
        if (most >= known.size()) {
            throw new UnusableDataException(tree.name() + "/" + path + ": has the label " + most + ", but the classes are numbered 0 to " + (known.size() - 1) + ".");
        }
        return known;
    }

    private record Block(int[] sizes, byte[] bytes) {}

    private Block block(String path, int dimensions) throws IOException {
        String name = tree.name() + "/" + path;
        try (InputStream file = new BufferedInputStream(tree.open(path), BUFFER);
                InputStream in = unpacked(path, file)) {
            byte[] header = in.readNBytes(4 + 4 * dimensions);
            if (header.length < 4 + 4 * dimensions || header[0] != 0 || header[1] != 0 || header[2] != UNSIGNED_BYTE || header[3] != dimensions) {
                throw new UnusableDataException(name + ": is no IDX file of unsigned bytes in " + dimensions + " dimension(s).");
            }
            int[] sizes = new int[dimensions];
            long total = 1;
            for (int d = 0; d < dimensions; d++) {
                sizes[d] = ByteBuffer.wrap(header).getInt(4 + 4 * d);
                if (sizes[d] < 1 || d > 0 && sizes[d] > LONGEST_SIDE) {
                    throw new UnusableDataException(name + ": its header claims a size of " + Integer.toUnsignedString(sizes[d])
                            + (d > 0 ? ", and images have 1 to " + LONGEST_SIDE + " pixels a side." : ", which is no number of images."));
                }
                // cannot overflow: 2^31 · 2^12 · 2^12
                total *= sizes[d];
            }
            if (total > FileTree.LONGEST) {
                throw new UnusableDataException(name + ": its header claims " + (total >> 20) + " MiB of pixels; at most " + (FileTree.LONGEST >> 20) + " MiB can be read from one file.");
            }
            budget.take(total, name);
            // grows with what is there, never with what the header claims
            byte[] bytes = in.readNBytes((int) total);
            if (bytes.length < total) {
                throw new UnusableDataException(name + ": is cut off: its header claims " + total + " bytes of data, " + bytes.length + " are there.");
            }
            if (in != file) {
                // the checksum of gzip comes last, and is checked by whoever reads so far
                in.transferTo(OutputStream.nullOutputStream());
            }
            return new Block(sizes, bytes);
        } catch (UnusableDataException e) {
            throw e;
        } catch (IOException e) {
            throw new UnusableDataException(name + ": cannot be read: " + UnusableDataException.reason(e));
        }
    }
}
