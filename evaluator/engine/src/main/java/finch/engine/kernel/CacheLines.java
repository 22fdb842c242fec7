package finch.engine.kernel;

/**
 * Where floats stand in cache lines. A vector that reaches over the end of a line costs two accesses, and which loads do was decided by where an
 * array came to lie: objects start at any multiple of 8 bytes. The same network loaded twice then differed by 3 % on average and by 29 % at
 * worst (40 networks, AVX-512). With {@code -XX:ObjectAlignmentInBytes=64}, which the launcher gives, every array starts with a line, its
 * floats 16 bytes later, and what starts {@link #HEADER_GAP} floats into it starts with a line too: 0.8 % and 3 %, and 2 to 4 % faster. Without
 * the option all works the same, only less evenly. Arrays of {@code -XX:+UseCompactObjectHeaders} have a header of 12 bytes, for which the gap is wrong.
 */
public final class CacheLines {
    /** Floats of a cache line of 64 bytes. */
    public static final int LINE = 16;
    /** Floats from the first one of an array to the next line: its header has 16 bytes. */
    public static final int HEADER_GAP = 12;

    private CacheLines() {}

    /** Floats rounded up to whole cache lines. */
    public static int whole(int floats) {
        return Math.multiplyExact(Math.ceilDiv(floats, LINE), LINE);
    }
}
