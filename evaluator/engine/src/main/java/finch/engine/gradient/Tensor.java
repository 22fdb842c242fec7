package finch.engine.gradient;

import finch.engine.kernel.CacheLines;
import finch.engine.kernel.Slice;
import finch.space.network.TensorShape;
import java.util.Arrays;

/**
 * A batch of one tensor and of its gradient. Zeros stand in front of the values, which depthwise kernels read for taps in
 * the padding. The first value starts a cache line, and so do those of all images of which whole lines are made.
 */
final class Tensor {
    final TensorShape shape;
    private final int batch;
    final int channels;
    final int pixels;
    /** Floats of one image. */
    final int size;
    /** Where values and gradients start in their arrays. */
    final int at;
    final float[] values;
    final float[] gradients;
    final Slice slice;
    final Slice gradientSlice;

    Tensor(TensorShape shape, int batch) {
        this(shape, batch, null);
    }

    private Tensor(TensorShape shape, int batch, float[] sharedGradients) {
        this.shape = shape;
        this.batch = batch;
        this.channels = shape.channels();
        this.pixels = shape.pixels();
        this.size = shape.size();
        this.at = lead(shape);
        int floats = Math.addExact(at, Math.multiplyExact(size, batch));
        this.values = new float[floats];
        this.gradients = sharedGradients == null ? new float[floats] : sharedGradients;
        this.slice = new Slice(values, at);
        this.gradientSlice = new Slice(gradients, at);
    }

    /** One of the same shape whose gradient is computed in the place of this one's. */
    Tensor before() {
        return new Tensor(shape, batch, gradients);
    }

    private static int lead(TensorShape shape) {
        return Math.addExact(CacheLines.whole(shape.channels()), CacheLines.LINE + CacheLines.HEADER_GAP);
    }

    /** Bytes of values and gradients. */
    static long bytes(TensorShape shape, int batch) {
        return 2 * 4L * (lead(shape) + (long) shape.size() * batch);
    }

    /** Where an image starts, in both arrays. */
    int image(int image) {
        return at + image * size;
    }

    /** A copy of the first images' values. */
    float[] copy(int images) {
        return Arrays.copyOfRange(values, at, at + images * size);
    }
}
