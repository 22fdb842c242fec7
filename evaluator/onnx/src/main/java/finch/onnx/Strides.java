package finch.onnx;

import java.util.List;

/** How far apart the elements of a tensor lie along each axis: by these it is transposed, sliced and broadcast. */
final class Strides {
    private Strides() {}

    /** The size of an axis of a tensor that is broadcast to {@code rank} dimensions. */
    static int dimension(Tensor tensor, int index, int rank) {
        int own = index - (rank - tensor.dims().size());
        return own < 0 ? 1 : tensor.dims().get(own);
    }

    /** 0 along the axes that are broadcast. */
    static int[] broadcast(Tensor tensor, int rank) {
        int[] own = of(tensor.dims());
        int[] strides = new int[rank];
        for (int i = 0; i < rank; i++) {
            strides[i] = dimension(tensor, i, rank) == 1 ? 0 : own[i - (rank - own.length)];
        }
        return strides;
    }

    /** Of elements that lie one after another, the last dimension fastest. */
    static int[] of(List<Integer> dims) {
        int[] strides = new int[dims.size()];
        int step = 1;
        for (int i = strides.length - 1; i >= 0; i--) {
            strides[i] = step;
            step *= dims.get(i);
        }
        return strides;
    }

    /** Where the elements of a view of {@code dims} lie, in row-major order. */
    static int[] positions(List<Integer> dims, int[] strides, int base) {
        int[] positions = new int[Tensor.product(dims)];
        for (int i = 0; i < positions.length; i++) {
            int rest = i;
            int at = base;
            for (int d = strides.length - 1; d >= 0; d--) {
                at += rest % dims.get(d) * strides[d];
                rest /= dims.get(d);
            }
            positions[i] = at;
        }
        return positions;
    }

    /** @param positions in {@code data}, as many as {@code dims} has elements */
    static Tensor gathered(Tensor data, int[] positions, List<Integer> dims) {
        float[] reals = new float[data.isReal() ? positions.length : 0];
        long[] integers = new long[data.isReal() ? 0 : positions.length];
        for (int i = 0; i < positions.length; i++) {
            if (data.isReal()) {
                reals[i] = data.reals()[positions[i]];
            } else {
                integers[i] = data.integers()[positions[i]];
            }
        }
        return new Tensor(dims, data.isReal() ? reals : null, data.isReal() ? null : integers);
    }
}
