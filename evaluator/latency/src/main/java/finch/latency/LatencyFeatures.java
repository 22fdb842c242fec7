package finch.latency;

import static finch.latency.Features.beyond;
import static finch.latency.Features.excess;
import static finch.latency.Features.padded;

import finch.space.Extent;
import finch.space.network.Layer;
import finch.space.network.Network;
import finch.space.network.Nonlinearity;
import finch.space.network.TensorShape;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The work of a network, per kind of fused kernel, in units that a machine charges for: what Finch's kernels do, panel by panel of products and
 * strip by strip of depthwise rows (see {@code finch.engine.kernel}), what their inputs and outputs take through the caches, and which weights have
 * left these since they were last read. A latency is a sum of these
 * with non-negative prices. Every feature grows (never shrinks) with
 * height and width, so non-negative prices make a model that is monotone in them; in channels it is monotone in whole
 * vectors, since a tail may cost more than a full one. It needs no table of seen shapes.
 *
 * <p>On 400 networks timed twice on a Zen 4 core, 290 fitted and 102 checked, the mean error was 2.2 % and 95 % were within 5 %; without knowing
 * which layers the engine joins it was 2.5 %. These features were chosen by looking at the 102 too, so the calibrations that came after them tell more:
 * 2.6, 2.8 and 3.9 %, where the features before these had 3.3 to 3.7 %. {@link FarFeatures} came later.
 *
 * <p>Units: million multiply-adds, million elements, megabytes (10⁶), thousand pixels, rows, tiles or strips, or a count.
 */
final class LatencyFeatures implements Features {
    /** Changes whenever names or meanings do; what was before is then kept for the profiles that have it, see {@link OlderLatencyFeatures}. */
    static final String VERSION = "finch-latency-features/4";
    /** The same but for {@link FarFeatures}, which it does not price. */
    static final String VERSION_3 = "finch-latency-features/3";

    private static final FeatureNames NAMES = new FeatureNames();

    /** Register tiles fill only after some pixels. */
    private static final int FEW_PIXELS = 6;
    private static final int CHUNK_FLOATS = 16 << 10;
    private static final int DEFAULT_LANES = 16;
    private static final Pattern VECTOR = Pattern.compile("vector-(\\d+)");
    private static final long L1_BYTES = 32 << 10;
    private static final long L2_BYTES = 512 << 10;
    /** What one core may hope for of a shared cache. */
    private static final long L3_BYTES = 4 << 20;
    /** What passes a tensor on to the next layer may hold it until it has so many bytes: the fit finds which of them this machine's caches are. */
    private static final long[] HOLDING_BYTES = {512 << 10, 2 << 20, 8 << 20};
    /** What one inference may pass through the caches before the weights have left them, likewise. */
    private static final long[] KEEPING_BYTES = {6 << 20, 16 << 20};
    /** Lines of so many bytes, of the rows that one output row reads, may stay in the first level cache. */
    private static final long[] WINDOW_BYTES = {16 << 10, 32 << 10};
    private static final int LINE_BYTES = 64;
    /** Pixels whose lines share few sets of a cache. */
    private static final int CROWDED_BYTES = 1024;

    private static final int NETWORK = NAMES.one("network");
    private static final int NETWORK_WEIGHTS = NAMES.one("network.weightsBeyondL3");

    private static final int POINTWISE = NAMES.one("pointwise.count");
    /** By vectors of a panel, from 1. */
    private static final int[] POINTWISE_MACS = NAMES.numbered("pointwise.macs.vectors", 4);
    private static final int[] POINTWISE_TILES = NAMES.numbered("pointwise.tiles.vectors", 4);
    private static final int POINTWISE_MASKED = NAMES.one("pointwise.maskedTiles");
    private static final int POINTWISE_PANELS = NAMES.one("pointwise.panels");
    private static final int POINTWISE_OUT = NAMES.one("pointwise.out");
    private static final int POINTWISE_IN = NAMES.one("pointwise.in");
    private static final int POINTWISE_WEIGHTS = NAMES.one("pointwise.weightsReread");
    private static final int POINTWISE_WEIGHTS_L1 = NAMES.one("pointwise.weightsRereadBeyondL1");
    private static final int POINTWISE_WEIGHTS_L2 = NAMES.one("pointwise.weightsRereadBeyondL2");
    private static final int[] POINTWISE_LEFT = NAMES.numbered("pointwise.weightsThatLeft.", KEEPING_BYTES.length);
    private static final int POINTWISE_FEW = NAMES.one("pointwise.macsOfFirstPixels");

