package finch.engine.kernel;

/**
 * What the reverse pass needs beside {@link Kernels}, over NHWC batches in {@code float[]}s. Implementations are
 * stateless and safe for concurrent use, and allocate nothing.
 *
 * <p>Sums run over the pixels of one call in one order, whatever thread calls; callers add the sums of several calls in an
 * order of their own.
 */
public interface GradientKernels {
    /** {@code scalar}, or {@code vector-} and the width in bits. */
    String name();

    /**
     * Floats that vectors of channels' factors need in {@link #activate}, {@link #activateBackward} and {@link #combine}: a multiple of {@code channels}
     * that fills whole vectors, so that pixels are one run along which they turn round, whatever the number of channels. The channels' values stand
     * there over and over, see {@link #repeat}.
     */
    int period(int channels);

    /** Fills up {@code factors}, of {@link #period} floats, with its first {@code channels}. */
    static void repeat(float[] factors, int channels) {
        for (int i = channels; i < factors.length; i++) {
            factors[i] = factors[i - channels];
        }
    }

    /** y[p][c] = f(x[p][c] · factor[c] + shift[c]), with factors of {@link #period} floats. */
    void activate(Epilogue f, float[] x, int xAt, float[] factor, float[] shift, float[] y, int yAt, int pixels, int channels);

    /**
     * Goes back through {@link #activate}: g[p][c] is multiplied by f'(x[p][c] · factor[c] + shift[c]); where f has a corner, the
     * slope of its outer piece counts: 0 at both ends of a clamp, 0 of hard-swish at -3 and 1 at 3. Factors are those of {@link #activate}.
     */
    void activateBackward(Epilogue f, float[] x, int xAt, float[] factor, float[] shift, float[] g, int gAt, int pixels, int channels);

    /**
     * Moments about the first pixel's values: {@code into} gets, from {@code at}, channels each of x[0][c], Σ (x[p][c] − x[0][c]) and
     * Σ (x[p][c] − x[0][c])².
     */
    void moments(float[] x, int xAt, int pixels, int channels, float[] into, int at);

    /** {@code into} gets, from {@code at}, channels each of Σ g[p][c] and Σ g[p][c] · (x[p][c] · scale[c] + offset[c]). */
    void gradientSums(float[] g, int gAt, float[] x, int xAt, float[] scale, float[] offset, int pixels, int channels, float[] into, int at);

    /** g[p][c] = g[p][c] · a[c] + x[p][c] · b[c] + d[c], with factors of {@link #period} floats. */
    void combine(float[] g, int gAt, float[] x, int xAt, float[] a, float[] b, float[] d, int pixels, int channels);

    /** into[at + c] = Σ g[p][c]. */
    void sums(float[] g, int gAt, int pixels, int channels, float[] into, int at);

    /** y[i] += x[i]. */
    void add(float[] x, int xAt, float[] y, int yAt, int length);

    /**
     * Weight gradient of a product, added to what is there: w[o][k] += Σ_p g[p][o] · x[p][k], for {@code outs} outputs and {@code depth} inputs.
     *
     * @param gRow    floats from one pixel's gradient to the next's; likewise {@code xRow}
     * @param scratch {@link #outerScratch} floats
     */
    void outer(float[] g, int gAt, int gRow, int outs, float[] x, int xAt, int xRow, int depth, int pixels, float[] w, int wAt, float[] scratch);

    /** Floats of scratch that {@link #outer} needs. */
    int outerScratch(int outs, int depth);

    /**
     * Input gradient of a depthwise convolution: gx[i][c] is, or with {@code add} grows by, Σ of gy · w over the outputs that read the input.
     *
     * @param w [tap][channel]
     */
    void depthwiseInput(ConvGeometry geometry, float[] w, float[] gy, int gyAt, float[] gx, int gxAt, boolean add, int images);

    /** Weight gradient of a depthwise convolution, over what is there: gw[at + tap · channels + c] = Σ gy · x. */
    void depthwiseWeights(ConvGeometry geometry, float[] x, int xAt, float[] gy, int gyAt, int images, float[] gw, int at);

    /**
     * The windows of output pixels as rows [tap][channel], for pixels counted through the batch; zeros in the padding.
     * {@code rows} needs {@link Kernels#lanes()} floats of slack.
     */
    void gather(ConvGeometry geometry, float[] x, int xAt, float[] rows, int rowsAt, int pixelFrom, int pixelTo);

    /** The transpose of {@link #gather}: adds each row's entries to where they came from. */
    void scatter(ConvGeometry geometry, float[] rows, int rowsAt, float[] gx, int gxAt, int pixelFrom, int pixelTo);

    /** gate[c] is, or with {@code add} grows by, Σ g[p][c] · x[p][c] over one image's pixels. */
    void products(float[] g, int gAt, float[] x, int xAt, boolean add, int pixels, int channels, float[] gate, int gateAt);

    /** y[p][c] is, or with {@code add} grows by, v[c] · factor over one image's pixels. */
    void spread(float[] v, int vAt, float factor, float[] y, int yAt, boolean add, int pixels, int channels);

    /** y[p][c] is, or with {@code add} grows by, g[p][c] · v[c] over one image's pixels. */
    void multiply(float[] g, int gAt, float[] v, int vAt, float[] y, int yAt, boolean add, int pixels, int channels);
}
