package finch.search.report;

import finch.search.config.Objective;
import finch.search.run.RunFolder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a run folder says.
 *
 * @param cloud    evaluated networks, evenly thinned where there are very many
 * @param measured networks timed after the search, as in {@code measured.json}
 * @param findings sentences on the best network beside a reference
 * @param device   the device profile, an empty object where the run has none
 * @param config   the resolved config, as it is written
 */
public record RunData(JsonNode manifest, List<Objective> objectives, List<String> constraints, List<Network> front, List<Network> references,
               List<Network> cloud, List<JsonNode> measured, List<String> findings, JsonNode device, String config) {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int CLOUD = 3000;

    /** A value and its central 90 % interval, in base units. */
    public record Range(double value, double low, double high) {
        public boolean isExact() {
            return low == value && high == value;
        }
    }

    /**
     * One network.
     *
     * @param costs        exact figures; missing in the cloud
     * @param architecture missing in the cloud
     */
    public record Network(String name, Map<Objective, Range> values, JsonNode costs, JsonNode architecture, boolean best, boolean knee,
                   Optional<String> reference) {
        public Optional<Range> value(Objective objective) {
            return Optional.ofNullable(values.get(objective));
        }
    }

    /** @throws IllegalArgumentException if the folder holds no run, or one without a front yet */
    public static RunData read(RunFolder folder) throws IOException {
        if (!Files.isRegularFile(folder.manifest())) {
            throw new IllegalArgumentException(folder.path() + ": is no run folder; it has no manifest.json");
        }
        if (!Files.isRegularFile(folder.front())) {
            throw new IllegalArgumentException(folder.path() + ": has no front yet. Go on with finch resume " + folder.path() + ".");
        }
        JsonNode front = json(folder.front());
        JsonNode measured = Files.exists(folder.measured()) ? json(folder.measured()) : JSON.createObjectNode();
        List<Objective> objectives = new ArrayList<>();
        front.path("objectives").forEach(node -> Optional.ofNullable(Objective.byName().get(node.path("name").asString("")))
                .ifPresent(objectives::add));
        List<String> constraints = new ArrayList<>();
        front.path("constraints").forEach(node -> constraints.add(node.asString("")));
        return new RunData(json(folder.manifest()), List.copyOf(objectives), List.copyOf(constraints), networks(front.path("members")),
                networks(front.path("references")), cloud(folder.journal()),
                list(measured.path("networks")), Findings.of(front, measured),
                Files.exists(folder.deviceProfile()) ? json(folder.deviceProfile()) : JSON.createObjectNode(),
                Files.exists(folder.config()) ? Files.readString(folder.config(), StandardCharsets.UTF_8) : "");
    }

    private static JsonNode json(Path file) throws IOException {
        try {
            return JSON.readTree(Files.readString(file, StandardCharsets.UTF_8));
        } catch (JacksonException e) {
            throw new IllegalArgumentException(file + " is damaged: " + e.getOriginalMessage(), e);
        }
    }

    private static List<JsonNode> list(JsonNode array) {
        List<JsonNode> items = new ArrayList<>();
        array.forEach(items::add);
        return items;
    }

    private static List<Network> networks(JsonNode array) {
        return list(array).stream().map(RunData::network).toList();
    }

    private static Network network(JsonNode node) {
        return new Network(node.path("name").asString(""), values(node.path("objectives")), node.path("costs"), node.path("architecture"),
                node.path("best").asBoolean(false), node.path("knee").asBoolean(false),
                Optional.ofNullable(node.path("reference").asString(null)));
    }

    private static Map<Objective, Range> values(JsonNode objectives) {
        Map<Objective, Range> values = new EnumMap<>(Objective.class);
        objectives.properties().forEach(entry -> {
            Objective objective = Objective.byName().get(entry.getKey());
            if (objective != null && entry.getValue().path("value").isNumber()) {
                values.put(objective, range(entry.getValue()));
            }
        });
        return values;
    }

    static Range range(JsonNode node) {
        double value = node.path("value").asDouble();
        return new Range(value, node.path("low").asDouble(value), node.path("high").asDouble(value));
    }

    /** Every k-th line, so that a journal of a million lines still makes a report that opens. */
    private static List<Network> cloud(Path journal) throws IOException {
        if (!Files.exists(journal)) {
            return List.of();
        }
        long lines;
        try (Stream<String> all = Files.lines(journal, StandardCharsets.UTF_8)) {
            lines = all.count();
        }
        long step = Math.max(1, (lines + CLOUD - 1) / CLOUD);
        List<Network> cloud = new ArrayList<>();
        try (Stream<String> all = Files.lines(journal, StandardCharsets.UTF_8)) {
            long number = 0;
            for (String line : (Iterable<String>) all::iterator) {
                if (number++ % step == 0) {
                    evaluated(line).ifPresent(cloud::add);
                }
            }
        }
        return cloud;
    }

    private static Optional<Network> evaluated(String line) {
        try {
            JsonNode node = JSON.readTree(line);
            return node.path("outcome").asString("").equals("measured") ? Optional.of(network(node)) : Optional.empty();
        } catch (JacksonException e) {
            // the last line of a run that was killed may be torn
            return Optional.empty();
        }
    }
}
