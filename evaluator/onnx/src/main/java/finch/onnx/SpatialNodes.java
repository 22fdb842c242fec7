package finch.onnx;

import finch.engine.Weights;
import finch.onnx.TensorLayout.Dimension;
import finch.onnx.Value.Activations;
import finch.space.Extent;
import finch.space.network.Layer;
import finch.space.network.Nonlinearity;
import finch.space.network.TensorShape;
import finch.space.network.Window;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Nodes over images: convolution, pooling, batch normalisation, softmax. */
final class SpatialNodes {
    private final Draft draft;
    private final Elementwise elementwise;

    SpatialNodes(Draft draft, Elementwise elementwise) {
        this.draft = draft;
        this.elementwise = elementwise;
    }

    Value convolution(Node node, List<Value> inputs) {
        Value.Padded padded = switch (inputs.getFirst()) {
            case Value.Padded p -> p;
            case Value other -> new Value.Padded(NodeReader.activations(other), 0, 0, 0, 0);
        };
        Activations x = elementwise.materialised(padded.inner());
        if (x.integer()) {
            throw new UnreadableNodeException("calculates with whole numbers; Finch is a float engine");
        }
        Tensor weights = NodeReader.known(inputs.get(1));
        Tensor bias = NodeReader.optional(inputs, 2);
        if (weights.dims().size() != 4) {
            throw new UnreadableNodeException("a convolution with weights of " + weights.dims()
                    + "; Finch has two-dimensional ones, [out, in / groups, height, width]");
        }
        if (!weights.isReal()) {
            throw new UnreadableNodeException("weights are whole numbers; Finch is a float engine");
        }
        TensorShape shape = image(x);
        int out = weights.dims().getFirst();
        int perGroup = weights.dims().get(1);
        int groups = Math.toIntExact(node.integer("group", 1));
        if (perGroup * groups != shape.channels()) {
            throw new UnreadableNodeException("weights of " + weights.dims() + " in " + groups + " groups do not fit "
                    + shape.channels() + " channels");
        }
        Extent kernel = new Extent(weights.dims().get(2), weights.dims().get(3));
        Window window = window(node, kernel, shape, padded);
        Extent size = window.outputOf(shape.height(), shape.width());
        TensorShape output = new TensorShape(size.height(), size.width(), out);
        if (bias != null && bias.size() != out) {
            throw new UnreadableNodeException("a bias of " + bias.dims() + " does not fit " + out + " channels");
        }
        // channel-first to channel-last is the writer's conversion with the two counts exchanged
        float[] ours = GraphWriter.channelsFirst(weights.reals(), out, perGroup, kernel.area());
        int tensor = draft.add(new Layer.Convolution(draft.name(node.name()), x.tensor(), shape, output, window, groups,
                bias != null, false,
                Nonlinearity.LINEAR), new Weights.Parameters(ours, bias == null ? Draft.NONE : bias.toFloats(), null));
        return result(node, tensor, TensorLayout.channelsFirst(output), false);
    }

    /** @param input where it is padded, with zeros, these are as good as those that an average counts itself */
    Value pool(Node node, Value input) {
        boolean max = node.operator().equals("MaxPool");
        boolean counts = node.integer("count_include_pad", 0) != 0;
        Value.Padded padded = input instanceof Value.Padded p && !max && node.integer("ceil_mode", 0) == 0 && (counts || !pads(node)) ? p
                : new Value.Padded(NodeReader.activations(input), 0, 0, 0, 0);
        Activations x = elementwise.materialised(padded.inner());
        if (x.integer() && !max) {
            throw new UnreadableNodeException("calculates with whole numbers; Finch is a float engine");
        }
        TensorShape shape = image(x);
        long[] taps = node.integers("kernel_shape");
        if (taps == null || taps.length != 2) {
            throw new UnreadableNodeException("Finch pools over height and width");
        }
        Window window = window(node, extent(taps), shape, padded);
        if (!max && window.kernel().equals(new Extent(shape.height(), shape.width())) && window.top() + window.left()
                + window.bottom() + window.right() == 0) {
            return globalAveragePool(node, x);
        }
        Extent size = window.outputOf(shape.height(), shape.width());
        if (node.integer("ceil_mode", 0) != 0) {
            size = roundedUp(window, shape);
        }
        TensorShape output = new TensorShape(size.height(), size.width(), shape.channels());
        int tensor = draft.add(new Layer.Pool(draft.name(node.name()), x.tensor(), shape, output, window,
                max ? Layer.Pool.Kind.MAX : Layer.Pool.Kind.AVERAGE, !max && (counts || input instanceof Value.Padded)));
        return result(node, tensor, TensorLayout.channelsFirst(output), x.integer());
    }

    private static boolean pads(Node node) {
        return !List.of("NOTSET", "VALID").contains(node.text("auto_pad", "NOTSET")) || Arrays.stream(node.integers("pads", 0, 0, 0, 0)).anyMatch(pad -> pad != 0);
    }

