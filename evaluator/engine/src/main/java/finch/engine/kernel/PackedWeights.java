package finch.engine.kernel;

/**
 * Weights in the order in which one kernel set reads them. Made by {@link Kernels#pack}; only the set that made them
 * understands them. Immutable by convention, shared by all inferences of a plan.
 *
 * @param kernel  the weights, zero-padded where the set wants whole vectors
 * @param at      where they start in {@code kernel}
 * @param bias    one entry per output channel, zero-padded likewise
 * @param offsets where the input of each product stands, from the first tap's; empty where the set does not need it
 */
public record PackedWeights(ConvGeometry geometry, float[] kernel, int at, float[] bias, int[] offsets) {
    private static final int[] NONE = {};

    PackedWeights(ConvGeometry geometry, float[] kernel, int at, float[] bias) {
        this(geometry, kernel, at, bias, NONE);
    }
}
