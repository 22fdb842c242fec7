package finch.bench;

import finch.engine.kernel.ConvGeometry;
import finch.engine.kernel.Epilogue;
import finch.space.Extent;
import finch.space.network.Layer;
import finch.space.network.Nonlinearity;
import finch.space.network.TensorShape;
import java.util.Arrays;
import java.util.Locale;

/**
 * What one kernel call computes, whatever network it stands in. Its text is one line of words:
 * {@code depthwise 112x112x64 56x56x64 k3 s2 p0:0 relu}, with {@code +residual} at the end where a tensor is added.
 *
 * @param kernel taps; 1 where nothing slides
 * @param top    rows of zeros above the input
 * @param left   columns of zeros left of it
 */
record KernelShape(Op op, TensorShape input, TensorShape output, Extent kernel, Extent stride, int top, int left,
                   Nonlinearity nonlinearity, boolean residual) {
    /** The kernels that the reference networks need. */
    enum Op {
        CONV, POINTWISE, DEPTHWISE, DENSE, MEAN, SCALE, ADD;

        boolean isProduct() {
            return this == CONV || this == POINTWISE || this == DEPTHWISE || this == DENSE;
        }
    }

    private static final Extent ONE = Extent.square(1);

    /**
     * The shape of a layer whose nonlinearity and residual are known, since they may come from layers after it.
     *
     * @throws IllegalArgumentException for a layer that no reference network has
     */
    static KernelShape of(Layer layer, Nonlinearity nonlinearity, boolean residual) {
        return switch (layer) {
            case Layer.Convolution c when c.groups() == 1 || c.isDepthwise() -> new KernelShape(
                    c.isDepthwise() ? Op.DEPTHWISE : c.isPointwise() ? Op.POINTWISE : Op.CONV, c.input(), c.output(), c.window().kernel(),
                    c.window().stride(), c.window().top(), c.window().left(), nonlinearity, residual);
            case Layer.Dense d -> still(Op.DENSE, TensorShape.vector(d.input().size()), d.output(), nonlinearity, residual);
            case Layer.GlobalAveragePool p -> still(Op.MEAN, p.input(), p.output(), nonlinearity, residual);
            case Layer.Scale s -> still(Op.SCALE, s.input(), s.output(), nonlinearity, residual);
            case Layer.Add a -> still(Op.ADD, a.input(), a.output(), nonlinearity, residual);
            case Layer.Convolution _, Layer.Pool _, Layer.BatchNorm _, Layer.Activate _, Layer.Softmax _ ->
                    throw new IllegalArgumentException(layer.name() + ": layers of kind " + layer.op() + " are not in the shape list");
        };
    }

    private static KernelShape still(Op op, TensorShape input, TensorShape output, Nonlinearity nonlinearity, boolean residual) {
        return new KernelShape(op, input, output, ONE, ONE, 0, 0, nonlinearity, residual);
    }

    /** Multiply-adds of products for one image; 0 for the others, as in a network's cost. */
    long macs() {
        return op.isProduct() ? weights() * output.pixels() : 0;
    }

    /** Elements of the weight tensor. */
    long weights() {
        return switch (op) {
            case CONV, POINTWISE, DENSE -> (long) kernel.area() * input.channels() * output.channels();
            case DEPTHWISE -> (long) kernel.area() * output.channels();
            case MEAN, SCALE, ADD -> 0;
        };
    }

    /** Weights and biases. */
    long weightBytes() {
        return op.isProduct() ? 4 * (weights() + output.channels()) : 0;
    }

    /** What must be read besides weights: the input, and a gate or the tensor that is added. */
    long readBytes() {
        return input.bytes() + switch (op) {
            case SCALE -> 4L * input.channels();
            case ADD -> input.bytes();
            case CONV, POINTWISE, DEPTHWISE, DENSE, MEAN -> residual ? output.bytes() : 0;
        };
    }

    /** What must be written. */
    long writtenBytes() {
        return output.bytes();
    }

    /** The least that must be moved: each value once. */
    long bytes() {
        return weightBytes() + readBytes() + writtenBytes();
    }

    /** As the engine's kernels take it. */
    ConvGeometry geometry() {
        return switch (op) {
            case CONV, DEPTHWISE -> new ConvGeometry(input.height(), input.width(), input.channels(), output.height(), output.width(),
                    output.channels(), kernel.height(), kernel.width(), stride.height(), stride.width(), top, left, 1, 1,
                    op == Op.DEPTHWISE ? input.channels() : 1);
            case POINTWISE, DENSE -> ConvGeometry.pointwise(output.pixels(), input.channels(), output.channels());
            case MEAN, SCALE, ADD -> throw new IllegalStateException(op + " has no weights");
        };
    }

    /** As the engine's kernels take it. */
    Epilogue epilogue() {
        return switch (nonlinearity) {
            case Nonlinearity.Linear() -> Epilogue.NONE;
            case Nonlinearity.Relu() -> Epilogue.RELU;
            case Nonlinearity.Clip(float low, float high) -> Epilogue.clamp(low, high);
            case Nonlinearity.HardSwish() -> Epilogue.HARD_SWISH;
            case Nonlinearity.HardSigmoid(float slope, float offset) -> Epilogue.hardSigmoid(slope, offset);
            case Nonlinearity.Sigmoid() -> Epilogue.SIGMOID;
            case Nonlinearity.Swish() -> Epilogue.SWISH;
        };
    }

    /** One line; see the class. */
    String text() {
        return op.name().toLowerCase(Locale.ROOT) + ' ' + input + ' ' + output + " k" + kernel + " s" + stride + " p" + top + ':' + left + ' '
                + text(nonlinearity) + (residual ? "+residual" : "");
    }

    /** Reads a {@link #text}. */
    static KernelShape parse(String text) {
        String[] words = text.strip().split("\\s+");
        if (words.length != 7) {
            throw new IllegalArgumentException("\"" + text + "\" is no shape like \"depthwise 112x112x64 56x56x64 k3 s2 p0:0 relu\"");
        }
        String[] padding = words[5].substring(1).split(":");
        boolean residual = words[6].endsWith("+residual");
        return new KernelShape(Op.valueOf(words[0].toUpperCase(Locale.ROOT)), shape(words[1]), shape(words[2]), extent(words[3].substring(1)),
                extent(words[4].substring(1)), Integer.parseInt(padding[0]), Integer.parseInt(padding[1]),
                nonlinearity(residual ? words[6].substring(0, words[6].length() - "+residual".length()) : words[6]), residual);
    }

    private static TensorShape shape(String text) {
        int[] sizes = Arrays.stream(text.split("x")).mapToInt(Integer::parseInt).toArray();
        return new TensorShape(sizes[0], sizes[1], sizes[2]);
    }

    private static Extent extent(String text) {
        int[] sides = Arrays.stream(text.split("x")).mapToInt(Integer::parseInt).toArray();
        return new Extent(sides[0], sides[sides.length - 1]);
    }

    private static String text(Nonlinearity nonlinearity) {
        return switch (nonlinearity) {
            case Nonlinearity.Linear() -> "linear";
            case Nonlinearity.Relu() -> "relu";
            case Nonlinearity.Clip(float low, float high) -> "clip:" + low + ':' + high;
            case Nonlinearity.HardSwish() -> "hard-swish";
            case Nonlinearity.HardSigmoid(float slope, float offset) -> "hard-sigmoid:" + slope + ':' + offset;
            case Nonlinearity.Sigmoid() -> "sigmoid";
            case Nonlinearity.Swish() -> "swish";
        };
    }

    private static Nonlinearity nonlinearity(String text) {
        String[] parts = text.split(":");
        return switch (parts[0]) {
            case "linear" -> Nonlinearity.LINEAR;
            case "relu" -> Nonlinearity.RELU;
            case "clip" -> new Nonlinearity.Clip(Float.parseFloat(parts[1]), Float.parseFloat(parts[2]));
            case "hard-swish" -> Nonlinearity.HARD_SWISH;
            case "hard-sigmoid" -> new Nonlinearity.HardSigmoid(Float.parseFloat(parts[1]), Float.parseFloat(parts[2]));
            case "sigmoid" -> Nonlinearity.SIGMOID;
            case "swish" -> Nonlinearity.SWISH;
            default -> throw new IllegalArgumentException("\"" + text + "\" is no nonlinearity");
        };
    }
}
