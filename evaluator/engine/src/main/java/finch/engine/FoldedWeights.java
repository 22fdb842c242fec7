package finch.engine;

import finch.space.network.Layer;
import finch.space.network.Network;
import java.util.Arrays;
import java.util.List;

/**
 * One layer's weights with its batch normalisations folded in: y = Σ kernel·x + bias gives what convolution, bias and
 * normalisations gave. Folding is done in double precision and rounded once.
 *
 * @param kernel laid out as before
 * @param bias   one entry per output channel
 */
public record FoldedWeights(float[] kernel, float[] bias) {
    /** The folded weights of a convolution or dense layer of a network. */
    public static FoldedWeights of(Layer layer, Weights weights) {
        return of(layer, weights, List.of());
    }

    /** Likewise, with batch normalisations that follow the (linear) layer as layers of their own. */
    static FoldedWeights of(Layer layer, Weights weights, List<Layer.BatchNorm> following) {
        Weights.Parameters own = weights.of(layer);
        int channels = layer.output().channels();
        double[] factor = new double[channels];
        double[] shift = new double[channels];
        for (int c = 0; c < channels; c++) {
            factor[c] = 1;
            shift[c] = own.bias().length == 0 ? 0 : own.bias()[c];
        }
        normalise(own.batchNorm(), factor, shift);
        for (Layer.BatchNorm next : following) {
            normalise(weights.of(next).batchNorm(), factor, shift);
        }
        float[] kernel = new float[own.kernel().length];
        int depth = kernel.length / channels;
        float[] bias = new float[channels];
        for (int c = 0; c < channels; c++) {
            for (int k = c * depth; k < (c + 1) * depth; k++) {
                kernel[k] = (float) (own.kernel()[k] * factor[c]);
            }
            bias[c] = (float) shift[c];
        }
        return new FoldedWeights(kernel, bias);
    }

    /** A batch normalisation that stands alone, as factors (in {@code kernel}) and shifts (in {@code bias}) of channels. */
    static FoldedWeights of(Layer.BatchNorm layer, Weights weights) {
        int channels = layer.input().channels();
        double[] factor = new double[channels];
        double[] shift = new double[channels];
        Arrays.fill(factor, 1);
        normalise(weights.of(layer).batchNorm(), factor, shift);
        float[] factors = new float[channels];
        float[] shifts = new float[channels];
        for (int c = 0; c < channels; c++) {
            factors[c] = (float) factor[c];
            shifts[c] = (float) shift[c];
        }
        return new FoldedWeights(factors, shifts);
    }

    private static void normalise(Weights.BatchNorm norm, double[] factor, double[] shift) {
        if (norm == null) {
            return;
        }
        for (int c = 0; c < factor.length; c++) {
            double scale = norm.gamma()[c] / Math.sqrt((double) norm.variance()[c] + norm.epsilon());
            factor[c] *= scale;
            shift[c] = norm.beta()[c] + (shift[c] - norm.mean()[c]) * scale;
        }
    }

    /** Parameters left after folding: every weight, and one bias per output channel. */
    public static long count(Network network) {
        return network.layers().stream().mapToLong(layer -> switch (layer) {
            case Layer.Convolution c -> c.weights() + (c.bias() || c.batchNorm() ? c.output().channels() : 0);
            case Layer.Dense d -> d.params();
            default -> layer.params();
        }).sum();
    }
}