    private static final int CONV = NAMES.one("conv.count");
    private static final int CONV_MACS = NAMES.one("conv.macs");
    private static final int CONV_NARROW = NAMES.one("conv.macsOfOneVector");
    private static final int CONV_PATCHES = NAMES.one("conv.patches");
    private static final int CONV_PIXELS = NAMES.one("conv.pixels");
    private static final int CONV_OUT = NAMES.one("conv.out");

    /** By kernel 3, 5, 7, other and by stride 1 or more. */
    private static final int[][] DEPTHWISE_COLUMNS = new int[4][2];
    private static final int[][] DEPTHWISE_STRIPS = new int[4][2];

    static {
        String[] kernels = {"3", "5", "7", "other"};
        for (int k = 0; k < 4; k++) {
            for (int s = 0; s < 2; s++) {
                String kind = "depthwise." + kernels[k] + (s == 0 ? ".stride1" : ".strided");
                DEPTHWISE_COLUMNS[k][s] = NAMES.one(kind + ".columns");
                DEPTHWISE_STRIPS[k][s] = NAMES.one(kind + ".strips");
            }
        }
    }

    private static final int DEPTHWISE = NAMES.one("depthwise.count");
    private static final int DEPTHWISE_IN = NAMES.one("depthwise.in");
    private static final int DEPTHWISE_MASKED = NAMES.one("depthwise.maskedMacs");
    private static final int DEPTHWISE_CROWDED = NAMES.one("depthwise.crowdedIn");
    private static final int[] DEPTHWISE_WINDOW = NAMES.numbered("depthwise.inBeyondL1.", WINDOW_BYTES.length);
    private static final int DEPTHWISE_HARD_SWISH = NAMES.one("depthwise.hardSwish");

    /** What goes between layers through the caches. */
    private static final int[] MEMORY_IN = NAMES.numbered("memory.inBeyond.", HOLDING_BYTES.length);
    private static final int[] MEMORY_OUT = NAMES.numbered("memory.outBeyond.", HOLDING_BYTES.length);
    private static final int[] MEMORY_BOTH = NAMES.numbered("memory.bothBeyond.", HOLDING_BYTES.length);

    private static final int DENSE = NAMES.one("dense.count");
    private static final int DENSE_WEIGHTS = NAMES.one("dense.weights");
    private static final int DENSE_BEYOND_L2 = NAMES.one("dense.weightsBeyondL2");
    private static final int[] DENSE_LEFT = NAMES.numbered("dense.weightsThatLeft.", KEEPING_BYTES.length);

    private static final int SQUEEZE = NAMES.one("squeeze.count");
    private static final int SQUEEZE_WEIGHTS = NAMES.one("squeeze.weights");
    private static final int SQUEEZE_VECTORS = NAMES.one("squeeze.vectors");
    private static final int SQUEEZE_PRODUCTS = NAMES.one("squeeze.products");
    private static final int SQUEEZE_BEYOND_L1 = NAMES.one("squeeze.weightsBeyondL1");

    private static final int POOL = NAMES.one("pool.count");
    private static final int POOL_IN = NAMES.one("pool.in");
    private static final int POOL_PIXELS = NAMES.one("pool.pixels");
    private static final int POOL_BEYOND = NAMES.one("pool.inBeyond");
    private static final int SCALE = NAMES.one("scale.count");
    private static final int SCALE_IN = NAMES.one("scale.in");
    private static final int SCALE_PIXELS = NAMES.one("scale.pixels");
    private static final int SCALE_BEYOND = NAMES.one("scale.inBeyond");
    private static final int ADD = NAMES.one("add.count");
    private static final int ADD_IN = NAMES.one("add.in");
    private static final int OTHER = NAMES.one("other.count");
    private static final int OTHER_IN = NAMES.one("other.in");

