package finch.data;

import finch.space.format.Problem;
import java.io.EOFException;
import java.io.IOException;

/** A data set as a whole cannot be used; the message says which, why, and a way out. */
public final class UnusableDataException extends IOException {
    private static final long serialVersionUID = 1L;

    UnusableDataException(String message) {
        super(Problem.visible(message));
    }

    /** Why a file cannot be read, in words: what readers of archives and images throw may have no message, or one that speaks of their code. */
    static String reason(Exception e) {
        String message = e.getMessage() == null ? "" : e.getMessage().lines().findFirst().orElse("");
        boolean early = e instanceof EOFException && (message.isEmpty() || message.startsWith("Unexpected end")) || message.startsWith("Truncated TAR");
        return early ? "it ends too early" : message.startsWith("Corrupt GZIP") ? "it is damaged: a checksum is wrong"
                : message.isEmpty() || !(e instanceof IOException) ? "it is damaged" : message;
    }
}
