package finch.search.config;

import finch.search.config.SearchConfig.Device;
import finch.search.config.SearchConfig.Export;
import finch.search.config.SearchConfig.FrontTiming;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** The JSON Schema of search configs, for editors, made from the keys, limits and defaults that the reader uses. */
public final class ConfigSchema {
    static final Map<String, Object> DURATION = ordered("type", "string", "pattern", "^P");
    static final Map<String, Object> TEXT = Map.of("type", "string");

    private ConfigSchema() {}

    /** The schema as JSON text. */
    public static String json() {
        Map<String, Object> schema = new LinkedHashMap<>();
        schema.put("$schema", "https://json-schema.org/draft/2020-12/schema");
        schema.put("title", "finch search config, schema " + SearchConfig.SCHEMA);
        schema.putAll(object(ConfigKeys.ROOT, List.of("schema", "name", "space"), ConfigSchema::root));
        return JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build().writeValueAsString(schema).replace("\r\n", "\n") + "\n";
    }

    private static Object root(String key) {
        return switch (key) {
            case "schema" -> described("Version of the format.", ordered("const", SearchConfig.SCHEMA));
            case "name" -> described("Names the run folder.", ordered("type", "string", "pattern", "^" + ConfigKeys.NAME_PATTERN + "$"));
            case "seed" -> described("One seed repeats a run bit for bit. Default " + SearchConfig.DEFAULT_SEED + ".", integer(0));
            case "space" -> described("A shipped space, a space file, { base, freeze }, or a space's own keys.", ordered("type", List.of("string", "object")));
            case "device" -> described("The machine that latencies are of.", object(ConfigKeys.DEVICE, List.of(), ConfigSchema::device));
            case "accuracy" -> described("Which estimator tells top1, or a score in its place. Default the shipped surrogate.", ordered("oneOf", AccuracySchema.all()));
            case "objectives" -> described("What is optimised; the first one names the best network. Default "
                    + SearchConfig.DEFAULT_OBJECTIVES.stream().map(Objective::formatName).toList() + ", score where accuracy tells one.",
                    ordered("type", "array", "minItems", 1, "uniqueItems", true, "items", Map.of("enum", List.copyOf(Objective.byName().keySet()))));
            case "constraints" -> described("Limits that every network of the front keeps. Default none.",
                    object(List.copyOf(Objective.bounded().keySet()), List.of(), name -> bound(Objective.byName().get(name))));
            case "algorithm" -> described("How candidates are proposed, or a list: one after another. Default nsga2.",
                    ordered("oneOf", AlgorithmSchema.all()));
            case "stop" -> described("The first rule that fires ends the search. Default " + SearchConfig.DEFAULT_STOP + ", netadapt, exhaustive and lists end by themselves.",
                    with(object(ConfigKeys.STOP, List.of(), ConfigSchema::stop), "minProperties", 1));
            case "seed-with" -> described("Networks evaluated first and marked in the front: reference names or architecture files.",
                    ordered("type", "array", "items", ordered("oneOf", List.of(TEXT, object(ConfigKeys.SEED_NETWORK, List.of("network"),
                            k -> k.equals("network") ? TEXT : described("What to do if the space does not have it. Default error.",
                                    Map.of("enum", List.of("error", "skip"))))))));
            case "front" -> described("The timing of the front after the search.", object(ConfigKeys.FRONT, List.of(), ConfigSchema::front));
            case "finals" -> described("Trainings of the best candidates and of baselines after the search.", object(ConfigKeys.FINALS, List.of("recipe"), ConfigSchema::finals));
            case "export" -> described("What is exported at the end.", object(ConfigKeys.EXPORT, List.of(), ConfigSchema::export));
            case "set" -> described("Overrides that were applied already, for the record.", ordered("type", "array", "items", TEXT));
            default -> throw new IllegalArgumentException("the schema does not know " + key);
        };
    }

    private static Object device(String key) {
        return switch (key) {
            case "runtime" -> described("What runs the networks. Default " + Device.DEFAULT.runtime() + ".", Map.of("enum", ConfigKeys.RUNTIMES));
            case "threads" -> described("Threads of one inference. Default " + Device.DEFAULT.threads() + ".", integer(1, ConfigKeys.MAX_INFERENCE_THREADS));
            case "profile" -> described("A device profile file. Default this machine's own.", TEXT);
            case "calibration-budget" -> described("Time for calibrating a machine without a profile. Default " + Device.DEFAULT.calibrationBudget() + ".", DURATION);
            default -> throw new IllegalArgumentException("the schema does not know " + key);
        };
    }

