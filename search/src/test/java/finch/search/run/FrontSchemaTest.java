package finch.search.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import finch.search.ToyCatalog;
import finch.search.ToyServices;
import finch.search.config.ConfigReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class FrontSchemaTest {
    private static final Path RUNS = Path.of(System.getProperty("finch.root", ".."), "runs");
    private static final JsonMapper JSON = new JsonMapper();
    private static final Schema SCHEMA = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12).getSchema(FrontSchema.json(), InputFormat.JSON);

    @TempDir
    private Path temp;

    /** To make it anew after a change, run the tests with {@code -Dfinch.test.jvmArgs=-Dfinch.golden=write}. */
    @Test
    void the_shipped_file_is_up_to_date() throws IOException {
        Path file = RUNS.resolve("finch-front.schema.json");
        if ("write".equals(System.getProperty("finch.golden"))) {
            Files.writeString(file, FrontSchema.json());
        }
        assertThat(Files.readString(file)).isEqualTo(FrontSchema.json());
    }

    private ObjectNode toyFront(String more) throws IOException {
        Path run = Files.createTempDirectory(temp, "run");
        SearchRun.start(ConfigReader.parse("c.yaml", "schema: 1\nname: toy\nspace: toy4\nseed-with: [toy-reference]\nstop: { evaluations: 60 }\n" + more, Path.of("."), List.of(), new ToyCatalog()),
                run, 1, new ToyServices(), RunListener.SILENT, () -> false);
        return (ObjectNode) JSON.readTree(Files.readString(run.resolve("front.json")));
    }

    private static List<String> errors(JsonNode front) {
        return SCHEMA.validate(front).stream().map(Error::toString).toList();
    }

    @Test
    void fronts_keep_it() throws IOException {
        assertThat(errors(toyFront(""))).isEmpty();
        assertThat(errors(toyFront("objectives: [top1, latency, macs]\nconstraints: { params: { at-most: 10 M } }\n"))).isEmpty();
        assertThat(errors(JSON.readTree(Files.readString(RUNS.resolve("example/front.json"))))).isEmpty();
    }

    @Test
    void it_knows_every_key_that_a_front_has() throws IOException {
        JsonNode schema = JSON.readTree(FrontSchema.json());
        List<String> unknown = new ArrayList<>();
        unknown(toyFront(""), schema, "", unknown);
        unknown(JSON.readTree(Files.readString(RUNS.resolve("example/front.json"))), schema, "", unknown);
        assertThat(unknown).isEmpty();
    }

    /** Keys that no schema tells of, below architectures excepted, whose own schema refuses them. */
    private static void unknown(JsonNode value, JsonNode schema, String at, List<String> found) {
        if (schema.has("$ref")) {
            return;
        }
        if (value.isArray()) {
            value.forEach(item -> unknown(item, schema.path("items"), at + "[]", found));
        }
        if (value.isObject() && schema.has("properties")) {
            for (String key : value.propertyNames()) {
                if (!schema.path("properties").has(key)) {
                    found.add(at + "." + key);
                } else {
                    unknown(value.get(key), schema.path("properties").path(key), at + "." + key, found);
                }
            }
        }
    }

    @Test
    void what_is_wrong_is_found() throws IOException {
        List<Consumer<ObjectNode>> wrongs = List.of(
                front -> front.put("format", "finch-front/9"),
                front -> front.remove("members"),
                front -> front.put("evaluated", -1),
                front -> ((ObjectNode) front.at("/objectives/0")).put("direction", "sideways"),
                front -> ((ObjectNode) front.at("/members/0/objectives/top1")).remove("low"),
                front -> ((ObjectNode) front.at("/members/0/costs")).put("macs", "many"),
                front -> ((ObjectNode) front.at("/members/0/architecture")).put("resolutoin", 224),
                front -> ((ObjectNode) front.at("/references/0")).remove("inSpace"));
        for (Consumer<ObjectNode> wrong : wrongs) {
            ObjectNode front = toyFront("");
            wrong.accept(front);
            assertThat(errors(front)).as(front.toString().substring(0, 200)).isNotEmpty();
        }
    }
}
