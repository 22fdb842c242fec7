package finch.onnx;

import ai.onnx.proto.OnnxMl;
import com.google.protobuf.ByteString;
import finch.engine.FoldedWeights;
import finch.engine.Weights;
import finch.space.Extent;
import finch.space.network.Layer;
import finch.space.network.Network;
import finch.space.network.Nonlinearity;
import finch.space.network.TensorShape;
import finch.space.network.Window;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Writes the graph of one network. Every tensor is [N,C,H,W], except the results of dense layers and of what follows
 * them, which are [N,C]; a layer that needs the other rank gets a Flatten or a Reshape before it.
 */
final class GraphWriter {
    private static final String BATCH = "N";

    private final Network network;
    private final Weights weights;
    private final OnnxOptions options;
    private final OnnxMl.GraphProto.Builder graph = OnnxMl.GraphProto.newBuilder();
    private final Map<Float, String> scalars = new TreeMap<>();
    private final List<String> names = new ArrayList<>();
    private final List<Boolean> images = new ArrayList<>();

    GraphWriter(Network network, Weights weights, OnnxOptions options) {
        this.network = network;
        this.weights = weights;
        this.options = options;
    }

    OnnxMl.GraphProto graph() {
        weights.check(network);
        graph.setName(network.name().isBlank() ? "network" : network.name());
        graph.addInput(value(OnnxWriter.INPUT, network.input(), true));
        names.add(OnnxWriter.INPUT);
        images.add(true);
        for (Layer layer : network.layers()) {
            layer(layer);
        }
        TensorShape output = network.output();
        boolean image = images.getLast();
        if (image && output.pixels() == 1) {
            node("Flatten", "output/flatten", List.of(names.getLast()), OnnxWriter.OUTPUT)
                    .addAttribute(integer("axis", 1));
            image = false;
        } else {
            rename(names.getLast());
        }
        graph.addOutput(value(OnnxWriter.OUTPUT, output, image));
        return graph.build();
    }

    /** The last node writes the graph's output. */
    private void rename(String last) {
        for (var node : graph.getNodeBuilderList()) {
            for (int i = 0; i < node.getInputCount(); i++) {
                if (node.getInput(i).equals(last)) {
                    node.setInput(i, OnnxWriter.OUTPUT);
                }
            }
            for (int i = 0; i < node.getOutputCount(); i++) {
                if (node.getOutput(i).equals(last)) {
                    node.setOutput(i, OnnxWriter.OUTPUT);
                }
            }
        }
    }

    private void layer(Layer layer) {
        switch (layer) {
            case Layer.Convolution conv -> convolution(conv);
            case Layer.Dense dense -> dense(dense);
            case Layer.GlobalAveragePool pool ->
                    emit("GlobalAveragePool", pool.name(), List.of(image(pool.source())), true);
            case Layer.Pool pool -> pool(pool);
            case Layer.Add add -> {
                boolean image = images.get(add.left()) || images.get(add.right());
                emit("Add", add.name(), List.of(as(image, add.left()), as(image, add.right())), image);
                activate(add.name(), add.nonlinearity());
            }
            case Layer.Scale scale ->
                    emit("Mul", scale.name(), List.of(image(scale.source()), image(scale.gate())), true);
            case Layer.BatchNorm norm -> {
                emit("BatchNormalization", norm.name(), List.of(names.get(norm.source())), images.get(norm.source()));
                batchNorm(norm.name(), weights.of(norm).batchNorm(), norm.input().channels());
                activate(norm.name(), norm.nonlinearity());
            }
            case Layer.Activate activate -> {
                String source = names.get(activate.source());
                boolean image = images.get(activate.source());
                if (activate.nonlinearity() instanceof Nonlinearity.Linear) {
                    emit("Identity", activate.name(), List.of(source), image);
                } else {
                    names.add(nonlinearity(activate.name(), activate.name(), source, activate.nonlinearity()));
                    images.add(image);
                }
            }
            case Layer.Softmax softmax -> {
                boolean image = images.get(softmax.source());
                int axis = image ? switch (softmax.axis()) {
                    case CHANNELS -> 1;
                    case HEIGHT -> 2;
                    case WIDTH -> 3;
                } : 1;
                String source = softmax.axis() == Layer.Softmax.Axis.CHANNELS ? names.get(softmax.source())
                        : image(softmax.source());
                emit("Softmax", softmax.name(), List.of(source), image).addAttribute(integer("axis", axis));
            }
        }
    }

