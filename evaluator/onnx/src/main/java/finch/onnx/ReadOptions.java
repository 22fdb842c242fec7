package finch.onnx;

import finch.space.Extent;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a file leaves open.
 *
 * @param resolution height and width of the input image where the file does not fix them
 * @param bound      constants for graph inputs other than the image, by name
 */
public record ReadOptions(Optional<Extent> resolution, Map<String, Tensor> bound) {
    public ReadOptions {
        bound = Map.copyOf(bound);
    }

    /** Nothing: the file says all. */
    public static ReadOptions none() {
        return new ReadOptions(Optional.empty(), Map.of());
    }

    /** Fixes an input of free height and width. */
    public ReadOptions withResolution(Extent extent) {
        return new ReadOptions(Optional.of(extent), bound);
    }

    /** Makes a graph input a constant. */
    public ReadOptions bind(String input, Tensor value) {
        Map<String, Tensor> more = new TreeMap<>(bound);
        more.put(input, value);
        return new ReadOptions(resolution, more);
    }
}
