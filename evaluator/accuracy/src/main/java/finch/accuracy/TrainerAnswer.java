package finch.accuracy;

import finch.space.format.Problem;
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
 * @param metrics       whatever else it measured, in finite numbers
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
        List<String> lines = PlainText.withoutMark(output).lines().filter(line -> !line.isBlank()).toList();
        if (lines.size() != 1) {
            throw refused("printed " + (lines.isEmpty() ? "nothing" : lines.size() + " lines")
                    + " instead of one line of JSON; progress belongs on standard error");
        }
        JsonNode answer;
        try {
            answer = MAPPER.readTree(lines.getFirst());
        } catch (JacksonException e) {
            throw refused("printed no JSON but \"" + quoted(lines.getFirst()) + "\"");
        }
        if (!answer.isObject()) {
            throw refused("printed no JSON object but \"" + quoted(lines.getFirst()) + "\"");
        }
        for (String key : answer.propertyNames()) {
            if (!KEYS.contains(key)) {
                throw refused("answered an unknown key \"" + key + "\"; known are " + KEYS);
            }
        }
        if (answer.has("id") && !(answer.get("id").isString() && answer.get("id").stringValue().equals(id))) {
            throw refused("answered for id " + answer.get("id") + " when asked about " + id);
        }
        if (!answer.has("top1")) {
            throw refused("answered without top1: \"" + quoted(lines.getFirst()) + "\"");
        }
        double standardError = answer.has("standardError") ? number("standardError", answer.get("standardError"), 100) : 0;
        Map<String, Double> metrics = new TreeMap<>();
        if (answer.has("metrics")) {
            if (!answer.get("metrics").isObject()) {
                throw refused("answered metrics that are no object of numbers");
            }
            answer.get("metrics").properties().forEach(m -> {
                if (!m.getValue().isNumber()) {
                    throw refused("answered metrics." + m.getKey() + ", which is no number but " + m.getValue());
                }
                double value = nearest(m.getValue());
                if (!Double.isFinite(value)) {
                    // JSON has no word for it: the run's files would hold a text
                    throw refused("answered metrics." + m.getKey() + ", which is a number beyond ±" + Double.MAX_VALUE + "; leave it out, or answer a finite one");
                }
                metrics.put(m.getKey(), value);
            });
        }
        if (answer.has("artefact") && !answer.get("artefact").isString()) {
            throw refused("answered an artefact that is no path but " + answer.get("artefact"));
        }
        return new TrainerAnswer(number("top1", answer.get("top1"), 100), standardError, metrics,
                Optional.ofNullable(answer.get("artefact")).map(JsonNode::stringValue));
    }

    private static double number(String key, JsonNode value, double most) {
        double number = value.isNumber() ? nearest(value) : Double.NaN;
        if (!(number >= 0 && number <= most)) {
            throw refused("answered " + key + " " + quoted(value.toString()) + ", which is no percentage from 0 to 100");
        }
        return number;
    }

    /** Infinity for what is beyond all numbers of this kind; Jackson would throw at a whole number of many digits. */
    private static double nearest(JsonNode number) {
        return number.doubleValueOpt().orElse(Double.POSITIVE_INFINITY);
    }

    /** A trainer prints what it likes, and its words are quoted on a terminal. */
    private static IllegalArgumentException refused(String message) {
        return new IllegalArgumentException(Problem.visible(message));
    }

    private static String quoted(String line) {
        return line.length() <= QUOTED ? line : line.substring(0, QUOTED) + "…";
    }
}
