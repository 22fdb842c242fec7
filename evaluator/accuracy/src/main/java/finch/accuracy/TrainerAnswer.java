package finch.accuracy;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The line that a trainer answers.
 *
 * @param top1          in percent
 * @param standardError of {@code top1}, in percent; 0 where the trainer tells none
 * @param metrics       whatever else it measured
 * @param artefact      path of what it made, e.g. weights
 */
record TrainerAnswer(double top1, double standardError, Map<String, Double> metrics, Optional<String> artefact) {
    private static final List<String> KEYS = List.of("id", "top1", "standardError", "metrics", "artefact");
    private static final JsonMapper MAPPER = JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();
    private static final int QUOTED = 80;

    /**
     * @param output all that the trainer printed
     * @param id     of the candidate that it was asked about
     * @throws IllegalArgumentException saying what is wrong, in one line
     */
    static TrainerAnswer parse(String output, String id) {
        List<String> lines = output.lines().filter(line -> !line.isBlank()).toList();
        if (lines.size() != 1) {
            throw new IllegalArgumentException("printed " + (lines.isEmpty() ? "nothing" : lines.size() + " lines")
                    + " instead of one line of JSON; progress belongs on standard error");
        }
        JsonNode answer;
        try {
            answer = MAPPER.readTree(lines.getFirst());
        } catch (JacksonException e) {
            throw new IllegalArgumentException("printed no JSON but \"" + quoted(lines.getFirst()) + "\"", e);
        }
        if (!answer.isObject()) {
            throw new IllegalArgumentException("printed no JSON object but \"" + quoted(lines.getFirst()) + "\"");
        }
        for (String key : answer.propertyNames()) {
            if (!KEYS.contains(key)) {
                throw new IllegalArgumentException("answered an unknown key \"" + key + "\"; known are " + KEYS);
            }
        }
        if (answer.has("id") && !(answer.get("id").isString() && answer.get("id").stringValue().equals(id))) {
            throw new IllegalArgumentException("answered for id " + answer.get("id") + " when asked about " + id);
        }
        if (!answer.has("top1")) {
            throw new IllegalArgumentException("answered without top1: \"" + quoted(lines.getFirst()) + "\"");
        }
        double standardError = answer.has("standardError") ? number("standardError", answer.get("standardError"), 100) : 0;
        Map<String, Double> metrics = new TreeMap<>();
        if (answer.has("metrics")) {
            if (!answer.get("metrics").isObject()) {
                throw new IllegalArgumentException("answered metrics that are no object of numbers");
            }
            answer.get("metrics").properties().forEach(m -> {
                if (!m.getValue().isNumber()) {
                    throw new IllegalArgumentException("answered metrics." + m.getKey() + ", which is no number but " + m.getValue());
                }
                metrics.put(m.getKey(), m.getValue().doubleValue());
            });
        }
        if (answer.has("artefact") && !answer.get("artefact").isString()) {
            throw new IllegalArgumentException("answered an artefact that is no path but " + answer.get("artefact"));
        }
        return new TrainerAnswer(number("top1", answer.get("top1"), 100), standardError, metrics,
                Optional.ofNullable(answer.get("artefact")).map(JsonNode::stringValue));
    }

    private static double number(String key, JsonNode value, double most) {
        if (!value.isNumber() || !(value.doubleValue() >= 0 && value.doubleValue() <= most)) {
            throw new IllegalArgumentException("answered " + key + " " + value + ", which is no percentage from 0 to 100");
        }
        return value.doubleValue();
    }

    private static String quoted(String line) {
        return line.length() <= QUOTED ? line : line.substring(0, QUOTED) + "…";
    }
}
