package finch.search.run;

import finch.search.config.Objective;
import finch.search.evolve.Estimate;
import finch.search.evolve.Evaluation;
import finch.search.evolve.Violation;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.CRC32;
import tools.jackson.core.io.JsonStringEncoder;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A journal entry as a line of JSON. Written by hand, since a search writes very many; numbers read back to the same bits.
 *
 * <p>The last key, {@code check}, is the CRC-32 of the line before it, without the timing: a changed digit would be a sound line, and another result. Lines of
 * runs from before there was one have none. The timing has a {@code check} of its own, which differs from run to run as it does.
 */
final class JournalLine {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    private static final String TIMING = ",\"timing\":{";
    private static final String CHECK = ",\"check\":\"";
    /** A line with another one is damaged, were it only in the name of its {@code check}. */
    private static final Set<String> KEYS = Set.of("id", "generation", "parents", "operator", "genome", "hash", "rung", "objectives", "violations", "timing", "outcome",
            "reason", "check");
    private static final Set<String> TIMING_KEYS = Set.of("micros", "atMillis", "check");
    private static final int DIGITS = 8;
    /** Of most lines, in a large space. */
    private static final int LENGTH = 600;

    private JournalLine() {}

    static String of(JournalEntry entry) {
        StringBuilder json = new StringBuilder(LENGTH);
        appendChecked(entry, json);
        String line = json.toString();
        return line + CHECK + check(line) + "\"}";
    }

    /** Appends the line, without an end of line. */
    static void append(JournalEntry entry, StringBuilder lines) {
        lines.append(of(entry));
    }

    private static void appendChecked(JournalEntry entry, StringBuilder json) {
        json.append("{\"id\":").append(entry.id()).append(",\"generation\":").append(entry.generation()).append(",\"parents\":[");
        for (int i = 0; i < entry.parents().size(); i++) {
            json.append(i == 0 ? "" : ",").append(entry.parents().get(i));
        }
        json.append(']');
        text(json, "operator", entry.operator());
        // digits and dots: nothing to quote
        json.append(",\"genome\":\"").append(entry.genome()).append("\",\"hash\":\"").append(entry.hash()).append('"');
        if (entry.rung() > 0) {
            json.append(",\"rung\":").append(entry.rung());
        }
        json.append(",\"objectives\":{");
        boolean first = true;
        for (Map.Entry<Objective, Estimate> value : entry.evaluation().valuesOrEmpty().entrySet()) {
            json.append(first ? "\"" : ",\"").append(value.getKey().formatName()).append("\":{\"value\":");
            number(json, value.getValue().value());
            number(json.append(",\"low\":"), value.getValue().low());
            number(json.append(",\"high\":"), value.getValue().high());
            json.append('}');
            first = false;
        }
        json.append("},\"violations\":[");
        if (entry.evaluation() instanceof Evaluation.Infeasible infeasible) {
            for (int i = 0; i < infeasible.violations().size(); i++) {
                Violation violation = infeasible.violations().get(i);
                json.append(i == 0 ? "{\"amount\":" : ",{\"amount\":");
                number(json, violation.amount());
                text(json, "constraint", violation.constraint());
                text(json, "reason", violation.reason());
                json.append('}');
            }
        }
        json.append(']').append(TIMING).append("\"micros\":").append(entry.micros()).append(",\"atMillis\":").append(entry.atMillis())
                .append(CHECK).append(check(entry.micros(), entry.atMillis())).append("\"}");
        text(json, "outcome", switch (entry.evaluation()) {
            case Evaluation.Measured m -> "measured";
            case Evaluation.Infeasible i -> "infeasible";
            case Evaluation.Failed f -> "failed";
        });
        if (entry.evaluation() instanceof Evaluation.Failed failed) {
            text(json, "reason", failed.reason());
        }
    }

    /** @param line as far as it is checked, with its timing */
    private static String check(String line) {
        int timing = line.indexOf(TIMING);
        int behind = line.indexOf('}', timing);
        CRC32 crc = new CRC32();
        byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
        // a reason, before the timing or behind it, may have letters of several bytes; between the two places there are none
        int before = bytes.length == line.length() ? timing : line.substring(0, timing).getBytes(StandardCharsets.UTF_8).length;
        crc.update(bytes, 0, before);
        int from = before + behind - timing;
        crc.update(bytes, from, bytes.length - from);
        return HexFormat.of().toHexDigits((int) crc.getValue());
    }

