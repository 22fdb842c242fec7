package finch.search.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** {@code configs/README.md}, the reference of every config key, is what the schema says, and so what the reader takes. */
class ConfigReferenceTest {
    private static final Path FILE = Path.of(System.getProperty("finch.root", ".."), "configs", "README.md");
    private static final String BEGIN = "<!-- generated from the code; see ConfigReferenceTest -->\n";
    private static final String BELOW = "see below";
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
    void every_key_of_the_reader_stands_in_its_section_and_no_other() {
        Map<String, List<String>> sections = sections();
        Map<String, List<String>> expected = new LinkedHashMap<>();
        expected.put("The file", ConfigKeys.ROOT);
        expected.put("`device`", ConfigKeys.DEVICE);
        expected.put("`stop`", ConfigKeys.STOP);
        expected.put("`front`", ConfigKeys.FRONT);
        expected.put("`finals`", ConfigKeys.FINALS);
        expected.put("`export`", ConfigKeys.EXPORT);
        expected.put("`constraints`", List.copyOf(Objective.bounded().keySet()));
        expected.put("`constraints`, a quantity's keys", ConfigKeys.BOUND);
        expected.put("`accuracy` of type `surrogate`", ConfigKeys.SURROGATE);
        expected.put("`accuracy` of type `table`", ConfigKeys.TABLE);
        expected.put("`accuracy` of type `supernet`", ConfigKeys.SUPERNET);
        expected.put("`train` of a super-network", ConfigKeys.TRAIN);
        expected.put("`accuracy` of type `command`", ConfigKeys.COMMAND);
        expected.put("`accuracy` of type `proxy`", ConfigKeys.PROXY);
        expected.put("`accuracy` of type `ensemble`", ConfigKeys.ENSEMBLE);
        expected.put("`accuracy` of type `ladder`", ConfigKeys.LADDER);
        expected.put("`accuracy` of type `ladder`, more keys of a rung", ConfigKeys.RUNG);
        for (String type : ConfigKeys.ALGORITHMS) {
            expected.put("`algorithm` of type `" + type + "`", switch (type) {
                case "nsga2" -> ConfigKeys.NSGA2;
                case "nsga3" -> ConfigKeys.NSGA3;
                case "regularized-evolution" -> ConfigKeys.REGULARIZED_EVOLUTION;
                case "scalarized" -> ConfigKeys.SCALARIZED;
                case "netadapt" -> ConfigKeys.NETADAPT;
                case "surrogate" -> ConfigKeys.MODEL;
                default -> ConfigKeys.RANDOM;
            });
        }
        expected.put("`algorithm` in a list, one more key", List.of(ConfigKeys.STAGE_EVALUATIONS));
        expected.put("`seed-with`, an entry with keys", ConfigKeys.SEED_NETWORK);

        assertThat(sections.keySet()).isEqualTo(expected.keySet());
        expected.forEach((section, keys) -> assertThat(sections.get(section)).as(section).containsExactlyInAnyOrderElementsOf(keys));
    }

    @Test
    void what_is_said_to_stand_below_does() {
        for (String line : tables().lines().filter(l -> l.contains("as below") || l.contains("see below")).toList()) {
            String key = line.replaceFirst("^\\| (`[a-z-]+`) .*", "$1");
            assertThat(sections().keySet()).as(line).anyMatch(section -> section.startsWith(key));
        }
    }

    /** The keys of each section. */
    private static Map<String, List<String>> sections() {
        Map<String, List<String>> sections = new LinkedHashMap<>();
        for (String section : tables().split("(?m)^## ")) {
            if (!section.isBlank()) {
                sections.put(section.lines().findFirst().orElseThrow(), section.lines().filter(l -> l.startsWith("| `"))
                        .map(l -> l.substring(3, l.indexOf('`', 3))).toList());
            }
        }
        return sections;
    }

