package finch.search.config;

import static finch.search.config.ConfigSchema.DURATION;
import static finch.search.config.ConfigSchema.TEXT;
import static finch.search.config.ConfigSchema.described;
import static finch.search.config.ConfigSchema.integer;
import static finch.search.config.ConfigSchema.number;
import static finch.search.config.ConfigSchema.object;
import static finch.search.config.ConfigSchema.ordered;
import static finch.search.config.ConfigSchema.with;

import finch.accuracy.proxy.ProxyEstimator;
import finch.accuracy.proxy.Standing;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;

/** The schema of {@code accuracy:}. */
final class AccuracySchema {
    private static final Map<String, Object> FRACTION = ordered("type", List.of("string", "number"), "pattern", "^[0-9.]+(/[0-9]+)?$");

    private AccuracySchema() {}

    /** Each type, the ladder of the others last. */
    static List<Object> all() {
        List<Object> types = new ArrayList<>(single(List.of()));
        types.add(object(ConfigKeys.LADDER, ConfigKeys.LADDER, AccuracySchema::ladder));
        return types;
    }

    /** @param more keys of each */
    private static List<Object> single(List<String> more) {
        return List.of(of(ConfigKeys.SURROGATE, List.of("type"), more, k -> known("surrogate", k)),
                of(ConfigKeys.TABLE, List.of("type", "table"), more, k -> known("table", k)),
                of(ConfigKeys.SUPERNET, List.of("type", "data"), more, k -> known("supernet", k)),
                of(ConfigKeys.COMMAND, List.of("type", "run"), more, AccuracySchema::command),
                of(ConfigKeys.PROXY, List.of("type", "proxy"), more, k -> signals("proxy", k)),
                of(ConfigKeys.ENSEMBLE, List.of("type", "signals", "method"), more, k -> signals("ensemble", k)));
    }

    private static Object of(List<String> keys, List<String> required, List<String> more, Function<String, Object> schemaOf) {
        boolean trains = keys.equals(ConfigKeys.COMMAND);
        List<String> further = more.stream().filter(key -> trains || !key.equals("fidelity")).toList();
        return object(Stream.concat(keys.stream(), further.stream()).toList(), required, key -> further.contains(key) ? rung(key) : schemaOf.apply(key));
    }

    private static Object ladder(String key) {
        if (key.equals("type")) {
            return Map.of("const", "ladder");
        }
        List<Object> rungs = new ArrayList<>(single(ConfigKeys.RUNG));
        rungs.add(object(ConfigKeys.SAME_TRAINER, List.of("fidelity"), k -> k.equals("timeout") ? command(k) : rung(k)));
        return described("Estimators, the cheapest first: each further one is asked about the promising of those before. Keys of each are those of its type, share and fidelity.",
                ordered("type", "array", "minItems", 2, "items", ordered("oneOf", rungs)));
    }

    private static Object rung(String key) {
        return switch (key) {
            case "share" -> described("Which share of all networks comes to this rung at most, e.g. 1/4; less on each further rung. Default 1 on the first, then a third of the rung before.",
                    with(ordered(), "anyOf", List.of(FRACTION)));
            case "fidelity" -> described("Of a trainer: which part of a whole training it is asked for, e.g. 1/9; a rung with a fidelity and without a type goes on with the trainer of the rung before. Default 1.",
                    with(ordered(), "anyOf", List.of(FRACTION)));
            default -> throw new IllegalArgumentException("the schema does not know " + key);
        };
    }

