/**
 * Trains networks on images, on the CPU, with the gradients of {@link finch.engine.gradient}.
 *
 * <p>A {@link finch.training.Recipe} says how; {@link finch.training.Trainer} does it; {@link finch.training.Evaluation} tells how right the
 * outcome is, with the engine's inference and folded batch normalisations, which is what will run.
 *
 * <p>One level above, {@link finch.training.Training} makes a network fit images, trains it as a {@link finch.training.TrainingConfig} says, which is what a
 * recipe file holds, and gives a {@link finch.training.TrainedModel}; {@link finch.training.ModelFile} keeps that. A model file has batch normalisations as they
 * are, not folded, so that it gives the same bits as the network that was trained. It is a zip of stored entries and not of any serialisation: other programs
 * read it with a zip and a JSON library, and reading one from elsewhere runs nothing and allocates no more than the file has.
 *
 * <p>One seed gives one network: batches, augmentation and dropout follow from seeds and numbers of steps, and gradients do not depend on threads. A
 * checkpoint holds parameters, the optimiser's numbers, the average of the weights, and the step. It is written beside the old one and then takes its
 * place, so that there is always a whole one; what was trained after it is trained again, to the same bits.
 *
 * <p>A checkpoint names its network, recipe, plan of batches, images by class, images a pass and kernels, and a training that has others refuses it, saying
 * which. It does not know pixels, the teacher or the weights of the start; of {@code Training} a file of JSON beside it says the rest in words, a fingerprint
 * of the images included.
 *
 * <p>Losses, gradients and weights are looked at in every step. What is no finite number ends the training before it reaches weights or a checkpoint.
 */
package finch.training;