    /**
     * The output height and width of pooling that rounds up. A last window that would start in the padding behind the
     * image is dropped, as PyTorch and ONNX Runtime do.
     */
    static Extent roundedUp(Window window, TensorShape in) {
        Extent taps = window.kernel();
        return new Extent(
                roundedUp(in.height(), taps.height(), window.stride().height(), window.dilation().height(),
                        window.top(), window.bottom()),
                roundedUp(in.width(), taps.width(), window.stride().width(), window.dilation().width(), window.left(),
                        window.right()));
    }

    /** Whether rounding up drops no window. */
    static boolean keepsAll(Window window, TensorShape in) {
        Extent all = new Extent(allUp(in.height() + window.top() + window.bottom(), window.kernel().height(), window.stride().height(), window.dilation().height()),
                allUp(in.width() + window.left() + window.right(), window.kernel().width(), window.stride().width(), window.dilation().width()));
        return all.equals(roundedUp(window, in));
    }

    private static int allUp(int padded, int kernel, int stride, int dilation) {
        return Math.ceilDiv(padded - dilation * (kernel - 1) - 1, stride) + 1;
    }

    private static int roundedUp(int in, int kernel, int stride, int dilation, int before, int after) {
        int out = allUp(in + before + after, kernel, stride, dilation);
        return (out - 1) * stride >= in + before ? out - 1 : out;
    }

    Value globalAveragePool(Node node, Activations input) {
        Activations x = elementwise.materialised(input);
        TensorShape shape = image(x);
        int tensor = draft.add(new Layer.GlobalAveragePool(draft.name(node.name()), x.tensor(), shape));
        return result(node, tensor, TensorLayout.channelsFirst(TensorShape.vector(shape.channels())), false);
    }

    Value reduceMean(Node node, Activations input, long[] axes) {
        Activations x = elementwise.materialised(input);
        TensorShape shape = draft.shape(x.tensor());
        if (axes == null) {
            throw new UnreadableNodeException("takes the mean over everything; Finch takes it over height and width");
        }
        List<Dimension> dims = new ArrayList<>(x.layout().dims());
        List<Dimension> wanted = new ArrayList<>(List.of(TensorLayout.rows(shape), TensorLayout.columns(shape)));
        wanted.removeIf(Dimension.ONE::equals);
        for (int axis : Axes.sorted(axes, dims.size()).reversed()) {
            Dimension dimension = dims.get(axis);
            if (!dimension.equals(Dimension.ONE) && !wanted.remove(dimension)
                    && !(wanted.size() == 2 && merges(dimension, shape) && removeAll(wanted))) {
                throw new UnreadableNodeException("takes the mean over dimension " + axis
                        + "; Finch takes it over height and width");
            }
            if (node.integer("keepdims", 1) != 0) {
                dims.set(axis, Dimension.ONE);
            } else {
                dims.remove(axis);
            }
        }
        if (!wanted.isEmpty()) {
            throw new UnreadableNodeException("takes the mean over height or width alone; Finch takes it over both");
        }
        if (shape.pixels() == 1) {
            return x.with(new TensorLayout(dims));
        }
        int tensor = draft.add(new Layer.GlobalAveragePool(draft.name(node.name()), x.tensor(), shape));
        return result(node, tensor, new TensorLayout(dims), false);
    }

    /** Whether a dimension runs over all pixels at once, as after a reshape to [N,C,H·W]. */
    private static boolean merges(Dimension dimension, TensorShape shape) {
        return dimension.equals(Dimension.of(shape.pixels(), shape.channels()));
    }

    private static boolean removeAll(List<Dimension> wanted) {
        wanted.clear();
        return true;
    }

    Value batchNorm(Node node, Activations input, List<Value> inputs) {
        // before operator set 14 the outputs say which of its two modes is meant
        boolean training = node.opset() < 14 ? node.hasMoreOutputs() : node.integer("training_mode", 0) != 0;
        if (training || node.integer("spatial", 1) == 0) {
            throw new UnreadableNodeException("normalises by the batch at hand, or each pixel apart; Finch reads trained statistics per channel");
        }
        Activations x = elementwise.materialised(input);
        TensorShape shape = draft.shape(x.tensor());
        if (x.layout().rank() < 2 || !x.layout().dims().get(1).equals(TensorLayout.channels(shape))) {
            throw new UnreadableNodeException("does not normalise the channels");
        }
        float[][] constants = new float[4][];
        for (int i = 0; i < constants.length; i++) {
            Tensor tensor = NodeReader.known(inputs.get(i + 1));
            if (tensor.size() != shape.channels()) {
                throw new UnreadableNodeException(tensor.size() + " constants do not fit " + shape.channels()
                        + " channels");
            }
            constants[i] = tensor.toFloats();
        }
        var norm = new Weights.BatchNorm(constants[0], constants[1], constants[2], constants[3],
                (float) node.real("epsilon", 1e-5f));
        int tensor = draft.add(new Layer.BatchNorm(draft.name(node.name()), x.tensor(), shape, Nonlinearity.LINEAR),
                new Weights.Parameters(Draft.NONE, Draft.NONE, norm));
        return result(node, tensor, x.layout(), false);
    }