    private void convolution(Layer.Convolution conv) {
        boolean fold = conv.batchNorm() && options.foldBatchNorm();
        Weights.Parameters parameters = weights.of(conv);
        if (fold) {
            FoldedWeights folded = FoldedWeights.of(conv, weights);
            parameters = new Weights.Parameters(folded.kernel(), folded.bias(), null);
        }
        int out = conv.output().channels();
        Window window = conv.window();
        int area = window.kernel().area();
        int perGroup = conv.input().channels() / conv.groups();
        List<String> inputs = new ArrayList<>();
        inputs.add(image(conv.source()));
        inputs.add(tensor(conv.name() + ".weight", channelsFirst(parameters.kernel(), out, area, perGroup),
                out, perGroup, window.kernel().height(), window.kernel().width()));
        if (fold || conv.bias()) {
            inputs.add(tensor(conv.name() + ".bias", parameters.bias(), out));
        }
        emit("Conv", conv.name(), inputs, true)
                .addAttribute(integers("dilations", window.dilation().height(), window.dilation().width()))
                .addAttribute(integer("group", conv.groups()))
                .addAttribute(integers("kernel_shape", window.kernel().height(), window.kernel().width()))
                .addAttribute(integers("pads", window.top(), window.left(), window.bottom(), window.right()))
                .addAttribute(integers("strides", window.stride().height(), window.stride().width()));
        if (conv.batchNorm() && !fold) {
            follow("BatchNormalization", conv.name() + "/batch-norm");
            batchNorm(conv.name(), parameters.batchNorm(), out);
        }
        activate(conv.name(), conv.nonlinearity());
    }

    private void dense(Layer.Dense dense) {
        int out = dense.output().channels();
        int in = dense.input().size();
        Weights.Parameters parameters = weights.of(dense);
        String source = as(false, dense.source());
        List<String> inputs = new ArrayList<>(List.of(source, tensor(dense.name() + ".weight",
                channelsFirst(parameters.kernel(), out, dense.input().pixels(), dense.input().channels()), out, in)));
        if (dense.bias()) {
            inputs.add(tensor(dense.name() + ".bias", parameters.bias(), out));
        }
        emit("Gemm", dense.name(), inputs, false).addAttribute(integer("transB", 1));
        activate(dense.name(), dense.nonlinearity());
    }

    private void pool(Layer.Pool pool) {
        Window window = pool.window();
        boolean max = pool.kind() == Layer.Pool.Kind.MAX;
        var node = emit(max ? "MaxPool" : "AveragePool", pool.name(), List.of(image(pool.source())), true);
        if (!max) {
            node.addAttribute(integer("count_include_pad", pool.countPadding() ? 1 : 0));
            if (!window.dilation().isOne()) {
                throw new IllegalArgumentException(pool.name() + ": ONNX operator set " + OnnxWriter.OPSET
                        + " has no dilated average pooling");
            }
        } else {
            node.addAttribute(integers("dilations", window.dilation().height(), window.dilation().width()));
        }
        var down = window.outputOf(pool.input().height(), pool.input().width());
        var wanted = new Extent(pool.output().height(), pool.output().width());
        boolean ceil = !wanted.equals(down);
        if (ceil && !wanted.equals(SpatialNodes.roundedUp(window, pool.input()))) {
            throw new IllegalArgumentException(pool.name() + ": output " + pool.output() + " is neither rounded down ("
                    + down
                    + ") nor up, as ONNX would");
        }
        // a last window that would start in the padding is dropped, but ONNX Runtime tells a shape with it; padding that no average counts, and no maximum sees,
        // rounds up as well
        boolean free = ceil && !pool.countPadding() && !SpatialNodes.keepsAll(window, pool.input());
        node.addAttribute(integer("ceil_mode", ceil && !free ? 1 : 0))
                .addAttribute(integers("kernel_shape", window.kernel().height(), window.kernel().width()))
                .addAttribute(integers("pads", window.top(), window.left(), free ? behind(window, pool, true) : window.bottom(), free ? behind(window, pool, false) : window.right()))
                .addAttribute(integers("strides", window.stride().height(), window.stride().width()));
    }

