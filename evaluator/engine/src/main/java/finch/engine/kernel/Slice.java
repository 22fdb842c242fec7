package finch.engine.kernel;

/**
 * A place in an array where a tensor starts. Mutable, so that one inference can be pointed at another input array
 * without allocating.
 */
public final class Slice {
    public float[] array;
    public int offset;
    /** Pixels of which each panel of channels stands by itself, one after another; 0 where the channels of a pixel stand together. */
    public int panelPixels;

    public Slice(float[] array, int offset) {
        this.array = array;
        this.offset = offset;
    }
}
