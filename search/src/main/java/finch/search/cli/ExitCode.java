package finch.search.cli;

/** What the process answers to the shell. */
final class ExitCode {
    static final int DONE = 0;
    static final int FAILED = 1;
    /** Wrong usage or config. */
    static final int USAGE = 2;
    static final int NOTHING_FEASIBLE = 3;
    /** Interrupted, resumable. */
    static final int INTERRUPTED = 130;

    private ExitCode() {}
}
