package finch.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import finch.engine.FinchRuntime;
import finch.engine.LoadedNetwork;
import finch.engine.Weights;
import finch.space.network.Network;
import finch.space.network.TensorShape;
import java.util.SplittableRandom;

/** Seeded inputs, our engine on them, and how far two outputs are apart. */
final class Inputs {
    private Inputs() {}

    static float[] seeded(int size, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = random.nextFloat(-1, 1);
        }
        return values;
    }

    /** Noise whose contrast and colour differ between the images, since noise alone looks alike once pooled. */
    static float[] images(int batch, TensorShape shape, long seed) {
        float[] values = seeded(batch * shape.size(), seed);
        for (int i = 0; i < values.length; i++) {
            int image = i / shape.size();
            values[i] = values[i] / (image + 1) + 0.5f * image * (i % shape.channels() - 1);
        }
        return values;
    }

    static float[] run(Network network, Weights weights, float[] input, int batch) {
        float[] output = new float[batch * network.output().size()];
        try (LoadedNetwork loaded = new FinchRuntime().load(network, weights, batch, 1)) {
            loaded.run(input, output);
        }
        return output;
    }

    /** [batch][h][w][c] to [batch][c][h][w]. */
    static float[] channelsFirst(float[] values, int batch, TensorShape shape) {
        return GraphWriter.channelsFirst(values, batch, shape.pixels(), shape.channels());
    }

    /** Every element within {@code relative} of the largest one. */
    static void assertClose(String what, float[] actual, float[] expected, double relative) {
        assertThat(actual).as(what).hasSameSizeAs(expected);
        double largest = 0;
        double difference = 0;
        for (int i = 0; i < expected.length; i++) {
            assertThat(actual[i]).as("%s [%d]", what, i).isFinite();
            largest = Math.max(largest, Math.abs(expected[i]));
            difference = Math.max(difference, Math.abs((double) actual[i] - expected[i]));
        }
        assertThat(largest).as(what + " says something").isPositive();
        assertThat(difference / largest).as("%s, largest difference relative to the largest output", what)
                .isLessThanOrEqualTo(relative);
    }

    /**
     * The images of a batch give outputs that differ by more than {@code relative} of the largest: weak dependence on
     * the input would hide errors.
     */
    static void assertDiffer(float[] outputs, int batch, double relative) {
        int size = outputs.length / batch;
        double largest = 0;
        for (float value : outputs) {
            largest = Math.max(largest, Math.abs(value));
        }
        for (int n = 1; n < batch; n++) {
            double difference = 0;
            for (int i = 0; i < size; i++) {
                difference = Math.max(difference, Math.abs(outputs[n * size + i] - outputs[i]));
            }
            assertThat(difference / largest).as("images 0 and %d, relative to the largest output", n)
                    .isGreaterThan(relative);
        }
    }

    /**
     * A file read back means the same. Unfolded, it is the very same network with the very same weights; folded, it has
     * one bias for each normalised channel, and our engine gives the same outputs.
     */
    static void assertSame(OnnxModel read, Network network, Weights weights, OnnxOptions options, float[] input,
                           float[] ours, int batch) {
        assertThat(read.network().macs()).isEqualTo(network.macs());
        if (options.foldBatchNorm()) {
            long normalised = (network.paramsWithBatchNormStatistics() - network.params()) / 2;
            assertThat(read.network().params()).isEqualTo(network.params() - normalised);
            assertClose("read back", run(read.network(), read.weights(), input, batch), ours, 1e-6);
        } else {
            assertThat(read.network().layers()).containsExactlyElementsOf(network.layers());
            assertThat(read.network()).isEqualTo(network);
            assertThat(OnnxWriter.toBytes(read.network(), new Weights(read.weights().byLayer(), weights.trained()), options))
                    .isEqualTo(OnnxWriter.toBytes(network, weights, options));
        }
    }
}
