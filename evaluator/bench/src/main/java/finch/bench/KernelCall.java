package finch.bench;

import finch.engine.kernel.ConvGeometry;
import finch.engine.kernel.Epilogue;
import finch.engine.kernel.Kernels;
import finch.engine.kernel.PackedWeights;
import finch.engine.kernel.Slice;
import finch.space.network.TensorShape;
import java.util.SplittableRandom;

/** A kernel with operands, ready to run alone. Equal seeds give equal operands to every kernel set. */
final class KernelCall {
    private final KernelShape shape;
    private final Kernels kernels;
    private final Epilogue epilogue;
    private final Slice x;
    private final Slice y;
    private final Slice second;
    private final PackedWeights weights;
    private final Slice scratch;

    KernelCall(KernelShape shape, Kernels kernels, long seed) {
        this.shape = shape;
        this.kernels = kernels;
        this.epilogue = shape.epilogue();
        SplittableRandom random = new SplittableRandom(seed);
        TensorShape in = shape.input();
        // as many zeros as channels stand before the input: taps in the padding read them
        float[] input = new float[in.channels() + in.size()];
        reals(random, input, in.channels());
        x = new Slice(input, in.channels());
        y = new Slice(new float[shape.output().size()], 0);
        int others = switch (shape.op()) {
            case SCALE -> in.channels();
            case ADD -> in.size();
            case CONV, POINTWISE, DEPTHWISE, DENSE, MEAN -> shape.residual() ? shape.output().size() : 0;
        };
        second = others == 0 ? null : new Slice(reals(random, new float[others], 0), 0);
        if (shape.op().isProduct()) {
            ConvGeometry geometry = shape.geometry();
            float[] kernel = reals(random, new float[geometry.weights()], 0);
            weights = kernels.pack(geometry, kernel, reals(random, new float[geometry.outChannels()], 0));
            scratch = new Slice(new float[kernels.scratchFloats(geometry, shape.output().pixels())], 0);
        } else {
            weights = null;
            scratch = null;
        }
    }

    private static float[] reals(SplittableRandom random, float[] values, int from) {
        for (int i = from; i < values.length; i++) {
            values[i] = (float) random.nextDouble(-1, 1);
        }
        return values;
    }

    /** Computes all of the output. @return the output, overwritten by the next call */
    float[] run() {
        int pixels = shape.output().pixels();
        int channels = shape.output().channels();
        switch (shape.op()) {
            case CONV -> kernels.convolution(weights, epilogue, x, y, second, scratch, 0, pixels);
            case POINTWISE, DENSE -> kernels.pointwise(weights, epilogue, x, y, second, scratch, 0, pixels, 0, channels);
            case DEPTHWISE -> kernels.depthwise(weights, epilogue, x, shape.input().height(), 0, y, second, scratch, 0, shape.output().height(), 0, channels);
            case MEAN -> kernels.globalAverage(x, y, shape.input().pixels(), channels, 0, 1, 0, channels);
            case SCALE -> kernels.scale(x, second, y, pixels, channels, 0, pixels);
            case ADD -> kernels.elementwise(epilogue, x, second, y, 0, shape.output().size());
        }
        return y.array;
    }
}
