/**
 * Runs networks in Java: weights, plans, inference, and the port {@link finch.engine.Runtime} for anything that can load
 * and time a network.
 *
 * <p>{@link finch.engine.Plan#compile} folds batch normalisations in double precision, joins each convolution with the
 * residual sum and nonlinearity that follow it, packs weights for the kernels, and places all tensors in one array by
 * their lifetimes. A plan is immutable and shared; an {@link finch.engine.Inference} adds the array and, for more than
 * one thread, the workers. Running allocates nothing, so that timing is not disturbed by the collector.
 *
 * <p>Convolutions that read nothing but what the one before them writes run as a {@code Chain}, band by band of
 * rows: what they pass on stays in the second level cache. {@code Chains} decides which, by counting floats through the
 * slow caches. On a machine whose last level cache and memory are shared with neighbours that is worth more than on a quiet one,
 * and it makes arenas small: MobileNetV2 at 224 takes 1.4 MB instead of 5.8. Bits do not depend on it.
 *
 * <p>The input is read where the caller has it. Only where a depthwise convolution reads it is it copied, since taps in
 * the padding read zeros that stand in the same array.
 */
package finch.engine;
