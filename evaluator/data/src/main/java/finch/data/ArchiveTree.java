package finch.data;

import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.ArchiveEntry;
import org.apache.commons.compress.archivers.ArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveInputStream;

/**
 * The files of .tar, .tar.gz and .zip archives, kept in memory: nothing is unpacked to disk, so no entry can land where it
 * should not. What an archive may take is bounded.
 */
final class ArchiveTree implements FileTree {
    private final String name;
    private final TreeMap<String, byte[]> files = new TreeMap<>();
    private int refused;

    /**
     * @param name      for messages
     * @param archives  read into one tree
     * @param mostBytes of all entries together
     */
    ArchiveTree(String name, List<Path> archives, long mostBytes) throws IOException {
        this.name = name;
        long left = mostBytes;
        for (Path archive : archives) {
            try (ArchiveInputStream<?> in = open(archive)) {
                left = read(archive, in, left, mostBytes);
            } catch (UnusableDataException e) {
                throw e;
            } catch (IOException | RuntimeException e) {
                throw new UnusableDataException(archive + ": cannot be read as an archive: " + UnusableDataException.reason(e));
            }
        }
    }

    static boolean isArchive(Path file) {
        String last = file.getFileName().toString().toLowerCase(Locale.ROOT);
        return isGzip(last) || last.endsWith(".tar") || last.endsWith(".zip");
    }

    private static boolean isGzip(String name) {
        return name.endsWith(".tar.gz") || name.endsWith(".tgz");
    }

    private static ArchiveInputStream<?> open(Path archive) throws IOException {
        String last = archive.getFileName().toString().toLowerCase(Locale.ROOT);
        InputStream file = new BufferedInputStream(Files.newInputStream(archive), 1 << 16);
        try {
            return last.endsWith(".zip") ? new ZipArchiveInputStream(file)
                    : new TarArchiveInputStream(isGzip(last) ? new BufferedInputStream(new GZIPInputStream(file, 1 << 16), 1 << 16) : file);
        } catch (IOException e) {
            file.close();
            throw e;
        }
    }

    /** The bytes that are left of those allowed. */
    private long read(Path archive, ArchiveInputStream<?> in, long left, long mostBytes) throws IOException {
        for (ArchiveEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
            if (entry.isDirectory()) {
                continue;
            }
            String path = entry.getName().startsWith("./") ? entry.getName().substring(2) : entry.getName();
            if (!isRegular(entry) || path.startsWith("/") || path.contains("\\") || List.of(path.split("/")).contains("..")) {
                refused++;
                continue;
            }
            if (FileTree.fileName(path).startsWith(".") || path.startsWith("__MACOSX/")) {
                continue;
            }
            byte[] bytes = in.readNBytes((int) Math.min(left + 1, Integer.MAX_VALUE - 8));
            if (bytes.length > left) {
                throw new UnusableDataException(archive + ": holds more than " + (mostBytes >> 20) + " MiB, which is what this heap has for it."
                        + " Unpack it and name the folder, or give the JVM a larger heap (-Xmx).");
            }
            left -= bytes.length;
            files.put(path, bytes);
        }
        return left;
    }

    /** Neither a link nor a device. */
    private static boolean isRegular(ArchiveEntry entry) {
        return switch (entry) {
            case TarArchiveEntry tar -> tar.getLinkFlag() == TarConstants.LF_NORMAL || tar.getLinkFlag() == TarConstants.LF_OLDNORM;
            case ZipArchiveEntry zip -> !zip.isUnixSymlink();
            default -> false;
        };
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public List<String> paths() {
        return new ArrayList<>(files.keySet());
    }

    @Override
    public List<String> remarks() {
        return refused == 0 ? List.of() : List.of(refused + " entries of " + name + " are links or name places outside, and were passed over.");
    }

    @Override
    public InputStream open(String path) throws IOException {
        byte[] bytes = files.get(path);
        if (bytes == null) {
            throw new IOException("is not in " + name);
        }
        return new ByteArrayInputStream(bytes);
    }
}
