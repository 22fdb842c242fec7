package finch.onnx;

import ai.onnx.proto.OnnxMl;
import finch.engine.Weights;
import finch.space.format.AtomicFile;
import finch.space.network.Network;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;

/**
 * Writes networks as ONNX: input {@code input} [N,C,H,W], output {@code logits} [N,classes] ([N,C,H,W] where the
 * network ends in an image), float32, operator set {@value #OPSET}. The same network, weights and options give the
 * same bytes.
 */
public final class OnnxWriter {
    /** Operator set of ai.onnx that is written. */
    public static final int OPSET = 17;
    /** Name of the graph's input. */
    public static final String INPUT = "input";
    /** Name of the graph's output. */
    public static final String OUTPUT = "logits";

    private static final int IR_VERSION = 8;

    private OnnxWriter() {}

    /**
     * Writes a file, replacing one that is there only when all is written.
     *
     * @throws IllegalArgumentException if the weights do not fit the network, naming the layer, or the file would be too large
     * @throws IOException              if the file cannot be written
     */
    public static void write(Path file, Network network, Weights weights, OnnxOptions options) throws IOException {
        OnnxMl.ModelProto model = model(network, weights, options);
        Path target = file.toAbsolutePath();
        Files.createDirectories(target.getParent());
        AtomicFile.write(target, temporary -> {
            try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(temporary))) {
                model.writeTo(out);
            }
        });
    }

    /** The bytes of the file, as of {@link #write}. */
    public static byte[] toBytes(Network network, Weights weights, OnnxOptions options) {
        return model(network, weights, options).toByteArray();
    }

    /** Before the weights are made. @throws IllegalArgumentException if they alone are more than an ONNX file holds */
    public static void check(Network network, OnnxOptions options) {
        long bytes = options.foldBatchNorm() ? network.weightBytes() - 4 * network.batchNormChannels() : 4 * network.paramsWithBatchNormStatistics();
        if (bytes > Integer.MAX_VALUE) {
            throw tooLarge(network);
        }
    }

    private static IllegalArgumentException tooLarge(Network network) {
        return new IllegalArgumentException((network.name().isEmpty() ? "the network" : network.name()) + " is too large for ONNX: its " + network.params()
                + " parameters of 4 bytes are more than the 2 GB that an ONNX file holds");
    }

    private static OnnxMl.ModelProto model(Network network, Weights weights, OnnxOptions options) {
        check(network, options);
        var model = OnnxMl.ModelProto.newBuilder()
                .setIrVersion(IR_VERSION)
                .setProducerName("finch")
                .setProducerVersion(version())
                .setDocString(options.doc())
                .addOpsetImport(OnnxMl.OperatorSetIdProto.newBuilder().setDomain("").setVersion(OPSET))
                .setGraph(new GraphWriter(network, weights, options).graph());
        metadata(weights, options).forEach((key, value) ->
                model.addMetadataProps(OnnxMl.StringStringEntryProto.newBuilder().setKey(key).setValue(value)));
        OnnxMl.ModelProto built = model.build();
        // protobuf counts in an int and does not notice
        if (built.getSerializedSize() < 0) {
            throw tooLarge(network);
        }
        return built;
    }

    private static Map<String, String> metadata(Weights weights, OnnxOptions options) {
        Map<String, String> all = new TreeMap<>(options.metadata());
        if (!weights.trained()) {
            all.put(OnnxOptions.UNTRAINED, "true");
            options.seed().ifPresent(seed -> all.put(OnnxOptions.SEED, Long.toString(seed)));
        }
        return all;
    }

    private static String version() {
        try (InputStream in = OnnxWriter.class.getResourceAsStream("version.properties")) {
            Properties properties = new Properties();
            properties.load(in);
            return properties.getProperty("version");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
