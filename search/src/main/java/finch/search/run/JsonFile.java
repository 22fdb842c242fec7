package finch.search.run;

import finch.search.config.Objective;
import finch.search.evolve.Estimate;
import finch.space.Architecture;
import finch.space.format.ArchitectureFormat;
import finch.space.format.AtomicFile;
import finch.space.format.JsonWords;
import finch.space.format.TextFile;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The JSON files of a run folder. Files appear whole or not at all. */
final class JsonFile {
    private static final JsonMapper MAPPER = JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private JsonFile() {}

    static ObjectNode object() {
        return MAPPER.createObjectNode();
    }

    /** @throws IllegalArgumentException if the file is no JSON object, naming it */
    static ObjectNode read(Path file) throws IOException {
        try {
            if (MAPPER.readTree(TextFile.read(file)) instanceof ObjectNode object) {
                return object;
            }
        } catch (tools.jackson.core.JacksonException e) {
            throw new IllegalArgumentException(file + " is damaged: " + JsonWords.of(e), e);
        }
        throw new IllegalArgumentException(file + " is damaged: no JSON object");
    }

    static void write(Path file, JsonNode node) throws IOException {
        writeText(file, text(node));
    }

    static String text(JsonNode node) {
        return MAPPER.writeValueAsString(node).replace(System.lineSeparator(), "\n") + "\n";
    }

    /** Through a file beside it, moved into place. */
    static void writeText(Path file, String text) throws IOException {
        AtomicFile.write(file, text);
    }

    static JsonNode architecture(Architecture architecture) {
        return MAPPER.readTree(ArchitectureFormat.toJson(architecture));
    }

    static void put(ObjectNode node, String key, double value) {
        if (value == Math.rint(value) && Math.abs(value) < 1e15) {
            node.put(key, (long) value);
        } else {
            node.put(key, value);
        }
    }

    static ObjectNode estimate(Estimate estimate) {
        ObjectNode node = object();
        put(node, "value", estimate.value());
        put(node, "low", estimate.low());
        put(node, "high", estimate.high());
        if (estimate.rung() > 0) {
            node.put("rung", estimate.rung());
        }
        return node;
    }

    static ObjectNode estimates(Map<Objective, Estimate> values) {
        ObjectNode node = object();
        values.forEach((objective, estimate) -> node.set(objective.formatName(), estimate(estimate)));
        return node;
    }

    /** Of a file of any length. */
    static String sha256(Path file) throws IOException {
        try (DigestInputStream in = new DigestInputStream(Files.newInputStream(file), MessageDigest.getInstance("SHA-256"))) {
            in.transferTo(OutputStream.nullOutputStream());
            return HexFormat.of().formatHex(in.getMessageDigest().digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }

    static String sha256(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }
}
