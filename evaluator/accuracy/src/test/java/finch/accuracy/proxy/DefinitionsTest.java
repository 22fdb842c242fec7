package finch.accuracy.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import finch.engine.Weights;
import finch.engine.gradient.CrossEntropy;
import finch.engine.gradient.GradientPass;
import finch.engine.gradient.Mode;
import finch.engine.gradient.Parameter;
import finch.engine.gradient.Parameters;
import finch.engine.gradient.PassOptions;
import finch.space.format.References;
import finch.space.network.Layer;
import finch.space.network.Network;
import finch.space.network.Nonlinearity;
import finch.space.network.TensorShape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Each signal against its definition, on cases small enough to be computed by other means. */
class DefinitionsTest {
    private static Network dense(int... widths) {
        List<Layer> layers = new ArrayList<>();
        for (int i = 1; i < widths.length; i++) {
            layers.add(new Layer.Dense("dense" + i, i - 1, TensorShape.vector(widths[i - 1]), TensorShape.vector(widths[i]), false,
                    i < widths.length - 1 ? Nonlinearity.RELU : Nonlinearity.LINEAR));
        }
        return new Network("dense", TensorShape.vector(widths[0]), layers);
    }

    @Test
    void naswot_is_the_log_determinant_of_what_images_have_in_common() {
        ActivationCodes codes = new ActivationCodes(2);
        // of 5 units the images agree in 3, of 70 more in 68
        codes.add(new float[] {1, -1, 0, 2, 3, 5, -2, 0.5f, -1, 1});
        float[] many = new float[140];
        many[3] = 1;
        many[70 + 69] = 1;
        codes.add(many);

        assertThat(codes.logDeterminant()).isEqualTo(Math.log(75.0 * 75 - 71.0 * 71), within(1e-9));
    }

    @Test
    void naswot_of_equal_images_is_minus_infinity() {
        ActivationCodes codes = new ActivationCodes(2);
        codes.add(new float[] {1, -1, 1, -1});

        assertThat(codes.logDeterminant()).isEqualTo(Double.NEGATIVE_INFINITY);
    }

    @Test
    void synflow_of_a_chain_is_its_flow_once_for_each_layer() {
        Network network = dense(3, 5, 4, 2);
        Parameters parameters = Parameters.of(network, InitialWeights.of(network, 1));
        double[] flow = {1, 1, 1};
        for (Parameter kernel : parameters.trained()) {
            double[] next = new double[kernel.values().length / flow.length];
            for (int i = 0; i < kernel.values().length; i++) {
                next[i / flow.length] += Math.abs(kernel.values()[i]) * flow[i % flow.length];
            }
            flow = next;
        }

        assertThat(SynapticFlow.log(network, parameters, PassOptions.of(1))).isEqualTo(Math.log(3 * (flow[0] + flow[1])), within(1e-5));
    }

    @Test
    void synflow_of_a_deep_network_exceeds_a_float_and_is_told() {
        int[] widths = new int[41];
        Arrays.fill(widths, 64);
        Network network = dense(widths);

        double log = SynapticFlow.log(network, Parameters.of(network, InitialWeights.of(network, 1)), PassOptions.of(1));

        // each layer multiplies by about 64·√(2/64)·√(2/π)
        assertThat(log).isEqualTo(40 * Math.log(64 * Math.sqrt(2 / 64.0) * Math.sqrt(2 / Math.PI)) + Math.log(64 * 40), within(3.0));
        assertThat(log).isGreaterThan(Math.log(Float.MAX_VALUE) - 5);
    }

    @Test
    void gradient_scores_of_a_softmax_regression_are_those_of_its_closed_form() {
        Network network = dense(3, 2);
        Parameters parameters = Parameters.of(network, InitialWeights.of(network, 3));
        float[] images = {1, 2, -1, 0.5f, -1, 3};
        int[] labels = {0, 1};
        float[] gradient = new float[4];
        try (GradientPass pass = new GradientPass(parameters, PassOptions.of(2))) {
            CrossEntropy.PLAIN.of(pass.forward(images, 2, Mode.TRAINING), labels, 2, 2, gradient);
            pass.backward(gradient);
        }
        float[] w = parameters.trained().getFirst().values();
        double[] expected = new double[6];
        for (int image = 0; image < 2; image++) {
            double a = 0;
            double b = 0;
            for (int k = 0; k < 3; k++) {
                a += w[k] * images[3 * image + k];
                b += w[3 + k] * images[3 * image + k];
            }
            double first = 1 / (1 + Math.exp(b - a));
            for (int k = 0; k < 3; k++) {
                expected[k] += (first - (labels[image] == 0 ? 1 : 0)) * images[3 * image + k] / 2;
                expected[3 + k] += (1 - first - (labels[image] == 1 ? 1 : 0)) * images[3 * image + k] / 2;
            }
        }
        double squares = 0;
        double saliency = 0;
        for (int i = 0; i < 6; i++) {
            squares += expected[i] * expected[i];
            saliency += Math.abs(w[i] * expected[i]);
        }

        assertThat(GradientScores.gradNorm(parameters.trained())).isEqualTo(Math.sqrt(squares), within(1e-5));
        assertThat(GradientScores.snip(parameters.trained())).isEqualTo(saliency, within(1e-5));
    }

