package finch.onnxruntime;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import finch.engine.LoadedNetwork;
import finch.engine.Runtime;
import finch.engine.Weights;
import finch.onnx.OnnxOptions;
import finch.onnx.OnnxWriter;
import finch.space.network.Network;

/** ONNX Runtime on the CPU. */
public final class OnnxRuntimeRuntime implements Runtime {
    /** The word on the command line. */
    public static final String NAME = "onnxruntime";
    private static final String KERNEL_SET = "CPUExecutionProvider-nchw" + ChannelBlocks.here() + "c";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String version() {
        return OrtEnvironment.getEnvironment().getVersion();
    }

    /** {@inheritDoc} The provider and its layout: latency depends on how many channels lie together. */
    @Override
    public String kernelSet() {
        return KERNEL_SET;
    }

    @Override
    public LoadedNetwork load(Network network, Weights weights, int batch, int threads) {
        if (batch < 1 || threads < 1) {
            throw new IllegalArgumentException("batch and threads must be at least 1, not " + batch + " and "
                    + threads);
        }
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        OrtNetwork.Sessions sessions = options -> environment.createSession(OnnxWriter.toBytes(network, weights, OnnxOptions.folded().withBatch(batch)), options);
        try (var options = options(threads)) {
            return new OrtNetwork(environment, sessions, options, () -> options(threads), network, batch);
        } catch (OrtException e) {
            throw new IllegalArgumentException("ONNX Runtime cannot run network " + network.name() + ": "
                    + e.getMessage(), e);
        }
    }

    private static OrtSession.SessionOptions options(int threads) throws OrtException {
        var options = new OrtSession.SessionOptions();
        options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
        options.setExecutionMode(OrtSession.SessionOptions.ExecutionMode.SEQUENTIAL);
        options.setIntraOpNumThreads(threads);
        options.setInterOpNumThreads(1);
        options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
        options.addConfigEntry("session.force_spinning_stop", "1");
        return options;
    }
}
