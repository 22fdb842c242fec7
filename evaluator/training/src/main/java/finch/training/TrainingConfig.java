package finch.training;

import finch.data.Augmentation;
import finch.data.Split;
import finch.space.Architecture;
import finch.space.Extent;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * All that a training needs to know but network and images: what a recipe file holds. With network and images it decides
 * the outcome, bit for bit.
 *
 * @param batch             images of a step
 * @param resolution        of the network's input; empty for that of the images where all have one and it is smaller than the network's
 * @param channels          of the network's input; empty for those of the images
 * @param outputStride      at most so many pixels of the input are one of the last map: the first strides give way; empty to keep the network's
 * @param learningRate      the largest
 * @param rates             how the learning rate goes down
 * @param warmUp            epochs in which it first goes up
 * @param ema               decay of the exponential moving average of the weights; 0 for none
 * @param batchNormMomentum share of a new batch in the running averages of batch normalisations
 * @param validation        share of the images that are held out where a data set brings no validation images
 * @param seed              of weights, order, augmentation, dropout and what is held out
 */
public record TrainingConfig(int epochs, int batch, Optional<Extent> resolution, OptionalInt channels, OptionalInt outputStride, Optimizer optimizer,
                             double learningRate, Rates rates, double warmUp, double weightDecay, boolean decayAll, double labelSmoothing,
                             double dropout, double clip, double ema, double batchNormMomentum, List<Augmentation> augment, double mixup,
                             double validation, long seed) {
    /** The value of the key {@code format}. */
    public static final String FORMAT = "finch-recipe/1";

    /** How the learning rate goes down from its largest value. */
    public sealed interface Rates {
        /** Half a cosine to {@code last} at the end. */
        record Cosine(double last) implements Rates {}

        /** Times {@code factor} after every {@code epochs} epochs. */
        record Exponential(double factor, double epochs) implements Rates {}

        /** Not at all. */
        record Constant() implements Rates {}
    }

    /** @throws IllegalArgumentException if a part cannot be, saying which */
    public TrainingConfig {
        augment = List.copyOf(augment);
        if (batch < 2) {
            throw new IllegalArgumentException("batch must be at least 2, not " + batch + ": a batch normalisation needs more than one image");
        }
        new Split(validation, seed);
        recipe(epochs, optimizer, learningRate, rates, warmUp, weightDecay, decayAll, labelSmoothing, dropout, clip, ema, batchNormMomentum, seed);
    }

    /** What decides single steps. */
    public Recipe recipe() {
        return recipe(epochs, optimizer, learningRate, rates, warmUp, weightDecay, decayAll, labelSmoothing, dropout, clip, ema, batchNormMomentum, seed);
    }

    private static Recipe recipe(int epochs, Optimizer optimizer, double rate, Rates rates, double warmUp, double weightDecay, boolean decayAll,
                                 double smoothing, double dropout, double clip, double ema, double momentum, long seed) {
        Schedule schedule = switch (rates) {
            case Rates.Cosine(double last) -> new Schedule.Cosine(rate, last, epochs);
            case Rates.Exponential(double factor, double each) -> new Schedule.Exponential(rate, factor, each);
            case Rates.Constant _ -> new Schedule.Exponential(rate, 1, 1);
        };
        return new Recipe(epochs, optimizer, warmUp == 0 ? schedule : new Schedule.WarmUp(warmUp, schedule), weightDecay, decayAll, smoothing, dropout,
                clip, ema, momentum, null, seed);
    }

    /** This training of a network that stays as it is: its resolution and channels are not made to fit the images. */
    public TrainingConfig asIs(Architecture network) {
        return with(Optional.of(network.resolution()), OptionalInt.of(network.channels()), OptionalInt.empty(), seed);
    }

    /** This training of images of so many channels. */
    public TrainingConfig withChannels(int newChannels) {
        return with(resolution, OptionalInt.of(newChannels), outputStride, seed);
    }

    /** This training under another seed. */
    public TrainingConfig withSeed(long newSeed) {
        return with(resolution, channels, outputStride, newSeed);
    }

    private TrainingConfig with(Optional<Extent> newResolution, OptionalInt newChannels, OptionalInt newOutputStride, long newSeed) {
        return new TrainingConfig(epochs, batch, newResolution, newChannels, newOutputStride, optimizer, learningRate, rates, warmUp, weightDecay, decayAll,
                labelSmoothing, dropout, clip, ema, batchNormMomentum, augment, mixup, validation, newSeed);
    }

    /** How a set without validation images is parted. */
    public Split split() {
        return new Split(validation, seed);
    }

    /** Every key of a recipe file with its value: maps, lists, texts, numbers, booleans. What reads it gets this record back. */
    public Map<String, Object> tree() {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("format", FORMAT);
        tree.put("epochs", epochs);
        tree.put("batch", batch);
        resolution.ifPresent(extent -> tree.put("resolution", extent.isSquare() ? (Object) extent.height() : List.of(extent.height(), extent.width())));
        channels.ifPresent(count -> tree.put("channels", count));
        outputStride.ifPresent(stride -> tree.put("output-stride", stride));
        tree.put("optimizer", optimizerTree());
        tree.put("learning-rate", learningRate);
        tree.put("schedule", scheduleTree());
        tree.put("warm-up", warmUp);
        tree.put("weight-decay", weightDecay);
        tree.put("decay-all", decayAll);
        tree.put("label-smoothing", labelSmoothing);
        tree.put("dropout", dropout);
        tree.put("clip", clip);
        tree.put("ema", ema);
        tree.put("batch-norm-momentum", batchNormMomentum);
        tree.put("augment", augmentTree());
        tree.put("mixup", mixup);
        tree.put("validation", validation);
        tree.put("seed", seed);
        return tree;
    }

    private Map<String, Object> optimizerTree() {
        return switch (optimizer) {
            case Optimizer.Sgd sgd -> ordered("type", "sgd", "momentum", sgd.momentum(), "nesterov", sgd.nesterov());
            case Optimizer.RmsProp rms -> ordered("type", "rmsprop", "decay", rms.decay(), "momentum", rms.momentum(), "epsilon", rms.epsilon());
            case Optimizer.AdamW adam -> ordered("type", "adamw", "beta1", adam.beta1(), "beta2", adam.beta2(), "epsilon", adam.epsilon());
        };
    }

    private Map<String, Object> scheduleTree() {
        return switch (rates) {
            case Rates.Cosine(double last) -> ordered("type", "cosine", "last", last);
            case Rates.Exponential(double factor, double each) -> ordered("type", "exponential", "factor", factor, "epochs", each);
            case Rates.Constant _ -> ordered("type", "constant");
        };
    }

    private List<Object> augmentTree() {
        List<Object> items = new ArrayList<>();
        for (Augmentation augmentation : augment) {
            items.add(switch (augmentation) {
                case Augmentation.RandomResizedCrop crop -> ordered("random-resized-crop", ordered("area", crop.smallestArea(), "shape", crop.narrowest()));
                case Augmentation.PadCrop(int pixels) -> ordered("pad-crop", pixels);
                case Augmentation.Flip _ -> "flip";
                case Augmentation.ColourJitter(double brightness, double contrast, double saturation) -> ordered("colour-jitter", List.of(brightness, contrast, saturation));
                case Augmentation.Cutout(int size) -> ordered("cutout", size);
            });
        }
        return items;
    }

    private static Map<String, Object> ordered(Object... keysAndValues) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            map.put((String) keysAndValues[i], keysAndValues[i + 1]);
        }
        return map;
    }
}
