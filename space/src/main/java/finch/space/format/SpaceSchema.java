package finch.space.format;

import finch.space.Activation;
import finch.space.Padding;
import finch.space.staged.BlockKind;
import finch.space.staged.Scaling;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The JSON Schema of space files, for editors; made from the keys that the reader knows. */
public final class SpaceSchema {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final String NUMBER = "[0-9]+(\\.[0-9]+)?";
    private static final Map<SpaceKey.Section, List<String>> REQUIRED = Map.of(
            SpaceKey.Section.SPACE, List.of("format", "resolution", "stem", "stages"),
            SpaceKey.Section.STEM, List.of("out", "activation"),
            SpaceKey.Section.BUNDLE, List.of("type"));

    private SpaceSchema() {}

    /** The schema (draft 2020-12), indented, ending with a line break. */
    public static String json() {
        ObjectNode root = JSON.objectNode();
        root.put("$schema", "https://json-schema.org/draft/2020-12/schema");
        root.put("title", SpaceFormat.ID);
        root.put("description", "A search space of Finch: every property is one value, which freezes it, or a list of choices.");
        ObjectNode space = mapping(SpaceKey.of(SpaceKey.Section.SPACE), SpaceKey.Section.SPACE);
        root.setAll(space);
        ObjectNode definitions = root.putObject("$defs");
        definitions.set("stage", mapping(SpaceKey.inStage(), SpaceKey.Section.STAGE));
        definitions.set("block", mapping(SpaceKey.of(SpaceKey.Section.BLOCK), SpaceKey.Section.BLOCK));
        definitions.set("bundle", bundle());
        for (SpaceKey.Form form : SpaceKey.Form.values()) {
            if (form.isChoice()) {
                definitions.set(choices(form), definition(form));
            }
        }
        return JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build().writeValueAsString(root)
                .replace("\r\n", "\n") + "\n";
    }

    private static ObjectNode mapping(List<SpaceKey> keys, SpaceKey.Section section) {
        ObjectNode node = JSON.objectNode().put("type", "object");
        ObjectNode properties = node.putObject("properties");
        for (SpaceKey key : keys) {
            ObjectNode value = value(key.form);
            value.put("description", key.description);
            properties.set(key.key, value);
        }
        ArrayNode required = JSON.arrayNode();
        REQUIRED.getOrDefault(section, List.of()).forEach(required::add);
        if (!required.isEmpty()) {
            node.set("required", required);
        }
        return node.put("additionalProperties", false);
    }

    private static ObjectNode bundle() {
        ObjectNode node = JSON.objectNode().put("type", "object");
        ObjectNode properties = node.putObject("properties");
        properties.set("name", value(SpaceKey.Form.TEXT).put("description", SpaceKey.BUNDLE_NAME.description));
        for (SpaceKey key : SpaceKey.IN_BUNDLE) {
            properties.set(key.key, key == SpaceKey.TYPE ? kinds() : one(key.form));
        }
        node.putArray("required").add("type");
        return node.put("additionalProperties", false);
    }

    private static ObjectNode value(SpaceKey.Form form) {
        return switch (form) {
            case FORMAT -> JSON.objectNode().put("const", SpaceFormat.ID);
            case TEXT -> types("string", "number", "boolean");
            case COUNT -> whole(1, ArchitectureFormat.MAX_CHANNELS);
            case BOOLEAN -> types("boolean");
            case PADDING -> words(Arrays.stream(Padding.values()).map(Padding::formatName).toList());
            case DIVISOR -> anyOf(whole(1, 1024), words(List.of("down")));
            case SCALE -> words(Arrays.stream(Scaling.values()).map(Scaling::formatName).toList());
            case ROUNDING -> mapping(SpaceKey.of(SpaceKey.Section.ROUNDING), SpaceKey.Section.ROUNDING);
            case SCALING -> mapping(SpaceKey.of(SpaceKey.Section.SCALING), SpaceKey.Section.SCALING);
            case STEM -> mapping(SpaceKey.of(SpaceKey.Section.STEM), SpaceKey.Section.STEM);
            case HEAD -> mapping(SpaceKey.of(SpaceKey.Section.HEAD), SpaceKey.Section.HEAD);
            case DEFAULTS -> mapping(SpaceKey.inDefaults(), SpaceKey.Section.STAGE);
            case STAGES -> list("stage");
            case BLOCKS -> list("block");
            case BLOCK -> reference("block");
            case RESOLUTION, CHANNELS, KERNEL, STRIDE, DEPTH, MULTIPLIER, ACTIVATION, TYPE, EXPAND, SQUEEZE, GATE, FLAG,
                 HEAD_CONV, HEAD_HIDDEN -> reference(choices(form));
        };
    }

    private static String choices(SpaceKey.Form form) {
        return form.name().toLowerCase(Locale.ROOT).replace('_', '-') + "-choices";
    }

