package finch.onnx;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.DoubleBinaryOperator;
import java.util.function.LongBinaryOperator;

/**
 * Evaluates nodes whose inputs are all constants: exporters compute shapes and biases with them. The batch size in a
 * computed shape is a symbol ({@link Value#BATCH}), which may be moved around but not calculated with.
 */
final class Constants {
    static final Set<String> OPERATORS = Set.of(
            "Constant", "ConstantOfShape", "Identity", "Cast", "Reshape", "Flatten", "Unsqueeze", "Squeeze",
            "Transpose", "Concat", "Slice", "Gather", "Add", "Sub", "Mul", "Div", "Pow", "Sqrt", "Neg", "Reciprocal",
            "Shape", "Dropout", "ReduceProd");

    /** A shape or a bias that is computed has fewer elements, and weights that are brought into another order no more than before. */
    private static final int FEW = 1 << 20;
    private static final int GROWTH = 4;

    private Constants() {}

    /** @param inputs the node's inputs, null where one is left out */
    static Tensor evaluate(Node node, List<Tensor> inputs) {
        return switch (node.operator()) {
            case "Constant" -> constant(node);
            case "ConstantOfShape" -> filled(node, inputs.getFirst());
            case "Identity", "Dropout" -> inputs.getFirst();
            case "Cast" -> cast(inputs.getFirst(), node.integer("to", 1));
            case "Reshape" -> reshape(node, inputs);
            case "Flatten" -> flatten(node, inputs.getFirst());
            case "Unsqueeze", "Squeeze" -> squeeze(node, inputs);
            case "Transpose" -> transpose(node, inputs.getFirst());
            case "Concat" -> concat(node, inputs);
            case "Slice" -> slice(node, inputs);
            case "Gather" -> gather(node, inputs);
            case "Shape" -> shape(inputs.getFirst());
            case "Add" -> binary(inputs, Double::sum, Long::sum);
            case "Sub" -> binary(inputs, (a, b) -> a - b, (a, b) -> a - b);
            case "Mul" -> binary(inputs, (a, b) -> a * b, (a, b) -> a * b);
            case "Div" -> binary(inputs, (a, b) -> a / b, Constants::quotient);
            case "Pow" -> binary(inputs, Math::pow, (a, b) -> (long) Math.pow(a, b));
            case "Sqrt" -> unary(inputs.getFirst(), Math::sqrt);
            case "Neg" ->
                    binary(List.of(scalar(inputs.getFirst()), inputs.getFirst()), (a, b) -> a - b, (a, b) -> a - b);
            case "Reciprocal" -> unary(inputs.getFirst(), a -> 1 / a);
            case "ReduceProd" -> product(inputs.getFirst());
            default -> throw new UnreadableNodeException("its inputs are constants, which Finch does not evaluate through " + node.operator());
        };
    }

    /** The elements of what a node makes of tensors, before they are allocated: a small file can name a huge shape. */
    private static int count(List<Integer> dims, Tensor... from) {
        long most = FEW;
        for (Tensor tensor : from) {
            most += (long) GROWTH * tensor.size();
        }
        int count = Tensor.product(dims);
        if (count > most) {
            throw new UnreadableNodeException("makes a constant of " + dims + ", " + count + " elements, which is far larger than what it is made of");
        }
        return count;
    }

    private static long quotient(long a, long b) {
        if (b == 0) {
            throw new UnreadableNodeException("divides a whole number by zero");
        }
        return a / b;
    }

    private static Tensor scalar(Tensor like) {
        return like.isReal() ? Tensor.of(new float[1]) : Tensor.of(new long[1]);
    }

    private static Tensor constant(Node node) {
        var value = node.find("value");
        if (value != null) {
            return Tensor.of(value.getT());
        }
        if (node.has("value_float")) {
            return Tensor.of(new float[] {(float) node.real("value_float", 0)});
        }
        if (node.has("value_int")) {
            return Tensor.of(new long[] {node.integer("value_int", 0)});
        }
        if (node.has("value_ints")) {
            long[] values = node.integers("value_ints");
            return Tensor.of(values, values.length);
        }
        if (node.has("value_floats")) {
            List<Float> list = node.find("value_floats").getFloatsList();
            float[] values = new float[list.size()];
            for (int i = 0; i < values.length; i++) {
                values[i] = list.get(i);
            }
            return Tensor.of(values, values.length);
        }
        throw new UnreadableNodeException("a constant that is neither a tensor nor numbers");
    }

    private static Tensor filled(Node node, Tensor shape) {
        List<Integer> dims = new ArrayList<>();
        for (int i = 0; i < shape.size(); i++) {
            dims.add(size(shape.integers()[i]));
        }
        var attribute = node.find("value");
        Tensor value = attribute == null ? Tensor.of(new float[1], 1) : Tensor.of(attribute.getT());
        return Strides.gathered(value, new int[count(dims, value)], dims);
    }