    /** Of a timing, whose digits would else change unnoticed: by its clock a search may end. */
    private static String check(long micros, long atMillis) {
        CRC32 crc = new CRC32();
        crc.update((micros + "," + atMillis).getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().toHexDigits((int) crc.getValue());
    }

    private static void requireTiming(JsonNode timing, long micros, long atMillis) {
        for (String key : timing.propertyNames()) {
            if (!TIMING_KEYS.contains(key)) {
                throw new IllegalArgumentException("unknown key timing." + key);
            }
        }
        if (timing.has("check") && !timing.get("check").asString("").equals(check(micros, atMillis))) {
            throw new IllegalArgumentException("the checksum of its timing is wrong");
        }
    }

    /** @throws RuntimeException if the line is no complete journal line */
    static JournalEntry parse(String line) {
        JsonNode node = MAPPER.readTree(line);
        for (String key : node.propertyNames()) {
            if (!KEYS.contains(key)) {
                throw new IllegalArgumentException("unknown key " + key);
            }
        }
        if (node.has("check")) {
            String end = node.get("check").asString("");
            int checked = line.length() - CHECK.length() - DIGITS - 2;
            if (!line.endsWith(CHECK + end + "\"}") || end.length() != DIGITS || !line.contains(TIMING) || !check(line.substring(0, checked)).equals(end)) {
                throw new IllegalArgumentException("its checksum is wrong");
            }
        }
        List<Long> parents = new ArrayList<>();
        required(node, "parents").forEach(p -> parents.add(p.asLong()));
        JsonNode timing = required(node, "timing");
        long micros = required(timing, "micros").asLong();
        long atMillis = required(timing, "atMillis").asLong();
        requireTiming(timing, micros, atMillis);
        return new JournalEntry(required(node, "id").asLong(), required(node, "generation").asInt(), parents,
                required(node, "operator").asString(), required(node, "genome").asString(), required(node, "hash").asString(),
                evaluation(node, rung(node)), micros,
                atMillis, rung(node));
    }

    private static int rung(JsonNode node) {
        return node.path("rung").asInt(0);
    }

    private static Evaluation evaluation(JsonNode node, int rung) {
        Map<Objective, Estimate> values = new EnumMap<>(Objective.class);
        for (Map.Entry<String, JsonNode> entry : required(node, "objectives").properties()) {
            Objective objective = Objective.byName().get(entry.getKey());
            if (objective == null) {
                throw new IllegalArgumentException("unknown objective " + entry.getKey());
            }
            JsonNode value = entry.getValue();
            values.put(objective, new Estimate(required(value, "value").asDouble(), required(value, "low").asDouble(), required(value, "high").asDouble(),
                    objective.ofAccuracy() ? rung : 0));
        }
        String outcome = required(node, "outcome").asString();
        return switch (outcome) {
            case "measured" -> new Evaluation.Measured(values);
            case "infeasible" -> {
                List<Violation> violations = new ArrayList<>();
                required(node, "violations").forEach(v -> violations.add(new Violation(required(v, "constraint").asString(),
                        required(v, "amount").asDouble(), required(v, "reason").asString())));
                yield new Evaluation.Infeasible(values, violations);
            }
            case "failed" -> new Evaluation.Failed(required(node, "reason").asString());
            default -> throw new IllegalArgumentException("unknown outcome " + outcome);
        };
    }

    private static JsonNode required(JsonNode node, String key) {
        JsonNode value = node == null ? null : node.get(key);
        if (value == null) {
            throw new IllegalArgumentException("the key " + key + " is missing");
        }
        return value;
    }

    private static void number(StringBuilder json, double value) {
        if (value == Math.rint(value) && Math.abs(value) < 1e15) {
            json.append((long) value);
        } else {
            json.append(value);
        }
    }

    private static void text(StringBuilder json, String key, String value) {
        json.append(",\"").append(key).append("\":\"");
        JsonStringEncoder.getInstance().quoteAsString(value, json);
        json.append('"');
    }
}
