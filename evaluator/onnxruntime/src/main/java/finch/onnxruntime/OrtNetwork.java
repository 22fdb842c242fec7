package finch.onnxruntime;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import finch.engine.LoadedNetwork;
import finch.onnx.OnnxWriter;
import finch.space.network.Network;
import finch.space.network.TensorShape;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Map;
import java.util.OptionalLong;

/** One session with its input and output buffers, off the heap and kept for all runs. */
final class OrtNetwork implements LoadedNetwork {
    /** Runs before those whose parts are told. */
    private static final int WARM_UP = 2;

    private final OrtSession session;
    private final Sessions sessions;
    private final Options options;
    private final Network network;
    private final int batch;
    private final TensorShape in;
    private final TensorShape out;
    private final FloatBuffer input;
    private final FloatBuffer output;
    private final OnnxTensor inputTensor;
    private final OnnxTensor outputTensor;
    private final Map<String, OnnxTensor> inputs;
    private final Map<String, OnnxTensor> outputs;
    private boolean closed;

    /** Makes sessions of one model. */
    @FunctionalInterface
    interface Sessions {
        OrtSession open(OrtSession.SessionOptions options) throws OrtException;
    }

    /** Makes options alike. */
    @FunctionalInterface
    interface Options {
        OrtSession.SessionOptions make() throws OrtException;
    }

    /** @param first of the session that runs @param options for another one that tells its parts */
    OrtNetwork(OrtEnvironment environment, Sessions sessions, OrtSession.SessionOptions first, Options options, Network network, int batch) throws OrtException {
        this.session = sessions.open(first);
        this.sessions = sessions;
        this.options = options;
        this.network = network;
        this.batch = batch;
        this.in = network.input();
        this.out = network.output();
        this.input = direct(Math.multiplyExact(batch, in.size()));
        this.output = direct(Math.multiplyExact(batch, out.size()));
        this.inputTensor =
                OnnxTensor.createTensor(environment, input, new long[] {batch, in.channels(), in.height(), in.width()});
        long[] dims = out.pixels() == 1 ? new long[] {batch, out.channels()}
                : new long[] {batch, out.channels(), out.height(), out.width()};
        this.outputTensor = OnnxTensor.createTensor(environment, output, dims);
        this.inputs = Map.of(OnnxWriter.INPUT, inputTensor);
        this.outputs = Map.of(OnnxWriter.OUTPUT, outputTensor);
    }

    private static FloatBuffer direct(int floats) {
        return ByteBuffer.allocateDirect(Math.multiplyExact(4, floats)).order(ByteOrder.nativeOrder()).asFloatBuffer();
    }

    @Override
    public void run(float[] values, float[] results) {
        bind(values, results).run();
    }

    @Override
    public Runnable bind(float[] values, float[] results) {
        check("input", values.length, batch, in);
        check("output", results.length, batch, out);
        int pixels = in.pixels();
        int channels = in.channels();
        for (int n = 0; n < batch; n++) {
            for (int p = 0; p < pixels; p++) {
                int from = (n * pixels + p) * channels;
                for (int c = 0; c < channels; c++) {
                    input.put((n * channels + c) * pixels + p, values[from + c]);
                }
            }
        }
        return () -> infer(results);
    }

    private void infer(float[] results) {
        if (closed) {
            throw new IllegalStateException("the network is closed");
        }
        try (OrtSession.Result result = session.run(inputs, outputs)) {
            if (result.size() != 1) {
                throw new IllegalStateException("ONNX Runtime gave " + result.size() + " outputs instead of 1");
            }
        } catch (OrtException e) {
            throw new IllegalStateException("ONNX Runtime failed: " + e.getMessage(), e);
        }
        int pixels = out.pixels();
        if (pixels == 1) {
            output.get(0, results);
            return;
        }
        int channels = out.channels();
        for (int i = 0; i < results.length; i++) {
            int image = i / (pixels * channels);
            int within = i % (pixels * channels);
            results[i] = output.get((image * channels + within % channels) * pixels + within / channels);
        }
    }

    /** {@inheritDoc} In a session of its own, since one that tells its parts is slower, and tells them when it ends. */
    @Override
    public PartTimes partTimes(float[] values, int runs) {
        bind(values, new float[batch * out.size()]);
        try (OrtSession.SessionOptions profiling = options.make()) {
            return NodeProfile.of(network, WARM_UP, runs, profiling, (own, all) -> {
                try (OrtSession telling = sessions.open(own)) {
                    for (int run = 0; run < all; run++) {
                        telling.run(inputs, outputs).close();
                    }
                    telling.endProfiling();
                }
            });
        } catch (OrtException e) {
            throw new IllegalStateException("ONNX Runtime failed: " + e.getMessage(), e);
        } catch (IOException e) {
            throw new UncheckedIOException("ONNX Runtime's profile cannot be written or read: " + e.getMessage(), e);
        }
    }

    private static void check(String what, int given, int batch, TensorShape shape) {
        if (given != batch * shape.size()) {
            throw new IllegalArgumentException(what + " has " + given + " elements; " + batch + " images of " + shape
                    + " have " + batch * shape.size());
        }
    }

    @Override
    public OptionalLong arenaBytes() {
        return OptionalLong.empty();
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        inputTensor.close();
        outputTensor.close();
        try {
            session.close();
        } catch (OrtException e) {
            throw new IllegalStateException("ONNX Runtime cannot close the session: " + e.getMessage(), e);
        }
    }
}
