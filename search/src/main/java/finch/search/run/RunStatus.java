package finch.search.run;

/** How a run stands. */
public enum RunStatus {
    RUNNING("running", 1),
    FINISHED("finished", 0),
    /** Stopped from outside; {@code resume} goes on. */
    INTERRUPTED("interrupted", 130),
    /** No network keeps the bounds. */
    INFEASIBLE("infeasible", 3),
    FAILED("failed", 1);

    private final String formatName;
    private final int exitCode;

    RunStatus(String formatName, int exitCode) {
        this.formatName = formatName;
        this.exitCode = exitCode;
    }

    /** The word in {@code manifest.json}. */
    public String formatName() {
        return formatName;
    }

    /** Exit code of a command that leaves a run like this. */
    public int exitCode() {
        return exitCode;
    }
}
