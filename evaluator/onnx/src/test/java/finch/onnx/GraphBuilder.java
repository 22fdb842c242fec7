package finch.onnx;

import ai.onnx.proto.OnnxMl;
import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import java.util.Arrays;
import java.util.SplittableRandom;

/** Builds ONNX files as exporters do; weights are drawn from a fixed seed. */
final class GraphBuilder {
    private final OnnxMl.ModelProto.Builder model = OnnxMl.ModelProto.newBuilder().setIrVersion(8)
            .setProducerName("test");
    private final OnnxMl.GraphProto.Builder graph = OnnxMl.GraphProto.newBuilder().setName("graph");
    private final SplittableRandom random = new SplittableRandom(1);

    GraphBuilder(int opset) {
        model.addOpsetImport(OnnxMl.OperatorSetIdProto.newBuilder().setVersion(opset));
    }

    /** The input {@code x}; a size of 0 is free. */
    GraphBuilder input(long... dims) {
        graph.addInput(value("x", TensorProto.DataType.FLOAT, dims));
        return this;
    }

    GraphBuilder input(String name, TensorProto.DataType type, long... dims) {
        graph.addInput(value(name, type, dims));
        return this;
    }

    GraphBuilder reals(String name, float[] values, long... dims) {
        var tensor = tensor(name, TensorProto.DataType.FLOAT, dims);
        for (float value : values) {
            tensor.addFloatData(value);
        }
        graph.addInitializer(tensor);
        return this;
    }

    GraphBuilder scalar(String name, double value) {
        return reals(name, new float[] {(float) value});
    }

    GraphBuilder integers(String name, long... values) {
        var tensor = tensor(name, TensorProto.DataType.INT64, values.length);
        Arrays.stream(values).forEach(tensor::addInt64Data);
        graph.addInitializer(tensor);
        return this;
    }

    GraphBuilder integer(String name, long value) {
        graph.addInitializer(tensor(name, TensorProto.DataType.INT64).addInt64Data(value));
        return this;
    }

    /** Seeded weights in [−0.5, 0.5). */
    GraphBuilder weights(String name, long... dims) {
        return reals(name, draw(dims, -0.5f, 0.5f), dims);
    }

    /** Seeded variances in [0.5, 1.5). */
    GraphBuilder positive(String name, long... dims) {
        return reals(name, draw(dims, 0.5f, 1.5f), dims);
    }

    private float[] draw(long[] dims, float low, float high) {
        float[] values = new float[(int) Arrays.stream(dims).reduce(1, (a, b) -> a * b)];
        for (int i = 0; i < values.length; i++) {
            values[i] = random.nextFloat(low, high);
        }
        return values;
    }

    GraphBuilder initializer(TensorProto tensor) {
        graph.addInitializer(tensor);
        return this;
    }

    /** A node named after its first output. @param attributes name and value in turn */
    GraphBuilder node(String operator, String inputs, String output, Object... attributes) {
        return node("", operator, inputs, output, attributes);
    }

    GraphBuilder node(String domain, String operator, String inputs, String output, Object[] attributes) {
        var node = graph.addNodeBuilder().setOpType(operator).setDomain(domain).setName(output.split(" ")[0] + "_node")
                .addAllOutput(Arrays.asList(output.split(" ")));
        for (String input : inputs.split(" ")) {
            node.addInput(input.equals("-") ? "" : input);
        }
        for (int i = 0; i < attributes.length; i += 2) {
            node.addAttribute(attribute((String) attributes[i], attributes[i + 1]));
        }
        return this;
    }

    /** Convolution, then batch normalisation, with weights of their own. */
    GraphBuilder conv(String input, String output, int in, int out, int kernel, Object... attributes) {
        weights(output + "_w", out, in, kernel, kernel);
        return node("Conv", input + " " + output + "_w", output, attributes);
    }

    private static AttributeProto attribute(String name, Object value) {
        var attribute = AttributeProto.newBuilder().setName(name);
        return switch (value) {
            case Integer i -> attribute.setType(AttributeProto.AttributeType.INT).setI(i).build();
            case Float f -> attribute.setType(AttributeProto.AttributeType.FLOAT).setF(f).build();
            case String s -> attribute.setType(AttributeProto.AttributeType.STRING)
                    .setS(com.google.protobuf.ByteString.copyFromUtf8(s)).build();
            case long[] list -> {
                attribute.setType(AttributeProto.AttributeType.INTS);
                Arrays.stream(list).forEach(attribute::addInts);
                yield attribute.build();
            }
            case TensorProto t -> attribute.setType(AttributeProto.AttributeType.TENSOR).setT(t).build();
            default -> throw new IllegalArgumentException("attribute " + value);
        };
    }

    static TensorProto.Builder tensor(String name, TensorProto.DataType type, long... dims) {
        var tensor = TensorProto.newBuilder().setName(name).setDataType(type.getNumber());
        Arrays.stream(dims).forEach(tensor::addDims);
        return tensor;
    }

    private static OnnxMl.ValueInfoProto value(String name, TensorProto.DataType type, long... dims) {
        var shape = OnnxMl.TensorShapeProto.newBuilder();
        for (long dim : dims) {
            if (dim == 0) {
                shape.addDimBuilder().setDimParam("d" + shape.getDimCount());
            } else {
                shape.addDimBuilder().setDimValue(dim);
            }
        }
        return OnnxMl.ValueInfoProto.newBuilder().setName(name).setType(OnnxMl.TypeProto.newBuilder()
                .setTensorType(OnnxMl.TypeProto.Tensor.newBuilder().setElemType(type.getNumber()).setShape(shape)))
                .build();
    }

    GraphBuilder domain(String domain, int version) {
        model.addOpsetImport(OnnxMl.OperatorSetIdProto.newBuilder().setDomain(domain).setVersion(version));
        return this;
    }

    /** The file, with these tensors as outputs. */
    byte[] bytes(String... outputs) {
        for (String output : outputs) {
            graph.addOutput(OnnxMl.ValueInfoProto.newBuilder().setName(output).setType(OnnxMl.TypeProto.newBuilder()
                    .setTensorType(OnnxMl.TypeProto.Tensor.newBuilder()
                    .setElemType(TensorProto.DataType.FLOAT.getNumber()))));
        }
        return model.setGraph(graph).build().toByteArray();
    }
}
