package finch.data;

/** How much of the heap one data set may keep: one budget for its archives, files, lists of entries and indices together. */
final class Budget {
    private static final int SHARE = 4;
    private static final long MIB = 1 << 20;

    private final long most;
    private long left;

    Budget(long most) {
        this.most = most;
        this.left = most;
    }

    /** A quarter of the heap. While a file is read its bytes exist twice, so reading takes up to half. */
    static Budget ofHeap() {
        return new Budget(Runtime.getRuntime().maxMemory() / SHARE);
    }

    long left() {
        return left;
    }

    long mebibytes() {
        return most / MIB;
    }

    /**
     * Counts what is kept.
     *
     * @param what for the message: the file or folder
     * @throws UnusableDataException if there is no room for it
     */
    void take(long bytes, String what) throws UnusableDataException {
        if (bytes > left) {
            throw exceeded(what);
        }
        left -= bytes;
    }

    UnusableDataException exceeded(String what) {
        return new UnusableDataException(what + ": with it the data set takes more than " + mebibytes() + " MiB, which is what this heap has for it."
                + " Give the JVM a larger heap (-Xmx); of an archive of JPEG or PNG files, unpack it and name the folder.");
    }
}
