/**
 * ONNX Runtime behind the port {@link finch.engine.Runtime}: a second runtime to calibrate and measure, and a peer for
 * Finch's own engine.
 *
 * <p>To be a fair peer it gets the graph in its fastest form (batch normalisation folded, hard-swish as one operator,
 * batch size fixed), all graph optimisations, exactly the threads asked for, and input and output buffers that live as
 * long as the network, so that a timed run holds no allocation and no change of layout. Its threads spin while a run
 * lasts, as by default, but not between runs, where they would take the cores from whoever is timed next.
 *
 * <p>{@code NodeProfile} tells which layers its time goes to: a hard-swish runs as two passes over the tensor, a squeeze-excite product changes the
 * layout forth and back, and none of it is fused into the convolutions before. Sums and clamps are.
 */
package finch.onnxruntime;
