package finch.onnx;

import finch.space.network.TensorShape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The view under which ONNX sees one of our tensors. Ours lie in memory as [batch][h][w][c]; each ONNX dimension is a
 * list of strided axes of one image's memory, outermost first, or the batch. A dimension of size 1 is an empty list.
 * Reshaping and transposing change this view and move no data.
 *
 * @param dims one entry for each ONNX dimension
 */
public record TensorLayout(List<Dimension> dims) {
    /** One ONNX dimension: either the batch, or axes of the image that vary together. */
    public record Dimension(boolean batch, List<Axis> axes) {
        static final Dimension BATCH = new Dimension(true, List.of());
        static final Dimension ONE = new Dimension(false, List.of());

        public Dimension {
            axes = List.copyOf(axes);
        }

        static Dimension of(Axis... axes) {
            return merged(Arrays.asList(axes));
        }

        static Dimension of(int extent, int stride) {
            return of(new Axis(extent, stride));
        }

        /** Neighbours that together step evenly become one axis, so that equal views are equal records. */
        static Dimension merged(List<Axis> axes) {
            List<Axis> result = new ArrayList<>();
            for (Axis axis : axes) {
                if (axis.extent() == 1) {
                    continue;
                }
                Axis last = result.isEmpty() ? null : result.getLast();
                if (last != null && last.stride() == axis.extent() * axis.stride()) {
                    result.set(result.size() - 1, new Axis(last.extent() * axis.extent(), axis.stride()));
                } else {
                    result.add(axis);
                }
            }
            return new Dimension(false, result);
        }

        /** Elements, 1 for the batch. */
        int extent() {
            return axes.stream().mapToInt(Axis::extent).reduce(1, Math::multiplyExact);
        }
    }

    /** {@code extent} elements of one image's memory, {@code stride} apart. */
    public record Axis(int extent, int stride) {}

    public TensorLayout {
        dims = List.copyOf(dims);
    }

    /** [N,C,H,W]. */
    static TensorLayout channelsFirst(TensorShape shape) {
        return new TensorLayout(List.of(Dimension.BATCH, channels(shape), rows(shape), columns(shape)));
    }

    /** [N,H,W,C]. */
    static TensorLayout channelsLast(TensorShape shape) {
        return new TensorLayout(List.of(Dimension.BATCH, rows(shape), columns(shape), channels(shape)));
    }

    /** [N,C] of a vector. */
    static TensorLayout vector(TensorShape shape) {
        return new TensorLayout(List.of(Dimension.BATCH, channels(shape)));
    }

    static Dimension channels(TensorShape shape) {
        return Dimension.of(shape.channels(), 1);
    }

    static Dimension rows(TensorShape shape) {
        return Dimension.of(shape.height(), shape.width() * shape.channels());
    }

    static Dimension columns(TensorShape shape) {
        return Dimension.of(shape.width(), shape.channels());
    }

    int rank() {
        return dims.size();
    }

    boolean isBatched() {
        return dims.stream().anyMatch(Dimension::batch);
    }

    /** The dimension that runs over the channels alone, or −1. */
    int channelDimension(TensorShape shape) {
        return shape.channels() == 1 ? -1 : dims.indexOf(channels(shape));
    }

    TensorLayout with(int index, Dimension dimension) {
        List<Dimension> changed = new ArrayList<>(dims);
        changed.set(index, dimension);
        return new TensorLayout(changed);
    }

    /** Elements of one image. */
    public int size() {
        return dims.stream().mapToInt(Dimension::extent).reduce(1, Math::multiplyExact);
    }

    /** The ONNX sizes for a batch. */
    public int[] sizes(int batch) {
        return dims.stream().mapToInt(d -> d.batch() ? batch : d.extent()).toArray();
    }

    /** For each element of one image in ONNX order, where it lies in our memory. */
    public int[] positions() {
        int[] positions = {0};
        for (Dimension dimension : dims) {
            for (Axis axis : dimension.axes()) {
                int[] next = new int[positions.length * axis.extent()];
                for (int i = 0; i < next.length; i++) {
                    next[i] = positions[i / axis.extent()] + i % axis.extent() * axis.stride();
                }
                positions = next;
            }
        }
        return positions;
    }

    /**
     * Brings ONNX's elements into our order.
     *
     * @param onnx  all images in ONNX order
     * @param batch images
     * @return [batch][h][w][c]
     */
    public float[] toEngine(float[] onnx, int batch) {
        return copy(onnx, batch, true);
    }

    /** Brings our elements [batch][h][w][c] into ONNX's order. */
    public float[] fromEngine(float[] ours, int batch) {
        return copy(ours, batch, false);
    }

    private float[] copy(float[] from, int batch, boolean toEngine) {
        if (from.length != batch * size()) {
            throw new IllegalArgumentException(batch + " images of " + size() + " elements expected, " + from.length
                    + " elements given");
        }
        if (isBatched() && !dims.getFirst().batch()) {
            throw new IllegalArgumentException("the batch must be the first dimension");
        }
        int[] positions = positions();
        float[] to = new float[from.length];
        for (int n = 0; n < batch; n++) {
            int base = n * positions.length;
            for (int i = 0; i < positions.length; i++) {
                if (toEngine) {
                    to[base + positions[i]] = from[base + i];
                } else {
                    to[base + i] = from[base + positions[i]];
                }
            }
        }
        return to;
    }
}
