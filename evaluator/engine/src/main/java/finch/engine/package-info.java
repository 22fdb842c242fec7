/**
 * Runs networks in Java: weights, plans, inference, and the port {@link finch.engine.Runtime} for anything that can load
 * and time a network.
 *
 * <p>{@link finch.engine.Plan#compile} folds batch normalisations in double precision, joins each convolution with the
 * residual sum and nonlinearity that follow it, packs weights for the kernels, and places all tensors in one array by
 * their lifetimes. A plan is immutable and shared; an {@link finch.engine.Inference} adds the array and, for more than
 * one thread, the workers. Running allocates nothing, so that timing is not disturbed by the collector.
 *
 * <p>The input is read where the caller has it. Only where a depthwise convolution reads it is it copied, since taps in
 * the padding read zeros that stand in the same array.
 */
package finch.engine;
