package finch.engine.kernel;

/**
 * A place in an array where a tensor starts. Mutable, so that one inference can be pointed at another input array
 * without allocating.
 */
public final class Slice {
    public float[] array;
    public int offset;

    public Slice(float[] array, int offset) {
        this.array = array;
        this.offset = offset;
    }
}
