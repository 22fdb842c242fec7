package finch.accuracy;

import java.io.IOException;
import java.io.UncheckedIOException;

/** Files that an estimate needs cannot be written: nothing is known of the network, and the next one will fare no better. */
public final class EstimateUnwritableException extends UncheckedIOException {
    private static final long serialVersionUID = 1;

    /** @param message for people, with the way out */
    public EstimateUnwritableException(String message, IOException cause) {
        super(message, cause);
    }
}
