package finch.latency;

import static finch.latency.Features.beyond;
import static finch.latency.Features.excess;
import static finch.latency.Features.padded;

import finch.space.network.Layer;
import finch.space.network.Network;
import finch.space.network.Nonlinearity;
import finch.space.network.TensorShape;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The features of profiles made before {@link LatencyFeatures}, which stay readable and predict what they did: nothing here may change. They know
 * neither the kernels' panels and strips nor which layers the engine joins.
 */
final class OlderLatencyFeatures implements Features {
    static final String VERSION = "finch-latency-features/2";

    private static final List<String> NAMES = new ArrayList<>();

    /** About the pixels of one register tile. Kernels of now take five; with five the error on unseen networks was the same. */
    private static final int TILE_PIXELS = 6;
    /** Pixels of a row that a depthwise kernel computes together. */
    private static final int ROW_TILE = 4;
    /** Rows below this width gain little from being short. */
    private static final int SHORT_ROW = 8;
    /** Register tiles fill only after some pixels. */
    private static final int FEW_PIXELS = 6 * TILE_PIXELS;
    private static final int CHUNK_FLOATS = 16 << 10;
    private static final int DEFAULT_LANES = 16;
    private static final Pattern VECTOR = Pattern.compile("vector-(\\d+)");
    private static final long L1_BYTES = 32 << 10;
    private static final long L2_BYTES = 512 << 10;
    /** What one core may hope for of a shared cache. */
    private static final long L3_BYTES = 4 << 20;

    private static final int NETWORK = name("network");
    private static final int NETWORK_WEIGHTS = name("network.weightsBeyondL3");

    private static final int POINTWISE = name("pointwise.count");
    private static final int POINTWISE_MACS = name("pointwise.macs");
    private static final int POINTWISE_TILED = name("pointwise.tiledMacs");
    private static final int POINTWISE_NARROW = name("pointwise.narrowPanelMacs");
    private static final int POINTWISE_TAIL = name("pointwise.tailLaneMacs");
    private static final int POINTWISE_OUT = name("pointwise.out");
    private static final int POINTWISE_IN = name("pointwise.in");
    private static final int POINTWISE_WEIGHTS = name("pointwise.weights");
    private static final int POINTWISE_STREAM = name("pointwise.weightsReread");
    private static final int POINTWISE_STREAM_L2 = name("pointwise.weightsRereadBeyondL2");
    private static final int POINTWISE_FEW = name("pointwise.macsOfFirstPixels");
    private static final int POINTWISE_BEYOND_L1 = name("pointwise.macsBeyondL1");
    private static final int POINTWISE_BEYOND_L2 = name("pointwise.bytesBeyondL2");
    private static final int POINTWISE_BEYOND_L3 = name("pointwise.bytesBeyondL3");

    private static final int CONV = name("conv.count");
    private static final int CONV_TILED = name("conv.tiledMacs");
    private static final int CONV_PATCHES = name("conv.patches");
    private static final int CONV_OUT = name("conv.out");

    /** By kernel 3, 5, 7, other and by stride 1 or more. */
    private static final int[][] DEPTHWISE_MACS = new int[4][2];

    static {
        String[] kernels = {"3", "5", "7", "other"};
        for (int k = 0; k < 4; k++) {
            for (int s = 0; s < 2; s++) {
                DEPTHWISE_MACS[k][s] = name("depthwise." + kernels[k] + (s == 0 ? ".stride1" : ".strided") + ".macs");
            }
        }
    }

    private static final int DEPTHWISE = name("depthwise.count");
    private static final int DEPTHWISE_OUT = name("depthwise.out");
    private static final int DEPTHWISE_TAIL = name("depthwise.tailLaneMacs");
    private static final int DEPTHWISE_MASKED = name("depthwise.maskedMacs");
    private static final int DEPTHWISE_ROWS = name("depthwise.vectorRows");
    private static final int DEPTHWISE_IN = name("depthwise.in");
    private static final int DEPTHWISE_SHORT = name("depthwise.shortRowMacs");
    private static final int DEPTHWISE_BEYOND_L2 = name("depthwise.bytesBeyondL2");
    private static final int DEPTHWISE_BEYOND_L3 = name("depthwise.bytesBeyondL3");

    private static final int DENSE = name("dense.count");
    private static final int DENSE_WEIGHTS = name("dense.weights");
    private static final int DENSE_BEYOND_L2 = name("dense.weightsBeyondL2");

    private static final int SQUEEZE = name("squeeze.count");
    private static final int SQUEEZE_WEIGHTS = name("squeeze.weights");

