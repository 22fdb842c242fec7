package finch.search.fuzz;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** Damages a YAML or JSON file that stays well-formed: values of other types, missing, repeated and unknown keys, values in other places, deep nesting. */
final class TreeMutations {
    private static final ObjectMapper JSON = JsonMapper.builder().build();
    private static final ObjectMapper YAML = YAMLMapper.builder().build();

    /** A mapping's entry or a list's item; its value is a list of slots or a literal. The name of an item is null. */
    private static final class Slot {
        private String name;
        private Object value;
        private boolean mapping;

        private Slot(String name, JsonNode node) {
            this.name = name;
            set(node);
        }

        private Slot(Slot other) {
            this.name = other.name;
            take(other);
        }

        private void set(JsonNode node) {
            mapping = node.isObject();
            List<Slot> children = new ArrayList<>();
            node.properties().forEach(entry -> children.add(new Slot(entry.getKey(), entry.getValue())));
            if (node.isArray()) {
                node.forEach(item -> children.add(new Slot(null, item)));
            }
            value = node.isContainer() ? children : node.toString();
        }

        private void take(Slot other) {
            mapping = other.mapping;
            if (other.value instanceof String) {
                value = other.value;
                return;
            }
            List<Slot> children = new ArrayList<>();
            for (Slot child : other.children()) {
                children.add(new Slot(child));
            }
            value = children;
        }

        @SuppressWarnings("unchecked")
        private List<Slot> children() {
            return value instanceof String ? List.of() : (List<Slot>) value;
        }

        private void collect(List<Slot> all) {
            all.add(this);
            children().forEach(child -> child.collect(all));
        }

        private void write(StringBuilder out) {
            if (value instanceof String literal) {
                out.append(literal);
                return;
            }
            out.append(mapping ? '{' : '[');
            String comma = "";
            for (Slot child : children()) {
                out.append(comma);
                if (mapping) {
                    out.append(JSON.writeValueAsString(child.name == null ? "item" : child.name)).append(": ");
                }
                child.write(out);
                comma = ", ";
            }
            out.append(mapping ? '}' : ']');
        }
    }

    private TreeMutations() {}

    /** A valid seed with one to three changes, as JSON or as YAML in flow style. */
    static byte[] mutate(byte[] seed, List<String> words, RandomGenerator random) {
        String text = new String(seed, java.nio.charset.StandardCharsets.UTF_8);
        boolean json = text.stripLeading().startsWith("{");
        Slot root = new Slot(null, (json ? JSON : YAML).readTree(text));
        for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
            change(root, words, random);
        }
        StringBuilder out = new StringBuilder();
        root.write(out);
        return ByteMutations.utf8((json || random.nextBoolean() ? "" : "# YAML\n") + out + "\n");
    }

    private static void change(Slot root, List<String> words, RandomGenerator random) {
        List<Slot> all = new ArrayList<>();
        root.collect(all);
        Slot slot = ByteMutations.pick(all, random);
        switch (random.nextInt(12)) {
            case 0 -> {
                if (!slot.children().isEmpty()) {
                    slot.children().remove(random.nextInt(slot.children().size()));
                }
            }
            case 1 -> {
                if (!slot.children().isEmpty()) {
                    slot.children().add(new Slot(ByteMutations.pick(slot.children(), random)));
                }
            }
            case 2, 3, 4 -> slot.value = scalar(words, random);
            case 5 -> slot.set(random.nextBoolean() ? JSON.createObjectNode() : JSON.createArrayNode());
            case 6 -> slot.take(ByteMutations.pick(all, random));
            case 7 -> nest(slot, 1 + random.nextInt(random.nextInt(10) == 0 ? 300 : 80), random.nextBoolean());
            case 8 -> slot.name = slot.name == null ? null : random.nextBoolean() || words.isEmpty() ? "x" + slot.name : ByteMutations.pick(words, random);
            case 9 -> {
                for (int i = random.nextInt(2000); i > 0 && !slot.children().isEmpty() && all.size() < 20_000; i--) {
                    slot.children().add(new Slot(slot.children().getFirst()));
                }
            }
            case 10 -> slot.value = random.nextBoolean() ? ByteMutations.pick(ByteMutations.NUMBERS.subList(0, 22), random) : "-" + random.nextInt(300);
            default -> slot.mapping = !slot.mapping;
        }
    }

    private static void nest(Slot slot, int levels, boolean mapping) {
        for (int i = 0; i < levels; i++) {
            Slot inner = new Slot(slot);
            inner.name = mapping ? "a" : null;
            slot.mapping = mapping;
            slot.value = new ArrayList<>(List.of(inner));
        }
    }

    private static String scalar(List<String> words, RandomGenerator random) {
        return switch (random.nextInt(5)) {
            case 0 -> ByteMutations.pick(List.of("null", "true", "false"), random);
            case 1 -> JSON.writeValueAsString(ByteMutations.pick(ByteMutations.TOKENS, random));
            case 2 -> JSON.writeValueAsString("x".repeat(random.nextInt(2) * 50_000) + ByteMutations.pick(ByteMutations.NUMBERS, random));
            case 3 -> Integer.toString(random.nextInt(2000));
            default -> words.isEmpty() ? "\"\"" : JSON.writeValueAsString(ByteMutations.pick(words, random));
        };
    }
}