    private static Tensor cast(Tensor tensor, long type) {
        boolean real = type == 1 || type == 10 || type == 11 || type == 16;
        if (real == tensor.isReal()) {
            return tensor;
        }
        if (real) {
            refuseBatch(tensor);
            return new Tensor(tensor.dims(), tensor.toFloats(), null);
        }
        long[] values = new long[tensor.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (long) tensor.at(i);
        }
        return new Tensor(tensor.dims(), null, values);
    }

    private static Tensor reshape(Node node, List<Tensor> inputs) {
        Tensor data = inputs.getFirst();
        long[] target = inputs.size() > 1 ? inputs.get(1).integers() : node.integers("shape");
        List<Integer> dims = new ArrayList<>();
        int free = -1;
        int known = 1;
        for (int i = 0; i < target.length; i++) {
            int size = target[i] == 0 && node.integer("allowzero", 0) == 0 ? data.dims().get(i) : target[i] == -1 ? 1
                    : size(target[i]);
            free = target[i] == -1 ? i : free;
            dims.add(size);
            known *= size;
        }
        if (free >= 0) {
            dims.set(free, data.size() / known);
        }
        return data.reshaped(dims);
    }

    private static Tensor flatten(Node node, Tensor data) {
        int axis = Axes.at(node.integer("axis", 1), data.dims().size() + 1);
        return data.reshaped(List.of(Tensor.product(data.dims().subList(0, axis)),
                Tensor.product(data.dims().subList(axis, data.dims().size()))));
    }

    private static Tensor squeeze(Node node, List<Tensor> inputs) {
        Tensor data = inputs.getFirst();
        long[] axes = Axes.of(node, inputs.size() > 1 ? inputs.get(1) : null);
        List<Integer> dims = new ArrayList<>(data.dims());
        if (node.operator().equals("Unsqueeze")) {
            int rank = dims.size() + axes.length;
            for (int axis : Axes.sorted(axes, rank)) {
                dims.add(axis, 1);
            }
            return data.reshaped(dims);
        }
        if (axes == null) {
            dims.removeIf(d -> d == 1);
            return data.reshaped(dims);
        }
        for (int axis : Axes.sorted(axes, dims.size()).reversed()) {
            dims.remove(axis);
        }
        return data.reshaped(dims);
    }

    private static Tensor transpose(Node node, Tensor data) {
        int rank = data.dims().size();
        long[] order = node.integers("perm");
        List<Integer> dims = new ArrayList<>();
        int[] strides = new int[rank];
        int[] sourceStrides = Strides.of(data.dims());
        for (int i = 0; i < rank; i++) {
            int from = order == null ? rank - 1 - i : (int) order[i];
            dims.add(data.dims().get(from));
            strides[i] = sourceStrides[from];
        }
        return Strides.gathered(data, Strides.positions(dims, strides, 0), dims);
    }

    private static Tensor concat(Node node, List<Tensor> inputs) {
        List<Integer> first = inputs.getFirst().dims();
        int axis = Axes.at(node.integer("axis", 0), first.size());
        int total = inputs.stream().mapToInt(t -> t.dims().get(axis)).sum();
        List<Integer> dims = new ArrayList<>(first);
        dims.set(axis, total);
        count(dims, inputs.toArray(Tensor[]::new));
        int outer = Tensor.product(first.subList(0, axis));
        boolean real = inputs.stream().anyMatch(Tensor::isReal);
        float[] reals = new float[real ? Tensor.product(dims) : 0];
        long[] integers = new long[real ? 0 : Tensor.product(dims)];
        int to = 0;
        for (int o = 0; o < outer; o++) {
            for (Tensor input : inputs) {
                int run = input.size() / outer;
                if (real) {
                    System.arraycopy(input.toFloats(), o * run, reals, to, run);
                } else {
                    System.arraycopy(input.integers(), o * run, integers, to, run);
                }
                to += run;
            }
        }
        return new Tensor(dims, real ? reals : null, real ? null : integers);
    }

