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
 * <p>A checkpoint names its network, recipe and number of batches by hashes, and another training refuses it. A file of JSON beside it says in words what it
 * belongs to, a fingerprint of the images included, so that the refusal can say what differs.
 */
package finch.training;
