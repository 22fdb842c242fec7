package finch.space.format;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * One process at a time, by a lock of the operating system on a file of its own: it ends with the process that holds it, however that ends. (A lock on a file that
 * is written to would end as soon as this process closes that file anywhere.)
 */
public final class ProcessLock implements Closeable {
    private final Path file;
    private final boolean passing;
    private final FileChannel channel;

    private ProcessLock(Path file, boolean passing, FileChannel channel) {
        this.file = file;
        this.passing = passing;
        this.channel = channel;
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
        while (true) {
            FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            boolean mine = false;
            try {
                mine = locked(channel, warnings);
                if (!mine) {
                    return Optional.empty();
                }
                if (!passing || isStillThere(file, channel)) {
                    return Optional.of(new ProcessLock(file, passing, channel));
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

    /** Whether the path names the file that is open. */
    private static boolean isStillThere(Path file, FileChannel channel) throws IOException {
        String mark = UUID.randomUUID().toString();
        channel.write(ByteBuffer.wrap(mark.getBytes(StandardCharsets.UTF_8)), 0);
        try {
            return Files.readString(file, StandardCharsets.UTF_8).equals(mark);
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
        }
    }
}
