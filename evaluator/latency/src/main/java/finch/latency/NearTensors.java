package finch.latency;

import finch.space.network.Layer;
import finch.space.network.Network;
import finch.space.network.TensorShape;
import java.util.List;

/**
 * Which tensors of a network never leave the near caches: those between two convolutions that the engine computes band by band of rows.
 * Which it joins it decides for the whole network (the package {@code finch.engine}), too dearly for an estimate of a few microseconds; two
 * neighbours alone, asked whether a band of both fits and spares more than it costs, agree with it for six large tensors of seven.
 */
final class NearTensors {
    /** As the engine has them: floats that the second level cache keeps, output pixels of a band, and floats of a tensor that leaves that cache. */
    private static final long BUDGET_FLOATS = 96 * 1024;
    private static final int BAND_PIXELS = 96;

    private final Network network;
    private final boolean[] near;
    private final long passing;

    private NearTensors(Network network, boolean[] near) {
        this.network = network;
        this.near = near;
        long bytes = 0;
        List<Layer> layers = network.layers();
        for (int i = 0; i < layers.size(); i++) {
            if (layers.get(i) instanceof Layer.Convolution c) {
                bytes += 4 * c.weights() + (near[i + 1] ? 0 : c.output().bytes());
            } else if (layers.get(i) instanceof Layer.Dense d) {
                bytes += 4 * d.macs();
            }
        }
        this.passing = bytes;
    }

    /** All go through the caches. */
    static NearTensors none(Network network) {
        return new NearTensors(network, new boolean[network.layers().size() + 1]);
    }

    static NearTensors of(Network network) {
        List<Layer> layers = network.layers();
        int[] readers = new int[layers.size() + 1];
        for (Layer layer : layers) {
            if (layer instanceof Layer.Convolution c) {
                readers[c.source()]++;
            } else if (layer instanceof Layer.Add a) {
                readers[a.left()]++;
                readers[a.right()]++;
            } else {
                for (int tensor : layer.inputs()) {
                    readers[tensor] += 2; // no convolution: not joined
                }
            }
        }
        boolean[] near = new boolean[readers.length];
        for (Layer layer : layers) {
            if (layer instanceof Layer.Convolution second && second.source() > 0 && readers[second.source()] == 1) {
                int made = made(layers, second.source(), readers);
                if (made > 0 && joined((Layer.Convolution) layers.get(made - 1), second)) {
                    near[second.source()] = true;
                    near[made] = true;
                }
            }
        }
        return new NearTensors(network, near);
    }

    /** What a convolution wrote of a tensor: all of it, or all but a residual sum that is fused into it; 0 if it is no convolution's. */
    private static int made(List<Layer> layers, int tensor, int[] readers) {
        Layer layer = layers.get(tensor - 1);
        if (layer instanceof Layer.Convolution) {
            return tensor;
        }
        if (layer instanceof Layer.Add a) {
            return isFused(layers, a.right(), readers) ? a.right() : isFused(layers, a.left(), readers) ? a.left() : 0;
        }
        return 0;
    }

    private static boolean isFused(List<Layer> layers, int tensor, int[] readers) {
        return tensor > 0 && readers[tensor] == 1 && layers.get(tensor - 1) instanceof Layer.Convolution;
    }

    /**
     * Whether a band of both fits, and what passes between them, written to the next cache and read again, costs more than the weights that each
     * band reads again. Neither gets truer with resolution, so that an estimate never falls when images grow.
     */
    private static boolean joined(Layer.Convolution first, Layer.Convolution second) {
        if (!second.isPointwise() && !second.isDepthwise() || second.output().pixels() == 1) {
            return false;
        }
        TensorShape between = second.input();
        int stride = second.window().stride().height();
        int overlap = Math.max(0, second.window().kernel().height() - stride);
        long held = ((long) BAND_PIXELS * stride * stride + (long) overlap * between.width()) * between.channels();
        long weights = first.weights() + second.weights();
        return held + weights <= BUDGET_FLOATS && weights <= 4L * BAND_PIXELS * stride * stride * between.channels();
    }

    Network network() {
        return network;
    }

    /** Bytes of weights and tensors that go through the caches from one use of a weight to the next. */
    long passing() {
        return passing;
    }

    boolean near(int tensor) {
        return near[tensor];
    }
}
