package finch.latency;

import static finch.latency.Features.beyond;
import static finch.latency.Features.excess;
import static finch.latency.Features.padded;

import finch.space.network.Layer;
import finch.space.network.Network;
import finch.space.network.Nonlinearity;
import finch.space.network.TensorShape;
import finch.space.network.Window;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The work of a network for ONNX Runtime on a CPU, in units that a machine charges for. Its convolutions keep tensors in blocks of 16 channels, or 8 without
 * AVX-512 (its NCHWc layout), and take up to four blocks of output channels by a tile of six, or three, pixels of a row at a time; products go through 128 input
 * channels and over all pixels before the next. Depthwise layers take one block and one row, and the pixels whose window reaches beyond the image one by one.
 * Functions that it does not fuse, h-swish first, go over the tensor once more.
 *
 * <p>Every amount grows with height and width, but for those of what collides: depthwise layers whose rows are 4096 or 2048 bytes apart (64 or 32 pixels
 * of 16 floats) took 1 to 4.5 times what the other prices say, some networks more and some less, as if it depended on where tensors came to lie; that was not shown. Their price is
 * for the average.
 *
 * <p>These were chosen by looking at 601 networks of one calibration. In the next one, also of a Zen 5 (two timings of a network were 4.8 % apart), 317 networks were fitted, and
 * 199 others missed by 4.9 %; with {@link LatencyFeatures}, which ONNX Runtime shared with the engine before, by 6.8 %.
 *
 * <p>Units: million multiply-adds, million elements, megabytes (10⁶), thousand tiles, rows or steps, or a count.
 */
final class NchwcFeatures implements Features {
    static final String VERSION = "finch-nchwc-features/1";

    /** The end of the name of a kernel set that works so, with the channels of a block. */
    private static final Pattern KERNEL_SET = Pattern.compile(".*nchw(\\d+)c");
    private static final FeatureNames NAMES = new FeatureNames();
    /** Blocks of output channels that are computed together. */
    private static final int SET = 4;
    /** Input channels that a product goes through before it begins again with the first pixel. */
    private static final int DEPTH = 128;
    private static final long L1_BYTES = 32 << 10;
    private static final long L2_BYTES = 1 << 20;
    /** What is read and written may stay in a cache until it has so many bytes: the fit finds which of them this machine's caches are. */
    private static final long[] HOLDING_BYTES = {256 << 10, 512 << 10, 1 << 20, 2 << 20, 8 << 20};
    /** What one inference may pass through the caches before the weights have left them, likewise. */
    private static final long[] KEEPING_BYTES = {1 << 20, 2 << 20, 6 << 20, 16 << 20, 32 << 20};
    private static final int PAGE_BYTES = 4096;

    private static final int NETWORK = NAMES.one("network");
    private static final int POINTWISE = NAMES.one("pointwise.count");
    /** By blocks of output channels that are computed together, from 1. */
    private static final int[] POINTWISE_MACS = NAMES.numbered("pointwise.macs.blocks", SET);
    private static final int[] POINTWISE_TILES = NAMES.numbered("pointwise.tiles.blocks", SET);
    private static final int[] POINTWISE_HALVES = NAMES.numbered("pointwise.halfTileSteps.blocks", SET);
    private static final int POINTWISE_FEW = NAMES.one("pointwise.macsOfFirstPixels");
    private static final int POINTWISE_IN = NAMES.one("pointwise.in");
    private static final int POINTWISE_OUT = NAMES.one("pointwise.out");
    private static final int POINTWISE_WEIGHTS = NAMES.one("pointwise.weights");
    private static final int[] POINTWISE_LEFT = NAMES.numbered("pointwise.weightsThatLeft.", KEEPING_BYTES.length);
    private static final int CONV = NAMES.one("conv.count");
    private static final int CONV_MACS = NAMES.one("conv.macs");
    private static final int CONV_NARROW = NAMES.one("conv.macsOfTwoBlocks");
    private static final int CONV_ROWS = NAMES.one("conv.rows");
    private static final int CONV_IN = NAMES.one("conv.in");
    private static final int CONV_OUT = NAMES.one("conv.out");
    /** What convolutions that are not depthwise read and write. */
    private static final int[] CONV_BEYOND = NAMES.numbered("conv.bothBeyond.", HOLDING_BYTES.length);

