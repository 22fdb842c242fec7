package finch.search.cli;

/** The user interrupted a command at a place from which it cannot go on; what it had kept is safe. */
final class CancelledException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    CancelledException() {
        super("interrupted");
    }
}
