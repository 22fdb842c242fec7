package finch.latency;

import finch.space.network.Layer;
import java.util.List;

/**
 * What convolutions read and write that their neighbour did not pass on while it was near: a million elements each. Parts of a network that run band by band take
 * 2 to 7 % less than the same layers alone, depthwise convolutions with strides most. Prices of their own for what is far let the usual prices be those of what is near;
 * they add to them, so that a tensor that grows too large to be passed on never makes an estimate smaller.
 */
final class FarFeatures {
    static final List<String> NAMES = List.of("pointwise.inFar", "pointwise.outFar", "depthwise.stride1.inFar", "depthwise.strided.inFar",
            "depthwise.stride1.outFar", "depthwise.strided.outFar", "conv.outFar");

    private FarFeatures() {}

    /**
     * Not of a matrix times a vector.
     *
     * @param first number of the first of {@link #NAMES}
     * @param in    bytes that come through the caches, 0 if they are near
     * @param out   bytes that go
     */
    static void each(int first, Layer.Convolution c, long in, long out, Features.Sink sink) {
        double read = 1e-6 / Float.BYTES * in;
        double written = 1e-6 / Float.BYTES * out;
        if (c.isDepthwise()) {
            int strided = c.window().stride().isOne() ? 0 : 1;
            sink.add(first + 2 + strided, read);
            sink.add(first + 4 + strided, written);
        } else if (c.isPointwise()) {
            sink.add(first, read);
            sink.add(first + 1, written);
        } else {
            sink.add(first + 6, written);
        }
    }
}