    private static Object bound(Objective quantity) {
        List<String> units = new ArrayList<>(quantity.units().keySet());
        String absolute = "[0-9][0-9_]*(\\.[0-9]+)?([eE][+-]?[0-9]+)?\\s*(" + String.join("|", units) + ")";
        Map<String, Object> limit = ordered("type", units.contains("") ? List.of("string", "number") : "string", "pattern",
                "^(" + absolute + "|[0-9]+(\\.[0-9]+)?\\s*[x×]\\s+\\S.*)$");
        return with(object(ConfigKeys.BOUND, List.of(), key -> !key.equals("bound-on")
                ? described((key.equals("at-most") ? "The most" : "The least") + " it may be: a number with a unit, or a multiple of a network's own value,"
                        + " e.g. 1.0 x mobilenetv3-large.", limit)
                : described("Compare the value or the pessimistic end of the interval; relative limits compare values, but for at-least of top1 on the interval,"
                        + " which is that of the difference. Default " + (quantity == Objective.LATENCY ? "interval" : "value") + ".", Map.of("enum", List.of("value", "interval")))),
                "anyOf", List.of(Map.of("required", List.of("at-most")), Map.of("required", List.of("at-least"))));
    }

    private static Object stop(String key) {
        return switch (key) {
            case "evaluations" -> described("Architectures evaluated.", integer(1));
            case "generations" -> described("Generations after the initial one.", integer(0));
            case "wall-clock" -> described("Time over all sessions; the one rule that is not repeatable.", DURATION);
            case "target" -> described("After the generation in which a network that keeps all bounds has at least this top1 and at most these costs.",
                    with(object(List.copyOf(Objective.bounded().keySet()), List.of(), quantity -> ordered("type", List.of("string", "number"))), "minProperties", 1));
            case "failed-share" -> described("The run has failed once more than this share of its evaluations failed, "
                    + StoppingRule.FailedShare.LEAST_EVALUATIONS + " at least.", number(0, 1));
            case "stagnation" -> described("Generations in a row that leave the front unchanged.", integer(1));
            default -> throw new IllegalArgumentException("the schema does not know " + key);
        };
    }

    private static Object front(String key) {
        return switch (key) {
            case "measure" -> described("Whether it is done. Default " + FrontTiming.DEFAULT.measure() + ".", Map.of("type", "boolean"));
            case "top" -> described("Networks timed at most: the best, the knee, those nearest in latency to the references, then some between. Default " + FrontTiming.DEFAULT.top() + ".", integer(1, ConfigKeys.MAX_TOP));
            case "runs" -> described("Timed runs of each. Default " + FrontTiming.DEFAULT.runs() + ".", integer(1, ConfigKeys.MAX_RUNS));
            default -> throw new IllegalArgumentException("the schema does not know " + key);
        };
    }

    private static Object export(String key) {
        return key.equals("pick") ? described("best, knee, front/N or none. Default " + Export.DEFAULT.pick() + ".",
                ordered("type", "string", "pattern", "^(" + ConfigKeys.PICK_PATTERN + ")$"))
                : described("Seed of the untrained weights. Default " + Export.DEFAULT.weightSeed() + ".", integer(0));
    }

    private static Map<String, Object> recipe() {
        return described("A recipe file, or the keys of a recipe; with base: FILE they change that one.", ordered("type", List.of("string", "object")));
    }

    static Object train(String key) {
        return key.equals("recipe") ? recipe() : described("Networks drawn in each step, besides the largest and the smallest. Default " + SharedTraining.DEFAULT_RANDOM + ".",
                integer(0, ConfigKeys.MAX_RANDOM));
    }

    private static Object finals(String key) {
        return switch (key) {
            case "data" -> described("The images to train on: a folder or archive, or the name of a set that a system package brings. Default the super-network's.", TEXT);
            case "recipe" -> recipe();
            case "seeds" -> described("Trainings of each network that is compared; seeds count up from the recipe's. Default " + FinalTrainings.DEFAULT_SEEDS + ".", integer(1, ConfigKeys.MAX_SEEDS));
            case "candidates" -> described("Networks trained beside each baseline with the first seed; the best on validation images is compared. Default "
                    + FinalTrainings.DEFAULT_CANDIDATES + ".", integer(1, ConfigKeys.MAX_CANDIDATES));
            case "baselines" -> described("Networks to compare with: reference names or architecture files. Default those of seed-with.", ordered("type", "array", "items", TEXT));
            default -> throw new IllegalArgumentException("the schema does not know " + key);
        };
    }

    static Map<String, Object> object(List<String> keys, List<String> required, Function<String, Object> schemaOf) {
        Map<String, Object> properties = new LinkedHashMap<>();
        keys.forEach(key -> properties.put(key, schemaOf.apply(key)));
        Map<String, Object> object = ordered("type", "object", "properties", properties, "additionalProperties", false);
        if (!required.isEmpty()) {
            object.put("required", required);
        }
        return object;
    }

    static Map<String, Object> integer(long min) {
        return ordered("type", "integer", "minimum", min);
    }

    static Map<String, Object> integer(long min, long max) {
        return ordered("type", "integer", "minimum", min, "maximum", max);
    }

    static Map<String, Object> number(double min, double max) {
        return ordered("type", "number", "minimum", min, "maximum", max);
    }

    static Map<String, Object> described(String description, Map<String, Object> schema) {
        Map<String, Object> described = ordered("description", description);
        described.putAll(schema);
        return described;
    }

    static Map<String, Object> with(Map<String, Object> schema, String key, Object value) {
        schema.put(key, value);
        return schema;
    }

    static Map<String, Object> ordered(Object... keysAndValues) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            map.put((String) keysAndValues[i], keysAndValues[i + 1]);
        }
        return map;
    }
}
