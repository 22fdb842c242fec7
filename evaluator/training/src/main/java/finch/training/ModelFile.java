package finch.training;

import finch.data.Normalisation;
import finch.engine.Weights;
import finch.space.Architecture;
import finch.space.format.ArchitectureFormat;
import finch.space.format.AtomicFile;
import finch.space.format.InvalidFileException;
import finch.space.format.Problem;
import finch.space.format.SourceNode;
import finch.space.format.SourceReader;
import finch.space.network.Network;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.LocalDateTime;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

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
    private static final String WEIGHTS = "weights.bin";
    private static final int MOST_JSON = 8 << 20;
    private static final int MOST_BLOCKS = 10_000;
    private static final int CHUNK = 1 << 16;
    /** The date of now would make two files of one model differ; a zip knows no day before 1980. */
    private static final LocalDateTime NO_TIME = LocalDateTime.of(1980, 2, 1, 0, 0);
    /** A zip's last record, and how it begins. */
    private static final int END_BYTES = 22;
    private static final int END = 0x06054b50;

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
        Network network = Network.of(model.architecture());
        List<ModelTensors.Tensor> tensors = ModelTensors.of(network);
        MessageDigest sha = sha256();
        CRC32 crc = new CRC32();
        long bytes = 0;
        for (ModelTensors.Tensor tensor : tensors) {
            byte[] data = littleEndian(tensor.values(model.weights()));
            sha.update(data);
            crc.update(data);
            bytes += data.length;
        }
        byte[] json = JsonTree.write(json(model, tensors, bytes, HexFormat.of().formatHex(sha.digest()))).getBytes(StandardCharsets.UTF_8);
        if (json.length > MOST_JSON) {
            throw new IOException(file + ": " + json.length + " bytes of description are more than the " + MOST_JSON + " that a model file may have");
        }
        CRC32 jsonCrc = new CRC32();
        jsonCrc.update(json);
        long weightBytes = bytes;
        AtomicFile.write(file, temporary -> {
            try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(temporary), CHUNK); ZipOutputStream zip = new ZipOutputStream(out, StandardCharsets.UTF_8)) {
                zip.putNextEntry(stored(JSON, json.length, jsonCrc.getValue()));
                zip.write(json);
                zip.closeEntry();
                zip.putNextEntry(stored(WEIGHTS, weightBytes, crc.getValue()));
                for (ModelTensors.Tensor tensor : tensors) {
                    zip.write(littleEndian(tensor.values(model.weights())));
                }
                zip.closeEntry();
            }
        });
    }

    private static ZipEntry stored(String name, long bytes, long crc) {
        ZipEntry entry = new ZipEntry(name);
        entry.setMethod(ZipEntry.STORED);
        entry.setSize(bytes);
        entry.setCompressedSize(bytes);
        entry.setCrc(crc);
        entry.setTimeLocal(NO_TIME);
        return entry;
    }

    private static Map<String, Object> json(TrainedModel model, List<ModelTensors.Tensor> tensors, long bytes, String sha) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("format", FORMAT);
        json.put("architecture", JsonTree.map(SourceReader.parse("architecture", ArchitectureFormat.toJson(model.architecture()))));
        json.put("labels", model.labels());
        Map<String, Object> normalisation = new LinkedHashMap<>();
        normalisation.put("mean", model.normalisation().mean());
        normalisation.put("deviation", model.normalisation().deviation());
        json.put("normalisation", normalisation);
        Map<String, Object> weights = new LinkedHashMap<>();
        weights.put("bytes", bytes);
        weights.put("sha256", sha);
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
        long size = Files.size(file);
        try (ZipInputStream zip = new ZipInputStream(new BufferedInputStream(Files.newInputStream(file), CHUNK), StandardCharsets.UTF_8)) {
            entry(file, zip, JSON);
            byte[] json = zip.readNBytes(MOST_JSON + 1);
            if (json.length > MOST_JSON) {
                throw invalid(file, JSON + " is longer than the " + (MOST_JSON >> 20) + " MiB that it may have");
            }
            zip.closeEntry();
            Described described = described(file, new String(json, StandardCharsets.UTF_8));
            List<ModelTensors.Tensor> tensors = described.tensors();
            long bytes = tensors.stream().mapToLong(ModelTensors.Tensor::bytes).sum();
            if (bytes != described.bytes() || bytes > size) {
                throw invalid(file, "its architecture has " + bytes + " bytes of weights, it claims " + described.bytes() + ", and the whole file has " + size);
            }
            entry(file, zip, WEIGHTS);
            MessageDigest sha = sha256();
            for (ModelTensors.Tensor tensor : tensors) {
                byte[] data = zip.readNBytes((int) tensor.bytes());
                if (data.length < tensor.bytes()) {
                    throw invalid(file, WEIGHTS + " is cut off in " + tensor.name());
                }
                sha.update(data);
                tensor.fill(data);
            }
            if (zip.read() >= 0) {
                throw invalid(file, WEIGHTS + " goes on after its last tensor");
            }
            if (!HexFormat.of().formatHex(sha.digest()).equals(described.sha())) {
                throw invalid(file, "the weights have another checksum than " + JSON + " says; the file is damaged or was changed");
            }
            zip.closeEntry();
            if (zip.getNextEntry() != null) {
                throw invalid(file, "holds more than " + JSON + " and " + WEIGHTS);
            }
            if (!endsAsZip(file, size)) {
                throw invalid(file, "is cut off: its last record is missing");
            }
            return new TrainedModel(described.architecture(), ModelTensors.weights(tensors, described.epsilons(), described.trained()), described.labels(),
                    described.normalisation(), described.provenance());
        } catch (ZipException | java.io.EOFException e) {
            throw invalid(file, "is damaged or cut off" + (e.getMessage() == null ? "" : ": " + e.getMessage()));
        } catch (IllegalArgumentException e) {
            throw invalid(file, e.getMessage());
        }
    }

    private static boolean endsAsZip(Path file, long size) throws IOException {
        ByteBuffer last = ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        try (SeekableByteChannel channel = Files.newByteChannel(file)) {
            channel.position(Math.max(0, size - END_BYTES));
            while (last.hasRemaining() && channel.read(last) >= 0) {
                // a channel may give less than what is asked for
            }
        }
        return !last.hasRemaining() && last.getInt(0) == END;
    }

    private static void entry(Path file, ZipInputStream zip, String name) throws IOException {
        ZipEntry entry = zip.getNextEntry();
        if (entry == null) {
            throw invalid(file, name.equals(JSON) ? "is no model of Finch: not a zip file, or an empty or cut off one" : "is cut off: " + name + " is missing");
        }
        if (!entry.getName().equals(name)) {
            throw invalid(file, "is no model of Finch: where " + name + " should be, it has an entry \"" + entry.getName().replaceAll("\\p{Cntrl}", "?") + "\"");
        }
        if (entry.getMethod() != ZipEntry.STORED) {
            throw invalid(file, name + " is compressed; a model file stores its entries as they are");
        }
    }

    /** What model.json says. */
    private record Described(Architecture architecture, List<ModelTensors.Tensor> tensors, Map<String, Float> epsilons, long bytes, String sha, boolean trained,
                             List<String> labels, Normalisation normalisation, Map<String, Object> provenance) {}

    private static Described described(Path file, String json) {
        if (!json.startsWith("{")) {
            throw invalid(file, JSON + " is no JSON object");
        }
        SourceNode root = SourceReader.parse(file + "/" + JSON, json);
        String format = root.get("format").map(SourceNode::text).orElse("");
        if (!format.equals(FORMAT)) {
            throw invalid(file, "is " + (format.isEmpty() ? "of no format" : "a " + format) + "; this Finch reads " + FORMAT);
        }
        root.onlyKeys("format", "architecture", "labels", "normalisation", "weights", "provenance");
        SourceNode description = required(root, "architecture");
        if (description.get("blocks").map(b -> b.itemsOrSelf().size()).orElse(0) > MOST_BLOCKS) {
            throw invalid(file, "its architecture has more than " + MOST_BLOCKS + " blocks");
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

    private static byte[] littleEndian(float[] values) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return bytes.array();
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private static InvalidFileException invalid(Path file, String message) {
        return new InvalidFileException(List.of(new Problem(file.toString(), 0, "", message)));
    }
}
