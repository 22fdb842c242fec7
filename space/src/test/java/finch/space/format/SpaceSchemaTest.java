package finch.space.format;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.dataformat.yaml.YAMLMapper;

class SpaceSchemaTest {
    private static final Path FOLDER = Path.of(System.getProperty("finch.root", ".."), "configs", "spaces");
    private static final JsonNode SCHEMA = JsonMapper.builder().build().readTree(SpaceSchema.json());

    static List<String> names() {
        return SpaceFormat.names();
    }

    /** Run with {@code -Dfinch.regenerate=true} to write the file anew after the keys have changed. */
    @Test
    void the_shipped_schema_is_up_to_date() throws IOException {
        Path file = FOLDER.resolve("finch-space.schema.json");
        if (Boolean.getBoolean("finch.regenerate")) {
            Files.writeString(file, SpaceSchema.json());
        }
        assertThat(Files.readString(file)).isEqualTo(SpaceSchema.json());
        assertThat(SpaceSchemaTest.class.getResource("/finch/configs/spaces/finch-space.schema.json")).isNotNull();
    }

    @ParameterizedTest
    @MethodSource("names")
    void shipped_spaces_fit_the_schema_and_point_to_it(String name) throws IOException {
        String text = Files.readString(FOLDER.resolve(name + ".yaml"));
        assertThat(text).startsWith("# yaml-language-server: $schema=finch-space.schema.json\n");
        assertThat(misfits(text)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"kernel: 4", "kernal: 3", "expand: three", "squeeze: 0.25", "depth: -1", "activation: gelu", "type: identty",
            "kernel: []", "kernel: [3, 3]", "gate: tanh", "stride: 9", "out: 0", "blocks: 3", "per-block: { depth: 2 }", "skip: maybe"})
    void what_the_reader_refuses_the_schema_refuses_too(String mistake) {
        String good = "format: finch-space/1\nresolution: 32\nstem: { out: 16, activation: relu }\nstages:\n"
                + "  - { depth: 1, out: 16, kernel: 3, expand: 3, activation: relu }\n";
        assertThat(misfits(good)).isEmpty();
        String bad = good + "  - { " + mistake + " }\n";
        assertThat(misfits(bad)).isNotEmpty();
        assertThat(SourceReader.parse("x", bad)).satisfies(n -> {
            assertThat(SpaceFormat.find(n)).isEmpty();
            assertThat(n.problems().isEmpty()).isFalse();
        });
    }

    @Test
    void every_key_says_what_it_is() {
        List<JsonNode> mappings = new ArrayList<>(List.of(SCHEMA));
        SCHEMA.get("$defs").forEach(mappings::add);
        for (JsonNode mapping : mappings.subList(0, 3)) {
            mapping.get("properties").properties().forEach(p -> assertThat(p.getValue().get("description").asString()).as(p.getKey()).isNotBlank());
        }
    }

    private static List<String> misfits(String yaml) {
        List<String> found = new ArrayList<>();
        check(SCHEMA, YAMLMapper.builder().build().readTree(yaml), "", found);
        return found;
    }

    /** The keywords that the schema uses; an unknown one fails the test. */
    private static void check(JsonNode schema, JsonNode value, String path, List<String> found) {
        for (Map.Entry<String, JsonNode> e : schema.properties()) {
            JsonNode rule = e.getValue();
            boolean fits = switch (e.getKey()) {
                case "$schema", "title", "description", "$defs" -> true;
                case "$ref" -> fits(SCHEMA.at(rule.asString().substring(1)), value);
                case "const" -> rule.equals(value);
                case "enum" -> rule.valueStream().anyMatch(value::equals);
                case "type" -> rule.isArray() ? rule.valueStream().anyMatch(t -> type(t.asString(), value)) : type(rule.asString(), value);
                case "anyOf" -> rule.valueStream().anyMatch(s -> fits(s, value));
                case "not" -> !fits(rule, value);
                case "multipleOf" -> value.isIntegralNumber() && value.asInt() % rule.asInt() == 0;
                case "minimum" -> !value.isNumber() || value.asDouble() >= rule.asDouble();
                case "maximum" -> !value.isNumber() || value.asDouble() <= rule.asDouble();
                case "pattern" -> !value.isString() || value.asString().matches(rule.asString());
                case "minItems" -> !value.isArray() || value.size() >= rule.asInt();
                case "maxItems" -> !value.isArray() || value.size() <= rule.asInt();
                case "uniqueItems" -> !value.isArray() || value.valueStream().distinct().count() == value.size();
                case "items" -> !value.isArray() || value.valueStream().allMatch(v -> fits(rule, v));
                case "required" -> !value.isObject() || rule.valueStream().allMatch(k -> value.has(k.asString()));
                case "properties" -> !value.isObject() || rule.properties().stream()
                        .allMatch(p -> !value.has(p.getKey()) || fits(p.getValue(), value.get(p.getKey())));
                case "additionalProperties" -> !value.isObject() || value.properties().stream()
                        .allMatch(p -> schema.get("properties").has(p.getKey()));
                default -> throw new AssertionError("unknown keyword " + e.getKey());
            };
            if (!fits) {
                found.add(path + e.getKey() + ": " + value);
            }
        }
    }

    private static boolean fits(JsonNode schema, JsonNode value) {
        List<String> found = new ArrayList<>();
        check(schema, value, "", found);
        return found.isEmpty();
    }

    private static boolean type(String type, JsonNode value) {
        return switch (type) {
            case "object" -> value.isObject();
            case "array" -> value.isArray();
            case "string" -> value.isString();
            case "integer" -> value.isIntegralNumber();
            case "number" -> value.isNumber();
            case "boolean" -> value.isBoolean();
            default -> throw new AssertionError("unknown type " + type);
        };
    }
}
