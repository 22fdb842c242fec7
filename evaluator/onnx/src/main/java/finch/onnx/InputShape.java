package finch.onnx;

import ai.onnx.proto.OnnxMl;
import finch.space.Extent;
import finch.space.network.TensorShape;
import java.util.Arrays;
import java.util.List;

/**
 * The image that a graph takes. Four dimensions are [N,C,H,W], or [N,H,W,C] where all that read it transpose it to that;
 * two are [N,C]. Three and one have no batch: [H,W,C] and [C].
 */
record InputShape(String source, OnnxMl.ValueInfoProto input, ReadOptions options) {
    private static final long[] TO_CHANNELS_FIRST = {0, 3, 1, 2};

    TensorShape of(List<Node> readers, boolean rowsApart) {
        element();
        int[] dims = dims(input);
        return switch (dims.length) {
            case 1 -> shape(1, 1, dims[0]);
            case 2 -> rowsApart ? shape(dims[0], 1, dims[1]) : shape(1, 1, dims[1]);
            case 3 -> shape(dims[0], dims[1], dims[2]);
            case 4 -> isChannelsLast(readers) ? image(dims[1], dims[2], dims[3]) : image(dims[2], dims[3], dims[1]);
            default -> throw invalid("has " + dims.length + " dimensions; Finch reads images [N,C,H,W]");
        };
    }

    static TensorLayout layout(OnnxMl.ValueInfoProto input, TensorShape shape, List<Node> readers, boolean rowsApart) {
        return switch (dims(input).length) {
            case 1 -> new TensorLayout(List.of(TensorLayout.channels(shape)));
            case 2 -> rowsApart ? new TensorLayout(List.of(TensorLayout.rows(shape), TensorLayout.channels(shape)))
                    : TensorLayout.vector(shape);
            case 3 -> new TensorLayout(List.of(TensorLayout.rows(shape), TensorLayout.columns(shape),
                    TensorLayout.channels(shape)));
            default -> isChannelsLast(readers) ? TensorLayout.channelsLast(shape) : TensorLayout.channelsFirst(shape);
        };
    }

    /** The batch size that the file fixes, 0 where it leaves it free. */
    static int declaredBatch(OnnxMl.ValueInfoProto input) {
        int[] dims = dims(input);
        return dims.length == 4 || dims.length == 2 ? Math.max(0, dims[0]) : 0;
    }

    static boolean isInteger(OnnxMl.ValueInfoProto input) {
        return switch (type(input)) {
            case UINT8, INT8, UINT16, INT16 -> true;
            default -> false;
        };
    }

    private void element() {
        if (!input.getType().hasTensorType()) {
            throw invalid("is not a tensor");
        }
        switch (type(input)) {
            case FLOAT, FLOAT16, BFLOAT16, DOUBLE, UINT8, INT8, UINT16, INT16 -> { }
            default -> throw invalid("has elements of type " + type(input) + ", which a float engine does not read");
        }
    }

    private TensorShape image(int height, int width, int channels) {
        int h = height;
        int w = width;
        if (options.resolution().isPresent()) {
            Extent wanted = options.resolution().get();
            if (h > 0 && h != wanted.height() || w > 0 && w != wanted.width()) {
                throw invalid("is " + h + "x" + w + " in the file, which cannot be read at " + wanted);
            }
            h = wanted.height();
            w = wanted.width();
        }
        if (h < 1 || w < 1) {
            throw invalid("leaves height or width open. Maybe give the resolution to read it at (--resolution).");
        }
        return shape(h, w, channels);
    }

    private TensorShape shape(int height, int width, int channels) {
        if (height < 1 || width < 1 || channels < 1) {
            throw invalid("leaves a dimension open that must be known: height " + height + ", width " + width
                    + ", channels " + channels);
        }
        return new TensorShape(height, width, channels);
    }

    private static boolean isChannelsLast(List<Node> readers) {
        return !readers.isEmpty() && readers.stream().allMatch(node -> node.operator().equals("Transpose")
                && Arrays.equals(node.integers("perm"), TO_CHANNELS_FIRST));
    }

    private static int[] dims(OnnxMl.ValueInfoProto input) {
        return input.getType().getTensorType().getShape().getDimList().stream()
                .mapToInt(dim -> dim.hasDimValue() ? Math.clamp(dim.getDimValue(), -1, Integer.MAX_VALUE) : -1)
                .toArray();
    }

    private static OnnxMl.TensorProto.DataType type(OnnxMl.ValueInfoProto input) {
        var type = OnnxMl.TensorProto.DataType.forNumber(input.getType().getTensorType().getElemType());
        return type == null ? OnnxMl.TensorProto.DataType.UNDEFINED : type;
    }

    private RuntimeException invalid(String message) {
        return OnnxReader.invalid(source, "input " + input.getName(), message);
    }
}