    private static final int POOL = name("pool.count");
    private static final int POOL_IN = name("pool.in");
    private static final int SCALE = name("scale.count");
    private static final int SCALE_IN = name("scale.in");
    private static final int ADD = name("add.count");
    private static final int ADD_IN = name("add.in");
    private static final int OTHER = name("other.count");
    private static final int OTHER_IN = name("other.in");

    private static final int HARD_SWISH = name("activation.hardSwish");
    private static final int EXPONENTIAL = name("activation.exponential");

    private final int lanes;

    private OlderLatencyFeatures(int lanes) {
        this.lanes = lanes;
    }

    /**
     * The features for a kernel set: vectors of {@code vector-512} hold 16 channels, and so on. A runtime that does not
     * tell its width is taken to work on blocks of 16.
     */
    static OlderLatencyFeatures of(String kernelSet) {
        Matcher vector = VECTOR.matcher(kernelSet);
        return new OlderLatencyFeatures(vector.matches() ? Math.max(1, Integer.parseInt(vector.group(1)) / Float.SIZE)
                : kernelSet.equals("scalar") ? 1 : DEFAULT_LANES);
    }

    private static int name(String name) {
        NAMES.add(name);
        return NAMES.size() - 1;
    }

    /** In the order of a profile's coefficients. */
    static List<String> names() {
        return List.copyOf(NAMES);
    }

    @Override
    public void each(Network network, Sink sink) {
        sink.add(NETWORK, 1);
        long weights = 0;
        for (Layer layer : network.layers()) {
            each(layer, sink);
            if (layer instanceof Layer.Convolution c) {
                weights += c.weights();
            } else if (layer instanceof Layer.Dense d) {
                weights += d.macs();
            }
        }
        sink.add(NETWORK_WEIGHTS, beyond(4 * weights, L3_BYTES));
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
        return names().size();
    }

    @Override
    public NearTensors near(Network network) {
        return NearTensors.none(network);
    }

    @Override
    public void each(NearTensors near, int index, Sink sink) {
        each(near.network().layers().get(index), sink);
    }

    private void each(Layer layer, Sink sink) {
        switch (layer) {
            case Layer.Convolution c -> convolution(c, sink);
            case Layer.Dense d -> {
                sink.add(DENSE, 1);
                matrixVector(d.input().size(), d.output().channels(), DENSE_WEIGHTS, sink);
                sink.add(DENSE_BEYOND_L2, beyond(4L * d.input().size() * d.output().channels(), L2_BYTES));
                activation(d.nonlinearity(), d.output(), sink);
            }
            case Layer.GlobalAveragePool p -> elements(POOL, POOL_IN, p.input(), sink);
            case Layer.Scale s -> elements(SCALE, SCALE_IN, s.input(), sink);
            case Layer.Add a -> {
                elements(ADD, ADD_IN, a.input(), sink);
                activation(a.nonlinearity(), a.output(), sink);
            }
            case Layer.Activate a -> {
                elements(OTHER, OTHER_IN, a.input(), sink);
                activation(a.nonlinearity(), a.output(), sink);
            }
            case Layer.Pool p -> {
                sink.add(OTHER, 1);
                sink.add(OTHER_IN, 1e-6 * p.output().size() * p.window().kernel().area());
            }
            case Layer.BatchNorm b -> elements(OTHER, OTHER_IN, b.input(), sink);
            case Layer.Softmax s -> elements(OTHER, OTHER_IN, s.input(), sink);
        }
    }

    private void convolution(Layer.Convolution c, Sink sink) {
        if (c.isDepthwise()) {
            depthwise(c, sink);
        } else if (c.isPointwise() && c.output().pixels() == 1) {
            sink.add(SQUEEZE, 1);
            matrixVector(c.input().channels(), c.output().channels(), SQUEEZE_WEIGHTS, sink);
        } else if (c.isPointwise()) {
            pointwise(c, sink);
        } else {
            standard(c, sink);
        }
        activation(c.nonlinearity(), c.output(), sink);
    }

