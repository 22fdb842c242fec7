package finch.engine;

import finch.engine.kernel.KernelSet;
import finch.space.network.Network;

/** Finch's own engine as a {@link Runtime}. */
public final class FinchRuntime implements Runtime {
    public static final String NAME = "finch";

    /** Changes whenever the speed of the kernels does: latencies measured with other kernels do not hold. */
    private static final int KERNELS = 12;

    private final KernelSet kernels;

    /** With the kernels of {@code -Dfinch.kernels}, which {@link java.util.ServiceLoader} also gives. */
    public FinchRuntime() {
        this(KernelSet.configured());
    }

    public FinchRuntime(KernelSet kernels) {
        this.kernels = kernels;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String version() {
        String version = FinchRuntime.class.getPackage().getImplementationVersion();
        return (version == null ? "development" : version) + "/kernels-" + KERNELS;
    }

    @Override
    public String kernelSet() {
        return kernels.kernels().name();
    }

    @Override
    public LoadedNetwork load(Network network, Weights weights, int batch, int threads) {
        return Plan.compile(network, weights, new PlanOptions(batch, threads, kernels)).newInference();
    }
}