    /** One choice or many. */
    private static ObjectNode definition(SpaceKey.Form form) {
        return switch (form) {
            // a pair of numbers that stands alone is two choices, so rectangles in brackets can only stand in a list
            case RESOLUTION, KERNEL, STRIDE -> {
                ObjectNode single = one(form);
                ArrayNode alternatives = (ArrayNode) single.get("anyOf");
                alternatives.remove(alternatives.size() - 1);
                yield anyOf(single, many(form), range());
            }
            case CHANNELS, DEPTH -> anyOf(one(form), many(form), range());
            default -> anyOf(one(form), many(form));
        };
    }

    /** A single choice. */
    private static ObjectNode one(SpaceKey.Form form) {
        return switch (form) {
            case RESOLUTION -> extent(ArchitectureFormat.MAX_RESOLUTION, 1);
            case KERNEL -> extent(ArchitectureFormat.MAX_KERNEL, 2);
            case STRIDE -> extent(ArchitectureFormat.MAX_STRIDE, 1);
            case CHANNELS -> whole(1, ChoiceReader.MAX_CHANNELS);
            case DEPTH -> whole(0, ChoiceReader.MAX_DEPTH);
            case MULTIPLIER -> JSON.objectNode().put("type", "number").put("minimum", 0.01).put("maximum", 16);
            case ACTIVATION -> words(Arrays.stream(Activation.values()).map(Activation::formatName).toList());
            case TYPE -> anyOf(kinds(), reference("bundle"));
            case EXPAND -> anyOf(JSON.objectNode().put("type", "number").put("minimum", 0.01).put("maximum", ChoiceReader.MAX_RATIO),
                    text("[0-9]+ channels?"));
            case SQUEEZE -> text("none|[0-9]+ channels?|" + NUMBER + " of (input|expanded)");
            case GATE -> text("hard-sigmoid|sigmoid|hard-sigmoid " + NUMBER);
            case FLAG -> types("boolean");
            case HEAD_CONV -> anyOf(whole(1, ChoiceReader.MAX_CHANNELS), text("none|" + NUMBER + " of input"));
            case HEAD_HIDDEN -> anyOf(whole(1, ChoiceReader.MAX_CHANNELS), words(List.of("none")));
            default -> throw new IllegalArgumentException(form + " has no choices");
        };
    }

    private static ObjectNode kinds() {
        return words(Arrays.stream(BlockKind.values()).map(BlockKind::formatName).toList());
    }

    private static ObjectNode many(SpaceKey.Form form) {
        ObjectNode node = JSON.objectNode().put("type", "array");
        node.set("items", one(form));
        return node.put("minItems", 1).put("maxItems", ChoiceReader.MAX_CHOICES).put("uniqueItems", true);
    }

    private static ObjectNode range() {
        ObjectNode node = JSON.objectNode().put("type", "object");
        ObjectNode properties = node.putObject("properties");
        properties.set("from", whole(0, ChoiceReader.MAX_CHANNELS));
        properties.set("to", whole(0, ChoiceReader.MAX_CHANNELS));
        properties.set("step", whole(1, ChoiceReader.MAX_CHANNELS));
        node.putArray("required").add("from").add("to");
        return node.put("additionalProperties", false);
    }

    /** A number, height and width as text, or a pair. */
    private static ObjectNode extent(int max, int step) {
        ObjectNode number = whole(1, max);
        ObjectNode pair = JSON.objectNode().put("type", "array");
        if (step == 2) {
            number.set("not", JSON.objectNode().put("multipleOf", 2));
        }
        pair.set("items", number.deepCopy());
        pair.put("minItems", 2).put("maxItems", 2);
        return anyOf(number, text("[0-9]+ *x *[0-9]+"), pair);
    }

    private static ObjectNode whole(int min, int max) {
        return JSON.objectNode().put("type", "integer").put("minimum", min).put("maximum", max);
    }

    private static ObjectNode text(String pattern) {
        return JSON.objectNode().put("type", "string").put("pattern", "^(" + pattern + ")$");
    }

    private static ObjectNode words(List<String> words) {
        ObjectNode node = JSON.objectNode();
        ArrayNode values = node.putArray("enum");
        words.forEach(values::add);
        return node;
    }

    private static ObjectNode types(String... types) {
        ObjectNode node = JSON.objectNode();
        if (types.length == 1) {
            return node.put("type", types[0]);
        }
        ArrayNode values = node.putArray("type");
        Arrays.stream(types).forEach(values::add);
        return node;
    }

    private static ObjectNode anyOf(ObjectNode... alternatives) {
        ObjectNode node = JSON.objectNode();
        ArrayNode any = node.putArray("anyOf");
        Arrays.stream(alternatives).forEach(any::add);
        return node;
    }

    private static ObjectNode list(String definition) {
        ObjectNode node = JSON.objectNode().put("type", "array");
        node.set("items", reference(definition));
        return node.put("minItems", 1).put("maxItems", 64);
    }

    private static ObjectNode reference(String definition) {
        return JSON.objectNode().put("$ref", "#/$defs/" + definition);
    }
}
