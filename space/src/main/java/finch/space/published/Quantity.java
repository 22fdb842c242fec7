package finch.space.published;

import finch.space.network.Layer;
import finch.space.network.Network;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Arrays;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;

/** What a published figure counts. */
enum Quantity {
    PARAMS("params", "parameters", n -> BigDecimal.valueOf(n.params())),
    PARAMS_WITH_STATISTICS("params-with-statistics", "parameters with batch-norm statistics",
            n -> BigDecimal.valueOf(n.paramsWithBatchNormStatistics())),
    PARAMS_WITHOUT_BATCH_NORM("params-without-batch-norm", "parameters without batch norm",
            n -> BigDecimal.valueOf(n.params() - 2 * batchNormChannels(n))),
    MACS("macs", "multiply-adds", n -> BigDecimal.valueOf(n.macs())),
    MACS_BEFORE_CLASSIFIER("macs-before-classifier", "multiply-adds before the classifier",
            n -> BigDecimal.valueOf(n.macs() - n.layers().getLast().macs())),
    MACS_WITH_BIASES("macs-with-biases", "multiply-adds, each bias counted as one", n -> BigDecimal.valueOf(n.macs()
            + n.layers().stream().mapToLong(l -> biases(l) * l.output().pixels()).sum())),
    WEIGHT_LAYERS("weight-layers", "layers, depthwise and pointwise counted apart", n -> BigDecimal.valueOf(n.layers().stream().filter(l -> l.macs() > 0).count())),
    MACS_POINTWISE("macs-share-pointwise", "share of multiply-adds in 1x1 convolutions", n -> share(n, Layer::macs, is("pointwise"))),
    MACS_DEPTHWISE("macs-share-depthwise", "share of multiply-adds in 3x3 depthwise convolutions", n -> share(n, Layer::macs, is("depthwise"))),
    MACS_CONVOLUTION("macs-share-convolution", "share of multiply-adds in the 3x3 convolution", n -> share(n, Layer::macs, is("conv"))),
    MACS_DENSE("macs-share-dense", "share of multiply-adds in the fully connected layer", n -> share(n, Layer::macs, is("dense"))),
    PARAMS_POINTWISE("params-share-pointwise", "share of parameters in 1x1 convolutions", n -> share(n, Quantity::weights, is("pointwise"))),
    PARAMS_DEPTHWISE("params-share-depthwise", "share of parameters in 3x3 depthwise convolutions", n -> share(n, Quantity::weights, is("depthwise"))),
    PARAMS_CONVOLUTION("params-share-convolution", "share of parameters in the 3x3 convolution", n -> share(n, Quantity::weights, is("conv"))),
    PARAMS_DENSE("params-share-dense", "share of parameters in the fully connected layer", n -> share(n, Quantity::weights, is("dense")));

    private final String key;
    private final String title;
    private final Function<Network, BigDecimal> count;

    Quantity(String key, String title, Function<Network, BigDecimal> count) {
        this.key = key;
        this.title = title;
        this.count = count;
    }

    static Quantity of(String key) {
        return Arrays.stream(values()).filter(q -> q.key.equals(key)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no quantity is called " + key));
    }

    String title() {
        return title;
    }

    BigDecimal count(Network network) {
        return count.apply(network);
    }

    private static long batchNormChannels(Network network) {
        return network.layers().stream().mapToLong(Layer::batchNormChannels).sum();
    }

    /** Weights alone: the paper's shares leave batch normalisation and biases out. */
    private static long weights(Layer layer) {
        return layer.params() - 2 * layer.batchNormChannels() - biases(layer);
    }

    private static long biases(Layer layer) {
        boolean biased = layer instanceof Layer.Convolution c && c.bias() || layer instanceof Layer.Dense d && d.bias();
        return biased ? layer.output().channels() : 0;
    }

    private static Predicate<Layer> is(String op) {
        return layer -> layer.op().equals(op);
    }

    private static BigDecimal share(Network network, ToLongFunction<Layer> amount, Predicate<Layer> which) {
        long part = network.layers().stream().filter(which).mapToLong(amount).sum();
        long whole = network.layers().stream().mapToLong(amount).sum();
        return BigDecimal.valueOf(part).divide(BigDecimal.valueOf(whole), MathContext.DECIMAL64);
    }
}
