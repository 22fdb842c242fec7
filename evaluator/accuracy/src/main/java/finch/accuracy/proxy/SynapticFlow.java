package finch.accuracy.proxy;

import finch.engine.gradient.GradientPass;
import finch.engine.gradient.Mode;
import finch.engine.gradient.Parameter;
import finch.engine.gradient.Parameters;
import finch.engine.gradient.PassOptions;
import finch.space.network.Network;
import java.util.Arrays;
import java.util.List;

/**
 * The logarithm of SynFlow's score. The flow through a deep network exceeds a float's range; it is linear in the image and in
 * the gradient of the output, so both are scaled down until it fits, and the logarithm is corrected.
 */
final class SynapticFlow {
    /** 2^-120 each way leaves numbers of up to 10^150 within a float. */
    private static final int DEEPEST = 120;
    private static final int STEP = 30;

    private SynapticFlow() {}

    static double log(Network network, Parameters parameters, PassOptions options) {
        List<Parameter> kernels = GradientScores.kernels(parameters.trained());
        kernels.forEach(kernel -> {
            for (int i = 0; i < kernel.values().length; i++) {
                kernel.values()[i] = Math.abs(kernel.values()[i]);
            }
        });
        float[] image = new float[network.input().size()];
        float[] gradient = new float[network.output().size()];
        try (GradientPass pass = new GradientPass(parameters, options)) {
            for (int halvings = 0; halvings <= DEEPEST; halvings += STEP) {
                Arrays.fill(image, Math.scalb(1f, -halvings));
                Arrays.fill(gradient, Math.scalb(1f, -halvings));
                pass.forward(image, 1, Mode.LINEAR);
                pass.backward(gradient);
                double flow = GradientScores.snip(kernels);
                if (Double.isFinite(flow) && flow > 0) {
                    return Math.log(flow) + 2 * halvings * Math.log(2);
                }
            }
        }
        return Double.NaN;
    }
}
