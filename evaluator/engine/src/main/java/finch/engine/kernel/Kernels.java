package finch.engine.kernel;

/**
 * The arithmetic of inference over NHWC {@code float[]}s. Implementations are stateless and safe for concurrent use;
 * nothing here allocates except {@link #pack}.
 *
 * <p>Every operation works on a range of its output, so that threads can share it. An output's value does not depend
 * on the range it is computed in: for any split, and for any batch, the bits are the same.
 */
public interface Kernels {
    /** {@code scalar}, or {@code vector-} and the width in bits. */
    String name();

    /** Floats per vector, 1 for scalar code. */
    int lanes();

    /** Channel ranges of depthwise convolutions and of means must start at a multiple of this. */
    int channelStep();

    /** Where the share {@code part} of {@code parts} of a product's output channels starts: its ranges start at such places only. */
    int channelBound(int channels, int part, int parts);

    /**
     * Puts weights [out][kernel h][kernel w][in/groups] in this set's order.
     *
     * @param bias one entry per output channel
     */
    PackedWeights pack(ConvGeometry geometry, float[] weights, float[] bias);

    /** As {@link #pack}, in the arrays of weights that were packed for the same geometry, which are no longer valid then. */
    default PackedWeights repack(PackedWeights before, float[] weights, float[] bias) {
        return pack(before.geometry(), weights, bias);
    }

    /**
     * Packs the transpose of weights [in][out] for a {@linkplain ConvGeometry#isPointwise pointwise} geometry, without bias.
     *
     * @param before what was packed for this geometry and is no longer needed, or null
     */
    default PackedWeights packTransposed(ConvGeometry geometry, float[] weights, PackedWeights before) {
        int outs = geometry.outChannels();
        int ins = geometry.inChannels();
        float[] transposed = new float[weights.length];
        for (int in = 0; in < ins; in++) {
            for (int out = 0; out < outs; out++) {
                transposed[out * ins + in] = weights[in * outs + out];
            }
        }
        return pack(geometry, transposed, new float[outs]);
    }

    /**
     * Product of pixels and weights: y[p][n] = epilogue(bias[n] + Σₖ x[p][k]·w[k][n] + residual[p][n]). Work:
     * pixels · k · n multiply-adds.
     *
     * @param residual shaped as y, or null; never y itself
     * @param scratch  space for {@link #scratchFloats} floats, not shared between threads; or null, which costs some speed
     */
    void pointwise(PackedWeights weights, Epilogue epilogue, Slice x, Slice y, Slice residual, Slice scratch,
                   int pixelFrom, int pixelTo, int channelFrom, int channelTo);

    /**
     * Standard or grouped convolution with any window, for output pixels counted through the batch.
     *
     * @param scratch space for {@link #scratchFloats} floats, not shared between threads
     */
    void convolution(PackedWeights weights, Epilogue epilogue, Slice x, Slice y, Slice residual, Slice scratch,
                     int pixelFrom, int pixelTo);

    /** Whether a product should write, for this depthwise convolution, each of its panels of channels by itself: {@link Slice#panelPixels}. */
    default boolean panels(ConvGeometry product, ConvGeometry reader) {
        return false;
    }

    /** Floats of scratch that one thread needs for {@link #convolution}, {@link #depthwise} or {@link #pointwise}, for up to {@code pixels} pixels at a time. */
    int scratchFloats(ConvGeometry geometry, int pixels);

    /**
     * Depthwise convolution, for output rows counted through the batch and a range of channels.
     *
     * @param ring  rows of an image that x holds: row r stands where row r mod {@code ring} of a whole image would. The input's
     *              height where x holds all; less only for a single image
     * @param zeros where in x's array, before x, at least as many zeros as channels stand; taps in the padding read them
     * @param scratch space for {@link #scratchFloats} floats, not shared between threads
     */
    void depthwise(PackedWeights weights, Epilogue epilogue, Slice x, int ring, int zeros, Slice y, Slice residual, Slice scratch,
                   int rowFrom, int rowTo, int channelFrom, int channelTo);

    /** Maximum or mean of each window, for output rows counted through the batch. Padding never wins a maximum. */
    void pool(ConvGeometry geometry, boolean maximum, boolean countPadding, int bottom, int right, Slice x, Slice y,
              int rowFrom, int rowTo);

    /** Mean over the pixels of each image: x [images][pixels][channels], y [images][channels]. */
    void globalAverage(Slice x, Slice y, int pixels, int channels, int imageFrom, int imageTo, int channelFrom, int channelTo);

    /** y[p][c] = x[p][c] · gate[p / pixels][c], for pixels p counted through the batch; y may be x. */
    void scale(Slice x, Slice gate, Slice y, int pixels, int channels, int pixelFrom, int pixelTo);

    /** y[i] = epilogue(x[i] + residual[i]) without structure; residual may be null; y may be either. */
    void elementwise(Epilogue epilogue, Slice x, Slice residual, Slice y, int from, int to);

    /** y[p][c] = epilogue(x[p][c] · factor[c] + shift[c]); y may be x. */
    void affine(Epilogue epilogue, Slice x, float[] factor, float[] shift, Slice y, int channels, int pixelFrom, int pixelTo);

    /** Softmax along the middle axis of x [outer][axis][inner], for a range of outer; y may be x. */
    void softmax(Slice x, Slice y, int axis, int inner, int from, int to);
}
