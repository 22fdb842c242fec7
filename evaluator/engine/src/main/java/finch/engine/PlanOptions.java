package finch.engine;

import finch.engine.kernel.KernelSet;

/**
 * How a network is to be run.
 *
 * @param batch   images per run
 * @param threads threads that one inference may use, the caller's included
 * @param kernels which kernels
 */
public record PlanOptions(int batch, int threads, KernelSet kernels) {
    /** One image, one thread, the configured kernels. */
    public static PlanOptions defaults() {
        return new PlanOptions(1, 1, KernelSet.configured());
    }

    public PlanOptions {
        if (batch < 1) {
            throw new IllegalArgumentException("batch must be at least 1, not " + batch);
        }
        if (threads < 1) {
            throw new IllegalArgumentException("threads must be at least 1, not " + threads);
        }
    }

    public PlanOptions withBatch(int newBatch) {
        return new PlanOptions(newBatch, threads, kernels);
    }

    public PlanOptions withThreads(int newThreads) {
        return new PlanOptions(batch, newThreads, kernels);
    }

    public PlanOptions withKernels(KernelSet newKernels) {
        return new PlanOptions(batch, threads, newKernels);
    }
}
