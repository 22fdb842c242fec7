package finch.space.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The shipped schema against the code it is made from, and against what the reader takes and refuses. */
class ArchitectureSchemaTest {
    private static final Path FILE =
            Path.of(System.getProperty("finch.root", ".."), "configs", "architectures", "finch-architecture.schema.json");
    private static final JsonMapper JSON = new JsonMapper();
    private static final JsonNode SCHEMA = JSON.readTree(ArchitectureFormat.schema());

    /** To make it anew after a change, run the tests with {@code -Dfinch.test.jvmArgs=-Dfinch.golden=write}. */
    @Test
    void the_shipped_file_is_up_to_date() throws IOException {
        if ("write".equals(System.getProperty("finch.golden"))) {
            Files.writeString(FILE, ArchitectureFormat.schema());
        }
        assertThat(Files.readString(FILE)).isEqualTo(ArchitectureFormat.schema());
    }

    @Test
    void what_the_writer_writes_is_valid() {
        for (String name : References.names()) {
            assertThat(problem(SCHEMA, JSON.readTree(ArchitectureFormat.toJson(References.resolve(name))))).as(name).isEmpty();
        }
        for (long seed = 0; seed < 300; seed++) {
            assertThat(problem(SCHEMA, JSON.readTree(ArchitectureFormat.toJson(RandomArchitectures.of(seed))))).as("seed " + seed).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "{'format':'finch-architecture/2','stem':{'out':8},'blocks':[]}",
        "{'stem':{'out':8},'blocks':[]}",
        "{'format':'finch-architecture/1','blocks':[]}",
        "{'format':'finch-architecture/1','stem':{'out':8},'blocks':[],'resolutoin':1}",
        "{'format':'finch-architecture/1','stem':{'out':0},'blocks':[]}",
        "{'format':'finch-architecture/1','stem':{'out':8,'kernel':4},'blocks':[]}",
        "{'format':'finch-architecture/1','stem':{'out':8,'stride':[1,2,3]},'blocks':[]}",
        "{'format':'finch-architecture/1','stem':{'out':8,'activation':'mish'},'blocks':[]}",
        "{'format':'finch-architecture/1','stem':{'out':8},'blocks':[{'type':'inverted-residual','out':8}]}",
        "{'format':'finch-architecture/1','stem':{'out':8},'blocks':[{'type':'conv','out':8,'squeeze':2}]}",
        "{'format':'finch-architecture/1','stem':{'out':8},'blocks':[],'head':{'hidden':1.5}}",
    })
    void what_the_reader_refuses_is_not_valid(String text) {
        String json = text.replace('\'', '"');

        assertThat(problem(SCHEMA, JSON.readTree(json))).isNotEmpty();
        assertThatThrownBy(() -> ArchitectureFormat.parse("a.json", json)).isInstanceOf(InvalidFileException.class);
    }

    /** The few words of JSON Schema that the schema uses; an unknown one fails. */
    private static String problem(JsonNode schema, JsonNode value) {
        for (Map.Entry<String, JsonNode> word : schema.properties()) {
            JsonNode rule = word.getValue();
            boolean fine = switch (word.getKey()) {
                case "$schema", "title", "description" -> true;
                case "const" -> value.equals(rule);
                case "enum" -> rule.valueStream().anyMatch(value::equals);
                case "type" -> (rule.isArray() ? rule.valueStream() : Stream.of(rule)).anyMatch(t -> isType(t.asString(), value));
                case "minimum" -> value.asDouble() >= rule.asDouble();
                case "maximum" -> value.asDouble() <= rule.asDouble();
                case "multipleOf" -> value.asDouble() % rule.asDouble() == 0;
                case "not" -> !problem(rule, value).isEmpty();
                case "required" -> rule.valueStream().allMatch(k -> value.has(k.asString()));
                case "properties" -> rule.properties().stream()
                        .allMatch(p -> !value.has(p.getKey()) || problem(p.getValue(), value.get(p.getKey())).isEmpty());
                case "additionalProperties" -> value.propertyStream().allMatch(p -> schema.get("properties").has(p.getKey()));
                case "items" -> value.valueStream().allMatch(v -> problem(rule, v).isEmpty());
                case "minItems" -> value.size() >= rule.asInt();
                case "maxItems" -> value.size() <= rule.asInt();
                case "oneOf" -> rule.valueStream().filter(s -> problem(s, value).isEmpty()).count() == 1;
                default -> throw new AssertionError("this test does not know " + word.getKey());
            };
            if (!fine) {
                return word.getKey() + " " + rule + " refuses " + value;
            }
        }
        return "";
    }

    private static boolean isType(String type, JsonNode value) {
        return switch (type) {
            case "object" -> value.isObject();
            case "array" -> value.isArray();
            case "string" -> value.isString();
            case "boolean" -> value.isBoolean();
            case "integer" -> value.isIntegralNumber();
            case "number" -> value.isNumber();
            default -> throw new AssertionError("this test does not know the type " + type);
        };
    }
}
