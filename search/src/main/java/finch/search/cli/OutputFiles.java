package finch.search.cli;

import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Files that users asked for: complete or not there at all. */
final class OutputFiles {
    private OutputFiles() {}

    /** Writes the content of a file to the path it is given. */
    @FunctionalInterface
    interface Content {
        void write(Path temporary) throws IOException;
    }

    /** Replaces the file once the content is whole. @throws UsageException if its folder does not exist */
    static void write(Path file, Content content) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        if (!Files.isDirectory(folder)) {
            throw new UsageException(file + " cannot be written: there is no folder " + folder + ". Make it first.");
        }
        if (Files.isDirectory(file)) {
            throw new UsageException(file + " cannot be written: it is a folder");
        }
        Path temporary = folder.resolve("." + file.getFileName() + "." + ProcessHandle.current().pid() + ".tmp");
        try {
            content.write(temporary);
            try {
                Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } catch (AtomicMoveNotSupportedException e) {
                Files.move(temporary, file, StandardCopyOption.REPLACE_EXISTING);
            }
        } finally {
            Files.deleteIfExists(temporary);
        }
    }
}