    /** By kernel 3, 5, 7, other. */
    private static final int[] DEPTHWISE_TAPS = new int[4];
    private static final int[] DEPTHWISE_TILES = new int[4];
    private static final int[] DEPTHWISE_EDGES = new int[4];
    private static final int[] DEPTHWISE_STRIDED = new int[4];

    static {
        String[] kernels = {"3", "5", "7", "other"};
        for (int k = 0; k < kernels.length; k++) {
            DEPTHWISE_TAPS[k] = NAMES.one("depthwise." + kernels[k] + ".taps");
            DEPTHWISE_TILES[k] = NAMES.one("depthwise." + kernels[k] + ".tapsOfTiles");
            DEPTHWISE_EDGES[k] = NAMES.one("depthwise." + kernels[k] + ".tapsAtEdges");
            DEPTHWISE_STRIDED[k] = NAMES.one("depthwise." + kernels[k] + ".tapsWithStride");
        }
    }

    private static final int DEPTHWISE = NAMES.one("depthwise.count");
    private static final int DEPTHWISE_ROWS = NAMES.one("depthwise.rows");
    private static final int DEPTHWISE_BEYOND_L1 = NAMES.one("depthwise.inBeyondL1");
    private static final int DEPTHWISE_BEYOND = NAMES.one("depthwise.bothBeyond");
    private static final int COLLIDES = NAMES.one("depthwise.outThatCollides");
    private static final int COLLIDES_HALF = NAMES.one("depthwise.outThatCollidesHalf");
    private static final int COLLIDES_HALF_TAPS = NAMES.one("depthwise.tapsThatCollideHalf");
    private static final int COLLIDES_PLANE = NAMES.one("depthwise.tapsOfPlanesThatCollide");

    private static final int DENSE = NAMES.one("dense.count");
    private static final int DENSE_WEIGHTS = NAMES.one("dense.weights");
    private static final int DENSE_BEYOND_L2 = NAMES.one("dense.weightsBeyondL2");
    private static final int[] DENSE_LEFT = NAMES.numbered("dense.weightsThatLeft.", KEEPING_BYTES.length);

    /** Products of a vector. */
    private static final int SQUEEZE = NAMES.one("squeeze.count");
    private static final int SQUEEZE_STEPS = NAMES.one("squeeze.steps");
    private static final int SQUEEZE_WEIGHTS = NAMES.one("squeeze.weights");
    private static final int SQUEEZE_CLAMPED = NAMES.one("squeeze.clamped");
    private static final int SQUEEZE_CLAMPED_OUT = NAMES.one("squeeze.clampedOut");
    private static final int SQUEEZE_CURVED = NAMES.one("squeeze.curved");
    private static final int SQUEEZE_CURVED_OUT = NAMES.one("squeeze.curvedOut");

    private static final int POOL = NAMES.one("pool.count");
    private static final int POOL_IN = NAMES.one("pool.in");
    private static final int POOL_BEYOND = NAMES.one("pool.inBeyond");
    private static final int SCALE = NAMES.one("scale.count");
    private static final int SCALE_IN = NAMES.one("scale.in");
    private static final int SCALE_CHANNELS = NAMES.one("scale.channels");
    private static final int[] SCALE_BEYOND = NAMES.numbered("scale.bothBeyond.", HOLDING_BYTES.length);
    private static final int ADD = NAMES.one("add.count");
    private static final int ADD_IN = NAMES.one("add.in");
    private static final int[] ADD_BEYOND = NAMES.numbered("add.bothBeyond.", HOLDING_BYTES.length);
    private static final int OTHER = NAMES.one("other.count");
    private static final int OTHER_IN = NAMES.one("other.in");

    /** H-swish and swish of tensors. */
    private static final int CURVED = NAMES.one("activation.swish.count");
    private static final int CURVED_IN = NAMES.one("activation.swish.in");
    private static final int[] CURVED_BEYOND = NAMES.numbered("activation.swish.bothBeyond.", HOLDING_BYTES.length);
    private static final int EXPONENTIAL = NAMES.one("activation.exponential");
    private static final int CLAMPED = NAMES.one("activation.clamped");