    private static String tables() {
        StringBuilder out = new StringBuilder();
        JsonNode root = SCHEMA.path("properties");
        table(out, "The file", SCHEMA);
        for (String key : List.of("device", "stop", "front", "finals", "export")) {
            table(out, "`" + key + "`", root.path(key));
        }
        out.append("\n## `constraints`\n\nWhat may be bounded, and its units.\n\n| quantity | units | default of `bound-on` |\n|---|---|---|\n");
        for (Objective quantity : Objective.bounded().values()) {
            out.append("| `").append(quantity.formatName()).append("` | ").append(quantity.units().keySet().stream().map(u -> u.isEmpty() ? "a bare number" : "`" + u + "`")
                    .collect(Collectors.joining(", "))).append(" | ").append(quantity == Objective.LATENCY ? "`interval`" : "`value`").append(" |\n");
        }
        table(out, "`constraints`, a quantity's keys", root.path("constraints").path("properties").path(Objective.LATENCY.formatName()),
                Map.of("bound-on", "as above"));
        for (JsonNode choice : root.path("accuracy").path("oneOf")) {
            table(out, "`accuracy` of type `" + choice.at("/properties/type/const").asString() + "`", choice);
            if (choice.at("/properties/train").isObject()) {
                table(out, "`train` of a super-network", choice.at("/properties/train"));
            }
        }
        JsonNode rung = root.at("/accuracy/oneOf").valueStream().filter(choice -> choice.at("/properties/type/const").asString("").equals("ladder")).findFirst().orElseThrow()
                .at("/properties/rungs/items/oneOf").valueStream().filter(choice -> choice.at("/properties/type/const").asString("").equals("command")).findFirst().orElseThrow();
        ObjectNode more = JsonMapper.shared().createObjectNode();
        ConfigKeys.RUNG.forEach(key -> more.set(key, rung.path("properties").path(key)));
        table(out, "`accuracy` of type `ladder`, more keys of a rung", JsonMapper.shared().createObjectNode().set("properties", more));
        for (JsonNode choice : root.path("algorithm").path("oneOf")) {
            if (choice.has("properties")) {
                table(out, "`algorithm` of type `" + choice.at("/properties/type/const").asString() + "`", choice);
            }
        }
        JsonNode staged = root.at("/algorithm/oneOf").valueStream().filter(choice -> choice.has("items")).findFirst().orElseThrow().at("/items/oneOf/0");
        table(out, "`algorithm` in a list, one more key", JsonMapper.shared().createObjectNode().set("properties",
                JsonMapper.shared().createObjectNode().set(ConfigKeys.STAGE_EVALUATIONS, staged.path("properties").path(ConfigKeys.STAGE_EVALUATIONS))),
                Map.of(ConfigKeys.STAGE_EVALUATIONS, "required, but for " + String.join(" and ", ConfigKeys.ENDING_BY_THEMSELVES)));
        table(out, "`seed-with`, an entry with keys", root.path("seed-with").path("items").path("oneOf").path(1));
        return out.toString();
    }

    private static void table(StringBuilder out, String title, JsonNode object) {
        table(out, title, object, Map.of());
    }

    /** @param defaults of keys whose default the schema cannot tell */
    private static void table(StringBuilder out, String title, JsonNode object, Map<String, String> defaults) {
        List<String> required = new ArrayList<>();
        object.path("required").forEach(node -> required.add(node.asString()));
        out.append("\n## ").append(title).append("\n\n| key | range | default | meaning |\n|---|---|---|---|\n");
        for (Map.Entry<String, JsonNode> key : object.path("properties").properties()) {
            String description = key.getValue().path("description").asString("");
            int at = description.indexOf("Default ");
            String meaning = at < 0 ? description : description.substring(0, at).strip();
            String otherwise = at >= 0 ? description.substring(at + 8).replaceFirst("\\.$", "") : required.contains(key.getKey()) ? "required"
                    : key.getValue().has("const") ? key.getValue().path("const").asString() : range(key.getValue()).equals(BELOW) ? "as below" : "none";
            out.append("| `").append(key.getKey()).append("` | ").append(range(key.getValue())).append(" | ")
                    .append(cell(defaults.getOrDefault(key.getKey(), otherwise))).append(" | ").append(cell(meaning)).append(" |\n");
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
        if (schema.has("properties") && schema.path("properties").propertyNames().containsAll(Objective.bounded().keySet()) && schema.has("minProperties")) {
            return "quantities as in `constraints`, each with a limit";
        }
        if (schema.has("anyOf") && !schema.has("properties")) {
            return "number above 0 and at most 1, or a fraction";
        }
        if (schema.has("properties") || schema.has("oneOf")) {
            return BELOW;
        }
        if (schema.has("additionalProperties")) {
            return "names, each with a text";
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
