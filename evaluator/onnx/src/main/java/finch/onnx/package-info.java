/**
 * Reads and writes ONNX files.
 *
 * <p><b>Writing.</b> One node or two per {@link finch.space.network.Layer}, named after it, so that a file read back in
 * the unfolded form gives an equal {@link finch.space.network.Network}. Operator set 17 in IR 8: the oldest pair that
 * has HardSwish (14) and that ONNX Runtime and PyTorch of the last years all read. Vectors stay [N,C,1,1] until the
 * first dense layer, as PyTorch exports them, since a squeeze-excite gate has to broadcast over height and width.
 *
 * <p><b>Reading.</b> Exporters spell one layer in many ways, so the reader does not match patterns of nodes but
 * interprets the graph: an element-wise chain becomes a {@code Curve} of the tensor it starts from (hard-swish is a
 * tensor times a clamped ramp of itself, in whatever order of Add, Clip, Mul and Div), and Reshape, Flatten, Squeeze,
 * Transpose only change the {@link finch.onnx.TensorLayout}, the view of our height-width-channel tensor under which
 * ONNX sees it. A value that two nodes read is always made a tensor of its own; this is what lets the two uses of x in
 * x·f(x) meet again. Biases, batch normalisations and activations are then fused into the layer that they follow. A
 * dense layer after a flattened image permutes its weights from ONNX's channel-first order to ours.
 *
 * <p>What cannot be said with our layers is refused with the node's name, never approximated.
 */
package finch.onnx;
