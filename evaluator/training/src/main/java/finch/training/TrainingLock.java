package finch.training;

import finch.space.format.AtomicFile;
import finch.space.format.ProcessLock;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * One training at a time writes a checkpoint, or a table of trainings. Its file stands beside that, with {@code .lock}, while there is one. Where the file system has
 * no locks nothing keeps two apart.
 */
public final class TrainingLock implements Closeable {
    private final Optional<ProcessLock> lock;

    private TrainingLock(Optional<ProcessLock> lock) {
        this.lock = lock;
    }

    /**
     * @param file what is written; its folder is made. Null for nothing, which needs no lock
     * @throws IOException if another training writes it
     */
    public static TrainingLock of(Path file) throws IOException {
        if (file == null) {
            return new TrainingLock(Optional.empty());
        }
        Path whole = file.toAbsolutePath();
        try {
            Files.createDirectories(whole.getParent());
        } catch (IOException e) {
            throw new IOException(file + " cannot be written: " + e.getMessage(), e);
        }
        Optional<ProcessLock> lock = ProcessLock.takePassing(whole.resolveSibling(whole.getFileName() + ".lock"), _ -> { });
        if (lock.isEmpty()) {
            throw new IOException(file + " is in use: another Finch trains and writes it. Wait until it has ended, or name another file.");
        }
        sweep(whole);
        return new TrainingLock(lock);
    }

    /** What kills have left; nobody writes it now. */
    private static void sweep(Path file) throws IOException {
        List<Path> remnants;
        try (Stream<Path> files = Files.list(file.getParent())) {
            remnants = files.filter(each -> AtomicFile.isTemporaryOf(each, file)).toList();
        }
        for (Path remnant : remnants) {
            Files.deleteIfExists(remnant);
        }
    }

    @Override
    public void close() throws IOException {
        if (lock.isPresent()) {
            lock.get().close();
        }
    }
}
