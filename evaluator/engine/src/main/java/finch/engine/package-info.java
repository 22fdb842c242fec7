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
 * <p>The first runs in a JVM are slow, and not only the first ten: a kernel that is not compiled yet makes an object of each
 * vector and takes about a hundred times as long, and one that a network calls once a run is compiled after
 * hundreds of runs. {@link finch.engine.LoadedNetwork#warmUp} repeats the steps that still allocate by themselves. In a fresh
 * JVM MobileNetV3-Large was so free of allocations after 4.5 s instead of 10.4, and MobileNetV2 in the same JVM after it in
 * 2.5 s instead of 6.2 (2 cores of a Zen 3; what is left is the compiler's own time). Lower thresholds of the compiler
 * ({@code CompileThresholdScaling}) shorten that no further.
 *
 * <p>The input is read where the caller has it. Only where a depthwise convolution reads it is it copied, since taps in
 * the padding read zeros that stand in the same array.
 */
package finch.engine;