    private static final int HARD_SWISH_COUNT = NAMES.one("activation.hardSwish.count");
    private static final int HARD_SWISH = NAMES.one("activation.hardSwish");
    private static final int EXPONENTIAL = NAMES.one("activation.exponential");
    /** Last, since profiles of the version before have all but these. */
    private static final int FAR = FarFeatures.NAMES.stream().mapToInt(NAMES::one).min().orElseThrow();

    private final int lanes;
    /** Whether neighbouring convolutions run band by band of rows, as in Finch's own engine. */
    private final boolean chains;

    private LatencyFeatures(int lanes, boolean chains) {
        this.lanes = lanes;
        this.chains = chains;
    }

    /**
     * The features for a kernel set: vectors of {@code vector-512} hold 16 channels, and so on. A runtime that does not
     * tell its width is taken to work on blocks of 16.
     */
    static LatencyFeatures of(String kernelSet) {
        Matcher vector = VECTOR.matcher(kernelSet);
        boolean own = vector.matches() || kernelSet.equals("scalar");
        return new LatencyFeatures(vector.matches() ? Math.max(1, Integer.parseInt(vector.group(1)) / Float.SIZE) : own ? 1 : DEFAULT_LANES, own);
    }

    /** In the order of {@link #of(Network)}. */
    static List<String> names() {
        return NAMES.list();
    }

