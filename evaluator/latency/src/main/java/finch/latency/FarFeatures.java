package finch.latency;

import finch.space.network.Layer;
import java.util.List;

/**
 * What convolutions with a window read and write that their neighbour did not pass on while it was near: a million elements each. Parts of a network that run band by band took
 * 2 to 7 % less than prices fitted to all layers said, those with strides most. Prices of their own for what is far let the usual prices be those of what is near;
 * they add to them, so that a tensor that grows too large to be passed on never makes an estimate smaller.
 */
final class FarFeatures {
    static final List<String> NAMES = List.of("depthwise.stride1.inFar", "depthwise.strided.inFar", "depthwise.stride1.outFar",
            "depthwise.strided.outFar", "conv.outFar");

    private FarFeatures() {}

    /**
     * Of a convolution with a window: pointwise ones had such prices, too, which three calibrations found to be next to nothing.
     *
     * @param first number of the first of {@link #NAMES}
     * @param in    bytes that come through the caches, 0 if they are near
     * @param out   bytes that go
     */
    static void each(int first, Layer.Convolution c, long in, long out, Features.Sink sink) {
        if (c.isDepthwise()) {
            int strided = c.window().stride().isOne() ? 0 : 1;
            sink.add(first + strided, 1e-6 / Float.BYTES * in);
            sink.add(first + 2 + strided, 1e-6 / Float.BYTES * out);
        } else if (!c.isPointwise()) {
            sink.add(first + 4, 1e-6 / Float.BYTES * out);
        }
    }
}
