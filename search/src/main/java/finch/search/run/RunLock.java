package finch.search.run;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.StandardOpenOption;
import java.util.function.Consumer;

/**
 * One process at a time works in a run folder. The lock is the operating system's, on a file of its own: it ends with the process that holds it, however that ends.
 * The file stays, empty: one that is removed could be locked by two, who opened it before and after. (A lock on the journal would end as soon as this process closes
 * the journal anywhere.)
 */
final class RunLock implements Closeable {
    private final FileChannel channel;

    private RunLock(FileChannel channel) {
        this.channel = channel;
    }

    /**
     * Takes the lock of a folder that exists.
     *
     * @param warnings told if the file system has no locks; the run goes on without one
     * @throws IOException if another process has it, or the folder cannot be written to, saying which
     */
    static RunLock take(RunFolder folder, Consumer<String> warnings) throws IOException {
        FileChannel channel = open(folder);
        boolean mine = false;
        try {
            mine = locked(channel, folder, warnings);
        } finally {
            if (!mine) {
                channel.close();
            }
        }
        if (!mine) {
            throw new IOException(folder.path() + " is in use: another Finch works in it. Wait until it has ended, or give another folder.");
        }
        return new RunLock(channel);
    }

    private static FileChannel open(RunFolder folder) throws IOException {
        try {
            return FileChannel.open(folder.lock(), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        } catch (NoSuchFileException e) {
            throw e;
        } catch (AccessDeniedException e) {
            throw new IOException(folder.path() + " cannot be written to: access denied. A run needs a folder of yours.", e);
        } catch (FileSystemException e) {
            throw new IOException(folder.path() + " cannot be written to: " + e.getReason() + ". A run needs a folder that it can write to.", e);
        }
    }

    private static boolean locked(FileChannel channel, RunFolder folder, Consumer<String> warnings) {
        try {
            return channel.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            return false;
        } catch (ClosedChannelException e) {
            // this thread was interrupted: a run without a lock is not what was asked for
            return false;
        } catch (IOException e) {
            warnings.accept(folder.path() + " cannot be locked (" + e.getMessage() + "): see to it that no other Finch works in it");
            return true;
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
