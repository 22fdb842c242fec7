package finch.data;

import java.io.IOException;

/** A data set as a whole cannot be used; the message says which, why, and a way out. */
public final class UnusableDataException extends IOException {
    private static final long serialVersionUID = 1L;

    UnusableDataException(String message) {
        super(message);
    }
}
