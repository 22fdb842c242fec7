package finch.search.cli;

/** The option {@code --threads} of commands whose results do not depend on it. */
final class Threads {
    private static final int MOST = 1024;

    private Threads() {}

    /** @param wanted null for one per processor */
    static int of(Integer wanted) {
        if (wanted == null) {
            return Runtime.getRuntime().availableProcessors();
        }
        if (wanted < 1 || wanted > MOST) {
            throw new UsageException("--threads must be from 1 to " + MOST + ", not " + wanted);
        }
        return wanted;
    }
}
