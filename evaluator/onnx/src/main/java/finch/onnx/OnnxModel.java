package finch.onnx;

import finch.engine.Weights;
import finch.space.network.Network;
import java.util.LinkedHashMap;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;

/**
 * What an ONNX file holds.
 *
 * @param network  layers with known shapes, named after the file's nodes
 * @param weights  parameters; untrained where the file says so
 * @param metadata the file's metadata properties
 * @param input    how the file's input lies on the network's, for callers with data in ONNX order
 * @param output   likewise for the output
 */
public record OnnxModel(Network network, Weights weights, Map<String, String> metadata, TensorLayout input,
        TensorLayout output) {
    public OnnxModel {
        metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
    }

    /** The architecture that a file written by Finch carries, one line of JSON. */
    public Optional<String> architecture() {
        return Optional.ofNullable(metadata.get(OnnxOptions.ARCHITECTURE));
    }
}
