package finch.data;

import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarUtils;

/** Entries of a .tar whose headers have the checksums they say; the library computes these and leaves them to whoever asks, and takes any end for one. */
final class TarStream extends TarArchiveInputStream {
    /** What an archive ends with. */
    private static final int EMPTY_BLOCKS = 2;

    private final Path archive;
    private int empty;

    /** @param archive for messages */
    TarStream(Path archive, InputStream in) {
        super(in);
        this.archive = archive;
    }

    /** Asked of every header, those of long names too, and of the block after the first empty one. */
    @Override
    protected boolean isEOFRecord(byte[] block) {
        boolean end = super.isEOFRecord(block);
        if (block != null && end) {
            empty++;
        } else if (block != null && empty == 0 && !isHeader(block)) {
            // the library's method throws nothing that is checked
            throw new UncheckedIOException(new UnusableDataException(archive + ": is damaged, or no archive of tar: the checksum of a header is wrong."
                    + " Fetch or pack it anew."));
        }
        return end;
    }

    private static boolean isHeader(byte[] block) {
        try {
            return TarUtils.verifyCheckSum(block);
        } catch (IllegalArgumentException e) {
            // the checksum is no number
            return false;
        }
    }

    /** To be called after the last entry. @throws UnusableDataException if it is not the last that was packed, or may not be */
    void checkEnd() throws UnusableDataException {
        if (empty < EMPTY_BLOCKS) {
            throw new UnusableDataException(archive + ": is cut off or damaged: the " + EMPTY_BLOCKS + " empty blocks that end an archive of tar are not there."
                    + " Fetch or pack it anew.");
        }
    }
}