    private final int block;
    /** Pixels of a full tile. */
    private final int tile;

    private NchwcFeatures(int block) {
        this.block = block;
        this.tile = block >= 16 ? 6 : 3;
    }

    /** Whether a kernel set works in blocks of channels, and says so. */
    static boolean areOf(String kernelSet) {
        return KERNEL_SET.matcher(kernelSet).matches();
    }

    /** @param kernelSet one that {@link #areOf} says yes to; any other is taken to have blocks of 16 */
    static NchwcFeatures of(String kernelSet) {
        Matcher matcher = KERNEL_SET.matcher(kernelSet);
        return new NchwcFeatures(matcher.matches() ? Math.max(1, Integer.parseInt(matcher.group(1))) : 16);
    }

    static List<String> names() {
        return NAMES.list();
    }

    @Override
    public String version() {
        return VERSION;
    }

    @Override
    public List<String> quantities() {
        return names();
    }

    @Override
    public int width() {
        return NAMES.count();
    }

    @Override
    public NearTensors near(Network network) {
        return NearTensors.none(network);
    }

    @Override
    public void each(Network network, Sink sink) {
        sink.add(NETWORK, 1);
        NearTensors near = near(network);
        for (int i = 0; i < network.layers().size(); i++) {
            each(near, i, sink);
        }
    }

    @Override
    public void each(NearTensors near, int index, Sink sink) {
        Layer layer = near.network().layers().get(index);
        switch (layer) {
            case Layer.Convolution c when c.isPointwise() && c.output().pixels() == 1 -> squeeze(c, sink);
            case Layer.Convolution c -> {
                if (c.isDepthwise()) {
                    depthwise(c, sink);
                } else if (c.isPointwise()) {
                    pointwise(c, near, sink);
                } else {
                    standard(c, sink);
                }
                activation(c.nonlinearity(), c.output(), sink);
            }
            case Layer.Dense d -> {
                long weights = 4L * d.input().size() * d.output().channels();
                sink.add(DENSE, 1);
                sink.add(DENSE_WEIGHTS, 1e-6 * weights);
                sink.add(DENSE_BEYOND_L2, beyond(weights, L2_BYTES));
                left(DENSE_LEFT, weights, near, sink);
                ofVector(d.nonlinearity(), d.output().channels(), sink);
            }
            case Layer.GlobalAveragePool p -> {
                sink.add(POOL, 1);
                sink.add(POOL_IN, 1e-6 * blocked(p.input()));
                sink.add(POOL_BEYOND, beyond(4 * blocked(p.input()), HOLDING_BYTES[1]));
            }
            case Layer.Scale s -> {
                sink.add(SCALE, 1);
                sink.add(SCALE_IN, 1e-6 * blocked(s.input()));
                sink.add(SCALE_CHANNELS, 1e-3 * s.input().channels());
                all(SCALE_BEYOND, 8 * blocked(s.input()), sink);
            }
            case Layer.Add a -> {
                sink.add(ADD, 1);
                sink.add(ADD_IN, 1e-6 * blocked(a.input()));
                all(ADD_BEYOND, 8 * blocked(a.input()), sink);
                activation(a.nonlinearity(), a.output(), sink);
            }
            case Layer.Activate a -> {
                other(a.input(), 1, sink);
                activation(a.nonlinearity(), a.output(), sink);
            }
            case Layer.Pool p -> other(p.output(), p.window().kernel().area(), sink);
            case Layer.BatchNorm _, Layer.Softmax _ -> other(layer.input(), 1, sink);
        }
    }

    /** Elements, the last block filled. */
    private long blocked(TensorShape shape) {
        return shape.pixels() * padded(shape.channels(), block);
    }

    private static void all(int[] features, long bytes, Sink sink) {
        for (int i = 0; i < features.length && bytes > HOLDING_BYTES[i]; i++) {
            sink.add(features[i], beyond(bytes, HOLDING_BYTES[i]));
        }
    }

