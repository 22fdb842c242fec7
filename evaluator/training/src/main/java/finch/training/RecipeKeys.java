package finch.training;

import finch.data.Augmentation;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The keys of a recipe, with limits and defaults, which reader and schema share. */
final class RecipeKeys {
    static final List<String> ROOT = List.of("format", "epochs", "batch", "resolution", "channels", "output-stride", "optimizer", "learning-rate", "schedule",
            "warm-up", "weight-decay", "decay-all", "label-smoothing", "dropout", "clip", "ema", "batch-norm-momentum", "augment", "mixup", "validation", "seed");
    static final List<String> SGD = List.of("type", "momentum", "nesterov");
    static final List<String> RMSPROP = List.of("type", "decay", "momentum", "epsilon");
    static final List<String> ADAMW = List.of("type", "beta1", "beta2", "epsilon");
    static final List<String> COSINE = List.of("type", "last");
    static final List<String> EXPONENTIAL = List.of("type", "factor", "epochs");
    static final List<String> AUGMENTATIONS = List.of("flip", "pad-crop: PIXELS", "cutout: SIZE", "random-resized-crop: SMALLEST-AREA", "colour-jitter: STRENGTH");

    static final Map<String, Optimizer> OPTIMIZERS = new LinkedHashMap<>();
    static final Map<String, TrainingConfig.Rates> SCHEDULES = new LinkedHashMap<>();

    static {
        OPTIMIZERS.put("sgd", new Optimizer.Sgd(0.9, true));
        OPTIMIZERS.put("rmsprop", Optimizer.RmsProp.PAPER);
        OPTIMIZERS.put("adamw", Optimizer.AdamW.USUAL);
        SCHEDULES.put("cosine", new TrainingConfig.Rates.Cosine(0));
        // the MobileNetV3 paper's: 0.01 every 3 epochs; arXiv 1905.02244, section 6.1
        SCHEDULES.put("exponential", new TrainingConfig.Rates.Exponential(0.99, 3));
        SCHEDULES.put("constant", new TrainingConfig.Rates.Constant());
    }

    static final String OPTIMIZER = "sgd";
    static final String SCHEDULE = "cosine";
    static final int EPOCHS = 20;
    static final int BATCH = 64;
    /** Of a training, for the warm-up. */
    static final double WARM_UP_PART = 20;
    static final double WEIGHT_DECAY = 5e-4;
    static final double LABEL_SMOOTHING = 0.1;
    static final double MOMENTUM = 0.1;
    static final double VALIDATION = 0.1;
    static final long SEED = 1;
    /** Harms no kind of image; a flip would harm digits. */
    static final List<Augmentation> AUGMENT = List.of(new Augmentation.PadCrop(2));

    static final int MAX_EPOCHS = 100_000;
    static final int MAX_BATCH = 65_536;
    static final int MAX_RESOLUTION = 4096;
    static final int MAX_CHANNELS = 4;
    static final int MAX_OUTPUT_STRIDE = 4096;
    static final double MIN_RATE = 1e-9;
    static final double MAX_RATE = 1000;
    static final double MAX_SHARE = 0.99;
    static final double MIN_VALIDATION = 0.001;
    static final double MAX_EMA = 0.999999;
    static final double MAX_CLIP = 1e6;
    static final double MIN_MOMENTUM = 1e-4;
    static final double MIN_MIXUP = 0.01;
    static final double MAX_MIXUP = 4;
    static final double MIN_EPSILON = 1e-12;
    static final double MIN_FACTOR = 1e-6;
    static final double MIN_AREA = 0.01;

    private RecipeKeys() {}

    /** A usual largest rate. */
    static double learningRate(Optimizer optimizer) {
        return switch (optimizer) {
            case Optimizer.Sgd _ -> 0.05;
            case Optimizer.RmsProp _ -> 0.01;
            case Optimizer.AdamW _ -> 0.002;
        };
    }
}
