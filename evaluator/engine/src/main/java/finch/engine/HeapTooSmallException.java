package finch.engine;

/** Something does not fit in this JVM's heap. The message tells what, how large it is, how large the heap may grow, and ways out. */
public final class HeapTooSmallException extends RuntimeException {
    private static final long serialVersionUID = 1;
    private static final long MIB = 1 << 20;

    private final long bytes;

    /**
     * @param who    needs it, with the verb, e.g. "network n with batch 1 needs about"
     * @param bytes  how many
     * @param what   they are for, e.g. "activations"
     * @param wayOut besides a larger heap, e.g. "a smaller batch"; empty for none
     */
    public HeapTooSmallException(String who, long bytes, String what, String wayOut, OutOfMemoryError cause) {
        super(who + " " + Math.ceilDiv(bytes, MIB) + " MiB for " + what + ", and this JVM's heap, of at most " + java.lang.Runtime.getRuntime().maxMemory() / MIB
                + " MiB, has not as many left; maybe use " + (wayOut.isEmpty() ? "" : wayOut + " or ") + "a larger -Xmx", cause);
        this.bytes = bytes;
    }

    /** A heap that has room for it, whatever fills this one now, in MiB. */
    public long enoughMebibytes() {
        return java.lang.Runtime.getRuntime().maxMemory() / MIB + Math.ceilDiv(bytes, MIB);
    }
}
