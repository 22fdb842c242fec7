package finch.search.cli;

import finch.space.format.AtomicFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Files that users asked for: complete or not there at all. */
final class OutputFiles {
    private OutputFiles() {}

    /** Replaces the file once the content is whole. @throws UsageException if its folder does not exist */
    static void write(Path file, AtomicFile.Content content) throws IOException {
        check(file);
        AtomicFile.write(file, content);
    }

    /** Whether a file can be written here, before the work that makes it. @throws UsageException if its folder does not exist */
    static void check(Path file) {
        Path folder = file.toAbsolutePath().getParent();
        if (!Files.isDirectory(folder)) {
            throw new UsageException(file + " cannot be written: there is no folder " + folder + ". Make it first.");
        }
        if (Files.isDirectory(file)) {
            throw new UsageException(file + " cannot be written: it is a folder");
        }
        if (!Files.isWritable(folder)) {
            throw new UsageException(file + " cannot be written: " + folder + " is not yours to write to");
        }
    }
}
