package finch.onnx;

import finch.engine.Weights;
import finch.onnx.TensorLayout.Dimension;
import finch.onnx.Value.Activations;
import finch.space.network.Layer;
import finch.space.network.Nonlinearity;
import finch.space.network.TensorShape;
import finch.space.network.Window;
import java.util.List;

/** Matrix products with constants: dense layers, and pointwise convolutions where the rows are pixels. */
final class DenseNodes {
    private final Draft draft;
    private final Elementwise elementwise;

    DenseNodes(Draft draft, Elementwise elementwise) {
        this.draft = draft;
        this.elementwise = elementwise;
    }

    Value matMul(Node node, Activations input, Tensor b) {
        int rank = b.dims().size();
        if (rank < 2 || Tensor.product(b.dims().subList(0, rank - 2)) != 1) {
            throw new UnreadableNodeException("multiplies by a constant of " + b.dims() + "; Finch takes a matrix");
        }
        return product(node, input, weights(b.reshaped(b.dims().subList(rank - 2, rank)), false, 1), null);
    }

    Value gemm(Node node, Activations input, Tensor b, Tensor c) {
        if (node.integer("transA", 0) != 0) {
            throw new UnreadableNodeException("transposes its input");
        }
        if (b.dims().size() != 2 || input.layout().rank() != 2) {
            throw new UnreadableNodeException("Gemm takes matrices");
        }
        Matrix weights = weights(b, node.integer("transB", 0) != 0, node.real("alpha", 1));
        Tensor bias = c == null ? null : scaled(c, node.real("beta", 1));
        return product(node, input, weights, bias);
    }

    /** Weights [out][in] in ONNX's order of inputs. */
    private record Matrix(float[] values, int out, int in) {}

    private static Matrix weights(Tensor b, boolean transposed, double factor) {
        int in = b.dims().get(transposed ? 1 : 0);
        int out = b.dims().get(transposed ? 0 : 1);
        float[] from = b.toFloats();
        float[] values = new float[from.length];
        for (int o = 0; o < out; o++) {
            for (int i = 0; i < in; i++) {
                values[o * in + i] = (float) (factor * from[transposed ? o * in + i : i * out + o]);
            }
        }
        return new Matrix(values, out, in);
    }