    private static Tensor slice(Node node, List<Tensor> inputs) {
        Tensor data = inputs.getFirst();
        boolean attributes = inputs.size() == 1;
        long[] starts = attributes ? node.integers("starts") : inputs.get(1).integers();
        long[] ends = attributes ? node.integers("ends") : inputs.get(2).integers();
        long[] axes = attributes ? node.integers("axes") : inputs.size() > 3 && inputs.get(3) != null
                ? inputs.get(3).integers() : null;
        long[] steps = inputs.size() > 4 && inputs.get(4) != null ? inputs.get(4).integers() : null;
        List<Integer> dims = new ArrayList<>(data.dims());
        int[] strides = Strides.of(data.dims());
        int base = 0;
        for (int i = 0; i < starts.length; i++) {
            int axis = axes == null ? i : Axes.at(axes[i], dims.size());
            long step = steps == null ? 1 : steps[i];
            if (step == 0) {
                throw new UnreadableNodeException("slices a constant with step 0");
            }
            int size = dims.get(axis);
            // backwards, as PyTorch's pads are turned round: from the last at most, to before the first
            int least = step > 0 ? 0 : -1;
            int most = step > 0 ? size : size - 1;
            int from = clamped(starts[i], size, Math.max(least, 0), Math.max(most, 0));
            int to = clamped(ends[i], size, least, most);
            base += from * strides[axis];
            dims.set(axis, Math.toIntExact(Math.max(0, step > 0 ? Math.ceilDiv(to - from, step) : Math.ceilDiv(from - to, -step))));
            strides[axis] = dims.get(axis) < 2 ? strides[axis] : Math.toIntExact(strides[axis] * step);
        }
        return Strides.gathered(data, Strides.positions(dims, strides, base), dims);
    }

    /** @param place below 0 counted from the end */
    private static int clamped(long place, int size, int least, int most) {
        return Math.clamp(place < 0 ? place + size : place, least, most);
    }

    private static Tensor gather(Node node, List<Tensor> inputs) {
        Tensor data = inputs.getFirst();
        Tensor indices = inputs.get(1);
        int axis = Axes.at(node.integer("axis", 0), data.dims().size());
        int size = data.dims().get(axis);
        int inner = Tensor.product(data.dims().subList(axis + 1, data.dims().size()));
        int outer = Tensor.product(data.dims().subList(0, axis));
        List<Integer> dims = new ArrayList<>(data.dims().subList(0, axis));
        dims.addAll(indices.dims());
        dims.addAll(data.dims().subList(axis + 1, data.dims().size()));
        int[] positions = new int[count(dims, data, indices)];
        int to = 0;
        for (int o = 0; o < outer; o++) {
            for (long index : indices.integers()) {
                int at = Axes.at(index, size);
                for (int i = 0; i < inner; i++) {
                    positions[to++] = (o * size + at) * inner + i;
                }
            }
        }
        return Strides.gathered(data, positions, dims);
    }

    private static Tensor shape(Tensor data) {
        return Tensor.of(data.dims().stream().mapToLong(Integer::longValue).toArray(), data.dims().size());
    }

    private static Tensor product(Tensor data) {
        refuseBatch(data);
        if (data.isReal()) {
            throw new UnreadableNodeException("multiplies up real constants");
        }
        long product = 1;
        for (long value : data.integers()) {
            product *= value;
        }
        return Tensor.of(new long[] {product}, 1);
    }

    private static Tensor unary(Tensor data, java.util.function.DoubleUnaryOperator operator) {
        float[] values = new float[data.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) operator.applyAsDouble(data.at(i));
        }
        return new Tensor(data.dims(), values, null);
    }

    private static Tensor binary(List<Tensor> inputs, DoubleBinaryOperator real, LongBinaryOperator integer) {
        Tensor a = inputs.getFirst();
        Tensor b = inputs.get(1);
        refuseBatch(a);
        refuseBatch(b);
        int rank = Math.max(a.dims().size(), b.dims().size());
        List<Integer> dims = new ArrayList<>();
        for (int i = 0; i < rank; i++) {
            int left = Strides.dimension(a, i, rank);
            int right = Strides.dimension(b, i, rank);
            if (left != right && left != 1 && right != 1) {
                throw new UnreadableNodeException("constants of " + a.dims() + " and " + b.dims() + " do not fit");
            }
            dims.add(left == 1 ? right : left);
        }
        count(dims, a, b);
        int[] fromA = Strides.positions(dims, Strides.broadcast(a, rank), 0);
        int[] fromB = Strides.positions(dims, Strides.broadcast(b, rank), 0);
        boolean isReal = a.isReal() || b.isReal();
        float[] reals = new float[isReal ? fromA.length : 0];
        long[] integers = new long[isReal ? 0 : fromA.length];
        for (int i = 0; i < fromA.length; i++) {
            if (isReal) {
                reals[i] = (float) real.applyAsDouble(a.at(fromA[i]), b.at(fromB[i]));
            } else {
                integers[i] = integer.applyAsLong(a.integers()[fromA[i]], b.integers()[fromB[i]]);
            }
        }
        return new Tensor(dims, isReal ? reals : null, isReal ? null : integers);
    }

    private static int size(long value) {
        if (value < 0 || value > Integer.MAX_VALUE) {
            throw new UnreadableNodeException(value == Value.BATCH ? "the shape of a constant depends on the batch"
                    : "size " + value);
        }
        return (int) value;
    }

    private static void refuseBatch(Tensor tensor) {
        if (!tensor.isReal()) {
            for (long value : tensor.integers()) {
                if (value == Value.BATCH) {
                    throw new UnreadableNodeException("calculates with the batch size, which Finch leaves free");
                }
            }
        }
    }
}
