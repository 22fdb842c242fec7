package finch.engine.gradient;

/**
 * The way back to one tensor that an operation reads.
 *
 * @param tensor the tensor
 * @param wanted whether anyone needs its gradient
 * @param add    whether another operation, later in the network, has written it already
 */
record Adjoint(Tensor tensor, boolean wanted, boolean add) {}
