package finch.space.format;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;

/**
 * One process at a time, by a lock of the operating system on a file of its own: it ends with the process that holds it, however that ends. (A lock on a file that
 * is written to would end as soon as this process closes that file anywhere.)
 */
public final class ProcessLock implements Closeable {
    /** Bytes for a moment, most of them a hole; not every file system has holes. */
    private static final long LONGEST_MARK = 1L << 20;

    /**
     * Files whose locks this process has, or is asking for. A second channel to one of them, opened to find out and closed again, would end the lock (POSIX), unnoticed by
     * this process.
     */
    private static final Set<Path> OWN = ConcurrentHashMap.newKeySet();

    private final Path file;
    private final boolean passing;
    private final FileChannel channel;
    private final Path own;

    private ProcessLock(Path file, boolean passing, FileChannel channel, Path own) {
        this.file = file;
        this.passing = passing;
        this.channel = channel;
        this.own = own;
    }

    /**
     * Takes the lock of a file that stays, empty.
     *
     * @param file     made if need be; its folder must exist
     * @param warnings told why, if the file system has no locks; the work goes on without one
     * @return empty if another process, or another part of this one, has it
     * @throws IOException if the file cannot be opened
     */
    public static Optional<ProcessLock> take(Path file, Consumer<String> warnings) throws IOException {
        return take(file, false, warnings);
    }

    /** {@link #take(Path, Consumer)} of a file that goes with the lock. All who take its lock must take it so. */
    public static Optional<ProcessLock> takePassing(Path file, Consumer<String> warnings) throws IOException {
        return take(file, true, warnings);
    }

    private static Optional<ProcessLock> take(Path file, boolean passing, Consumer<String> warnings) throws IOException {
        Path whole = file.toAbsolutePath();
        Path own = whole.getParent().toRealPath().resolve(whole.getFileName());
        if (!OWN.add(own)) {
            return Optional.empty();
        }
        Optional<ProcessLock> lock = Optional.empty();
        try {
            lock = take(file, passing, warnings, own);
            return lock;
        } finally {
            if (lock.isEmpty()) {
                OWN.remove(own);
            }
        }
    }

    private static Optional<ProcessLock> take(Path file, boolean passing, Consumer<String> warnings, Path own) throws IOException {
        while (true) {
            FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            boolean mine = false;
            try {
                mine = locked(channel, warnings);
                if (!mine) {
                    return Optional.empty();
                }
                if (!passing || isStillThere(file, channel)) {
                    return Optional.of(new ProcessLock(file, passing, channel, own));
                }
                // whoever had it removed the file after it was opened here: that lock keeps nobody out
                mine = false;
            } finally {
                if (!mine) {
                    channel.close();
                }
            }
        }
    }

    private static boolean locked(FileChannel channel, Consumer<String> warnings) {
        try {
            return channel.tryLock() != null;
        } catch (OverlappingFileLockException | ClosedChannelException e) {
            // the latter if this thread was interrupted: work without a lock is not what was asked for
            return false;
        } catch (IOException e) {
            warnings.accept(e.getMessage());
            return true;
        }
    }

    /**
     * Whether the path names the file that is open: told by a length that another file hardly has. To open the path and read a mark would end the lock when it is closed again.
     */
    private static boolean isStillThere(Path file, FileChannel channel) throws IOException {
        long mark = 1 + ThreadLocalRandom.current().nextLong(LONGEST_MARK);
        channel.write(ByteBuffer.wrap(new byte[] {'.'}), mark - 1);
        try {
            return Files.size(file) == mark;
        } catch (NoSuchFileException e) {
            return false;
        } finally {
            channel.truncate(0);
        }
    }

    @Override
    public void close() throws IOException {
        try (channel) {
            if (passing) {
                // first, while nobody else can have it
                Files.deleteIfExists(file);
            }
        } finally {
            OWN.remove(own);
        }
    }
}
