package finch.training;

import finch.space.format.SourceNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** JSON as maps, lists, texts, numbers, booleans and null. */
public final class JsonTree {
    private JsonTree() {}

    public static String write(Map<String, Object> tree) {
        return JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build().writeValueAsString(tree).replace("\r\n", "\n") + "\n";
    }

    public static String line(Object tree) {
        return JsonMapper.builder().build().writeValueAsString(tree);
    }

    /** Whole numbers become {@link Long}s, others {@link Double}s. */
    public static Object of(SourceNode node) {
        return switch (node.kind()) {
            case MAPPING -> map(node);
            case SEQUENCE -> {
                List<Object> items = new ArrayList<>();
                node.items().forEach(item -> items.add(of(item)));
                yield items;
            }
            case TEXT -> node.text();
            case NUMBER -> number(node.text());
            case BOOLEAN -> Boolean.valueOf(node.text());
            case NULL -> null;
        };
    }

    public static Map<String, Object> map(SourceNode mapping) {
        Map<String, Object> map = new LinkedHashMap<>();
        mapping.entries().forEach((key, value) -> map.put(key, of(value)));
        return map;
    }

    private static Object number(String text) {
        try {
            return Long.valueOf(text);
        } catch (NumberFormatException e) {
            // JSON's numbers are Java's
            return Double.valueOf(text);
        }
    }

    /** What is not the same in two descriptions, the one of a file and ours, each a sentence part. */
    public static List<String> differences(Map<String, Object> there, Map<String, Object> here) {
        Map<String, String> theirs = flat(there);
        Map<String, String> ours = flat(here);
        TreeSet<String> keys = new TreeSet<>(theirs.keySet());
        keys.addAll(ours.keySet());
        return keys.stream().filter(key -> !theirs.getOrDefault(key, "").equals(ours.getOrDefault(key, "")))
                .map(key -> key + " is " + theirs.getOrDefault(key, "nothing") + " there and " + ours.getOrDefault(key, "nothing") + " here").toList();
    }

    /** Every scalar by its path, e.g. {@code recipe.optimizer.momentum}; numbers of equal value are equal texts. */
    public static Map<String, String> flat(Object tree) {
        Map<String, String> flat = new LinkedHashMap<>();
        flatten("", tree, flat);
        return flat;
    }

    private static void flatten(String path, Object value, Map<String, String> flat) {
        switch (value) {
            case Map<?, ?> map -> map.forEach((key, entry) -> flatten(path.isEmpty() ? "" + key : path + "." + key, entry, flat));
            case List<?> items -> {
                if (items.isEmpty()) {
                    flat.put(path, "[]");
                }
                for (int i = 0; i < items.size(); i++) {
                    flatten(path + "[" + i + "]", items.get(i), flat);
                }
            }
            case Number number -> flat.put(path, number.doubleValue() == number.longValue() ? "" + number.longValue() : "" + number.doubleValue());
            case null -> flat.put(path, "null");
            default -> flat.put(path, value.toString());
        }
    }
}
