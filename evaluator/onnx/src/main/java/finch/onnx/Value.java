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
     * @param origin  name of the node that it comes from
     */
    record Activations(int tensor, TensorLayout layout, Curve curve, boolean integer, String origin) implements Value {
        Activations with(TensorLayout newLayout) {
            return new Activations(tensor, newLayout, curve, integer, origin);
        }

        Activations with(Curve newCurve, String newOrigin) {
            return new Activations(tensor, layout, newCurve, integer, newOrigin);
        }

        Activations asReal() {
            return new Activations(tensor, layout, curve, false, origin);
        }
    }

    /** Activations with zeros around height and width that only a convolution can take in. */
    record Padded(Activations inner, int top, int left, int bottom, int right) implements Value {}

    /** The size of the batch in a computed shape. */
    long BATCH = Long.MIN_VALUE;
}
