package finch.engine.kernel;

/**
 * Weights in the order in which one kernel set reads them. Made by {@link Kernels#pack}; only the set that made them
 * understands them. Immutable by convention, shared by all inferences of a plan.
 *
 * @param kernel the weights, zero-padded where the set wants whole vectors
 * @param bias   one entry per output channel, zero-padded likewise
 */
public record PackedWeights(ConvGeometry geometry, float[] kernel, float[] bias) {}
