package finch.search.cli;

/** The option {@code --threads}. */
final class Threads {
    private static final int MOST = 1024;

    private Threads() {}

    /** @param wanted null for one per processor */
    static int of(Integer wanted) {
        return wanted == null ? Runtime.getRuntime().availableProcessors() : checked(wanted);
    }

    static int checked(int wanted) {
        if (wanted < 1 || wanted > MOST) {
            throw new UsageException("--threads must be from 1 to " + MOST + ", not " + wanted);
        }
        return wanted;
    }
}