    Value softmax(Node node, Activations input) {
        Activations x = elementwise.materialised(input);
        TensorShape shape = draft.shape(x.tensor());
        List<Dimension> dims = x.layout().dims();
        boolean flattens = node.opset() < 13;
        int axis = Axes.at(node.integer("axis", flattens ? 1 : -1), dims.size());
        List<Dimension> over = flattens ? dims.subList(axis, dims.size()).stream().filter(d -> !d.equals(Dimension.ONE))
                .toList() : List.of(dims.get(axis));
        Dimension one = over.size() == 1 ? over.getFirst() : null;
        Layer.Softmax.Axis along = one == null || one.batch() ? null
                : one.equals(TensorLayout.channels(shape)) ? Layer.Softmax.Axis.CHANNELS
                : one.equals(TensorLayout.rows(shape)) ? Layer.Softmax.Axis.HEIGHT
                : one.equals(TensorLayout.columns(shape)) ? Layer.Softmax.Axis.WIDTH : null;
        if (along == null) {
            throw new UnreadableNodeException("sums to 1 over the batch or over several dimensions at once");
        }
        int tensor = draft.add(new Layer.Softmax(draft.name(node.name()), x.tensor(), shape, along));
        return result(node, tensor, x.layout(), false);
    }

    Value pad(Node node, Activations x, List<Value> inputs) {
        Tensor amount = NodeReader.optional(inputs, 1);
        long[] pads = amount != null ? amount.integers() : node.integers(node.has("pads") ? "pads" : "paddings");
        Tensor fill = NodeReader.optional(inputs, 2);
        double value = fill == null ? node.real("value", 0) : fill.at(0);
        long[] axes = inputs.size() > 3 && inputs.get(3) != null ? NodeReader.known(inputs.get(3)).integers() : null;
        if (pads == null || !node.text("mode", "constant").equals("constant") || value != 0) {
            throw new UnreadableNodeException("Finch pads with zeros");
        }
        int rank = x.layout().rank();
        int[] before = new int[rank];
        int[] after = new int[rank];
        for (int i = 0; i < pads.length / 2; i++) {
            int axis = axes == null ? i : Axes.at(axes[i], rank);
            before[axis] = Math.toIntExact(pads[i]);
            after[axis] = Math.toIntExact(pads[i + pads.length / 2]);
        }
        image(x);
        if (before[0] != 0 || after[0] != 0 || before[1] != 0 || after[1] != 0) {
            throw new UnreadableNodeException("Finch pads height and width, not batch or channels");
        }
        return before[2] == 0 && before[3] == 0 && after[2] == 0 && after[3] == 0 ? x
                : new Value.Padded(x, before[2], before[3], after[2], after[3]);
    }

    /** The shape of a value that must be [N,C,H,W] now. */
    private TensorShape image(Activations x) {
        TensorShape shape = draft.shape(x.tensor());
        if (!x.layout().equals(TensorLayout.channelsFirst(shape))) {
            throw new UnreadableNodeException("needs [N,C,H,W], but its input was transposed or reshaped to something that Finch's layers cannot follow");
        }
        return shape;
    }

    private static Window window(Node node, Extent kernel, TensorShape shape, Value.Padded padded) {
        Extent stride = extent(node.integers("strides", 1, 1));
        Extent dilation = extent(node.integers("dilations", 1, 1));
        int height = shape.height() + padded.top() + padded.bottom();
        int width = shape.width() + padded.left() + padded.right();
        String rule = node.text("auto_pad", "NOTSET");
        int[] pads = switch (rule) {
            case "NOTSET" -> {
                long[] p = node.integers("pads", 0, 0, 0, 0);
                yield new int[] {(int) p[0], (int) p[1], (int) p[2], (int) p[3]};
            }
            case "VALID" -> new int[4];
            case "SAME_UPPER", "SAME_LOWER" -> {
                int y = total(height, kernel.height(), stride.height(), dilation.height());
                int x = total(width, kernel.width(), stride.width(), dilation.width());
                int more = rule.equals("SAME_LOWER") ? 1 : 0;
                int top = (y + more) / 2;
                int left = (x + more) / 2;
                yield new int[] {top, left, y - top, x - left};
            }
            default -> throw new UnreadableNodeException("auto_pad " + rule
                    + "; allowed are NOTSET, VALID, SAME_UPPER, SAME_LOWER");
        };
        return new Window(kernel, stride, pads[0] + padded.top(), pads[1] + padded.left(), pads[2] + padded.bottom(),
                pads[3] + padded.right(), dilation);
    }

    private static int total(int in, int kernel, int stride, int dilation) {
        return Math.max(0, (Math.ceilDiv(in, stride) - 1) * stride + dilation * (kernel - 1) + 1 - in);
    }

    private static Extent extent(long[] pair) {
        return new Extent(Math.toIntExact(pair[0]), Math.toIntExact(pair[1]));
    }

    private static Activations result(Node node, int tensor, TensorLayout layout, boolean integer) {
        return new Activations(tensor, layout, Curve.IDENTITY, integer, node.name());
    }
}
