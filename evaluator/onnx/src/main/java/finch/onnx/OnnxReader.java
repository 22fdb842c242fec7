package finch.onnx;

import ai.onnx.proto.OnnxMl;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import finch.engine.Weights;
import finch.space.format.InvalidFileException;
import finch.space.format.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads ONNX files of convolutional classifiers into our layers: convolutions of any grouping, dense layers, batch
 * normalisation, pooling, residual sums, squeeze-excite and the usual activations in every spelling that PyTorch,
 * TensorFlow and PaddlePaddle export.
 */
public final class OnnxReader {
    private OnnxReader() {}

    /** Reads a file that leaves nothing open. */
    public static OnnxModel read(Path file) throws IOException {
        return read(file, ReadOptions.none());
    }

    /**
     * Reads a file.
     *
     * @throws InvalidFileException if it is no ONNX file, is cut off, or says what our layers cannot, naming operator
     *                              and node
     * @throws IOException          if it cannot be read
     */
    public static OnnxModel read(Path file, ReadOptions options) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return read(file.toString(), in, options);
        }
    }

    /** Reads a file's bytes; {@code source} is its name in messages. */
    public static OnnxModel read(String source, InputStream bytes, ReadOptions options) throws IOException {
        OnnxMl.ModelProto model;
        try {
            CodedInputStream coded = CodedInputStream.newInstance(bytes, 1 << 16);
            coded.setSizeLimit(Integer.MAX_VALUE);
            model = OnnxMl.ModelProto.parseFrom(coded);
        } catch (InvalidProtocolBufferException e) {
            throw invalid(source, "", "not an ONNX file, or cut off: " + e.getMessage());
        }
        if (!model.hasGraph() || model.getIrVersion() < 1 || model.getGraph().getNodeCount() == 0) {
            throw invalid(source, "", "not an ONNX file: it holds no graph with nodes");
        }
        if (model.getOpsetImportCount() == 0) {
            throw invalid(source, "", "names no operator set; the file may be cut off");
        }
        Map<String, String> metadata = new LinkedHashMap<>();
        model.getMetadataPropsList().forEach(entry -> metadata.put(entry.getKey(), entry.getValue()));
        GraphReader reader = new GraphReader(source, model, options);
        Draft.Finished finished = reader.read();
        boolean trained = !"true".equals(metadata.get(OnnxOptions.UNTRAINED));
        return new OnnxModel(finished.network(), new Weights(finished.parameters(), trained), metadata,
                reader.inputLayout(),
                reader.outputLayout());
    }

    static InvalidFileException invalid(String source, String key, String message) {
        return new InvalidFileException(List.of(new Problem(source, 0, key, message)));
    }
}
