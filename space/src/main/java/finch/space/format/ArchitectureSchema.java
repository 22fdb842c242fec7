package finch.space.format;

import finch.space.Activation;
import finch.space.Padding;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** The JSON Schema of architecture files, for editors, made from the keys and limits that the reader uses. */
final class ArchitectureSchema {
    private ArchitectureSchema() {}

    static String json() {
        return JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build().writeValueAsString(schema()).replace("\r\n", "\n") + "\n";
    }

    private static Map<String, Object> schema() {
        Map<String, Object> schema = new LinkedHashMap<>();
        schema.put("$schema", "https://json-schema.org/draft/2020-12/schema");
        schema.put("title", ArchitectureFormat.ID);
        schema.put("description", "A convolutional network: stem, blocks, head. Channel counts are after rounding, never ratios.");
        schema.putAll(object(ArchitectureReader.KEYS, List.of("format", "stem", "blocks"), ArchitectureSchema::key));
        return schema;
    }

    private static Map<String, Object> key(String key) {
        return switch (key) {
            case "format" -> Map.of("const", ArchitectureFormat.ID);
            case "name" -> described("For people.", Map.of("type", List.of("string", "number", "boolean")));
            case "resolution" -> described("Pixels, or [height, width]. Default " + ArchitectureFormat.DEFAULT_RESOLUTION + ".",
                    extent(ArchitectureFormat.MAX_RESOLUTION));
            case "channels" -> described("Input channels. Default " + ArchitectureFormat.DEFAULT_CHANNELS + ".", count(1));
            case "classes" -> described("Outputs of the classifier. Default " + ArchitectureFormat.DEFAULT_CLASSES + ".", count(1));
            case "padding" -> described("Where the odd pixel of SAME padding goes. Default symmetric.",
                    Map.of("enum", Arrays.stream(Padding.values()).map(Padding::formatName).toList()));
            case "stem" -> described("The first convolution.", object(ArchitectureReader.STEM_KEYS, List.of("out"), ArchitectureSchema::blockKey));
            case "blocks" -> ordered("type", "array", "items", ordered("oneOf", ArchitectureReader.BLOCK_KEYS.keySet().stream().map(ArchitectureSchema::block).toList()));
            case "head" -> described("Optional 1x1 convolution, pooling, optional hidden layer, classifier.",
                    object(ArchitectureReader.HEAD_KEYS, List.of(), ArchitectureSchema::headKey));
            default -> throw new IllegalArgumentException("the schema does not know " + key);
        };
    }

    private static Map<String, Object> block(String type) {
        List<String> keys = ArchitectureReader.BLOCK_KEYS.get(type);
        List<String> required = keys.contains("expanded") ? List.of("type", "expanded", "out") : List.of("type", "out");
        return object(keys, required, key -> key.equals("type") ? Map.of("const", type) : blockKey(key));
    }

    private static Map<String, Object> blockKey(String key) {
        return switch (key) {
            case "kernel" -> described("Taps, odd, or [height, width]. Default 3.", oddExtent());
            case "stride" -> described("Steps, or [height, width]. Default 1, 2 for the stem.", extent(ArchitectureFormat.MAX_STRIDE));
            case "expanded" -> described("Channels inside the block.", count(1));
            case "out" -> described("Output channels.", count(1));
            case "squeeze" -> described("Squeezed channels; 0, the default, for no squeeze-excite.", count(0));
            case "gate" -> described("Default " + ArchitectureReader.HARD_SIGMOID + ".",
                    Map.of("enum", List.of(ArchitectureReader.HARD_SIGMOID, ArchitectureReader.SIGMOID)));
            case "gate-slope" -> described("Slope of the hard-sigmoid gate. Default 1/6.", ordered("type", "number", "minimum", ArchitectureReader.MIN_SLOPE,
                    "maximum", ArchitectureReader.MAX_SLOPE));
            case "activation" -> activation();
            case "force-expand" -> described("Keep an expand convolution that changes no channel count. Default false.", Map.of("type", "boolean"));
            case "skip" -> described("Add the input where stride is 1 and shapes agree. Default true.", Map.of("type", "boolean"));
            default -> throw new IllegalArgumentException("the schema does not know " + key);
        };
    }

    private static Map<String, Object> headKey(String key) {
        return switch (key) {
            case "conv" -> described("Channels of the 1x1 convolution; 0, the default, for none.", count(0));
            case "hidden" -> described("Units of the hidden layer; 0, the default, for none.", count(0));
            case "hidden-bias" -> described("Default true.", Map.of("type", "boolean"));
            case "activation" -> activation();
            default -> throw new IllegalArgumentException("the schema does not know " + key);
        };
    }

    private static Map<String, Object> activation() {
        return described("Default relu.", Map.of("enum", Arrays.stream(Activation.values()).map(Activation::formatName).toList()));
    }

    private static Map<String, Object> object(List<String> keys, List<String> required, Function<String, Map<String, Object>> schemas) {
        Map<String, Object> properties = new LinkedHashMap<>();
        keys.forEach(key -> properties.put(key, schemas.apply(key)));
        return required.isEmpty() ? ordered("type", "object", "properties", properties, "additionalProperties", false)
                : ordered("type", "object", "properties", properties, "required", required, "additionalProperties", false);
    }

    private static Map<String, Object> described(String description, Map<String, Object> schema) {
        Map<String, Object> all = ordered("description", description);
        all.putAll(schema);
        return all;
    }

    private static Map<String, Object> count(int min) {
        return ordered("type", "integer", "minimum", min, "maximum", ArchitectureFormat.MAX_CHANNELS);
    }

    private static Map<String, Object> extent(int max) {
        return sides(ordered("type", "integer", "minimum", 1, "maximum", max));
    }

    private static Map<String, Object> oddExtent() {
        return sides(ordered("type", "integer", "minimum", 1, "maximum", ArchitectureFormat.MAX_KERNEL, "not", Map.of("multipleOf", 2)));
    }

    private static Map<String, Object> sides(Map<String, Object> side) {
        return ordered("oneOf", List.of(side, ordered("type", "array", "items", side, "minItems", 2, "maxItems", 2)));
    }

    private static Map<String, Object> ordered(Object... keysAndValues) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            map.put((String) keysAndValues[i], keysAndValues[i + 1]);
        }
        return map;
    }
}
