package finch.data;

import finch.space.format.Problem;

/** One image cannot be used; the message names it and says why. A data set goes on without it. */
public final class CorruptImageException extends Exception {
    private static final long serialVersionUID = 1L;

    CorruptImageException(String message) {
        super(Problem.visible(message));
    }
}
