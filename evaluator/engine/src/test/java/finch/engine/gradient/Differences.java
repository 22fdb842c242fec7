package finch.engine.gradient;

import finch.engine.kernel.GradientKernels;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Compares a pass with central differences of {@link DoubleNetwork}. The loss is a weighted sum of all outputs and of their squares,
 * so that every output counts and the way back starts from numbers that depend on them.
 */
final class Differences {
    private static final double STEP = 1e-6;
    /** Of the root mean square of the gradients compared. */
    private static final double TOLERANCE = 1e-3;
    private static final int ENTRIES = 6;

    private final Parameters parameters;
    private final Mode mode;
    private final int count;
    private final float[] images;
    private final double[] wish;
    /** Beside the largest gradients, those of parameters that do not matter (the shift of what is normalised again) are rounding errors. */
    private static final double ROUNDING = 1e-3;

    /** Root mean square of the largest parameter's gradient. */
    private double largest;

    Differences(Parameters parameters, Mode mode, int count, long seed) {
        this.parameters = parameters;
        this.mode = mode;
        this.count = count;
        SplittableRandom random = new SplittableRandom(seed);
        this.images = new float[count * parameters.network().input().size()];
        for (int i = 0; i < images.length; i++) {
            images[i] = (float) random.nextGaussian();
        }
        this.wish = new double[count * parameters.network().output().size()];
        for (int i = 0; i < wish.length; i++) {
            wish[i] = random.nextGaussian();
        }
    }

    private double loss(DoubleNetwork network, double[] input) {
        double[] y = network.run(input, count)[parameters.network().layers().size()];
        double loss = 0;
        for (int i = 0; i < y.length; i++) {
            loss += wish[i] * y[i] + 0.5 * y[i] * y[i];
        }
        return loss;
    }

    /** What does not agree, one line each. */
    List<String> check(PassOptions options) {
        return check(options, options.kernels().gradientKernels());
    }

    List<String> check(PassOptions options, GradientKernels kernels) {
        List<String> problems = new ArrayList<>();
        try (GradientPass pass = new GradientPass(parameters, options.withInputGradient(true), kernels)) {
            // running statistics move: the reference has those before
            DoubleNetwork reference = new DoubleNetwork(parameters, mode, 1e-3);
            float[] y = pass.forward(images, count, mode);
            double[] input = new double[images.length];
            for (int i = 0; i < input.length; i++) {
                input[i] = images[i];
            }
            double[] expected = reference.run(input, count)[parameters.network().layers().size()];
            compare("output", expected, y, rms(expected), problems);
            float[] gradient = new float[y.length];
            for (int i = 0; i < y.length; i++) {
                gradient[i] = (float) wish[i] + y[i];
            }
            pass.backward(gradient);
            for (Parameter p : parameters.trained()) {
                largest = Math.max(largest, rms(p.gradient()));
            }
            largest = Math.max(largest, rms(pass.inputGradient()));
            for (Parameter p : parameters.trained()) {
                entries(p.name(), reference, input, reference.values(p), p.gradient(), problems);
            }
            entries("images", reference, input, input, pass.inputGradient(), problems);
        }
        return problems;
    }

    private void entries(String name, DoubleNetwork network, double[] input, double[] values, float[] gradient, List<String> problems) {
        int step = Math.max(1, values.length / ENTRIES);
        int entries = Math.ceilDiv(values.length, step);
        double[] expected = new double[entries];
        float[] actual = new float[entries];
        for (int e = 0; e < entries; e++) {
            // not all at the same place of their rows, and the very last, which a part that ends too early leaves out
            int i = e == entries - 1 ? values.length - 1 : Math.min(values.length - 1, e * step + e % step);
            double value = values[i];
            values[i] = value + STEP;
            double above = loss(network, input);
            values[i] = value - STEP;
            double below = loss(network, input);
            values[i] = value;
            expected[e] = (above - below) / (2 * STEP);
            actual[e] = gradient[i];
        }
        compare(name, expected, actual, Math.max(Math.max(rms(expected), rms(gradient)), ROUNDING * largest), problems);
    }

    private void compare(String name, double[] expected, float[] actual, double scale, List<String> problems) {
        for (int i = 0; i < expected.length; i++) {
            if (!(Math.abs(expected[i] - actual[i]) <= TOLERANCE * scale)) {
                problems.add(name + " " + i + ": " + actual[i] + " instead of " + expected[i] + ", scale " + scale);
            }
        }
    }

    private static double rms(float[] values) {
        double sum = 0;
        for (float value : values) {
            sum += (double) value * value;
        }
        return Math.sqrt(sum / values.length);
    }

    private static double rms(double[] values) {
        double sum = 0;
        for (double value : values) {
            sum += value * value;
        }
        return Math.sqrt(sum / values.length);
    }
}
