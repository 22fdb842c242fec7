/**
 * The reverse pass over the engine's kernels: gradients of every parameter of a {@link finch.space.network.Network} for batches of images.
 * Zero-cost proxies and training build on it; losses, optimisers and data are elsewhere, but for {@link finch.engine.gradient.CrossEntropy}.
 *
 * {@snippet :
 * Parameters parameters = Parameters.initial(network, seed);
 * try (GradientPass pass = new GradientPass(parameters, PassOptions.of(64).withThreads(2))) {
 *     float[] logits = pass.forward(images, 64, Mode.TRAINING);
 *     float[] gradient = new float[logits.length];
 *     double loss = new CrossEntropy(0.1).of(logits, labels, 64, classes, gradient);
 *     pass.backward(gradient);
 *     float[] change = parameters.of("block1.expand", Parameter.Role.KERNEL).gradient();
 * }
 * }
 *
 * <h2>How it runs</h2>
 *
 * <p>Layers become operations (product, window, depthwise, normalisation, mean, gate, sum, dropout) between tensors that keep their
 * values, unfused, since the way back needs what went into each. A gradient is computed where the gradient of the layer's result stood.
 *
 * <p>Operations are cut into stages that work image by image. Between two barriers, which batch statistics need, a chunk of images goes
 * through all stages at once, so that what one writes is still near when the next reads it. Threads take chunks as they come.
 *
 * <h2>Bits</h2>
 *
 * <p>Chunks depend on shapes and batch, never on threads. Sums over images (weight gradients, moments) are kept for each chunk apart and
 * added in the order of the chunks; weight gradients that are too large for that are summed over all images by the thread that
 * computes these outputs. So the number of threads changes no bit.
 */
package finch.engine.gradient;