    /** Megabytes of weights that have to come from further away, since so much has passed after their last use. */
    private static void left(int[] features, long bytes, NearTensors near, Sink sink) {
        for (int i = 0; i < features.length && near.passing() > KEEPING_BYTES[i]; i++) {
            sink.add(features[i], 1e-6 * bytes * excess(near.passing(), KEEPING_BYTES[i]));
        }
    }

    private void pointwise(Layer.Convolution c, NearTensors near, Sink sink) {
        long k = padded(c.input().channels(), block);
        int pixels = c.output().pixels();
        int blocks = Math.ceilDiv(c.output().channels(), block);
        sink.add(POINTWISE, 1);
        set(SET, blocks / SET, k, pixels, sink);
        if (blocks % SET > 0) {
            set(blocks % SET, 1, k, pixels, sink);
        }
        long weights = k * blocks * block;
        sink.add(POINTWISE_FEW, 1e-6 * weights * Math.min(pixels, tile));
        sink.add(POINTWISE_IN, 1e-6 * blocked(c.input()));
        sink.add(POINTWISE_OUT, 1e-6 * blocked(c.output()));
        sink.add(POINTWISE_WEIGHTS, 4e-6 * weights);
        left(POINTWISE_LEFT, 4 * weights, near, sink);
        all(CONV_BEYOND, 4 * (blocked(c.input()) + blocked(c.output())), sink);
    }

    /** @param times sets of so many blocks */
    private void set(int blocks, int times, long k, int pixels, Sink sink) {
        if (times > 0) {
            sink.add(POINTWISE_MACS[blocks - 1], 1e-6 * times * blocks * block * k * pixels);
            sink.add(POINTWISE_TILES[blocks - 1], 1e-3 * times * Math.ceilDiv(k, (long) DEPTH) * Math.ceilDiv(pixels, tile));
            sink.add(POINTWISE_HALVES[blocks - 1], 1e-3 * times * k * Math.ceilDiv(pixels, Math.ceilDiv(tile, 2)));
        }
    }

    private void squeeze(Layer.Convolution c, Sink sink) {
        long k = padded(c.input().channels(), block);
        int blocks = Math.ceilDiv(c.output().channels(), block);
        sink.add(SQUEEZE, 1);
        sink.add(SQUEEZE_STEPS, 1e-3 * k * Math.ceilDiv(blocks, SET));
        sink.add(SQUEEZE_WEIGHTS, 4e-6 * k * blocks * block);
        ofVector(c.nonlinearity(), c.output().channels(), sink);
    }

    private void standard(Layer.Convolution c, Sink sink) {
        int inputs = c.input().channels() / c.groups();
        int blocks = Math.ceilDiv(c.output().channels() / c.groups(), block) * c.groups();
        double macs = 1e-6 * blocks * block * c.output().pixels() * c.window().kernel().area() * inputs;
        sink.add(CONV, c.groups());
        sink.add(CONV_MACS, macs);
        sink.add(CONV_NARROW, blocks <= 2 ? macs : 0);
        sink.add(CONV_ROWS, 1e-3 * c.output().height() * Math.ceilDiv(blocks, SET) * inputs);
        sink.add(CONV_IN, 1e-6 * c.input().size());
        sink.add(CONV_OUT, 1e-6 * blocked(c.output()));
        all(CONV_BEYOND, 4 * (blocked(c.input()) + blocked(c.output())), sink);
    }

