package finch.search.export;

import finch.engine.Weights;
import finch.space.network.Layer;
import finch.space.network.Network;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Weights as a safetensors file, in the layout and under the names of the PyTorch source: convolutions are
 * [out][in / groups][h][w], a layer {@code block1.expand} has {@code block1.expand.conv.weight} and
 * {@code block1.expand.norm.weight}, {@code .bias}, {@code .running_mean}, {@code .running_var}.
 *
 * @see <a href="https://github.com/huggingface/safetensors#format">the format</a>
 */
public final class Safetensors {
    /** PyTorch's own. */
    private static final float EPSILON = 1e-5f;
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private Safetensors() {}

    /** @param shape outermost first */
    private record Tensor(String name, long[] shape, float[] values) {}

    /** The epsilon that all batch normalisations are written for: theirs, where they have one in common. */
    public static float epsilon(Network network, Weights weights) {
        List<Float> all = network.layers().stream().filter(layer -> layer.batchNormChannels() > 0).map(layer -> weights.of(layer).batchNorm().epsilon()).distinct().toList();
        return all.size() == 1 && all.getFirst() > 0 ? all.getFirst() : EPSILON;
    }

    /**
     * Writes the weights of a network that was lowered from an architecture, and reads them back.
     *
     * @param metadata told in the file
     * @throws IllegalStateException if the file does not hold what was written
     */
    public static void write(Network network, Weights weights, Map<String, String> metadata, Path file) throws IOException {
        weights.check(network);
        List<Tensor> tensors = tensors(network, weights, epsilon(network, weights));
        ObjectNode header = JSON.createObjectNode();
        ObjectNode told = header.putObject("__metadata__").put("format", "pt");
        metadata.forEach(told::put);
        long offset = 0;
        for (Tensor tensor : tensors) {
            ObjectNode node = header.putObject(tensor.name()).put("dtype", "F32");
            node.set("shape", JSON.valueToTree(tensor.shape()));
            node.putArray("data_offsets").add(offset).add(offset + 4L * tensor.values().length);
            offset += 4L * tensor.values().length;
        }
        byte[] json = JSON.writeValueAsString(header).getBytes(StandardCharsets.UTF_8);
        try (OutputStream out = Files.newOutputStream(file)) {
            out.write(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(json.length).array());
            out.write(json);
            for (Tensor tensor : tensors) {
                ByteBuffer bytes = ByteBuffer.allocate(4 * tensor.values().length).order(ByteOrder.LITTLE_ENDIAN);
                bytes.asFloatBuffer().put(tensor.values());
                out.write(bytes.array());
            }
        }
        Map<String, float[]> back = read(file);
        if (back.size() != tensors.size() || !tensors.stream().allMatch(t -> java.util.Arrays.equals(t.values(), back.get(t.name())))) {
            throw new IllegalStateException(file + " does not hold the weights that were written");
        }
    }

    /** The tensors of a file by name, each flat. @throws IllegalArgumentException if it is no such file of float32 */
    public static Map<String, float[]> read(Path file) throws IOException {
        ByteBuffer content = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        try {
            int length = Math.toIntExact(content.getLong());
            byte[] json = new byte[length];
            content.get(json);
            Map<String, float[]> tensors = new LinkedHashMap<>();
            for (Map.Entry<String, JsonNode> entry : JSON.readTree(json).properties()) {
                if (!entry.getKey().equals("__metadata__")) {
                    int from = entry.getValue().path("data_offsets").path(0).asInt();
                    float[] values = new float[(entry.getValue().path("data_offsets").path(1).asInt() - from) / 4];
                    content.slice(8 + length + from, 4 * values.length).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
                    tensors.put(entry.getKey(), values);
                }
            }
            return tensors;
        } catch (RuntimeException e) {
            throw new IllegalArgumentException(file + " is no safetensors file: " + e.getMessage(), e);
        }
    }

    private static List<Tensor> tensors(Network network, Weights weights, float epsilon) {
        List<Tensor> tensors = new ArrayList<>();
        for (Layer layer : network.layers()) {
            switch (layer) {
                case Layer.Convolution c -> {
                    Weights.Parameters p = weights.of(c);
                    String name = c.batchNorm() ? c.name() + ".conv" : c.name();
                    int in = c.input().channels() / c.groups();
                    tensors.add(new Tensor(name + ".weight", new long[] {c.output().channels(), in, c.window().kernel().height(), c.window().kernel().width()},
                            channelsFirst(p.kernel(), c.output().channels(), c.window().kernel().area(), in)));
                    if (c.bias()) {
                        tensors.add(new Tensor(name + ".bias", new long[] {p.bias().length}, p.bias()));
                    }
                    if (c.batchNorm()) {
                        norm(tensors, c.name() + ".norm", p.batchNorm(), epsilon);
                    }
                }
                case Layer.Dense d -> {
                    Weights.Parameters p = weights.of(d);
                    tensors.add(new Tensor(d.name() + ".weight", new long[] {d.output().channels(), d.input().size()}, p.kernel()));
                    if (d.bias()) {
                        tensors.add(new Tensor(d.name() + ".bias", new long[] {p.bias().length}, p.bias()));
                    }
                }
                case Layer.GlobalAveragePool _, Layer.Add _, Layer.Scale _ -> { }
                case Layer.Pool _, Layer.BatchNorm _, Layer.Activate _, Layer.Softmax _ ->
                        throw new IllegalArgumentException(layer.name() + ": networks lowered from architectures have no layer " + layer.op());
            }
        }
        return tensors;
    }

    /** [out][taps][in] to [out][in][taps]. */
    private static float[] channelsFirst(float[] kernel, int out, int taps, int in) {
        float[] turned = new float[kernel.length];
        for (int o = 0; o < out; o++) {
            for (int t = 0; t < taps; t++) {
                for (int i = 0; i < in; i++) {
                    turned[(o * in + i) * taps + t] = kernel[(o * taps + t) * in + i];
                }
            }
        }
        return turned;
    }

    /** For another epsilon the variance takes up the difference, which changes nothing but the last bits. */
    private static void norm(List<Tensor> tensors, String name, Weights.BatchNorm norm, float epsilon) {
        long[] shape = {norm.gamma().length};
        float[] variance = norm.variance().clone();
        for (int i = 0; i < variance.length && norm.epsilon() != epsilon; i++) {
            variance[i] += norm.epsilon() - epsilon;
        }
        tensors.add(new Tensor(name + ".weight", shape, norm.gamma()));
        tensors.add(new Tensor(name + ".bias", shape, norm.beta()));
        tensors.add(new Tensor(name + ".running_mean", shape, norm.mean()));
        tensors.add(new Tensor(name + ".running_var", shape, variance));
    }
}