    static List<String> namesOfVersion3() {
        return NAMES.list().subList(0, FAR);
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
    public void each(Network network, Sink sink) {
        sink.add(NETWORK, 1);
        long weights = 0;
        NearTensors near = near(network);
        List<Layer> layers = network.layers();
        for (int i = 0; i < layers.size(); i++) {
            each(near, i, sink);
            if (layers.get(i) instanceof Layer.Convolution c) {
                weights += c.weights();
            } else if (layers.get(i) instanceof Layer.Dense d) {
                weights += d.macs();
            }
        }
        sink.add(NETWORK_WEIGHTS, beyond(4 * weights, L3_BYTES));
    }

    @Override
    public NearTensors near(Network network) {
        return chains ? NearTensors.of(network) : NearTensors.none(network);
    }

    @Override
    public void each(NearTensors near, int index, Sink sink) {
        Layer layer = near.network().layers().get(index);
        // most are, and a switch over types is not free
        if (layer instanceof Layer.Convolution c) {
            convolution(c, near.near(c.source()) ? 0 : c.input().bytes(), near.near(index + 1) ? 0 : c.output().bytes(), sink);
            left(POINTWISE_LEFT, c.isDepthwise() ? 0 : c.weights(), near, sink);
        } else {
            other(layer, near, sink);
        }
    }

    private void other(Layer layer, NearTensors near, Sink sink) {
        switch (layer) {
            case Layer.Convolution _ -> throw new IllegalArgumentException("a convolution is no other layer: " + layer.name());
            case Layer.Dense d -> {
                sink.add(DENSE, 1);
                sink.add(DENSE_WEIGHTS, matrix(d.input().size(), d.output().channels()));
                sink.add(DENSE_BEYOND_L2, beyond(4L * d.input().size() * d.output().channels(), L2_BYTES));
                left(DENSE_LEFT, d.macs(), near, sink);
                activation(d.nonlinearity(), d.output(), sink);
            }
            case Layer.GlobalAveragePool p -> {
                elements(POOL, POOL_IN, p.input(), sink);
                sink.add(POOL_PIXELS, 1e-3 * p.input().pixels());
                sink.add(POOL_BEYOND, beyond(p.input().bytes(), HOLDING_BYTES[0]));
            }
            case Layer.Scale s -> {
                elements(SCALE, SCALE_IN, s.input(), sink);
                sink.add(SCALE_PIXELS, 1e-3 * s.input().pixels());
                sink.add(SCALE_BEYOND, beyond(2 * s.input().bytes(), HOLDING_BYTES[0]));
            }
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

    /** Megabytes of weights that have to come from further away, since so much has passed after their last use. */
    private static void left(int[] features, long weights, NearTensors near, Sink sink) {
        for (int i = 0; i < KEEPING_BYTES.length && weights > 0 && near.passing() > KEEPING_BYTES[i]; i++) {
            sink.add(features[i], 4e-6 * weights * excess(near.passing(), KEEPING_BYTES[i]));
        }
    }

    /** @param in bytes that come through the caches @param out bytes that go */
    private void convolution(Layer.Convolution c, long in, long out, Sink sink) {
        if (c.isPointwise() && c.output().pixels() == 1) {
            squeeze(c, sink);
            activation(c.nonlinearity(), c.output(), sink);
            return;
        }
        for (int i = 0; i < HOLDING_BYTES.length && in + out > HOLDING_BYTES[i]; i++) {
            sink.add(MEMORY_IN[i], beyond(in, HOLDING_BYTES[i]));
            sink.add(MEMORY_OUT[i], beyond(out, HOLDING_BYTES[i]));
            sink.add(MEMORY_BOTH[i], beyond(in + out, HOLDING_BYTES[i]));
        }
        if (chains) {
            FarFeatures.each(FAR, c, in, out, sink);
        }
        if (c.isDepthwise()) {
            depthwise(c, sink);
            if (chains && c.nonlinearity() instanceof Nonlinearity.HardSwish) {
                sink.add(DEPTHWISE_HARD_SWISH, 1e-6 * c.output().size());
                return;
            }
        } else if (c.isPointwise()) {
            pointwise(c, sink);
        } else {
            standard(c, sink);
        }
        activation(c.nonlinearity(), c.output(), sink);
    }

    private void squeeze(Layer.Convolution c, Sink sink) {
        int in = c.input().channels();
        int vectors = Math.ceilDiv(c.output().channels(), lanes);
        sink.add(SQUEEZE, 1);
        sink.add(SQUEEZE_WEIGHTS, matrix(in, c.output().channels()));
        sink.add(SQUEEZE_VECTORS, 1e-3 * vectors);
        sink.add(SQUEEZE_PRODUCTS, 1e-3 * in * Math.ceilDiv(vectors, 8));
        sink.add(SQUEEZE_BEYOND_L1, beyond(4L * in * c.output().channels(), L1_BYTES));
    }

    private void pointwise(Layer.Convolution c, Sink sink) {
        int k = c.input().channels();
        int n = c.output().channels();
        int pixels = c.output().pixels();
        int vectors = Math.ceilDiv(n, lanes);
        boolean masked = n % lanes != 0;
        // pixels go through in chunks that fit the near caches, and each chunk reads all weights
        double chunks = Math.max(1, pixels * (double) (k + n) / CHUNK_FLOATS);
        int panels = 0;
        int most = Panels.most(lanes);
        for (int left = vectors; left > 0; panels++) {
            int width = Panels.next(left, masked, most);
            int alike = width == most ? Math.max(1, (left - 2 * most) / most) : 1;
            sink.add(POINTWISE_MACS[width - 1], 1e-6 * alike * width * lanes * k * pixels);
            sink.add(POINTWISE_TILES[width - 1], 1e-3 * alike * pixels / Panels.tileRows(width));
            if (masked && left <= width) {
                sink.add(POINTWISE_MASKED, 1e-3 * pixels / Panels.tileRows(width));
            }
            left -= alike * width;
            panels += alike - 1;
        }
        sink.add(POINTWISE, 1);
        sink.add(POINTWISE_PANELS, 1e-3 * panels * chunks);
        sink.add(POINTWISE_OUT, 1e-6 * c.output().size());
        sink.add(POINTWISE_IN, 1e-6 * c.input().size());
        sink.add(POINTWISE_FEW, 1e-6 * k * n * Math.min(pixels, FEW_PIXELS));
        double reread = 4e-6 * k * n * chunks;
        sink.add(POINTWISE_WEIGHTS, reread);
        sink.add(POINTWISE_WEIGHTS_L1, reread * excess(4L * k * n, L1_BYTES / 2));
        sink.add(POINTWISE_WEIGHTS_L2, reread * excess(4L * k * n, L2_BYTES));
    }

    private void standard(Layer.Convolution c, Sink sink) {
        int n = c.output().channels();
        int pixels = c.output().pixels();
        long depth = (long) c.window().kernel().area() * (c.input().channels() / c.groups());
        double macs = 1e-6 * pixels * padded(n / c.groups(), lanes) * c.groups() * depth;
        sink.add(CONV, c.groups());
        sink.add(CONV_MACS, macs);
        sink.add(CONV_NARROW, n <= lanes ? macs : 0);
        sink.add(CONV_PATCHES, 1e-6 * pixels * (double) depth * c.groups());
        sink.add(CONV_PIXELS, 1e-6 * pixels);
        sink.add(CONV_OUT, 1e-6 * c.output().size());
    }

    /** Strips of output rows walk along the columns, for one vector of channels. */
    private void depthwise(Layer.Convolution c, Sink sink) {
        Extent window = c.window().kernel();
        int area = window.area();
        int kernel = area == 9 ? 0 : area == 25 ? 1 : area == 49 ? 2 : 3;
        boolean strided = !c.window().stride().isOne();
        TensorShape out = c.output();
        int rows = kernel == 0 || kernel == 1 && !strided ? 2 : 1;
        double strips = (double) Math.ceilDiv(out.height(), rows) * Math.ceilDiv(out.channels(), lanes);
        double columns = 1e-6 * strips * lanes * (out.width() + window.width() / 2);
        sink.add(DEPTHWISE, 1);
        sink.add(DEPTHWISE_COLUMNS[kernel][strided ? 1 : 0], kernel == 3 ? columns * area : columns);
        sink.add(DEPTHWISE_STRIPS[kernel][strided ? 1 : 0], 1e-3 * strips);
        double in = 1e-6 * c.input().size();
        sink.add(DEPTHWISE_IN, in);
        sink.add(DEPTHWISE_MASKED, out.channels() < lanes ? columns * area : 0);
        sink.add(DEPTHWISE_CROWDED, c.input().channels() * Float.BYTES % CROWDED_BYTES == 0 ? in : 0);
        // a vector of channels touches one line of each pixel
        long touched = (long) (rows * c.window().stride().height() + window.height()) * c.input().width() * LINE_BYTES;
        for (int i = 0; i < WINDOW_BYTES.length && touched > WINDOW_BYTES[i]; i++) {
            sink.add(DEPTHWISE_WINDOW[i], in * excess(touched, WINDOW_BYTES[i]));
        }
    }

    /** Megabytes of a matrix that is read once. */
    private double matrix(int in, int out) {
        return 4e-6 * in * padded(out, Math.max(1, lanes / 2));
    }

    private static void elements(int count, int in, TensorShape shape, Sink sink) {
        sink.add(count, 1);
        sink.add(in, 1e-6 * shape.size());
    }

    private static void activation(Nonlinearity nonlinearity, TensorShape shape, Sink sink) {
        switch (nonlinearity) {
            case Nonlinearity.HardSwish() -> elements(HARD_SWISH_COUNT, HARD_SWISH, shape, sink);
            case Nonlinearity.Swish(), Nonlinearity.Sigmoid() -> sink.add(EXPONENTIAL, 1e-6 * shape.size());
            case Nonlinearity.Linear(), Nonlinearity.Relu(), Nonlinearity.Clip _, Nonlinearity.HardSigmoid _ -> {
                // a clamp of registers
            }
        }
    }
}
