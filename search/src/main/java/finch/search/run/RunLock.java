package finch.search.run;

import finch.space.format.ProcessLock;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Optional;
import java.util.function.Consumer;

/** One process at a time works in a run folder. The lock's file stays: it tells that the folder is Finch's own. */
final class RunLock implements Closeable {
    private final ProcessLock lock;

    private RunLock(ProcessLock lock) {
        this.lock = lock;
    }

    /**
     * Takes the lock of a folder that exists.
     *
     * @param warnings told if the file system has no locks; the run goes on without one
     * @throws IOException if another process has it, or the folder cannot be written to, saying which
     */
    static RunLock take(RunFolder folder, Consumer<String> warnings) throws IOException {
        return new RunLock(locked(folder, warnings).orElseThrow(() -> new IOException(
                folder.path() + " is in use: another Finch works in it. Wait until it has ended, or give another folder.")));
    }

    private static Optional<ProcessLock> locked(RunFolder folder, Consumer<String> warnings) throws IOException {
        try {
            return ProcessLock.take(folder.lock(), reason -> warnings.accept(folder.path() + " cannot be locked (" + reason
                    + "): see to it that no other Finch works in it"));
        } catch (NoSuchFileException e) {
            throw e;
        } catch (AccessDeniedException e) {
            throw new IOException(folder.path() + " cannot be written to: access denied. A run needs a folder of yours.", e);
        } catch (FileSystemException e) {
            throw new IOException(folder.path() + " cannot be written to: " + e.getReason() + ". A run needs a folder that it can write to.", e);
        }
    }

    @Override
    public void close() throws IOException {
        lock.close();
    }
}