    /** Padding behind the image with which the output has its size, rounded down. */
    private static int behind(Window window, Layer.Pool pool, boolean rows) {
        Extent kernel = window.kernel();
        int in = rows ? pool.input().height() + window.top() : pool.input().width() + window.left();
        int out = rows ? pool.output().height() : pool.output().width();
        int reach = rows ? (out - 1) * window.stride().height() + window.dilation().height() * (kernel.height() - 1) + 1
                : (out - 1) * window.stride().width() + window.dilation().width() * (kernel.width() - 1) + 1;
        return Math.max(reach - in, 0);
    }

    private void batchNorm(String layer, Weights.BatchNorm norm, int channels) {
        var node = graph.getNodeBuilder(graph.getNodeCount() - 1);
        node.addInput(tensor(layer + ".gamma", norm.gamma(), channels))
                .addInput(tensor(layer + ".beta", norm.beta(), channels))
                .addInput(tensor(layer + ".mean", norm.mean(), channels))
                .addInput(tensor(layer + ".variance", norm.variance(), channels))
                .addAttribute(real("epsilon", norm.epsilon()));
    }

    private void activate(String layer, Nonlinearity nonlinearity) {
        if (!(nonlinearity instanceof Nonlinearity.Linear)) {
            names.set(names.size() - 1, nonlinearity(layer, layer + "/activation", names.getLast(), nonlinearity));
        }
    }

    /** Emits an activation's nodes; the last one is named {@code node}. */
    private String nonlinearity(String layer, String node, String source, Nonlinearity nonlinearity) {
        String out = layer + ":activated";
        switch (nonlinearity) {
            case Nonlinearity.Linear() -> throw new IllegalArgumentException("nothing to apply at " + node);
            case Nonlinearity.Relu() -> node("Relu", node, List.of(source), out);
            case Nonlinearity.Clip(float low, float high) ->
                    node("Clip", node, List.of(source, scalar(low), scalar(high)), out);
            case Nonlinearity.HardSwish() -> node("HardSwish", node, List.of(source), out);
            case Nonlinearity.Sigmoid() -> node("Sigmoid", node, List.of(source), out);
            case Nonlinearity.HardSigmoid(float slope, float offset) -> node("HardSigmoid", node, List.of(source), out)
                    .addAttribute(real("alpha", slope)).addAttribute(real("beta", offset));
            case Nonlinearity.Swish() -> {
                node("Sigmoid", node + "/sigmoid", List.of(source), layer + ":sigmoid");
                node("Mul", node, List.of(source, layer + ":sigmoid"), out);
            }
        }
        return out;
    }

    /** A node that writes the next tensor. */
    private OnnxMl.NodeProto.Builder emit(String operator, String layer, List<String> inputs, boolean image) {
        names.add(layer + ":out");
        images.add(image);
        return node(operator, layer, inputs, names.getLast());
    }

    /** A node after the last one, whose result replaces it. */
    private void follow(String operator, String name) {
        String source = names.getLast();
        names.set(names.size() - 1, name + ":out");
        node(operator, name, List.of(source), names.getLast());
    }

    private OnnxMl.NodeProto.Builder node(String operator, String name, List<String> inputs, String output) {
        return graph.addNodeBuilder().setOpType(operator).setName(name).addAllInput(inputs).addOutput(output);
    }

