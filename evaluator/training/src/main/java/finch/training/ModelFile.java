package finch.training;

import finch.data.Normalisation;
import finch.space.Architecture;
import finch.space.format.ArchitectureFormat;
import finch.space.format.FormatVersion;
import finch.space.format.InvalidFileException;
import finch.space.format.SourceNode;
import finch.space.format.SourceReader;
import finch.space.network.Network;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Reads and writes trained networks, {@value #FORMAT}: a zip of two stored entries, {@code model.json} (architecture, labels, normalisation, an index of
 * tensors, provenance) and {@code weights.bin} (the tensors one after another, float32, little-endian). The same model gives the same bytes.
 *
 * <p>A file from elsewhere is safe to read: it holds data only; the two entries are the only ones that are taken, in this order; nothing is unpacked to disk;
 * nothing is decompressed, so what is allocated for weights is at most what is in the file; the architecture decides which tensors there are, and checksums
 * (CRC-32 of both entries, SHA-256 of the weights) that they are whole.
 */
public final class ModelFile {
    /** The value of the key {@code format}. */
    public static final String FORMAT = "finch-model/1";
    /** How the files are called. */
    public static final String ENDING = ".finch";

    private static final String JSON = "model.json";
    private static final int MOST_BLOCKS = 10_000;

    private ModelFile() {}

    /** Whether a file is called as model files are. */
    public static boolean isOne(String name) {
        return name.toLowerCase(Locale.ROOT).endsWith(ENDING);
    }

    /**
     * Writes a model: whole or not at all.
     *
     * @throws IOException if it cannot be written; what was there is kept
     */
    public static void write(Path file, TrainedModel model) throws IOException {
        List<ModelTensors.Tensor> tensors = ModelTensors.of(Network.of(model.architecture()));
        WeightsFile.write(file, JSON, tensors.stream().map(tensor -> tensor.values(model.weights())).toList(), totals -> JsonTree.write(json(model, tensors, totals)));
    }

    private static Map<String, Object> json(TrainedModel model, List<ModelTensors.Tensor> tensors, WeightsFile.Totals totals) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("format", FORMAT);
        json.put("architecture", JsonTree.map(SourceReader.parse("architecture", ArchitectureFormat.toJson(model.architecture()))));
        json.put("labels", model.labels());
        Map<String, Object> normalisation = new LinkedHashMap<>();
        normalisation.put("mean", model.normalisation().mean());
        normalisation.put("deviation", model.normalisation().deviation());
        json.put("normalisation", normalisation);
        Map<String, Object> weights = new LinkedHashMap<>();
        weights.put("bytes", totals.bytes());
        weights.put("sha256", totals.sha256());
        weights.put("trained", model.weights().trained());
        weights.put("tensors", tensors.stream().map(t -> t.json(model.weights())).toList());
        json.put("weights", weights);
        json.put("provenance", model.provenance());
        return json;
    }

    /**
     * Reads a model.
     *
     * @throws InvalidFileException if it is none, broken, or of a format that this Finch does not know, saying which
     * @throws IOException          if it cannot be read at all
     */
    public static TrainedModel read(Path file) throws IOException {
        return WeightsFile.read(file, JSON, "model of Finch", reader -> {
            Described described = described(file, reader.json());
            List<ModelTensors.Tensor> tensors = described.tensors();
            long bytes = tensors.stream().mapToLong(ModelTensors.Tensor::bytes).sum();
            if (bytes != described.bytes() || bytes > reader.size()) {
                throw WeightsFile.invalid(file, "its architecture has " + bytes + " bytes of weights, it claims " + described.bytes() + ", and the whole file has " + reader.size());
            }
            reader.weights();
            for (ModelTensors.Tensor tensor : tensors) {
                tensor.fill(reader.next(tensor.name(), tensor.length()));
            }
            if (!reader.sha256().equals(described.sha())) {
                throw WeightsFile.invalid(file, "the weights have another checksum than " + JSON + " says; the file is damaged or was changed");
            }
            return new TrainedModel(described.architecture(), ModelTensors.weights(tensors, described.epsilons(), described.trained()), described.labels(),
                    described.normalisation(), described.provenance());
        });
    }

    /** What model.json says. */
    private record Described(Architecture architecture, List<ModelTensors.Tensor> tensors, Map<String, Float> epsilons, long bytes, String sha, boolean trained,
                             List<String> labels, Normalisation normalisation, Map<String, Object> provenance) {}

    private static Described described(Path file, String json) {
        SourceNode root = SourceReader.parse(file + "/" + JSON, json);
        String format = root.get("format").map(SourceNode::text).orElse("");
        if (!format.equals(FORMAT)) {
            throw WeightsFile.invalid(file, FormatVersion.isNewer(format, FORMAT) ? FormatVersion.newer(format, FORMAT) : "is " + (format.isEmpty() ? "of no format" : "a " + format) + "; this Finch reads " + FORMAT);
        }
        root.onlyKeys("format", "architecture", "labels", "normalisation", "weights", "provenance");
        SourceNode description = required(root, "architecture");
        if (description.get("blocks").map(b -> b.itemsOrSelf().size()).orElse(0) > MOST_BLOCKS) {
            throw WeightsFile.invalid(file, "its architecture has more than " + MOST_BLOCKS + " blocks");
        }
        Architecture architecture = ArchitectureFormat.of(description);
        List<String> labels = required(root, "labels").items().stream().map(n -> n.asText("")).toList();
        SourceNode normalisation = required(root, "normalisation");
        SourceNode weights = required(root, "weights");
        List<ModelTensors.Tensor> tensors = ModelTensors.of(Network.of(architecture));
        Map<String, Float> epsilons = ModelTensors.check(tensors, required(weights, "tensors"));
        long bytes = required(weights, "bytes").asLong(0, Long.MAX_VALUE, 0);
        String sha = required(weights, "sha256").asText("");
        boolean trained = required(weights, "trained").asBoolean(true);
        List<Double> mean = numbers(required(normalisation, "mean"));
        List<Double> deviation = numbers(required(normalisation, "deviation"));
        root.problems().throwIfAny();
        return new Described(architecture, tensors, epsilons, bytes, sha, trained, labels, new Normalisation(mean, deviation),
                root.get("provenance").filter(SourceNode::isMapping).map(JsonTree::map).orElse(Map.of()));
    }

    private static SourceNode required(SourceNode node, String key) {
        return node.require(key, "it belongs to every model").orElseThrow(() -> {
            node.isMapping();
            return new InvalidFileException(node.problems().list());
        });
    }

    private static List<Double> numbers(SourceNode node) {
        return node.items().stream().map(n -> n.asDouble(-1e9, 1e9, 1)).toList();
    }
}
