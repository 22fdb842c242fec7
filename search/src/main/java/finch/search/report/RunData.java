package finch.search.report;

import finch.latency.DeviceProfile;
import finch.search.config.ConfigReader;
import finch.search.config.Objective;
import finch.search.config.SearchConfig;
import finch.search.config.ShippedCatalog;
import finch.search.run.FrontPick;
import finch.search.run.RunFolder;
import finch.space.Architecture;
import finch.space.format.ArchitectureFormat;
import finch.space.format.InvalidFileException;
import finch.space.format.JsonWords;
import finch.space.format.TextFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a run folder says.
 *
 * @param journal  what the journal tells
 * @param measured networks timed after the search, as in {@code measured.json}
 * @param findings sentences on the best network beside a reference
 * @param profile  the device profile, where the run has one that this version reads
 * @param baseline {@code baseline.json}, an empty object where the run has none
 * @param yaml     the resolved config, as it is written
 * @param config   the same, where this version reads it
 */
public record RunData(RunFolder folder, JsonNode manifest, List<Objective> objectives, List<String> constraints, List<Network> front,
               List<Network> references, JournalFacts journal, List<JsonNode> measured, List<String> findings, Optional<DeviceProfile> profile,
               JsonNode baseline, String yaml, Optional<SearchConfig> config) {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** A value and its central 90 % interval, in base units. */
    public record Range(double value, double low, double high) {
        public boolean isExact() {
            return low == value && high == value;
        }
    }

    /**
     * One network.
     *
     * @param genome       empty where the network is no point of the space
     * @param costs        exact figures; missing in the cloud
     * @param architecture missing in the cloud
     */
    public record Network(String name, String genome, Map<Objective, Range> values, JsonNode costs, JsonNode architecture, boolean best, boolean knee,
                   Optional<String> reference) {
        public Optional<Range> value(Objective objective) {
            return Optional.ofNullable(values.get(objective));
        }
    }

    /** @throws IllegalArgumentException if the folder holds no run, or one without a front yet, or a damaged one */
    public static RunData read(RunFolder folder) throws IOException {
        try {
            return parsed(folder);
        } catch (JacksonException e) {
            throw damaged(folder, e);
        }
    }

    /** A value that is not what Finch writes there. */
    static IllegalArgumentException damaged(RunFolder folder, JacksonException cause) {
        return new IllegalArgumentException(folder.path() + ": manifest.json, front.json, measured.json or baseline.json is damaged: " + JsonWords.of(cause)
                + ". Put it back; of a run that has not ended, finch resume writes the last three again.", cause);
    }

    private static RunData parsed(RunFolder folder) throws IOException {
        if (!Files.isRegularFile(folder.manifest())) {
            throw new IllegalArgumentException(folder.path() + ": is no run folder; it has no manifest.json");
        }
        if (!Files.isRegularFile(folder.front())) {
            throw new IllegalArgumentException(folder.path() + ": has no front yet. Go on with finch resume " + folder.path() + ".");
        }
        JsonNode front = json(folder.front());
        JsonNode manifest = json(folder.manifest());
        FrontPick.requireNotNewer(folder, manifest, front);
        JsonNode measured = Files.exists(folder.measured()) ? json(folder.measured()) : JSON.createObjectNode();
        List<Objective> objectives = new ArrayList<>();
        front.path("objectives").forEach(node -> Optional.ofNullable(Objective.byName().get(node.path("name").asString("")))
                .ifPresent(objectives::add));
        if (objectives.isEmpty()) {
            throw new IllegalArgumentException(folder.front() + ": is damaged: it names no objective. Put it back; of a run that has not ended, finch resume writes it again.");
        }
        List<String> constraints = new ArrayList<>();
        front.path("constraints").forEach(node -> constraints.add(node.asString("")));
        return new RunData(folder, manifest, List.copyOf(objectives), List.copyOf(constraints), networks(front.path("members")),
                networks(front.path("references")), JournalFacts.read(folder.journal(), objectives, manifest.path("accuracy").path("rungs").size()), list(measured.path("networks")),
                Findings.of(front, measured), profile(folder), Files.exists(folder.baseline()) ? json(folder.baseline()) : JSON.createObjectNode(),
                Files.exists(folder.config()) ? TextFile.read(folder.config()) : "", config(folder));
    }

    /** A run whose search has not ended, as far as its folder tells. */
    boolean isRunning() {
        return manifest.path("status").asString("").equals("running");
    }

    String name() {
        return manifest.path("name").asString("run");
    }

    /** The first of the front, by which the search's first objective is best. */
    Optional<Network> best() {
        return front.stream().max(Comparator.comparing(Network::best));
    }

    /** The network that others are compared with: the first reference. */
    Optional<Network> reference() {
        return references.stream().findFirst();
    }

    /** A network's architecture, where it is told and read. */
    static Optional<Architecture> architecture(Network network) {
        try {
            return network.architecture().isObject() ? Optional.of(ArchitectureFormat.parse(network.name(), network.architecture().toString()).named(network.name()))
                    : Optional.empty();
        } catch (InvalidFileException e) {
            return Optional.empty();
        }
    }

    /** Reports are made of runs of any version: what cannot be read any more is left out. */
    private static Optional<DeviceProfile> profile(RunFolder folder) throws IOException {
        try {
            return Files.exists(folder.deviceProfile()) ? Optional.of(DeviceProfile.read(folder.deviceProfile())) : Optional.empty();
        } catch (InvalidFileException e) {
            return Optional.empty();
        }
    }

    private static Optional<SearchConfig> config(RunFolder folder) throws IOException {
        try {
            return Files.exists(folder.config()) ? Optional.of(ConfigReader.read(folder.config(), List.of(), new ShippedCatalog())) : Optional.empty();
        } catch (InvalidFileException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** A file of a run, or an empty object where it is not there. */
    static JsonNode optional(Path file) throws IOException {
        return Files.exists(file) ? json(file) : JSON.createObjectNode();
    }

    private static JsonNode json(Path file) throws IOException {
        try {
            return JSON.readTree(TextFile.read(file));
        } catch (JacksonException e) {
            throw new IllegalArgumentException(file + " is damaged: " + JsonWords.of(e), e);
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

    static Network network(JsonNode node) {
        return new Network(node.path("name").asString(""), node.path("genome").asString(""), values(node.path("objectives")), node.path("costs"), node.path("architecture"),
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
}
