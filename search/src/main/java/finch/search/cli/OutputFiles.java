package finch.search.cli;

import finch.space.format.AtomicFile;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Files that users asked for: complete or not there at all. */
final class OutputFiles {
    private OutputFiles() {}

    /** Replaces the file, or what a link of that name leads to, once the content is whole. @throws UsageException if its folder does not exist */
    static void write(Path file, AtomicFile.Content content) throws IOException {
        check(file);
        AtomicFile.writeThrough(file, content);
    }

    /** Whether a file can be written here, before the work that makes it. @throws UsageException if its folder does not exist */
    static void check(Path file) {
        if (AtomicFile.isStream(file)) {
            // a device or a pipe is opened, not replaced: its folder does not matter
            if (!Files.isWritable(file)) {
                throw new UsageException(file + " cannot be written: it is not yours to write to");
            }
            return;
        }
        Path place = place(file);
        Path folder = place.toAbsolutePath().getParent();
        if (folder == null || Files.isDirectory(place)) {
            throw new UsageException(file + " cannot be written: it is a folder");
        }
        if (!Files.isDirectory(folder)) {
            throw new UsageException(file + " cannot be written: there is no folder " + folder + ". Make it first.");
        }
        if (!Files.isWritable(folder)) {
            throw new UsageException(file + " cannot be written: " + folder + " is not yours to write to");
        }
    }

    private static Path place(Path file) {
        try {
            return AtomicFile.place(file);
        } catch (FileSystemException e) {
            throw new UsageException(file + " cannot be written: " + (e.getReason() == null ? "its symbolic link cannot be followed" : e.getReason()));
        } catch (IOException e) {
            throw new UsageException(file + " cannot be written: " + e.getMessage());
        }
    }
}
