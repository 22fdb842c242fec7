package finch.search.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import finch.space.format.SourceNode;
import finch.space.format.SourceReader;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ConfigSchemaTest {
    private static final Path CONFIGS = Path.of(System.getProperty("finch.root", ".."), "configs");
    private static final Path FILE = CONFIGS.resolve("finch-search.schema.json");
    private static final JsonNode SCHEMA = new JsonMapper().readTree(ConfigSchema.json());

    /** To make it anew after a change, run the tests with {@code -Dfinch.test.jvmArgs=-Dfinch.golden=write}. */
    @Test
    void the_shipped_file_is_up_to_date() throws IOException {
        if ("write".equals(System.getProperty("finch.golden"))) {
            Files.writeString(FILE, ConfigSchema.json());
        }
        assertThat(Files.readString(FILE)).isEqualTo(ConfigSchema.json());
    }

    @Test
    void the_shipped_configs_use_only_keys_that_it_knows() throws IOException {
        try (Stream<Path> files = Files.list(CONFIGS)) {
            for (Path file : files.filter(f -> f.toString().endsWith(".yaml")).toList()) {
                assertThat(Files.readString(file)).startsWith("# yaml-language-server: $schema=finch-search.schema.json");
                for (var entry : SourceReader.read(file).entries().entrySet()) {
                    JsonNode schema = SCHEMA.get("properties").get(entry.getKey());
                    assertThat(schema).as("%s %s", file, entry.getKey()).isNotNull();
                    if (entry.getValue().kind() == SourceNode.Kind.MAPPING && schema.has("properties")) {
                        assertThat(schema.get("properties").propertyNames()).containsAll(entry.getValue().entries().keySet());
                    }
                }
            }
        }
    }

    @Test
    void limits_have_the_units_of_their_quantity() {
        for (Objective quantity : Objective.bounded().values()) {
            String pattern = SCHEMA.get("properties").get("constraints").get("properties").get(quantity.formatName()).get("properties")
                    .get("at-most").get("pattern").asString();
            for (String unit : quantity.units().keySet()) {
                assertThat("12.5 " + unit).matches(pattern);
            }
            assertThat("1.5 x mobilenetv3-large").matches(pattern);
            for (String wrong : List.of("8 parsec", "ms", "-3 M", "x mobilenetv3-large")) {
                assertThat(wrong).doesNotMatch(pattern);
            }
        }
        assertThat(SCHEMA.get("additionalProperties").asBoolean()).isFalse();
    }
}
