package finch.search.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code configs/README.md}, the reference of every config key, is what the schema says, and so what the reader takes. */
class ConfigReferenceTest {
    private static final Path FILE = Path.of(System.getProperty("finch.root", ".."), "configs", "README.md");
    private static final String BEGIN = "<!-- generated from the code; see ConfigReferenceTest -->\n";
    private static final JsonNode SCHEMA = new JsonMapper().readTree(ConfigSchema.json());

    /** To make it anew after a change, run the tests with {@code -Dfinch.test.jvmArgs=-Dfinch.golden=write}. */
    @Test
    void the_reference_is_up_to_date() throws IOException {
        String text = Files.readString(FILE);
        String prose = text.substring(0, text.indexOf(BEGIN) + BEGIN.length());
        if ("write".equals(System.getProperty("finch.golden"))) {
            Files.writeString(FILE, prose + tables());
        }
        assertThat(Files.readString(FILE)).isEqualTo(prose + tables());
    }

    @Test
    void every_key_of_the_reader_stands_in_it() {
        String tables = tables();
        for (List<String> keys : List.of(ConfigKeys.ROOT, ConfigKeys.DEVICE, ConfigKeys.STOP, ConfigKeys.FRONT, ConfigKeys.EXPORT, ConfigKeys.NSGA2,
                ConfigKeys.NSGA3, ConfigKeys.NETADAPT, ConfigKeys.SCALARIZED, ConfigKeys.MODEL, ConfigKeys.REGULARIZED_EVOLUTION, ConfigKeys.SURROGATE, ConfigKeys.TABLE)) {
            for (String key : keys) {
                assertThat(tables).contains("| `" + key + "` |");
            }
        }
        for (Objective quantity : Objective.values()) {
            assertThat(tables).contains("| `" + quantity.formatName() + "` |");
        }
    }

    private static String tables() {
        StringBuilder out = new StringBuilder();
        JsonNode root = SCHEMA.path("properties");
        table(out, "The file", SCHEMA);
        for (String key : List.of("device", "stop", "front", "export")) {
            table(out, "`" + key + "`", root.path(key));
        }
        out.append("\n## `constraints`\n\nA quantity with `at-most`, `at-least` or both: a number with a unit, or a multiple of a network's own value\n"
                + "(`1.0 x mobilenetv3-large`). `bound-on` is `value` or `interval`.\n\n| quantity | units | default of `bound-on` |\n|---|---|---|\n");
        for (Objective quantity : Objective.values()) {
            out.append("| `").append(quantity.formatName()).append("` | ").append(quantity.units().keySet().stream().map(u -> u.isEmpty() ? "a bare number" : "`" + u + "`")
                    .collect(Collectors.joining(", "))).append(" | ").append(quantity == Objective.LATENCY ? "`interval`" : "`value`").append(" |\n");
        }
        for (JsonNode choice : root.path("accuracy").path("oneOf")) {
            table(out, "`accuracy` of type `" + choice.at("/properties/type/const").asString() + "`", choice);
        }
        for (JsonNode choice : root.path("algorithm").path("oneOf")) {
            if (choice.has("properties")) {
                table(out, "`algorithm` of type `" + choice.at("/properties/type/const").asString() + "`", choice);
            }
        }
        table(out, "`seed-with`, an entry with keys", root.path("seed-with").path("items").path("oneOf").path(1));
        return out.toString();
    }

    private static void table(StringBuilder out, String title, JsonNode object) {
        List<String> required = new ArrayList<>();
        object.path("required").forEach(node -> required.add(node.asString()));
        out.append("\n## ").append(title).append("\n\n| key | range | default | meaning |\n|---|---|---|---|\n");
        for (Map.Entry<String, JsonNode> key : object.path("properties").properties()) {
            String description = key.getValue().path("description").asString("");
            int at = description.indexOf("Default ");
            String meaning = at < 0 ? description : description.substring(0, at).strip();
            String otherwise = at < 0 ? required.contains(key.getKey()) ? "required" : key.getValue().path("type").asString("").equals("object") ? "as below" : "none" : description.substring(at + 8).replaceFirst("\\.$", "");
            out.append("| `").append(key.getKey()).append("` | ").append(range(key.getValue())).append(" | ").append(cell(otherwise)).append(" | ").append(cell(meaning)).append(" |\n");
        }
    }

    private static String range(JsonNode schema) {
        if (schema.has("const")) {
            return "`" + schema.path("const").asString() + "`";
        }
        if (schema.has("enum")) {
            return schema.path("enum").valueStream().map(node -> "`" + node.asString() + "`").collect(Collectors.joining(", "));
        }
        if (schema.has("minimum")) {
            String kind = schema.path("type").asString().equals("integer") ? "whole number" : "number";
            return kind + (schema.has("maximum") ? " from " + schema.path("minimum").asString() + " to " + schema.path("maximum").asString()
                    : ", at least " + schema.path("minimum").asString());
        }
        if (schema.path("pattern").asString("").equals("^P")) {
            return "duration, ISO 8601, e.g. `PT30M`";
        }
        if (schema.has("properties") || schema.has("oneOf")) {
            return "see below";
        }
        if (schema.path("type").isArray()) {
            return schema.path("type").valueStream().map(JsonNode::asString).map(t -> t.equals("object") ? "keys" : t.equals("string") ? "text" : t).collect(Collectors.joining(" or "));
        }
        return switch (schema.path("type").asString("")) {
            case "boolean" -> "`true`, `false`";
            case "array" -> "list";
            default -> "text";
        };
    }

    private static String cell(String text) {
        return text.replace("|", "\\|");
    }
}