    private void depthwise(Layer.Convolution c, Sink sink) {
        Window window = c.window();
        TensorShape out = c.output();
        int width = window.kernel().width();
        int area = window.kernel().area();
        int kernel = area == 9 ? 0 : area == 25 ? 1 : area == 49 ? 2 : 3;
        int stride = window.stride().width();
        int blocks = Math.ceilDiv(out.channels(), block);
        double taps = 1e-3 * blocks * kernelRows(c) * width;
        int edges = Math.min(out.width(), Math.ceilDiv(width - 1, stride));
        sink.add(DEPTHWISE, 1);
        sink.add(DEPTHWISE_ROWS, 1e-3 * out.height() * blocks);
        sink.add(DEPTHWISE_TAPS[kernel], taps * out.width());
        sink.add(DEPTHWISE_TILES[kernel], taps * Math.ceilDiv(out.width() - edges, tile));
        sink.add(DEPTHWISE_EDGES[kernel], taps * edges);
        if (stride > 1) {
            sink.add(DEPTHWISE_STRIDED[kernel], taps * out.width());
        } else {
            collisions(c, taps * out.width(), sink);
        }
        long rowBytes = 4L * block * c.input().width();
        sink.add(DEPTHWISE_BEYOND_L1, 1e-6 * blocked(c.input()) * excess(rowBytes * (window.kernel().height() + window.stride().height()), L1_BYTES));
        sink.add(DEPTHWISE_BEYOND, beyond(4 * (blocked(c.input()) + blocked(out)), HOLDING_BYTES[4]));
    }

    private void collisions(Layer.Convolution c, double taps, Sink sink) {
        long row = 4L * block * c.input().width();
        double out = 4e-6 * blocked(c.output());
        if (row % PAGE_BYTES == 0) {
            sink.add(COLLIDES, out);
        } else if (row % (PAGE_BYTES / 2) == 0) {
            sink.add(COLLIDES_HALF, out);
            sink.add(COLLIDES_HALF_TAPS, taps);
        }
        if (row * c.input().height() % PAGE_BYTES == 0) {
            sink.add(COLLIDES_PLANE, taps);
        }
    }

    /** Rows of the window that lie within the image, summed up over the output rows: the others are left out. */
    private static long kernelRows(Layer.Convolution c) {
        Window window = c.window();
        int kernel = window.kernel().height();
        int stride = window.stride().height();
        int rows = c.output().height();
        long sum = (long) rows * kernel;
        for (int y = 0; y < rows && y * stride < window.top(); y++) {
            sum -= Math.min(kernel, window.top() - y * stride);
        }
        int end = c.input().height() + window.top();
        for (int y = rows - 1; y >= 0 && y * stride + kernel > end; y--) {
            sum -= Math.min(kernel, y * stride + kernel - end);
        }
        return Math.max(sum, 0);
    }

    private static void other(TensorShape shape, int times, Sink sink) {
        sink.add(OTHER, 1);
        sink.add(OTHER_IN, 1e-6 * shape.size() * times);
    }

    /** Of a vector: what counts is that there is one more node, or one more pass. Linear and ReLU stay in registers. */
    private static void ofVector(Nonlinearity nonlinearity, int channels, Sink sink) {
        switch (nonlinearity) {
            case Nonlinearity.Swish(), Nonlinearity.Sigmoid(), Nonlinearity.HardSwish() -> {
                sink.add(SQUEEZE_CURVED, 1);
                sink.add(SQUEEZE_CURVED_OUT, 1e-3 * channels);
            }
            case Nonlinearity.Clip _, Nonlinearity.HardSigmoid _ -> {
                sink.add(SQUEEZE_CLAMPED, 1);
                sink.add(SQUEEZE_CLAMPED_OUT, 1e-3 * channels);
            }
            case Nonlinearity.Linear(), Nonlinearity.Relu() -> {}
        }
    }

    private void activation(Nonlinearity nonlinearity, TensorShape shape, Sink sink) {
        switch (nonlinearity) {
            case Nonlinearity.HardSwish(), Nonlinearity.Swish() -> {
                sink.add(CURVED, 1);
                sink.add(CURVED_IN, 1e-6 * blocked(shape));
                all(CURVED_BEYOND, 8 * blocked(shape), sink);
                if (nonlinearity instanceof Nonlinearity.Swish) {
                    sink.add(EXPONENTIAL, 1e-6 * blocked(shape));
                }
            }
            case Nonlinearity.Sigmoid() -> sink.add(EXPONENTIAL, 1e-6 * blocked(shape));
            case Nonlinearity.Clip _, Nonlinearity.HardSigmoid _ -> sink.add(CLAMPED, 1e-6 * blocked(shape));
            case Nonlinearity.Linear(), Nonlinearity.Relu() -> {}
        }
    }
}
