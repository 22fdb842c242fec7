package finch.onnx;

/** What a name in a graph stands for while the graph is read. */
sealed interface Value {
    /** A constant. Where it holds a shape, {@link #BATCH} stands for the batch size. */
    record Known(Tensor tensor) implements Value {}

    /**
     * A function of a tensor of the draft, seen under a layout.
     *
     * @param tensor  number in the draft
     * @param integer whether the elements are whole numbers, of which only the largest is ever taken
     */
    record Activations(int tensor, TensorLayout layout, Curve curve, boolean integer) implements Value {
        Activations with(TensorLayout newLayout) {
            return new Activations(tensor, newLayout, curve, integer);
        }
    }

    /** Activations with zeros around height and width that only a convolution can take in. */
    record Padded(Activations inner, int top, int left, int bottom, int right) implements Value {}

    /** The size of the batch in a computed shape. */
    long BATCH = Long.MIN_VALUE;
}
