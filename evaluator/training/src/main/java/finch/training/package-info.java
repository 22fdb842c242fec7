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
 * <p>A checkpoint names its network, recipe, plan of batches, images by class, images a pass and kernels, and a training that has others refuses it, saying
 * which. It does not know pixels, the teacher or the weights of the start.
 *
 * <p>Losses, gradients and weights are looked at in every step. What is no finite number ends the training before it reaches weights or a checkpoint.
 */
package finch.training;
