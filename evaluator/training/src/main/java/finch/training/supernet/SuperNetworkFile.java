package finch.training.supernet;

import finch.data.Normalisation;
import finch.data.Split;
import finch.space.format.FormatVersion;
import finch.space.format.InvalidFileException;
import finch.space.format.SourceNode;
import finch.space.format.SourceReader;
import finch.space.staged.StagedSpace;
import finch.training.JsonTree;
import finch.training.WeightsFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads and writes super-networks, {@value #FORMAT}: a zip of two stored entries, {@code supernet.json} (a description of the space, labels, normalisation,
 * what data it is of, an index of tensors, provenance) and {@code weights.bin} (the tensors one after another, float32, little-endian). The same
 * super-network gives the same bytes.
 *
 * <p>A file from elsewhere is safe to read: it holds data only, the two entries are the only ones that are taken, nothing is decompressed or unpacked to
 * disk, and the space decides which tensors there are; the zip's checksums (CRC-32) tell damage.
 */
public final class SuperNetworkFile {
    /** The value of the key {@code format}. */
    public static final String FORMAT = "finch-supernet/1";
    /** How the files are called. */
    public static final String ENDING = ".supernet";

    private static final String JSON = "supernet.json";
    private static final int MOST_SHOWN = 4;

    private SuperNetworkFile() {}

    /**
     * Writes a super-network: whole or not at all.
     *
     * @throws IOException if it cannot be written; what was there is kept
     */
    public static void write(Path file, SuperNetwork network) throws IOException {
        long bytes = 0;
        List<Map<String, Object>> index = new ArrayList<>();
        for (SharedTensor tensor : network.shared().tensors()) {
            Map<String, Object> entry = new LinkedHashMap<>();
            entry.put("name", tensor.name);
            entry.put("offset", bytes);
            entry.put("length", tensor.values.length);
            index.add(entry);
            bytes += 4L * tensor.values.length;
        }
        WeightsFile.write(file, JSON, network.shared().tensors().stream().map(tensor -> tensor.values).toList(), totals -> JsonTree.write(json(network, index)));
    }

    private static Map<String, Object> json(SuperNetwork network, List<Map<String, Object>> index) {
        SuperNetwork.Described described = network.described();
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("format", FORMAT);
        json.put("name", network.space().name());
        json.put("space", SpaceDescription.of(network.space()));
        json.put("labels", described.labels());
        Map<String, Object> normalisation = new LinkedHashMap<>();
        normalisation.put("mean", described.normalisation().mean());
        normalisation.put("deviation", described.normalisation().deviation());
        json.put("normalisation", normalisation);
        json.put("batch", described.batch());
        json.put("seed", described.seed());
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("name", described.data());
        data.put("fingerprint", described.fingerprint());
        data.put("validation", described.split().validation());
        data.put("split-seed", described.split().seed());
        json.put("data", data);
        json.put("tensors", index);
        json.put("provenance", described.provenance());
        return json;
    }

    /**
     * Reads the super-network of a space.
     *
     * @throws InvalidFileException if it is none, broken, of a format that this Finch does not know, or of another space, saying what differs
     * @throws IOException          if it cannot be read at all
     */
    public static SuperNetwork read(Path file, StagedSpace space) throws IOException {
        return WeightsFile.read(file, JSON, "super-network of Finch, as finch supernet writes it", reader -> {
            SuperNetwork.Described described = described(file, reader.json(), space);
            SharedWeights shared = new SharedWeights(space, described.seed());
            reader.weights();
            for (SharedTensor tensor : shared.tensors()) {
                float[] values = reader.next(tensor.name, tensor.values.length);
                for (float value : values) {
                    if (!Float.isFinite(value)) {
                        throw WeightsFile.invalid(file, tensor.name + " holds " + value);
                    }
                }
                System.arraycopy(values, 0, tensor.values, 0, values.length);
            }
            return new SuperNetwork(space, shared, described);
        });
    }

    private static SuperNetwork.Described described(Path file, String json, StagedSpace space) {
        SourceNode root = SourceReader.parse(file + "/" + JSON, json);
        String format = root.get("format").map(SourceNode::text).orElse("");
        if (!format.equals(FORMAT)) {
            throw WeightsFile.invalid(file, FormatVersion.isNewer(format, FORMAT) ? FormatVersion.newer(format, FORMAT) : "is " + (format.isEmpty() ? "of no format" : "a " + format) + "; this Finch reads " + FORMAT);
        }
        List<String> differences = JsonTree.differences(JsonTree.map(required(root, "space")), SpaceDescription.of(space));
        if (!differences.isEmpty()) {
            throw WeightsFile.invalid(file, "is a super-network of another space than " + space.name() + ": " + String.join("; ", differences.subList(0, Math.min(MOST_SHOWN, differences.size())))
                    + (differences.size() > MOST_SHOWN ? "; and " + (differences.size() - MOST_SHOWN) + " more" : "")
                    + ". Give the space that it was trained for, or train one for this space with finch supernet");
        }
        SourceNode normalisation = required(root, "normalisation");
        SourceNode data = required(root, "data");
        List<String> labels = required(root, "labels").items().stream().map(n -> n.asText("")).toList();
        int batch = required(root, "batch").asInt(2, 1 << 20, 2);
        long seed = required(root, "seed").asLong(Long.MIN_VALUE, Long.MAX_VALUE, 1);
        double held = required(data, "validation").asDouble(0, 1, 0.1);
        long splitSeed = required(data, "split-seed").asLong(Long.MIN_VALUE, Long.MAX_VALUE, 1);
        String name = required(data, "name").asText("");
        String fingerprint = required(data, "fingerprint").asText("");
        List<Double> mean = numbers(required(normalisation, "mean"));
        List<Double> deviation = numbers(required(normalisation, "deviation"));
        root.problems().throwIfAny();
        if (labels.size() != space.definition().classes() || mean.size() != space.definition().channels()) {
            throw WeightsFile.invalid(file, "has " + labels.size() + " labels and a normalisation of " + mean.size() + " channel(s) for " + space.definition().classes() + " classes and "
                    + space.definition().channels() + " channel(s)");
        }
        return new SuperNetwork.Described(labels, new Normalisation(mean, deviation), batch, new Split(held, splitSeed), name, fingerprint, seed,
                root.get("provenance").filter(SourceNode::isMapping).map(JsonTree::map).orElse(Map.of()));
    }

    private static SourceNode required(SourceNode node, String key) {
        return node.require(key, "it belongs to every super-network").orElseThrow(() -> {
            node.isMapping();
            return new InvalidFileException(node.problems().list());
        });
    }

    private static List<Double> numbers(SourceNode node) {
        return node.items().stream().map(n -> n.asDouble(-1e9, 1e9, 1)).toList();
    }
}