    private String image(int tensor) {
        return as(true, tensor);
    }

    /** The name of a tensor with the rank wanted, converted at most once for each reader. */
    private String as(boolean image, int tensor) {
        String name = names.get(tensor);
        if (images.get(tensor) == image) {
            return name;
        }
        String converted = name + (image ? "/image" : "/flat");
        boolean there = graph.getNodeBuilderList().stream().anyMatch(node -> node.getOutput(0).equals(converted));
        if (!there) {
            if (image) {
                node("Unsqueeze", converted, List.of(name, axes()), converted);
            } else {
                node("Flatten", converted, List.of(name), converted).addAttribute(integer("axis", 1));
            }
        }
        return converted;
    }

    private String axes() {
        String name = "constant/axes-2-3";
        if (graph.getInitializerBuilderList().stream().noneMatch(t -> t.getName().equals(name))) {
            graph.addInitializer(OnnxMl.TensorProto.newBuilder().setName(name).addDims(2)
                    .setDataType(OnnxMl.TensorProto.DataType.INT64.getNumber()).addInt64Data(2).addInt64Data(3));
        }
        return name;
    }

    private String scalar(float value) {
        return scalars.computeIfAbsent(value, v -> tensor("constant/" + v, new float[] {v}));
    }

    private String tensor(String name, float[] values, long... dims) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        var tensor = graph.addInitializerBuilder().setName(name)
                .setDataType(OnnxMl.TensorProto.DataType.FLOAT.getNumber())
                .setRawData(ByteString.copyFrom(bytes));
        for (long dim : dims) {
            tensor.addDims(dim);
        }
        return name;
    }

    /** [out][pixel][channel] to [out][channel][pixel]. */
    static float[] channelsFirst(float[] values, int out, int pixels, int channels) {
        if (pixels == 1 || channels == 1) {
            return values;
        }
        float[] result = new float[values.length];
        int to = 0;
        for (int o = 0; o < out; o++) {
            int base = o * pixels * channels;
            for (int c = 0; c < channels; c++) {
                for (int p = 0; p < pixels; p++) {
                    result[to++] = values[base + p * channels + c];
                }
            }
        }
        return result;
    }

    private OnnxMl.ValueInfoProto value(String name, TensorShape shape, boolean image) {
        var dims = OnnxMl.TensorShapeProto.newBuilder();
        if (options.batch().isPresent()) {
            dims.addDimBuilder().setDimValue(options.batch().getAsInt());
        } else {
            dims.addDimBuilder().setDimParam(BATCH);
        }
        dims.addDimBuilder().setDimValue(shape.channels());
        if (image) {
            dims.addDimBuilder().setDimValue(shape.height());
            dims.addDimBuilder().setDimValue(shape.width());
        }
        return OnnxMl.ValueInfoProto.newBuilder().setName(name).setType(OnnxMl.TypeProto.newBuilder()
                .setTensorType(OnnxMl.TypeProto.Tensor.newBuilder()
                        .setElemType(OnnxMl.TensorProto.DataType.FLOAT.getNumber()).setShape(dims))).build();
    }

    private static OnnxMl.AttributeProto integer(String name, long value) {
        return OnnxMl.AttributeProto.newBuilder().setName(name).setType(OnnxMl.AttributeProto.AttributeType.INT)
                .setI(value).build();
    }

    private static OnnxMl.AttributeProto real(String name, float value) {
        return OnnxMl.AttributeProto.newBuilder().setName(name).setType(OnnxMl.AttributeProto.AttributeType.FLOAT)
                .setF(value).build();
    }

    private static OnnxMl.AttributeProto integers(String name, long... values) {
        var attribute = OnnxMl.AttributeProto.newBuilder().setName(name)
                .setType(OnnxMl.AttributeProto.AttributeType.INTS);
        for (long value : values) {
            attribute.addInts(value);
        }
        return attribute.build();
    }
}
