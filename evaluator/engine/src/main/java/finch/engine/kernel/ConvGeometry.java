package finch.engine.kernel;

/**
 * The shape of a windowed operation over one NHWC image.
 *
 * @param top    rows of zeros above the input; those below follow from the output's height
 * @param left   columns of zeros left of the input
 * @param groups 1 for a standard convolution, the channels for a depthwise one or a pool
 */
public record ConvGeometry(int inHeight, int inWidth, int inChannels, int outHeight, int outWidth, int outChannels,
                           int kernelHeight, int kernelWidth, int strideHeight, int strideWidth, int top, int left,
                           int dilationHeight, int dilationWidth, int groups) {
    /** A 1x1 convolution over {@code pixels} pixels, or a dense layer over as many vectors. */
    public static ConvGeometry pointwise(int pixels, int inChannels, int outChannels) {
        return new ConvGeometry(1, pixels, inChannels, 1, pixels, outChannels, 1, 1, 1, 1, 0, 0, 1, 1, 1);
    }

    /** One group per channel, as many outputs as inputs. */
    public boolean isDepthwise() {
        return groups > 1 && groups == inChannels && groups == outChannels;
    }

    /** One tap, one step, no padding: a matrix product over pixels. */
    public boolean isPointwise() {
        return groups == 1 && kernelHeight == 1 && kernelWidth == 1 && strideHeight == 1 && strideWidth == 1
                && inHeight == outHeight && inWidth == outWidth && top == 0 && left == 0;
    }

    public int inPixels() {
        return inHeight * inWidth;
    }

    public int outPixels() {
        return outHeight * outWidth;
    }

    public int taps() {
        return kernelHeight * kernelWidth;
    }

    /** Products summed into one output: taps times input channels of a group. */
    public int depth() {
        return taps() * (inChannels / groups);
    }

    /** Floats of one pixel's patch over all groups. */
    public int patch() {
        return taps() * inChannels;
    }

    /** Elements of the weight tensor. */
    public int weights() {
        return outChannels * depth();
    }
}
