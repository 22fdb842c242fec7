package finch.engine.kernel;

/**
 * A place in an array where a tensor starts. Mutable, so that one inference can be pointed at another input array
 * without allocating.
 */
public final class Slice {
    public float[] array;
    public int offset;
    /**
     * How many pixels there are of which each panel of channels, as wide as a product makes it, stands by itself, one panel after another; 0 where all channels of
     * a pixel stand together. Only {@link Kernels#pointwise} writes panels and {@link Kernels#depthwise} reads them, where {@link Kernels#panels} says so.
     */
    public int panelPixels;

    public Slice(float[] array, int offset) {
        this.array = array;
        this.offset = offset;
    }
}
