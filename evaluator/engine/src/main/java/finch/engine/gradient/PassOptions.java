package finch.engine.gradient;

import finch.engine.kernel.KernelSet;

/**
 * How batches go through a {@link GradientPass}.
 *
 * @param batch         the most images of one pass
 * @param threads       threads to use, the caller's included; results do not depend on it
 * @param kernels       which kernels
 * @param dropout       share of the last dense layer's inputs that training drops, in [0, 1)
 * @param momentum      share of the new batch in the running averages of batch normalisations, in (0, 1]
 * @param inputGradient whether the gradient of the images is computed too
 */
public record PassOptions(int batch, int threads, KernelSet kernels, double dropout, double momentum, boolean inputGradient) {
    public PassOptions {
        if (batch < 1) {
            throw new IllegalArgumentException("batch must be at least 1, not " + batch);
        }
        if (threads < 1) {
            throw new IllegalArgumentException("threads must be at least 1, not " + threads);
        }
        if (!(dropout >= 0 && dropout < 1)) {
            throw new IllegalArgumentException("dropout must be at least 0 and below 1, not " + dropout);
        }
        if (!(momentum > 0 && momentum <= 1)) {
            throw new IllegalArgumentException("momentum must be above 0 and at most 1, not " + momentum);
        }
    }

    /** One thread, the configured kernels, no dropout, momentum 0.01 as in the MobileNetV3 paper (decay 0.99), no gradient of the images. */
    public static PassOptions of(int batch) {
        return new PassOptions(batch, 1, KernelSet.configured(), 0, 0.01, false);
    }

    public PassOptions withThreads(int newThreads) {
        return new PassOptions(batch, newThreads, kernels, dropout, momentum, inputGradient);
    }

    public PassOptions withKernels(KernelSet newKernels) {
        return new PassOptions(batch, threads, newKernels, dropout, momentum, inputGradient);
    }

    public PassOptions withDropout(double newDropout) {
        return new PassOptions(batch, threads, kernels, newDropout, momentum, inputGradient);
    }

    public PassOptions withMomentum(double newMomentum) {
        return new PassOptions(batch, threads, kernels, dropout, newMomentum, inputGradient);
    }

    public PassOptions withInputGradient(boolean wanted) {
        return new PassOptions(batch, threads, kernels, dropout, momentum, wanted);
    }
}