    private void pointwise(Layer.Convolution c, Sink sink) {
        int k = c.input().channels();
        int n = c.output().channels();
        int pixels = c.output().pixels();
        double macs = 1e-6 * padded(pixels, TILE_PIXELS) * padded(n, lanes) * k;
        sink.add(POINTWISE, 1);
        sink.add(POINTWISE_MACS, 1e-6 * c.macs());
        sink.add(POINTWISE_TILED, macs);
        sink.add(POINTWISE_NARROW, n % (2 * lanes) == 0 ? 0 : 1e-6 * lanes * k * pixels);
        sink.add(POINTWISE_TAIL, n % lanes == 0 ? 0 : 1e-6 * lanes * k * pixels);
        sink.add(POINTWISE_OUT, 1e-6 * c.output().size());
        sink.add(POINTWISE_IN, 1e-6 * c.input().size());
        sink.add(POINTWISE_WEIGHTS, 4e-6 * k * n);
        sink.add(POINTWISE_FEW, 1e-6 * k * n * Math.min(pixels, FEW_PIXELS));
        // pixels go through in chunks that fit the near caches, and each chunk reads all weights
        double reread = 4e-6 * k * n * Math.max(1, pixels * (double) (k + n) / CHUNK_FLOATS);
        sink.add(POINTWISE_STREAM, reread * excess(4L * k * n, L1_BYTES / 2));
        sink.add(POINTWISE_STREAM_L2, reread * excess(4L * k * n, L2_BYTES / 2));
        sink.add(POINTWISE_BEYOND_L1, macs * excess(8L * k * lanes, L1_BYTES / 2));
        sink.add(POINTWISE_BEYOND_L2, beyond(c.input().bytes() + c.output().bytes(), L2_BYTES));
        sink.add(POINTWISE_BEYOND_L3, beyond(c.input().bytes() + c.output().bytes(), L3_BYTES));
    }

    private void standard(Layer.Convolution c, Sink sink) {
        int n = c.output().channels();
        int pixels = c.output().pixels();
        long depth = (long) c.window().kernel().area() * (c.input().channels() / c.groups());
        sink.add(CONV, c.groups());
        sink.add(CONV_TILED, 1e-6 * padded(pixels, TILE_PIXELS) * padded(n / c.groups(), lanes) * c.groups() * depth);
        sink.add(CONV_PATCHES, 1e-6 * pixels * (double) depth * c.groups());
        sink.add(CONV_OUT, 1e-6 * c.output().size());
    }

    private void depthwise(Layer.Convolution c, Sink sink) {
        int area = c.window().kernel().area();
        int kernel = area == 9 ? 0 : area == 25 ? 1 : area == 49 ? 2 : 3;
        int strided = c.window().stride().isOne() ? 0 : 1;
        TensorShape out = c.output();
        double elements = 1e-6 * out.height() * padded(out.width(), ROW_TILE) * padded(out.channels(), lanes);
        int tail = out.channels() % lanes;
        sink.add(DEPTHWISE, 1);
        sink.add(DEPTHWISE_MACS[kernel][strided], elements * area);
        sink.add(DEPTHWISE_OUT, elements);
        sink.add(DEPTHWISE_TAIL, 1e-6 * out.pixels() * tail * area);
        sink.add(DEPTHWISE_MASKED, out.channels() < lanes ? elements * area : 0);
        sink.add(DEPTHWISE_SHORT, 1e-6 * out.height() * Math.max(out.width(), SHORT_ROW) * padded(out.channels(), lanes) * area);
        sink.add(DEPTHWISE_ROWS, 1e-3 * out.height() * (padded(out.channels(), lanes) / lanes));
        sink.add(DEPTHWISE_IN, 1e-6 * c.input().size());
        sink.add(DEPTHWISE_BEYOND_L2, beyond(c.input().bytes() + c.output().bytes(), L2_BYTES));
        sink.add(DEPTHWISE_BEYOND_L3, beyond(c.input().bytes() + c.output().bytes(), L3_BYTES));
    }

    private void matrixVector(int in, int out, int feature, Sink sink) {
        sink.add(feature, 4e-6 * in * padded(out, Math.max(1, lanes / 2)));
    }

    private static void elements(int count, int in, TensorShape shape, Sink sink) {
        sink.add(count, 1);
        sink.add(in, 1e-6 * shape.size());
    }

    private static void activation(Nonlinearity nonlinearity, TensorShape shape, Sink sink) {
        switch (nonlinearity) {
            case Nonlinearity.HardSwish() -> sink.add(HARD_SWISH, 1e-6 * shape.size());
            case Nonlinearity.Swish(), Nonlinearity.Sigmoid() -> sink.add(EXPONENTIAL, 1e-6 * shape.size());
            case Nonlinearity.Linear(), Nonlinearity.Relu(), Nonlinearity.Clip _, Nonlinearity.HardSigmoid _ -> {
                // a clamp of registers
            }
        }
    }
}
