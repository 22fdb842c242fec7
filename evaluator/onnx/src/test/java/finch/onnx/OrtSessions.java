package finch.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import java.nio.FloatBuffer;
import java.util.Map;

/** ONNX Runtime on one thread, the outside judge of what is written. */
final class OrtSessions {
    private OrtSessions() {}

    /** Runs a file's bytes on NCHW input; one image batch after the other, each {batch, values}. */
    static float[] run(byte[] model, float[] input, long... dims) {
        try (var options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(1);
            options.setInterOpNumThreads(1);
            options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
            OrtEnvironment environment = OrtEnvironment.getEnvironment();
            try (OrtSession session = environment.createSession(model, options);
                 OnnxTensor tensor = OnnxTensor.createTensor(environment, FloatBuffer.wrap(input), dims);
                 OrtSession.Result result = session.run(Map.of(session.getInputNames().iterator().next(), tensor))) {
                FloatBuffer values = ((OnnxTensor) result.get(0)).getFloatBuffer();
                float[] output = new float[values.remaining()];
                values.get(output);
                return output;
            }
        } catch (OrtException e) {
            throw new AssertionError("ONNX Runtime refuses the file", e);
        }
    }
}
