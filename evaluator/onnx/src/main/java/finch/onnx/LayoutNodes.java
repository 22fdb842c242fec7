package finch.onnx;

import finch.onnx.TensorLayout.Axis;
import finch.onnx.TensorLayout.Dimension;
import finch.onnx.Value.Activations;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** Nodes that move no data for us: they only change the view of a tensor. */
record LayoutNodes(int declaredBatch) {

    Activations flatten(Node node, Activations value) {
        var dims = value.layout().dims();
        int axis = Axes.at(node.integer("axis", 1), dims.size() + 1);
        return value.with(new TensorLayout(List.of(merged(dims.subList(0, axis)),
                merged(dims.subList(axis, dims.size())))));
    }

    private static Dimension merged(List<Dimension> dims) {
        if (dims.stream().anyMatch(Dimension::batch)) {
            if (dims.stream().anyMatch(d -> d.extent() > 1)) {
                throw new UnreadableNodeException("merges the batch with another dimension");
            }
            return Dimension.BATCH;
        }
        return Dimension.merged(dims.stream().flatMap(d -> d.axes().stream()).toList());
    }

    Activations reshape(Node node, Activations value, long[] wanted) {
        List<Dimension> dims = value.layout().dims();
        boolean copies = node.integer("allowzero", 0) == 0;
        long[] target = wanted.clone();
        boolean batched = value.layout().isBatched();
        if (batched && (!dims.getFirst().batch() || target.length == 0)) {
            throw new UnreadableNodeException("reshapes the batch");
        }
        for (int i = 0; i < target.length; i++) {
            if (target[i] == 0 && copies) {
                if (i >= dims.size()) {
                    throw new UnreadableNodeException("copies dimension " + i + " of " + dims.size());
                }
                target[i] = dims.get(i).batch() ? Value.BATCH : dims.get(i).extent();
            }
        }
        int size = value.layout().size();
        List<Dimension> result = new ArrayList<>();
        int start = 0;
        if (batched) {
            boolean first = target[0] == Value.BATCH || target[0] == -1 || target[0] == 1 || target[0] == declaredBatch;
            if (!first) {
                throw new UnreadableNodeException("reshapes the batch to " + target[0]);
            }
            result.add(Dimension.BATCH);
            start = 1;
        }
        int free = -1;
        long known = 1;
        for (int i = start; i < target.length; i++) {
            if (target[i] == Value.BATCH || target[i] < -1 || target[i] == -1 && free >= 0) {
                throw new UnreadableNodeException("reshapes to sizes that Finch cannot tell");
            }
            if (target[i] == -1) {
                free = i;
            } else {
                known = Math.multiplyExact(known, target[i]);
            }
        }
        if (free >= 0 && known > 0 && size % known == 0) {
            target[free] = size / known;
            known = size;
        }
        if (known != size) {
            throw new UnreadableNodeException("reshapes " + size + " elements of an image to " + known);
        }
        Deque<Axis> axes = new ArrayDeque<>();
        dims.forEach(d -> axes.addAll(d.axes()));
        for (int i = start; i < target.length; i++) {
            result.add(take(axes, (int) target[i]));
        }
        return value.with(new TensorLayout(result));
    }

    /** Takes as many elements off the front of the axes, splitting one where needed. */
    private static Dimension take(Deque<Axis> axes, int wanted) {
        List<Axis> taken = new ArrayList<>();
        int open = wanted;
        while (open > 1) {
            Axis axis = axes.pop();
            if (open % axis.extent() == 0) {
                taken.add(axis);
                open /= axis.extent();
            } else if (axis.extent() % open == 0) {
                int inner = axis.extent() / open;
                taken.add(new Axis(open, axis.stride() * inner));
                axes.push(new Axis(inner, axis.stride()));
                open = 1;
            } else {
                throw new UnreadableNodeException("reshapes across dimensions, which Finch has no layer for");
            }
        }
        return Dimension.merged(taken);
    }

    Activations squeeze(Activations value, long[] axes) {
        List<Dimension> dims = new ArrayList<>(value.layout().dims());
        if (axes == null) {
            dims.removeIf(d -> d.equals(Dimension.ONE));
        } else {
            for (int axis : Axes.sorted(axes, dims.size()).reversed()) {
                if (!dims.remove(axis).equals(Dimension.ONE)) {
                    throw new UnreadableNodeException("squeezes dimension " + axis + ", which is not 1");
                }
            }
        }
        return value.with(new TensorLayout(dims));
    }

    Activations unsqueeze(Activations value, long[] axes) {
        List<Dimension> dims = new ArrayList<>(value.layout().dims());
        for (int axis : Axes.sorted(axes, dims.size() + axes.length)) {
            dims.add(axis, Dimension.ONE);
        }
        return value.with(new TensorLayout(dims));
    }

    Activations transpose(Node node, Activations value) {
        List<Dimension> dims = value.layout().dims();
        long[] order = node.integers("perm");
        List<Dimension> result = new ArrayList<>();
        for (int i = 0; i < dims.size(); i++) {
            result.add(dims.get(order == null ? dims.size() - 1 - i : (int) order[i]));
        }
        return value.with(new TensorLayout(result));
    }

    Value shape(Node node, Activations value) {
        long[] sizes = value.layout().dims().stream().mapToLong(d -> d.batch() ? Value.BATCH : d.extent()).toArray();
        int rank = sizes.length;
        int start = bound(node.integer("start", 0), rank);
        int end = Math.max(start, bound(node.integer("end", rank), rank));
        return new Value.Known(Tensor.of(java.util.Arrays.copyOfRange(sizes, start, end), end - start));
    }

    private static int bound(long index, int rank) {
        return Math.clamp(index < 0 ? index + rank : index, 0, rank);
    }
}
