package finch.data;

import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.zip.CRC32;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;

/**
 * The files of .tar, .tar.gz and .zip archives, kept in memory: nothing is unpacked to disk, so no entry can land where it
 * should not. What they take counts in the data set's budget.
 */
final class ArchiveTree implements FileTree {
    /** Of a zip entry's mode: the kind of file, and that of regular ones. */
    private static final int KIND = 0170000;
    private static final int REGULAR = 0100000;

    private final String name;
    private final Budget budget;
    private final int mostOfEntry;
    private final TreeMap<String, byte[]> files = new TreeMap<>();
    private final List<String> paths;
    private final TreeSet<String> folders = new TreeSet<>();
    /** Folders that are hidden and hold images. */
    private final TreeSet<String> hidden = new TreeSet<>();
    private int refused;
    private int repeated;

    /**
     * @param name     for messages
     * @param archives read into one tree
     */
    ArchiveTree(String name, List<Path> archives, Budget budget) throws IOException {
        this(name, archives, budget, LONGEST);
    }

    /** @param mostOfEntry the most bytes of one entry */
    ArchiveTree(String name, List<Path> archives, Budget budget, int mostOfEntry) throws IOException {
        this.name = name;
        this.budget = budget;
        this.mostOfEntry = mostOfEntry;
        for (Path archive : archives) {
            try {
                if (lastName(archive).endsWith(".zip")) {
                    zip(archive);
                } else {
                    tar(archive);
                }
            } catch (UnusableDataException e) {
                throw e;
            } catch (UncheckedIOException e) {
                throw e.getCause() instanceof UnusableDataException told ? told : unreadable(archive, e.getCause());
            } catch (IOException | RuntimeException e) {
                throw unreadable(archive, e);
            }
        }
        this.paths = Collections.unmodifiableList(new ArrayList<>(files.keySet()));
    }

    private static UnusableDataException unreadable(Path archive, Exception e) {
        return new UnusableDataException(archive + ": cannot be read as an archive: " + UnusableDataException.reason(e));
    }

    static boolean isArchive(Path file) {
        return isArchive(lastName(file));
    }

    static boolean isArchive(String fileName) {
        String last = fileName.toLowerCase(Locale.ROOT);
        return isGzip(last) || last.endsWith(".tar") || last.endsWith(".zip");
    }

    private static String lastName(Path file) {
        return file.getFileName().toString().toLowerCase(Locale.ROOT);
    }

    private static boolean isGzip(String name) {
        return name.endsWith(".tar.gz") || name.endsWith(".tgz");
    }

    private void tar(Path archive) throws IOException {
        try (InputStream file = new BufferedInputStream(Files.newInputStream(archive), 1 << 16);
                InputStream plain = isGzip(lastName(archive)) ? new BufferedInputStream(new GZIPInputStream(file, 1 << 16), 1 << 16) : file;
                TarStream in = new TarStream(archive, plain)) {
            for (TarArchiveEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                if (entry.isDirectory()) {
                    folder(archive, entry.getName());
                }
                boolean regular = entry.getLinkFlag() == TarConstants.LF_NORMAL || entry.getLinkFlag() == TarConstants.LF_OLDNORM;
                if (!entry.isDirectory() && isWanted(archive, entry.getName(), regular)) {
                    add(archive, path(entry.getName()), bytes(archive, entry.getName(), in));
                }
            }
            in.checkEnd();
            if (plain != file) {
                // the checksum of gzip comes last, and is checked by whoever reads so far
                plain.transferTo(OutputStream.nullOutputStream());
            }
        }
    }

    /** By its directory, which alone tells links from files. */
    private void zip(Path archive) throws IOException {
        try (ZipFile zip = ZipFile.builder().setPath(archive).get()) {
            for (ZipArchiveEntry entry : Collections.list(zip.getEntriesInPhysicalOrder())) {
                int kind = entry.getUnixMode() & KIND;
                if (entry.isDirectory()) {
                    folder(archive, entry.getName());
                    continue;
                }
                if (!isWanted(archive, entry.getName(), kind == 0 || kind == REGULAR)) {
                    continue;
                }
                try (InputStream in = zip.getInputStream(entry)) {
                    byte[] bytes = bytes(archive, entry.getName(), in);
                    CRC32 sum = new CRC32();
                    sum.update(bytes);
                    if (entry.getCrc() >= 0 && sum.getValue() != entry.getCrc()) {
                        throw new UnusableDataException(archive + ": is damaged: the checksum of " + entry.getName() + " is wrong.");
                    }
                    add(archive, path(entry.getName()), bytes);
                }
            }
        }
    }

