package finch.training;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The JSON Schema of recipe files, for editors, made from the keys, limits and defaults that the reader uses. */
public final class RecipeSchema {
    private static final Map<String, Object> TEXT = Map.of("type", "string");

    private RecipeSchema() {}

    /** The schema as JSON text. */
    public static String json() {
        Map<String, Object> properties = new LinkedHashMap<>();
        RecipeKeys.ROOT.forEach(key -> properties.put(key, schema(key)));
        return JsonTree.write(ordered("$schema", "https://json-schema.org/draft/2020-12/schema", "title", "finch training recipe, " + TrainingConfig.FORMAT,
                "type", "object", "properties", properties, "required", List.of("format"), "additionalProperties", false));
    }

    private static Object schema(String key) {
        TrainingConfig d = RecipeReader.defaults();
        return switch (key) {
            case "format" -> described("Version of the format.", ordered("const", TrainingConfig.FORMAT));
            case "epochs" -> described("Passes over the images. Default " + d.epochs() + ".", integer(1, RecipeKeys.MAX_EPOCHS));
            case "batch" -> described("Images of a step. Default " + d.batch() + ".", integer(2, RecipeKeys.MAX_BATCH));
            case "resolution" -> described("Input size, a side or [height, width]. Default that of the images where all have one and it is smaller than the network's.",
                    ordered("oneOf", List.of(integer(1, RecipeKeys.MAX_RESOLUTION), ordered("type", "array", "minItems", 2, "maxItems", 2, "items", integer(1, RecipeKeys.MAX_RESOLUTION)))));
            case "channels" -> described("Input channels. Default 1 if all images are grey, else 3.", integer(1, RecipeKeys.MAX_CHANNELS));
            case "output-stride" -> described("At most so many pixels a side become one of the last map: the first strides become 1 until it is so. Default the network's own.",
                    integer(1, RecipeKeys.MAX_OUTPUT_STRIDE));
            case "optimizer" -> described("A name, or a mapping with its numbers. Default " + RecipeKeys.OPTIMIZER + ".", optimizer());
            case "learning-rate" -> described("The largest. Default by optimizer: " + RecipeKeys.OPTIMIZERS.entrySet().stream()
                    .map(e -> e.getKey() + " " + RecipeKeys.learningRate(e.getValue())).toList() + ".", number(RecipeKeys.MIN_RATE, RecipeKeys.MAX_RATE));
            case "schedule" -> described("How the learning rate goes down. Default " + RecipeKeys.SCHEDULE + ".", schedule());
            case "warm-up" -> described("Epochs in which the learning rate goes up. Default a twentieth of the epochs.", number(0, RecipeKeys.MAX_EPOCHS));
            case "weight-decay" -> described("Default " + d.weightDecay() + ".", number(0, 1));
            case "decay-all" -> described("Whether biases and batch normalisations decay, too. Default " + d.decayAll() + ".", Map.of("type", "boolean"));
            case "label-smoothing" -> described("Default " + d.labelSmoothing() + ".", number(0, RecipeKeys.MAX_SHARE));
            case "dropout" -> described("Share of the classifier's inputs that is dropped. Default 0.", number(0, RecipeKeys.MAX_SHARE));
            case "clip" -> described("Largest norm of all gradients together; 0, the default, for any.", number(0, RecipeKeys.MAX_CLIP));
            case "ema" -> described("Decay of the average of the weights that becomes the result; 0, the default, for none.", number(0, RecipeKeys.MAX_EMA));
            case "batch-norm-momentum" -> described("Share of a new batch in the running averages. Default " + d.batchNormMomentum() + ".", number(RecipeKeys.MIN_MOMENTUM, 1));
            case "augment" -> described("Random changes of training images, in this order. Default [pad-crop: 2].", ordered("type", "array", "items", augmentation()));
            case "mixup" -> described("Strength of mixup; 0, the default, for none.", number(0, RecipeKeys.MAX_MIXUP));
            case "validation" -> described("Share held out where the data has no validation images. Default " + d.validation() + ".", number(RecipeKeys.MIN_VALIDATION, RecipeKeys.MAX_SHARE));
            case "seed" -> described("One seed repeats a training bit for bit. Default " + d.seed() + ".", ordered("type", "integer", "minimum", 0));
            default -> throw new IllegalArgumentException("the schema does not know " + key);
        };
    }

