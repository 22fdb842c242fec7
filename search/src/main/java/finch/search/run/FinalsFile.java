package finch.search.run;

import finch.search.config.FinalTrainings;
import finch.training.CurvePoint;
import finch.training.Evaluation;
import finch.training.JsonTree;
import finch.training.TrainedModel;
import finch.training.Training;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.stream.LongStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code finals.json}: what was timed and trained after the search. It is written after each step, so that a stopped run goes on from there. */
final class FinalsFile {
    static final String FORMAT = "finch-finals/1";
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private final RunFolder folder;
    private final ObjectNode root;

    private FinalsFile(RunFolder folder, ObjectNode root) {
        this.folder = folder;
        this.root = root;
    }

    /** The run's, or a new one. @throws IllegalArgumentException if it is damaged */
    static FinalsFile of(RunFolder folder, String name, FinalTrainings finals) throws IOException {
        if (Files.isRegularFile(folder.finals())) {
            ObjectNode root = JsonFile.read(folder.finals());
            if (!root.path("format").asString("").equals(FORMAT) || !root.path("trainings").isArray()) {
                throw new IllegalArgumentException(folder.finals() + " is damaged: no " + FORMAT + ". Put it back, or delete it to time and train again.");
            }
            return new FinalsFile(folder, root);
        }
        ObjectNode root = JsonFile.object().put("format", FORMAT).put("name", name).put("data", finals.data());
        root.set("recipe", MAPPER.readTree(JsonTree.line(finals.recipe().tree())));
        LongStream.range(0, finals.seeds()).forEach(i -> root.withArray("seeds").add(finals.recipe().seed() + i));
        root.putArray("trainings");
        return new FinalsFile(folder, root);
    }

    void write() throws IOException {
        JsonFile.write(folder.finals(), root);
    }

    boolean has(String key) {
        return root.has(key);
    }

    void set(String key, JsonNode value) throws IOException {
        root.set(key, value);
        write();
    }

    /**
     * Writes which images are trained on, as they are with the first seed.
     *
     * @throws IllegalArgumentException if trainings are here that were of others
     */
    void requireImages(Map<String, Object> described) throws IOException {
        JsonNode now = MAPPER.readTree(JsonTree.line(described));
        if (root.has("images") && !root.path("images").equals(now) && !root.path("trainings").isEmpty()) {
            throw new IllegalArgumentException(folder.finals() + " has trainings on " + root.path("images").path("training") + " images that are no longer what " + root.path("data").asString("")
                    + " holds (" + now.path("training") + "). Bring those back, or delete it to train all anew.");
        }
        set("images", now);
    }

    /**
     * Writes what is trained.
     *
     * @throws IllegalArgumentException if one of them has been trained here as another network of the same name
     */
    void networks(List<ObjectNode> networks) throws IOException {
        for (ObjectNode network : networks) {
            String name = network.path("name").asString("");
            boolean trained = root.path("trainings").valueStream().anyMatch(node -> node.path("network").asString("").equals(name));
            if (trained && root.path("networks").valueStream().anyMatch(node -> node.path("name").asString("").equals(name)
                    && !node.path("architecture").equals(network.path("architecture")))) {
                throw new IllegalArgumentException(folder.finals() + " has trainings of another network that is called " + name + ". Bring its file back, give this one another name, or delete "
                        + folder.finals().getFileName() + " to train all anew.");
            }
        }
        set("networks", MAPPER.createArrayNode().addAll(networks));
    }

    /** What a network took, among those timed under a key; empty where it is not there. */
    OptionalDouble medianMicros(String key, String network) {
        return root.path(key).valueStream().filter(node -> node.path("name").asString("").equals(network)).mapToDouble(node -> node.path("medianMicros").asDouble()).findFirst();
    }

    /** A training that is done or has failed. */
    Optional<JsonNode> training(String network, long seed) {
        return root.path("trainings").valueStream().filter(node -> node.path("network").asString("").equals(network) && node.path("seed").asLong() == seed).findFirst();
    }

    void trained(String network, long seed, Training.Outcome outcome, String model, double seconds) throws IOException {
        ObjectNode node = root.withArray("trainings").addObject().put("network", network).put("seed", seed);
        node.set("validation", figures(outcome.validation()));
        outcome.test().ifPresent(test -> node.set("test", figures(test)));
        node.put("model", model).put("seconds", seconds);
        node.set("curve", curve(outcome.model()));
        write();
    }

    private static ObjectNode figures(Evaluation evaluation) {
        return JsonFile.object().put("top1", 100 * evaluation.top1()).put("images", evaluation.images()).put("loss", evaluation.loss());
    }

    /** As a model's provenance has it. @see CurvePoint#tree */
    private static JsonNode curve(TrainedModel model) {
        return MAPPER.readTree(JsonTree.line(model.provenance().getOrDefault("curve", List.of())));
    }

    void failed(String network, long seed, String reason) throws IOException {
        root.withArray("trainings").addObject().put("network", network).put("seed", seed).put("failed", reason);
        write();
    }

    /**
     * The accuracies of a network by its seeds, in percent.
     *
     * @param of   {@code test} or {@code validation}
     * @param from the least seed
     */
    Optional<SeedFigures> figures(String network, String of, long from) {
        List<Double> values = root.path("trainings").valueStream()
                .filter(node -> node.path("network").asString("").equals(network) && node.path("seed").asLong() >= from && node.path(of).has("top1"))
                .map(node -> node.path(of).path("top1").asDouble()).toList();
        return values.isEmpty() ? Optional.empty() : Optional.of(new SeedFigures(values));
    }

    /** Whether every training that succeeded saw test images. */
    boolean isTested() {
        return root.path("trainings").valueStream().filter(node -> !node.has("failed")).allMatch(node -> node.has("test"));
    }

    /** The seed whose training did best on validation images; empty where all failed. */
    OptionalInt bestTraining(String network) {
        ArrayNode trainings = root.withArray("trainings");
        int best = -1;
        for (int i = 0; i < trainings.size(); i++) {
            JsonNode node = trainings.get(i);
            if (node.path("network").asString("").equals(network) && node.has("model")
                    && (best < 0 || node.at("/validation/top1").asDouble() > trainings.get(best).at("/validation/top1").asDouble())) {
                best = i;
            }
        }
        return best < 0 ? OptionalInt.empty() : OptionalInt.of(best);
    }

    JsonNode training(int index) {
        return root.withArray("trainings").get(index);
    }
}
