package finch.accuracy.proxy;

import finch.engine.Weights;
import finch.engine.gradient.GradientPass;
import finch.engine.gradient.Mode;
import finch.engine.gradient.Parameters;
import finch.engine.gradient.PassOptions;
import finch.space.network.Network;
import finch.space.network.TensorShape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.ojalgo.matrix.decomposition.Eigenvalue;
import org.ojalgo.matrix.store.R064Store;

/**
 * The three signals of AZ-NAS that look at blocks (Lee and Ham 2024, arXiv 2403.19232): each block is run, and gone back
 * through, alone, on what the block before it gives for Gaussian images. In training mode that is what it does in the network.
 *
 * @param expressivity  Σ of the entropies
 * @param progressivity the smallest difference of two in a row
 * @param trainability  mean of 2 − σ − 1/σ
 */
record BlockScores(double expressivity, double progressivity, double trainability) {
    private static final int MOST_ITERATIONS = 200;

    static BlockScores of(Network network, Weights weights, PassOptions options, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int images = options.batch();
        List<Blocks.Part> blocks = Blocks.of(network);
        float[] features = new float[images * network.input().size()];
        for (int i = 0; i < features.length; i++) {
            features[i] = (float) random.nextGaussian();
        }
        List<Double> entropies = new ArrayList<>();
        double trainability = 0;
        for (Blocks.Part block : blocks) {
            Parameters parameters = Parameters.of(block.network(), part(weights, block.network()));
            boolean first = entropies.isEmpty();
            try (GradientPass pass = new GradientPass(parameters, options.withInputGradient(!first))) {
                float[] output = pass.forward(features, images, Mode.TRAINING);
                if (!first) {
                    float[] signs = signs(random, output.length);
                    pass.backward(signs);
                    double norm = spectralNorm(pass.inputGradient(), block.network().input(), signs, block.network().output(), images);
                    trainability += 2 - norm - 1 / (norm + 1e-6);
                }
                features = output;
            }
            entropies.add(entropy(features, block.network().output().channels()));
        }
        double progressivity = Double.POSITIVE_INFINITY;
        for (int i = 1; i < entropies.size(); i++) {
            progressivity = Math.min(progressivity, entropies.get(i) - entropies.get(i - 1));
        }
        return new BlockScores(entropies.stream().mapToDouble(Double::doubleValue).sum(), progressivity, trainability / (entropies.size() - 1));
    }

    private static Weights part(Weights weights, Network block) {
        Map<String, Weights.Parameters> own = new LinkedHashMap<>();
        block.layers().forEach(layer -> {
            if (weights.byLayer().containsKey(layer.name())) {
                own.put(layer.name(), weights.byLayer().get(layer.name()));
            }
        });
        return new Weights(own, false);
    }

    private static float[] signs(SplittableRandom random, int length) {
        float[] signs = new float[length];
        for (int i = 0; i < length; i++) {
            signs[i] = random.nextBoolean() ? 1 : -1;
        }
        return signs;
    }

    /** −Σ λ log λ, λ the eigenvalues of the channels' covariance over all pixels, divided by their sum. @param values [pixel][channel] */
    static double entropy(float[] values, int channels) {
        int pixels = values.length / channels;
        double[] mean = new double[channels];
        for (int i = 0; i < values.length; i++) {
            mean[i % channels] += (double) values[i] / pixels;
        }
        double[] products = new double[channels * channels];
        float[] centred = new float[channels];
        for (int p = 0; p < pixels; p++) {
            for (int c = 0; c < channels; c++) {
                centred[c] = (float) (values[p * channels + c] - mean[c]);
            }
            for (int c = 0; c < channels; c++) {
                addScaled(products, c * channels, centred, centred[c], c + 1);
            }
        }
        R064Store covariance = R064Store.FACTORY.make(channels, channels);
        for (int c = 0; c < channels; c++) {
            for (int d = 0; d <= c; d++) {
                covariance.set(c, d, products[c * channels + d] / pixels);
                covariance.set(d, c, products[c * channels + d] / pixels);
            }
        }
        Eigenvalue<Double> decomposition = Eigenvalue.R064.make(covariance, true);
        decomposition.decompose(covariance);
        double[] eigenvalues = decomposition.getEigenvalues().stream().mapToDouble(v -> Math.max(0, v.getReal())).toArray();
        double sum = 0;
        for (double eigenvalue : eigenvalues) {
            sum += eigenvalue;
        }
        double entropy = 0;
        for (double eigenvalue : eigenvalues) {
            double share = eigenvalue / sum;
            entropy -= share > 0 ? share * Math.log(share) : 0;
        }
        return entropy;
    }

    /** a[at + i] += factor · x[i] for the first {@code count}. */
    private static void addScaled(double[] a, int at, float[] x, float factor, int count) {
        for (int i = 0; i < count; i++) {
            a[at + i] += factor * x[i];
        }
    }

    /**
     * Of the mean over pixels and images of g_in·g_outᵀ. Signs are independent, so that is the part of the Jacobian that acts on
     * a pixel of the output. Where a block shrinks its map, the pixels that one of the output stands for count as channels.
     */
    static double spectralNorm(float[] in, TensorShape inShape, float[] out, TensorShape outShape, int images) {
        int stepY = Math.ceilDiv(inShape.height(), outShape.height());
        int stepX = Math.ceilDiv(inShape.width(), outShape.width());
        int rows = stepY * stepX * inShape.channels();
        int columns = outShape.channels();
        double[] products = new double[rows * columns];
        float[] signs = new float[columns];
        for (int image = 0; image < images; image++) {
            for (int y = 0; y < outShape.height(); y++) {
                for (int x = 0; x < outShape.width(); x++) {
                    System.arraycopy(out, ((image * outShape.height() + y) * outShape.width() + x) * columns, signs, 0, columns);
                    for (int dy = 0; dy < stepY && y * stepY + dy < inShape.height(); dy++) {
                        for (int dx = 0; dx < stepX && x * stepX + dx < inShape.width(); dx++) {
                            int from = ((image * inShape.height() + y * stepY + dy) * inShape.width() + x * stepX + dx) * inShape.channels();
                            int row = (dy * stepX + dx) * inShape.channels();
                            for (int c = 0; c < inShape.channels(); c++) {
                                addScaled(products, (row + c) * columns, signs, in[from + c], columns);
                            }
                        }
                    }
                }
            }
        }
        double pixels = (double) images * outShape.pixels();
        return largestSingularValue(products, columns) / pixels;
    }

    /**
     * By power iteration on MᵀM. What a gap too small to converge leaves is an error of second order, since the estimate is the
     * length of M times a unit vector.
     *
     * @param matrix by rows
     */
    static double largestSingularValue(double[] matrix, int columns) {
        SplittableRandom random = new SplittableRandom(1);
        double[] v = random.doubles(columns, 0.5, 1).toArray();
        double value = 0;
        for (int iteration = 0; iteration < MOST_ITERATIONS; iteration++) {
            double length = Math.sqrt(Arrays.stream(v).map(x -> x * x).sum());
            if (length == 0) {
                return 0;
            }
            double[] next = new double[columns];
            double squares = 0;
            for (int row = 0; row < matrix.length; row += columns) {
                double dot = 0;
                for (int c = 0; c < columns; c++) {
                    dot += matrix[row + c] * v[c];
                }
                dot /= length;
                squares += dot * dot;
                for (int c = 0; c < columns; c++) {
                    next[c] += dot * matrix[row + c];
                }
            }
            double before = value;
            value = Math.sqrt(squares);
            v = next;
            if (value - before <= 1e-7 * value) {
                break;
            }
        }
        return value;
    }
}
