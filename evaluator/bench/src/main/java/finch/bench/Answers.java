package finch.bench;

import finch.engine.Plan;
import finch.engine.PlanOptions;
import finch.engine.Weights;
import finch.engine.kernel.KernelSet;
import finch.space.network.Network;

/** Refuses to time a wrong answer. */
final class Answers {
    private Answers() {}

    /** What scalar kernels answer for a network with its seeded weights. */
    static float[] scalar(Network network, int batch, float[] input) {
        float[] output = new float[Math.multiplyExact(batch, network.output().size())];
        PlanOptions options = new PlanOptions(batch, 1, KernelSet.SCALAR);
        try (var scalar = Plan.compile(network, Weights.seeded(network, 1), options).newInference()) {
            scalar.run(input, output);
        }
        return output;
    }

    /** @throws IllegalStateException if an output is off by more than {@code tolerance} of the largest */
    static void compare(float[] actual, float[] expected, double tolerance) {
        double largest = 0;
        double difference = 0;
        for (int i = 0; i < expected.length; i++) {
            largest = Math.max(largest, Math.abs(expected[i]));
            double error = Math.abs(actual[i] - expected[i]);
            difference = Double.isNaN(error) ? Double.POSITIVE_INFINITY : Math.max(difference, error);
        }
        if (difference > tolerance * largest) {
            throw new IllegalStateException("wrong answer: off by " + difference + " where the largest output is " + largest);
        }
    }
}
