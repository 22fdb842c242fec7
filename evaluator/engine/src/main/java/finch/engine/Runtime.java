package finch.engine;

import finch.space.network.Network;

/**
 * Anything that can load and time a network: Finch's own engine, ONNX Runtime. Implementations are found through
 * {@link java.util.ServiceLoader}, so that a heavy one may be left out of an installation.
 */
public interface Runtime {
    /** The word on the command line, e.g. {@code finch} or {@code onnxruntime}. */
    String name();

    /** Version of the runtime, for device profiles. */
    String version();

    /** The kernel set in use with its vector width, e.g. {@code vector-256} or {@code scalar}; the execution provider of a foreign runtime. */
    String kernelSet();

    /**
     * Loads a network for inference.
     *
     * @param batch   images per run
     * @param threads threads that one inference may use, at least 1
     * @throws IllegalArgumentException if the runtime cannot run a layer of it, naming the layer
     */
    LoadedNetwork load(Network network, Weights weights, int batch, int threads);
}
