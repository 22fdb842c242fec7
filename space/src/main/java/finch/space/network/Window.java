package finch.space.network;

import finch.space.Extent;
import finch.space.Padding;

/**
 * How a spatial operation slides: taps, steps, zeros around the input, distance between taps.
 *
 * @param top    rows of zeros above; likewise {@code left}, {@code bottom}, {@code right}
 */
public record Window(Extent kernel, Extent stride, int top, int left, int bottom, int right, Extent dilation) {
    private static final Extent UNDILATED = Extent.square(1);

    /** One tap, one step, no padding. */
    public static final Window POINTWISE =
            new Window(Extent.square(1), Extent.square(1), 0, 0, 0, 0, Extent.square(1));

    public Window {
        if (top < 0 || left < 0 || bottom < 0 || right < 0) {
            throw new IllegalArgumentException("padding must not be negative: " + top + ", " + left + ", " + bottom + ", " + right);
        }
    }

    /** The SAME window of a padding rule over an input. */
    public static Window same(Extent kernel, Extent stride, Padding padding, TensorShape input) {
        if (padding == Padding.SYMMETRIC) {
            int y = (kernel.height() - 1) / 2;
            int x = (kernel.width() - 1) / 2;
            return new Window(kernel, stride, y, x, y, x, UNDILATED);
        }
        int y = tensorflowTotal(kernel.height(), stride.height(), input.height());
        int x = tensorflowTotal(kernel.width(), stride.width(), input.width());
        return new Window(kernel, stride, y / 2, x / 2, y - y / 2, x - x / 2, UNDILATED);
    }

    private static int tensorflowTotal(int kernel, int stride, int in) {
        int out = (in + stride - 1) / stride;
        return Math.max(0, (out - 1) * stride + kernel - in);
    }

    /**
     * The output height and width, rounding down.
     *
     * @throws IllegalArgumentException if the padded input is smaller than the window
     */
    public Extent outputOf(int height, int width) {
        int h = height + top + bottom - dilation.height() * (kernel.height() - 1) - 1;
        int w = width + left + right - dilation.width() * (kernel.width() - 1) - 1;
        if (h < 0 || w < 0) {
            throw new IllegalArgumentException("input " + height + "x" + width + " is smaller than the window " + kernel);
        }
        return new Extent(h / stride.height() + 1, w / stride.width() + 1);
    }

    public boolean isPointwise() {
        return kernel.isOne() && stride.isOne() && top + left + bottom + right == 0;
    }
}
