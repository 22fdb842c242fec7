package finch.training;

import finch.data.Batches;
import finch.data.ImageSet;
import finch.engine.kernel.KernelSet;
import finch.space.network.Network;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * All that decides what comes out of a training, but for the pixels, the teacher and the weights that it began with: two trainings with one fingerprint
 * go on alike from one state.
 *
 * @param parts what they are called, and what they are
 */
public record Fingerprint(Map<String, String> parts) {
    private static final int HASH_BYTES = 8;

    /** @param batch the most images of a pass, which decides how sums over images are cut */
    static Fingerprint of(Network network, Recipe recipe, Batches batches, int batch, KernelSet kernels) {
        Map<String, String> parts = new LinkedHashMap<>();
        // the name alone changes nothing
        parts.put("network", network.layers().size() + " layers, " + network.params() + " parameters, " + hash(network.input() + " " + network.layers()));
        parts.put("recipe", recipe.withDistillation(null).toString());
        parts.put("distillation", recipe.distillation() == null ? "none" : "share " + recipe.distillation().share() + ", temperature " + recipe.distillation().temperature());
        parts.put("batches", batches.plan().toString());
        parts.put("images", images(batches.images()));
        parts.put("images a pass", Integer.toString(batch));
        parts.put("kernels", kernels.kernels().name());
        return new Fingerprint(parts);
    }

    /** How many, and the classes with their images, in order. */
    private static String images(ImageSet images) {
        MessageDigest digest = digest();
        for (String name : images.classes()) {
            digest.update(name.getBytes(StandardCharsets.UTF_8));
            digest.update((byte) 0);
        }
        for (int i = 0; i < images.size(); i++) {
            int label = images.label(i);
            digest.update((byte) label);
            digest.update((byte) (label >> 8));
            digest.update((byte) (label >> 16));
        }
        return images.size() + " of " + images.classes().size() + " classes, " + hex(digest);
    }

    private static String hash(String text) {
        MessageDigest digest = digest();
        digest.update(text.getBytes(StandardCharsets.UTF_8));
        return hex(digest);
    }

    /** The SHA-256 of a file, in hexadecimal digits. */
    public static String ofFile(Path file) throws IOException {
        return HexFormat.of().formatHex(digest().digest(Files.readAllBytes(file)));
    }

    private static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java has SHA-256", e);
        }
    }

    private static String hex(MessageDigest digest) {
        return HexFormat.of().formatHex(digest.digest(), 0, HASH_BYTES);
    }

    void write(DataOutputStream out) throws IOException {
        out.writeInt(parts.size());
        for (Map.Entry<String, String> part : parts.entrySet()) {
            out.writeUTF(part.getKey());
            out.writeUTF(part.getValue());
        }
    }

    static Fingerprint read(DataInputStream in) throws IOException {
        Map<String, String> parts = new LinkedHashMap<>();
        for (int count = in.readInt(); count > 0; count--) {
            parts.put(in.readUTF(), in.readUTF());
        }
        return new Fingerprint(parts);
    }

    /** What this one has otherwise than another, each with both. */
    List<String> differences(Fingerprint other) {
        List<String> differences = new ArrayList<>();
        other.parts.forEach((name, its) -> {
            String own = parts.getOrDefault(name, "none");
            if (!own.equals(its)) {
                differences.add(name + ": " + own + " there, " + its + " here");
            }
        });
        return differences;
    }
}
