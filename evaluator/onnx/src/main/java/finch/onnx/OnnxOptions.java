package finch.onnx;

import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * How {@link OnnxWriter} writes a file.
 *
 * @param foldBatchNorm whether batch normalisation is folded into the weights of its convolution
 * @param batch         a fixed batch size; empty for a dynamic dimension {@code N}
 * @param seed          the seed of seeded weights, for the metadata
 * @param metadata      more metadata properties, e.g. {@code architecture}
 * @param doc           description for people, may be empty
 */
public record OnnxOptions(boolean foldBatchNorm, OptionalInt batch, OptionalLong seed, Map<String, String> metadata,
        String doc) {
    /** Key of the metadata property that holds the architecture as {@code finch-architecture/1} JSON. */
    public static final String ARCHITECTURE = "architecture";
    /** Key of the metadata property that is {@code true} where the weights were never trained. */
    public static final String UNTRAINED = "untrained";
    /** Key of the metadata property that holds the seed of untrained weights. */
    public static final String SEED = "seed";

    public OnnxOptions {
        metadata = Map.copyOf(metadata);
    }

    /** For inference: batch normalisation folded, dynamic batch. */
    public static OnnxOptions folded() {
        return new OnnxOptions(true, OptionalInt.empty(), OptionalLong.empty(), Map.of(), "");
    }

    /** For training on: batch normalisation kept, dynamic batch. */
    public static OnnxOptions unfolded() {
        return new OnnxOptions(false, OptionalInt.empty(), OptionalLong.empty(), Map.of(), "");
    }

    public OnnxOptions withBatch(int size) {
        if (size < 1) {
            throw new IllegalArgumentException("batch must be at least 1, not " + size);
        }
        return new OnnxOptions(foldBatchNorm, OptionalInt.of(size), seed, metadata, doc);
    }

    /** Names the seed of untrained weights. */
    public OnnxOptions withSeed(long newSeed) {
        return new OnnxOptions(foldBatchNorm, batch, OptionalLong.of(newSeed), metadata, doc);
    }

    /** Stores the architecture, one line of {@code finch-architecture/1} JSON. */
    public OnnxOptions withArchitecture(String json) {
        return with(ARCHITECTURE, json);
    }

    /** Adds a metadata property. */
    public OnnxOptions with(String key, String value) {
        Map<String, String> more = new TreeMap<>(metadata);
        more.put(key, value);
        return new OnnxOptions(foldBatchNorm, batch, seed, more, doc);
    }

    public OnnxOptions withDoc(String newDoc) {
        return new OnnxOptions(foldBatchNorm, batch, seed, metadata, newDoc);
    }
}
