package finch.engine;

import finch.space.Extent;
import finch.space.Padding;
import finch.space.network.Layer;
import finch.space.network.Network;
import finch.space.network.Nonlinearity;
import finch.space.network.TensorShape;
import finch.space.network.Window;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A network and its weights read from a list of operations (json) and a file of little-endian floats (f32) beside it. */
record TrainedMobileNet(Network network, Weights weights) {
    static TrainedMobileNet read(Path json) throws IOException {
        JsonNode root = JsonMapper.shared().readTree(Files.readString(json));
        Path floats = json.resolveSibling(json.getFileName().toString().replace(".json", ".f32"));
        FloatBuffer values = ByteBuffer.wrap(Files.readAllBytes(floats)).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
        List<Layer> layers = new ArrayList<>();
        Map<String, Weights.Parameters> parameters = new LinkedHashMap<>();
        TensorShape input = shape(root.get("input").get("shape"));
        TensorShape shape = input;
        for (JsonNode op : root.get("ops")) {
            String kind = op.get("op").asString();
            String name = kind + layers.size();
            int source = layers.size();
            TensorShape out = shape(op.get("output_shape"));
            switch (kind) {
                case "CONV", "DWCONV" -> {
                    boolean depthwise = kind.equals("DWCONV");
                    JsonNode weight = op.get("weight").get("shape");
                    Extent kernel = new Extent(weight.get(1).asInt(), weight.get(2).asInt());
                    Window window = Window.same(kernel, Extent.square(op.get("stride").asInt()), Padding.TENSORFLOW, shape);
                    layers.add(new Layer.Convolution(name, source, shape, out, window, depthwise ? shape.channels() : 1, true, false,
                            op.get("activation").asString().equals("relu6") ? Nonlinearity.RELU6 : Nonlinearity.LINEAR));
                    float[] stored = floats(values, op.get("weight"));
                    parameters.put(name, new Weights.Parameters(depthwise ? channelsFirst(stored, out.channels()) : stored,
                            floats(values, op.get("bias")), null));
                }
                case "AVGPOOL" -> layers.add(new Layer.GlobalAveragePool(name, source, shape));
                case "SOFTMAX" -> layers.add(new Layer.Softmax(name, source, shape, Layer.Softmax.Axis.CHANNELS));
                case "RESHAPE" -> { }
                default -> throw new IOException("unknown operation " + kind);
            }
            shape = out;
        }
        return new TrainedMobileNet(new Network("mobilenetv1", input, layers), new Weights(parameters, true));
    }

    /** [1][h][w][c], [1][c]. */
    private static TensorShape shape(JsonNode dimensions) {
        return dimensions.size() == 2 ? TensorShape.vector(dimensions.get(1).asInt())
                : new TensorShape(dimensions.get(1).asInt(), dimensions.get(2).asInt(), dimensions.get(3).asInt());
    }

    private static float[] floats(FloatBuffer values, JsonNode place) {
        int count = 1;
        for (JsonNode dimension : place.get("shape")) {
            count *= dimension.asInt();
        }
        float[] read = new float[count];
        values.get(place.get("float_offset").asInt(), read);
        return read;
    }

    /** [taps][channels] to [channels][taps]. */
    private static float[] channelsFirst(float[] stored, int channels) {
        int taps = stored.length / channels;
        float[] turned = new float[stored.length];
        for (int i = 0; i < stored.length; i++) {
            turned[i % channels * taps + i / channels] = stored[i];
        }
        return turned;
    }
}
