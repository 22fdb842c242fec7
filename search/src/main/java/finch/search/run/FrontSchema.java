package finch.search.run;

import finch.search.config.Objective;
import finch.space.format.ArchitectureFormat;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The JSON Schema of {@code front.json}, for those who read fronts, made from the quantities that Finch knows and the architecture format. */
public final class FrontSchema {
    private static final String ARCHITECTURE = "architecture";
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private FrontSchema() {}

    /** The schema as JSON text. Other keys may come; those of the schema stay. */
    public static String json() {
        ObjectNode root = JsonFile.object();
        root.put("$schema", "https://json-schema.org/draft/2020-12/schema");
        root.put("title", FrontFiles.FORMAT);
        root.put("description", "The Pareto front of a search, best first, and the networks that it was to be compared with.");
        root.setAll(object(fields()));
        ObjectNode architecture = (ObjectNode) MAPPER.readTree(ArchitectureFormat.schema());
        architecture.remove("$schema");
        root.putObject("$defs").set(ARCHITECTURE, architecture);
        return JsonFile.text(root);
    }

    private static Map<String, Field> fields() {
        Map<String, Field> fields = new LinkedHashMap<>();
        fields.put("format", required(JsonFile.object().put("const", FrontFiles.FORMAT)));
        fields.put("name", required(text("What the search is called.")));
        fields.put("seed", required(count("One seed repeats a search bit for bit.")));
        fields.put("space", required(text("The search space.")));
        fields.put("objectives", required(array("What was optimised, the first naming the best network.", object(objective()))));
        fields.put("constraints", required(array("What every member keeps, in words.", text(""))));
        fields.put("evaluated", required(count("Evaluations.")));
        fields.put("feasible", required(count("Of these, networks that kept all constraints.")));
        fields.put("generations", required(count("Generations begun.")));
        fields.put("accuracy", optional(described("Of proxies, ensembles, super-networks and ladders: what accuracies come from.", type("object"))));
        fields.put("gain", optional(object(gain())));
        fields.put("members", required(array("The front.", object(member()))));
        fields.put("references", required(array("The networks that the config names.", object(reference()))));
        return fields;
    }

    private static Map<String, Field> objective() {
        Map<String, Field> fields = new LinkedHashMap<>();
        fields.put("name", required(choice(quantities())));
        fields.put("direction", required(choice(List.of("maximise", "minimise"))));
        fields.put("unit", required(text("Of the values.")));
        return fields;
    }

    private static Map<String, Field> gain() {
        Map<String, Field> fields = new LinkedHashMap<>();
        fields.put("name", required(text("The best network.")));
        fields.put("reference", required(text("The first reference.")));
        fields.put("top1", required(estimate("How many points of accuracy the first is better.")));
        return fields;
    }

    private static Map<String, Field> member() {
        Map<String, Field> fields = new LinkedHashMap<>();
        fields.put("rank", required(described("Place on the front, from 1.", integer(1))));
        fields.put("name", required(text("The network; that of the reference that it is.")));
        fields.put("id", required(count("Of its line in the journal.")));
        fields.put("reference", optional(text("The reference that it is.")));
        fields.put("best", optional(described("Best in the first objective.", type("boolean"))));
        fields.put("knee", optional(described("Where the front bends most.", type("boolean"))));
        fields.put("genome", required(text("Its choices, a character each.")));
        fields.put("hash", required(text("Of what the genome means: equal networks have equal ones.")));
        network(fields);
        return fields;
    }

    private static Map<String, Field> reference() {
        Map<String, Field> fields = new LinkedHashMap<>();
        fields.put("name", required(text("The network.")));
        fields.put("reference", required(text("The same.")));
        fields.put("genome", optional(text("Where the space has it.")));
        fields.put("inSpace", required(described("Whether the space has it.", type("boolean"))));
        fields.put("onFront", required(described("Whether it is a member too.", type("boolean"))));
        network(fields);
        return fields;
    }

    private static void network(Map<String, Field> fields) {
        Map<String, Field> objectives = new LinkedHashMap<>();
        for (Objective quantity : Objective.values()) {
            objectives.put(quantity.formatName(), optional(estimate("In " + quantity.baseUnit() + ".")));
        }
        fields.put("objectives", required(object(objectives)));
        Map<String, Field> costs = new LinkedHashMap<>();
        costs.put("params", required(count("Parameters.")));
        costs.put("macs", required(count("Multiply-adds of an image.")));
        costs.put("weightBytes", required(count("Of float32 weights.")));
        costs.put("peakActivationBytes", required(count("Largest sum of tensors alive at once.")));
        fields.put("costs", required(object(costs)));
        fields.put("trained", optional(object(Map.of("folder", required(text("Where the trainer worked, relative to the run folder."))))));
        fields.put(ARCHITECTURE, required(JsonFile.object().put("$ref", "#/$defs/" + ARCHITECTURE)));
    }

    /** A key of an object. */
    private record Field(ObjectNode schema, boolean isRequired) {}

    private static Field required(ObjectNode schema) {
        return new Field(schema, true);
    }

    private static Field optional(ObjectNode schema) {
        return new Field(schema, false);
    }

    private static List<String> quantities() {
        List<String> names = new ArrayList<>();
        for (Objective quantity : Objective.values()) {
            names.add(quantity.formatName());
        }
        return names;
    }

    private static ObjectNode object(Map<String, Field> fields) {
        ObjectNode schema = type("object");
        ObjectNode properties = JsonFile.object();
        List<String> needed = new ArrayList<>();
        fields.forEach((key, field) -> {
            properties.set(key, field.schema());
            if (field.isRequired()) {
                needed.add(key);
            }
        });
        schema.set("properties", properties);
        if (!needed.isEmpty()) {
            needed.forEach(schema.putArray("required")::add);
        }
        return schema;
    }

    private static ObjectNode type(String name) {
        return JsonFile.object().put("type", name);
    }

    private static ObjectNode choice(List<String> values) {
        ObjectNode schema = JsonFile.object();
        values.forEach(schema.putArray("enum")::add);
        return schema;
    }

    private static ObjectNode integer(long least) {
        return type("integer").put("minimum", least);
    }

    private static ObjectNode count(String description) {
        return described(description, integer(0));
    }

    private static ObjectNode text(String description) {
        return described(description, type("string"));
    }

    private static ObjectNode array(String description, ObjectNode items) {
        ObjectNode schema = described(description, type("array"));
        schema.set("items", items);
        return schema;
    }

    private static ObjectNode estimate(String description) {
        Map<String, Field> fields = new LinkedHashMap<>();
        for (String key : List.of("value", "low", "high")) {
            fields.put(key, required(type("number")));
        }
        fields.put("rung", optional(described("Of a ladder: which rung told it.", integer(1))));
        return described(description, object(fields));
    }

    private static ObjectNode described(String description, ObjectNode schema) {
        return description.isEmpty() ? schema : JsonFile.object().put("description", description).setAll(schema);
    }
}