    @Test
    void zico_is_the_log_of_means_over_deviations_layer_by_layer() {
        // sizes 1 and 3: mean 2, deviation 1; sizes 4 and 8: mean 6, deviation 2; one that is the same twice does not count
        float[][][] batches = {{{1, -4, 5}, {2}, {0}}, {{-3, 8, -5}, {4}, {0}}};

        assertThat(GradientScores.zico(batches)).isEqualTo(Math.log(2 + 3) + Math.log(3), within(1e-9));
    }

    @Test
    void the_entropy_of_independent_channels_is_the_log_of_their_number_and_of_equal_ones_0() {
        SplittableRandom random = new SplittableRandom(1);
        float[] independent = new float[20_000 * 8];
        float[] equal = new float[independent.length];
        for (int i = 0; i < independent.length; i++) {
            independent[i] = (float) random.nextGaussian() + 3;
            equal[i] = i % 8 == 0 ? (float) random.nextGaussian() : equal[i - i % 8] * (1 + i % 8);
        }

        assertThat(BlockScores.entropy(independent, 8)).isEqualTo(Math.log(8), within(0.01));
        assertThat(BlockScores.entropy(equal, 8)).isEqualTo(0, within(1e-4));
    }

    @Test
    void the_spectral_norm_of_a_linear_map_is_found_from_random_signs_also_where_it_shrinks() {
        SplittableRandom random = new SplittableRandom(2);
        TensorShape in = new TensorShape(4, 4, 3);
        TensorShape out = new TensorShape(2, 2, 5);
        int images = 2000;
        // out = W · the 2x2 pixels of the input, so the gradient of the input is Wᵀ · that of the output
        double[] w = random.doubles(12 * 5, -1, 1).toArray();
        float[] signs = new float[images * out.size()];
        float[] back = new float[images * in.size()];
        for (int i = 0; i < signs.length; i++) {
            signs[i] = random.nextBoolean() ? 1 : -1;
        }
        for (int image = 0; image < images; image++) {
            for (int p = 0; p < in.pixels(); p++) {
                int y = p / 4;
                int x = p % 4;
                for (int c = 0; c < 3; c++) {
                    int row = (y % 2 * 2 + x % 2) * 3 + c;
                    for (int o = 0; o < 5; o++) {
                        back[(image * in.pixels() + p) * 3 + c] += (float) w[row * 5 + o] * signs[(image * 4 + y / 2 * 2 + x / 2) * 5 + o];
                    }
                }
            }
        }

        double norm = BlockScores.largestSingularValue(w, 5);
        assertThat(BlockScores.spectralNorm(back, in, signs, out, images)).isEqualTo(norm, within(0.05 * norm));
        assertThat(BlockScores.largestSingularValue(new double[] {3, 0, 0, -4}, 2)).isEqualTo(4, within(1e-3));
    }

    @Test
    void blocks_alone_give_what_they_give_in_the_network() {
        Network network = Network.of(References.resolve("mobilenetv3-small@0.35/32"));
        Weights weights = InitialWeights.of(network, 1);
        float[] features = new float[2 * network.input().size()];
        SplittableRandom random = new SplittableRandom(3);
        for (int i = 0; i < features.length; i++) {
            features[i] = (float) random.nextGaussian();
        }
        List<Blocks.Part> blocks = Blocks.of(network);
        assertThat(blocks).hasSize(12);
        try (GradientPass whole = new GradientPass(Parameters.of(network, weights), PassOptions.of(2))) {
            whole.forward(features, 2, Mode.TRAINING);
            for (Blocks.Part block : blocks) {
                Map<String, Weights.Parameters> own = new HashMap<>(weights.byLayer());
                own.keySet().retainAll(block.network().layers().stream().map(Layer::name).toList());
                try (GradientPass part = new GradientPass(Parameters.of(block.network(), new Weights(own, false)), PassOptions.of(2))) {
                    features = part.forward(features, 2, Mode.TRAINING);
                }
                float[] expected = whole.output(block.output());
                assertThat(features).hasSameSizeAs(expected);
                for (int i = 0; i < features.length; i++) {
                    assertThat(features[i]).isCloseTo(expected[i], within(1e-3f));
                }
            }
        }
    }
}
