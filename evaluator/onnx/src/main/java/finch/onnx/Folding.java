package finch.onnx;

import finch.engine.Weights;

/** Batch normalisation as product and sum of channels, and both taken into the layer before, in double precision. */
final class Folding {
    private Folding() {}

    /** What batch normalisation multiplies a channel by: gamma/√(variance + epsilon). */
    static double scale(Weights.BatchNorm norm, int channel) {
        return norm.gamma()[channel] / Math.sqrt((double) norm.variance()[channel] + norm.epsilon());
    }

    /** What it then adds: beta − mean·scale. */
    static double offset(Weights.BatchNorm norm, int channel) {
        return norm.beta()[channel] - norm.mean()[channel] * scale(norm, channel);
    }

    /** A layer without batch normalisation followed by a channel-wise product and sum. */
    static Weights.Parameters affine(Weights.Parameters parameters, double[] scale, double[] offset) {
        int channels = scale.length;
        float[] kernel = parameters.kernel().clone();
        float[] bias = new float[channels];
        int perChannel = kernel.length / channels;
        for (int c = 0; c < channels; c++) {
            for (int i = c * perChannel; i < (c + 1) * perChannel; i++) {
                kernel[i] = (float) (kernel[i] * scale[c]);
            }
            double before = parameters.bias().length == 0 ? 0 : parameters.bias()[c];
            bias[c] = (float) (before * scale[c] + offset[c]);
        }
        return new Weights.Parameters(kernel, bias, null);
    }
}