    private static String path(String entry) {
        return entry.startsWith("./") ? entry.substring(2) : entry;
    }

    /** Counts what is neither wanted nor hidden. */
    private boolean isWanted(Path archive, String entry, boolean regular) throws UnusableDataException {
        List<String> parts = List.of(path(entry).split("/"));
        if (!regular || entry.startsWith("/") || parts.contains("..")) {
            refused++;
            return false;
        }
        boolean seen = parts.stream().noneMatch(FileTree::isHidden);
        String folder = parts.size() < 2 ? "" : parts.get(parts.size() - 2);
        if (!seen && folder.startsWith(".") && parts.stream().filter(FileTree::isHidden).count() == 1 && ImageFile.isOne(entry)) {
            note(archive, hidden, String.join("/", parts.subList(0, parts.size() - 1)));
        }
        return seen;
    }

    private void folder(Path archive, String entry) throws UnusableDataException {
        List<String> parts = List.of(path(entry).split("/"));
        if (!entry.startsWith("/") && parts.stream().noneMatch(part -> part.isEmpty() || FileTree.isHidden(part))) {
            note(archive, folders, String.join("/", parts));
        }
    }

    private void note(Path archive, TreeSet<String> set, String folder) throws UnusableDataException {
        if (set.add(folder)) {
            budget.take(FileTree.bytes(folder), archive.toString());
        }
    }

    private byte[] bytes(Path archive, String entry, InputStream in) throws IOException {
        int most = (int) Math.min(budget.left(), mostOfEntry);
        byte[] bytes = in.readNBytes(most + 1);
        if (bytes.length > most) {
            throw most == mostOfEntry ? FileTree.tooLong(archive + ": entry " + entry, mostOfEntry) : budget.exceeded(archive.toString());
        }
        return bytes;
    }

    private void add(Path archive, String path, byte[] bytes) throws UnusableDataException {
        byte[] before = files.get(path);
        if (before == null) {
            budget.take(FileTree.bytes(path) + bytes.length, archive.toString());
            files.put(path, bytes);
        } else if (Arrays.equals(before, bytes)) {
            repeated++;
        } else {
            throw new UnusableDataException(archive + ": holds another " + path + " than was read before, and which is right cannot be told."
                    + " Unpack what is wanted, and name the folder.");
        }
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public List<String> paths() {
        return paths;
    }

    @Override
    public List<String> emptyFolders() {
        return folders.stream().filter(folder -> !isIn(folder + "/", files.ceilingKey(folder + "/")) && !isIn(folder + "/", folders.ceiling(folder + "/"))).toList();
    }

    private static boolean isIn(String folder, String next) {
        return next != null && next.startsWith(folder);
    }

    @Override
    public List<String> remarks() {
        List<String> remarks = new ArrayList<>();
        if (refused > 0) {
            remarks.add(refused + " entries of " + name + " are links or name places outside, and were passed over.");
        }
        if (repeated > 0) {
            remarks.add(repeated + " entries of " + name + " are there more than once, and count once.");
        }
        if (!hidden.isEmpty()) {
            remarks.add(FileTree.hidden(hidden.size(), name, hidden.first()));
        }
        return remarks;
    }

    private byte[] file(String path) throws IOException {
        byte[] bytes = files.get(path);
        if (bytes == null) {
            throw new IOException("is not in " + name);
        }
        return bytes;
    }

    @Override
    public InputStream open(String path) throws IOException {
        return new ByteArrayInputStream(file(path));
    }

    /** Without a copy: it is counted already. */
    @Override
    public byte[] keep(String path, Budget itsBudget) throws IOException {
        return file(path);
    }
}
