package finch.space.format;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Writes files that are whole or not there: through a file beside them that is moved into place. The result has the
 * permissions of any new file, unlike that of {@link Files#createTempFile}, which only its owner may read.
 */
public final class AtomicFile {
    private static final AtomicLong COUNT = new AtomicLong();
    /** As many as Linux follows. */
    private static final int MOST_LINKS = 40;

    private AtomicFile() {}

    /** Writes the content of a file to the path it is given, where no file is yet. */
    @FunctionalInterface
    public interface Content {
        void write(Path temporary) throws IOException;
    }

    /**
     * Replaces the file once the content is whole; its folder must exist. A symbolic link is replaced and not followed: folders of runs may come from
     * anywhere, and nothing outside them is to be written. When the content throws, nothing has changed.
     *
     * @throws IOException if the content throws one or the file cannot be written; it names the file
     */
    public static void write(Path file, Content content) throws IOException {
        replace(file, file.toAbsolutePath(), content);
    }

    /**
     * As {@link #write(Path, Content)}, for a path that the user named. A symbolic link stays one: what it leads to is replaced. What is there
     * and no regular file, as a device or a named pipe, stays too, and is given the whole content.
     *
     * @throws IOException if the content throws one or the file cannot be written; it names the file
     */
    public static void writeThrough(Path file, Content content) throws IOException {
        Path target = place(file).toAbsolutePath();
        if (isStream(target)) {
            pour(file, target, content);
        } else {
            replace(file, target, content);
        }
    }

    private static void replace(Path file, Path target, Content content) throws IOException {
        Path temporary = target.resolveSibling("." + target.getFileName() + "." + ProcessHandle.current().pid() + "-" + COUNT.incrementAndGet() + ".tmp");
        try {
            content.write(temporary);
            // on the disk before its name is: what it replaces, or was made from, may go next
            // not by a channel: an interruption closes those, even one that was heeded and cleared a moment ago
            try (FileOutputStream written = new FileOutputStream(temporary.toFile(), true)) {
                written.getFD().sync();
            }
            try {
                Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } catch (AtomicMoveNotSupportedException e) {
                Files.move(temporary, target, StandardCopyOption.REPLACE_EXISTING);
            }
        } catch (IOException e) {
            throw named(e, file, temporary);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    /** Not the content into the stream itself: many read back what they have written, which a pipe would wait for without end. */
    private static void pour(Path file, Path stream, Content content) throws IOException {
        Path folder = Files.createTempDirectory("finch-");
        Path temporary = folder.resolve("content");
        try {
            content.write(temporary);
            try (OutputStream out = new FileOutputStream(stream.toFile())) {
                Files.copy(temporary, out);
            }
        } catch (IOException e) {
            throw named(e, file, temporary);
        } finally {
            Files.deleteIfExists(temporary);
            Files.delete(folder);
        }
    }

    /**
     * The path that {@link #writeThrough} writes for a file: itself, or where the symbolic link of that name leads in the end, be there a file or none.
     *
     * @throws IOException if the link leads in circles or cannot be read
     */
    public static Path place(Path file) throws IOException {
        // what the kernel makes of /dev/stdout is no path that could be followed, where it is a pipe
        if (isStream(file)) {
            return file;
        }
        Path at = file;
        for (int links = 0; Files.isSymbolicLink(at); links++) {
            if (links == MOST_LINKS) {
                throw new FileSystemException(file.toString(), null, "its symbolic link leads in circles");
            }
            at = at.resolveSibling(Files.readSymbolicLink(at));
        }
        return at;
    }

    /** Whether it is there and takes bytes but cannot be replaced by a file, as a device or a named pipe. */
    public static boolean isStream(Path file) {
        return Files.exists(file) && !Files.isRegularFile(file) && !Files.isDirectory(file);
    }

    /** Whether a file is what {@link #write} of another one, killed half-way, has left. */
    public static boolean isTemporaryOf(Path file, Path target) {
        String name = file.getFileName().toString();
        String start = "." + target.getFileName() + ".";
        return name.startsWith(start) && name.substring(start.length()).matches("\\d+-\\d+\\.tmp");
    }

    /** Nobody asked for the temporary file, and a full disk names no file at all. */
    private static IOException named(IOException e, Path file, Path temporary) {
        if (e instanceof FileSystemException about && temporary.toString().equals(about.getFile())) {
            FileSystemException named = switch (about) {
                case AccessDeniedException _ -> new AccessDeniedException(file.toString());
                case NoSuchFileException _ -> new NoSuchFileException(file.toString());
                default -> new FileSystemException(file.toString(), null, about.getReason());
            };
            named.initCause(e);
            return named;
        }
        if (e.getClass() != IOException.class) {
            return e;
        }
        String inner = temporary + " cannot be written: ";
        String why = e.getMessage() != null && e.getMessage().startsWith(inner) ? e.getMessage().substring(inner.length()) : e.getMessage();
        return new IOException(file + " cannot be written: " + why, e);
    }

    /** Replaces the file by this text in UTF-8. */
    public static void write(Path file, String text) throws IOException {
        write(file, temporary -> Files.writeString(temporary, text, StandardCharsets.UTF_8));
    }
}