    private static Object signals(String type, String key) {
        List<String> names = List.copyOf(SignalReader.SIGNALS.keySet());
        return switch (key) {
            case "type" -> Map.of("const", type);
            case "proxy" -> described("What ranks the networks; nothing but naswot without allow-weak.", Map.of("enum", names));
            case "signals" -> described("At least two of " + String.join(", ", names) + "; { type: surrogate } and { type: table } with their keys.", ordered("type", "array", "minItems", 2, "items",
                    ordered("oneOf", List.of(Map.of("enum", names), of(ConfigKeys.SURROGATE, List.of("type"), List.of(), k -> known("surrogate", k)),
                            of(ConfigKeys.TABLE, List.of("type", "table"), List.of(), k -> known("table", k))))));
            case "method" -> described("fitted: a regression on the table's accuracies, tells top1. ranks: places in a sample of the space, tells a score.",
                    Map.of("enum", List.copyOf(SignalReader.METHODS.keySet())));
            case "table" -> described("Networks of known accuracy, to fit to or, with ranks, to test on; fitted needs it.", TEXT);
            case "networks" -> described("Networks of the table, and of the space with ranks, that are looked at before the search. Default " + EnsembleAccuracy.DEFAULT_NETWORKS + ".",
                    integer(ConfigKeys.MIN_NETWORKS, ConfigKeys.MAX_NETWORKS));
            case "data" -> described("Labelled images, a folder or archive or a known name; needed by signals that look at some.", TEXT);
            case "seeds" -> described("Times each network is looked at, with other weights and images. Default " + SignalSettings.DEFAULT_SEEDS + ".", integer(1, ProxyEstimator.MOST_SEEDS));
            case "batch" -> described("Images of a batch. Default " + SignalSettings.DEFAULT_BATCH + ".", integer(2, ConfigKeys.MAX_IMAGES));
            case "allow-weak" -> described("Whether a Spearman's ρ of " + Standing.BAR + " with trained accuracy need not be exceeded. Default false.", Map.of("type", "boolean"));
            case "timeout" -> known(type, key);
            default -> throw new IllegalArgumentException("the schema does not know " + key);
        };
    }

    private static Object known(String type, String key) {
        return switch (key) {
            case "type" -> Map.of("const", type);
            case "table" -> described("A CSV or JSON lines file of architectures or genomes and their accuracies, or a benchmark's own.", TEXT);
            case "missing" -> described("What an evaluation without an entry is: infeasible, or failed. Default " + Accuracy.Table.Missing.INFEASIBLE.formatName() + ".",
                    Map.of("enum", Arrays.stream(Accuracy.Table.Missing.values()).map(Accuracy.Table.Missing::formatName).toList()));
            case "file" -> described("A surrogate that finch fit wrote. Default the shipped one.", TEXT);
            case "recipe" -> described("The training recipe it speaks of. Default its own.", TEXT);
            case "model" -> described("A super-network that finch supernet trained for this space; with train it need not be there. Default required, with train shared.supernet in the run folder.", TEXT);
            case "train" -> described("How the super-network is trained where its file is not there. Default not at all.", object(ConfigKeys.TRAIN, List.of("recipe"), ConfigSchema::train));
            case "data" -> described("The images that it was trained on: a folder or archive, or the name of a set that a system package brings.", TEXT);
            case "images" -> described("Validation images to score on. Default " + Accuracy.Supernet.DEFAULT_IMAGES + ".", integer(1, ConfigKeys.MAX_VALIDATION_IMAGES));
            case "timeout" -> described("What one estimate may take; an evaluation that takes longer has failed. Default no limit.", DURATION);
            default -> throw new IllegalArgumentException("the schema does not know " + key);
        };
    }

    private static Object command(String key) {
        Map<String, Object> texts = ordered("type", List.of("string", "number", "boolean"));
        return switch (key) {
            case "type" -> Map.of("const", "command");
            case "run" -> described("Program and arguments: one JSON line in, one out. Files beside the config may be named as they are.",
                    ordered("type", "array", "minItems", 1, "items", texts));
            case "verbatim" -> described("Whether arguments are passed as they stand. Otherwise those that name a file beside the config become full paths. Default false.",
                    Map.of("type", "boolean"));
            case "timeout" -> described("Time for one attempt. Default " + Accuracy.Command.DEFAULT_TIMEOUT + ".", DURATION);
            case "retries" -> described("Further attempts after a failed one. Default 0.", integer(0, ConfigKeys.MAX_RETRIES));
            case "parallel" -> described("Trainers at once. Default 1.", integer(1, ConfigKeys.MAX_TRAINERS));
            case "environment" -> described("Variables set for the program.", ordered("type", "object", "additionalProperties", texts));
            case "dataset" -> described("What the accuracies are of. Default " + Accuracy.Command.DEFAULT_DATASET + ".", TEXT);
            default -> throw new IllegalArgumentException("the schema does not know " + key);
        };
    }
}
