/**
 * Trains networks on images, on the CPU, with the gradients of {@link finch.engine.gradient}.
 *
 * <p>A {@link finch.training.Recipe} says how; {@link finch.training.Trainer} does it; {@link finch.training.Evaluation} tells how right the
 * outcome is, with the engine's inference and folded batch normalisations, which is what will run.
 *
 * <p>One seed gives one network: batches, augmentation and dropout follow from seeds and numbers of steps, and gradients do not depend on threads. A
 * checkpoint holds parameters, the optimiser's numbers, the average of the weights, and the step. It is written beside the old one and then takes its
 * place, so that there is always a whole one; what was trained after it is trained again, to the same bits.
 *
 * <p>A checkpoint names its network, recipe and number of batches by hashes, and another training refuses it. It does not know the images themselves.
 */
package finch.training;