    private static Tensor scaled(Tensor c, double factor) {
        float[] values = c.toFloats().clone();
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (factor * values[i]);
        }
        return new Tensor(c.dims(), values, null);
    }

    private Value product(Node node, Activations input, Matrix weights, Tensor bias) {
        Activations x = elementwise.materialised(input);
        TensorShape shape = draft.shape(x.tensor());
        List<Dimension> dims = x.layout().dims();
        Dimension last = dims.getLast();
        if (last.batch() || last.extent() != weights.in()) {
            throw new UnreadableNodeException("weights for " + weights.in() + " inputs do not fit " + last.extent());
        }
        if (dims.size() == 2 && dims.getFirst().batch()) {
            return dense(node, x, shape, weights, bias(bias, weights.out(), 1));
        }
        if (!last.equals(TensorLayout.channels(shape))
                || dims.stream().mapToInt(Dimension::extent).reduce(1, Math::multiplyExact) != shape.size()) {
            throw new UnreadableNodeException("multiplies a dimension that is not the channels");
        }
        boolean perRow = bias != null && bias.dims().size() == 2 && bias.dims().getFirst() > 1;
        return perRow ? wholeMatrix(node, x, shape, weights, bias(bias, weights.out(), shape.pixels()))
                : pointwise(node, x, shape, weights, bias(bias, weights.out(), 1));
    }

    private Value dense(Node node, Activations x, TensorShape shape, Matrix weights, float[] bias) {
        int[] positions = new TensorLayout(List.of(x.layout().dims().getLast())).positions();
        if (positions.length != shape.size()) {
            throw new UnreadableNodeException("reads a part of a tensor");
        }
        float[] kernel = new float[weights.values().length];
        for (int o = 0; o < weights.out(); o++) {
            for (int i = 0; i < positions.length; i++) {
                kernel[o * positions.length + positions[i]] = weights.values()[o * positions.length + i];
            }
        }
        TensorShape out = TensorShape.vector(weights.out());
        int tensor = draft.add(new Layer.Dense(draft.name(node.name()), x.tensor(), shape, out, bias.length > 0,
                Nonlinearity.LINEAR),
                new Weights.Parameters(kernel, bias, null));
        return new Activations(tensor, TensorLayout.vector(out), Curve.IDENTITY, false, node.name());
    }

    /** Rows are pixels: a 1x1 convolution. */
    private Value pointwise(Node node, Activations x, TensorShape shape, Matrix weights, float[] bias) {
        TensorShape out = new TensorShape(shape.height(), shape.width(), weights.out());
        List<Dimension> dims = x.layout().dims().stream().map(d -> d.batch() ? d
                : d.equals(TensorLayout.channels(shape)) ? TensorLayout.channels(out)
                : d.equals(TensorLayout.rows(shape)) ? TensorLayout.rows(out)
                : d.equals(TensorLayout.columns(shape)) ? TensorLayout.columns(out) : null).toList();
        if (dims.contains(null)) {
            throw new UnreadableNodeException("height and width are merged in its input");
        }
        int tensor = draft.add(new Layer.Convolution(draft.name(node.name()), x.tensor(), shape, out, Window.POINTWISE,
                1, bias.length > 0, false,
                Nonlinearity.LINEAR), new Weights.Parameters(weights.values(), bias, null));
        return new Activations(tensor, new TensorLayout(dims), Curve.IDENTITY, false, node.name());
    }

    /**
     * A bias of its own for each row of a matrix that has no batch: only a dense layer over all the rows at once can
     * say that, with weights that are zero between rows.
     */
    private Value wholeMatrix(Node node, Activations x, TensorShape shape, Matrix weights, float[] bias) {
        int rows = shape.pixels();
        int[] positions = x.layout().positions();
        float[] kernel = new float[Math.multiplyExact(rows * weights.out(), shape.size())];
        for (int r = 0; r < rows; r++) {
            for (int o = 0; o < weights.out(); o++) {
                for (int i = 0; i < weights.in(); i++) {
                    kernel[(r * weights.out() + o) * shape.size() + positions[r * weights.in() + i]] =
                            weights.values()[o * weights.in() + i];
                }
            }
        }
        int tensor = draft.add(new Layer.Dense(draft.name(node.name()), x.tensor(), shape,
                TensorShape.vector(rows * weights.out()), true,
                Nonlinearity.LINEAR), new Weights.Parameters(kernel, bias, null));
        TensorLayout layout =
                new TensorLayout(List.of(Dimension.of(rows, weights.out()), Dimension.of(weights.out(), 1)));
        return new Activations(tensor, layout, Curve.IDENTITY, false, node.name());
    }

    /** A bias broadcast to [rows][out]; empty for none. */
    private static float[] bias(Tensor c, int out, int rows) {
        if (c == null) {
            return Draft.NONE;
        }
        int rank = c.dims().size();
        int columns = rank == 0 ? 1 : c.dims().getLast();
        int given = rank < 2 ? 1 : c.dims().getFirst();
        if (rank > 2 || columns != 1 && columns != out || given != 1 && given != rows) {
            throw new UnreadableNodeException("a bias of " + c.dims() + " does not fit " + rows + " rows of " + out
                    + (rows == 1 ? "; one that varies over the batch is no layer" : ""));
        }
        float[] from = c.toFloats();
        float[] bias = new float[rows * out];
        for (int r = 0; r < rows; r++) {
            for (int o = 0; o < out; o++) {
                bias[r * out + o] = from[(given == 1 ? 0 : r) * columns + (columns == 1 ? 0 : o)];
            }
        }
        return bias;
    }
}