    private static Map<String, Object> optimizer() {
        Map<String, Object> share = number(0, RecipeKeys.MAX_EMA);
        List<Object> forms = new ArrayList<>(List.of(ordered("enum", List.copyOf(RecipeKeys.OPTIMIZERS.keySet()))));
        Map.of("sgd", RecipeKeys.SGD, "rmsprop", RecipeKeys.RMSPROP, "adamw", RecipeKeys.ADAMW).entrySet().stream().sorted(Map.Entry.comparingByKey()).forEach(entry ->
                forms.add(typed(entry.getKey(), entry.getValue(), key -> switch (key) {
                    case "nesterov" -> Map.of("type", "boolean");
                    case "epsilon" -> number(RecipeKeys.MIN_EPSILON, 1);
                    default -> share;
                })));
        return ordered("oneOf", forms);
    }

    private static Map<String, Object> schedule() {
        return ordered("oneOf", List.of(ordered("enum", List.copyOf(RecipeKeys.SCHEDULES.keySet())),
                typed("cosine", RecipeKeys.COSINE, _ -> number(0, RecipeKeys.MAX_RATE)),
                typed("exponential", RecipeKeys.EXPONENTIAL, key -> number(RecipeKeys.MIN_FACTOR, key.equals("factor") ? 1 : RecipeKeys.MAX_EPOCHS)),
                typed("constant", List.of("type"), _ -> TEXT)));
    }

    private static Map<String, Object> typed(String type, List<String> keys, java.util.function.Function<String, Map<String, Object>> schemas) {
        Map<String, Object> properties = new LinkedHashMap<>();
        keys.forEach(key -> properties.put(key, key.equals("type") ? Map.of("const", type) : schemas.apply(key)));
        return ordered("type", "object", "properties", properties, "required", List.of("type"), "additionalProperties", false);
    }

    private static Map<String, Object> augmentation() {
        Map<String, Object> pixels = integer(1, RecipeKeys.MAX_RESOLUTION);
        Map<String, Object> strength = number(0, 1);
        Map<String, Object> area = number(RecipeKeys.MIN_AREA, 1);
        return ordered("oneOf", List.of(ordered("enum", List.of("flip", "random-resized-crop")),
                single("pad-crop", pixels),
                single("cutout", pixels),
                single("random-resized-crop", ordered("oneOf", List.of(area,
                        ordered("type", "object", "properties", ordered("area", area, "shape", area), "additionalProperties", false)))),
                single("colour-jitter", ordered("oneOf", List.of(strength, ordered("type", "array", "minItems", 3, "maxItems", 3, "items", strength))))));
    }

    private static Map<String, Object> single(String key, Map<String, Object> schema) {
        return ordered("type", "object", "properties", ordered(key, schema), "required", List.of(key), "additionalProperties", false);
    }

    private static Map<String, Object> integer(long min, long max) {
        return ordered("type", "integer", "minimum", min, "maximum", max);
    }

    private static Map<String, Object> number(double min, double max) {
        return ordered("type", "number", "minimum", min, "maximum", max);
    }

    private static Map<String, Object> described(String description, Map<String, Object> schema) {
        Map<String, Object> described = ordered("description", description);
        described.putAll(schema);
        return described;
    }

    private static Map<String, Object> ordered(Object... keysAndValues) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            map.put((String) keysAndValues[i], keysAndValues[i + 1]);
        }
        return map;
    }
}
