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
        assertThat(difference / largest).as("%s, largest difference relative to the largest output", what).isLessThanOrEqualTo(relative);
    }
}
