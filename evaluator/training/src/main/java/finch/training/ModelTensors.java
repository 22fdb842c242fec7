package finch.training;

import finch.engine.Weights;
import finch.space.format.SourceNode;
import finch.space.network.Layer;
import finch.space.network.Network;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The tensors of a model file in their order: layer by layer kernel, bias, gamma, beta, mean, variance, those that a layer has. The network decides them. */
final class ModelTensors {
    private static final float[] NONE = {};

    private enum Role { KERNEL, BIAS, GAMMA, BETA, MEAN, VARIANCE }

    private ModelTensors() {}

    /** One array of parameters. */
    static final class Tensor {
        private final String layer;
        private final Role role;
        private final List<Integer> shape;
        /** Of the first element in weights.bin. */
        private final long offset;
        private final long length;
        private float[] values = NONE;

        private Tensor(String layer, Role role, List<Integer> shape, long offset) {
            this.layer = layer;
            this.role = role;
            this.shape = shape;
            this.offset = offset;
            this.length = shape.stream().mapToLong(Integer::longValue).reduce(1, Math::multiplyExact);
            if (length > Integer.MAX_VALUE / 4 - 8) {
                throw new IllegalArgumentException(name() + " " + shape + " has more elements than Finch runs");
            }
        }

        String name() {
            return layer + "." + role.name().toLowerCase(java.util.Locale.ROOT);
        }

        long bytes() {
            return 4 * length;
        }

        float[] values(Weights weights) {
            Weights.Parameters p = weights.byLayer().get(layer);
            return switch (role) {
                case KERNEL -> p.kernel();
                case BIAS -> p.bias();
                case GAMMA -> p.batchNorm().gamma();
                case BETA -> p.batchNorm().beta();
                case MEAN -> p.batchNorm().mean();
                case VARIANCE -> p.batchNorm().variance();
            };
        }

        int length() {
            return (int) length;
        }

        void fill(float[] read) {
            values = read;
        }

        Map<String, Object> json(Weights weights) {
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("name", name());
            json.put("shape", shape);
            json.put("offset", offset);
            if (role == Role.GAMMA) {
                json.put("epsilon", (double) weights.byLayer().get(layer).batchNorm().epsilon());
            }
            return json;
        }
    }

    /** @throws IllegalArgumentException if one is larger than an array */
    static List<Tensor> of(Network network) {
        List<Tensor> tensors = new ArrayList<>();
        for (Layer layer : network.layers()) {
            switch (layer) {
                case Layer.Convolution c -> {
                    add(tensors, layer, Role.KERNEL, List.of(c.output().channels(), c.window().kernel().height(), c.window().kernel().width(), c.input().channels() / c.groups()));
                    channels(tensors, layer, c.bias(), c.batchNorm(), c.output().channels());
                }
                case Layer.Dense d -> {
                    add(tensors, layer, Role.KERNEL, List.of(d.output().channels(), d.input().size()));
                    channels(tensors, layer, d.bias(), false, d.output().channels());
                }
                case Layer.BatchNorm b -> channels(tensors, layer, false, true, b.input().channels());
                case Layer.GlobalAveragePool _, Layer.Pool _, Layer.Add _, Layer.Scale _, Layer.Activate _, Layer.Softmax _ -> { }
            }
        }
        return tensors;
    }

    private static void channels(List<Tensor> tensors, Layer layer, boolean bias, boolean batchNorm, int channels) {
        if (bias) {
            add(tensors, layer, Role.BIAS, List.of(channels));
        }
        if (batchNorm) {
            for (Role role : List.of(Role.GAMMA, Role.BETA, Role.MEAN, Role.VARIANCE)) {
                add(tensors, layer, role, List.of(channels));
            }
        }
    }

    private static void add(List<Tensor> tensors, Layer layer, Role role, List<Integer> shape) {
        long offset = tensors.isEmpty() ? 0 : tensors.getLast().offset + tensors.getLast().bytes();
        tensors.add(new Tensor(layer.name(), role, shape, offset));
    }

    /** Reports to the node what an index has other than the architecture does. @return what each batch normalisation adds to its variances, by layer */
    static Map<String, Float> check(List<Tensor> expected, SourceNode index) {
        Map<String, Float> epsilons = new LinkedHashMap<>();
        List<SourceNode> entries = index.items();
        if (entries.size() != expected.size()) {
            index.problem("has " + entries.size() + " tensors, where the architecture has " + expected.size());
            return epsilons;
        }
        for (int i = 0; i < entries.size(); i++) {
            Tensor tensor = expected.get(i);
            SourceNode entry = entries.get(i);
            entry.onlyKeys("name", "shape", "offset", "epsilon");
            String name = entry.get("name").map(SourceNode::text).orElse("");
            List<String> shape = entry.get("shape").map(n -> n.itemsOrSelf().stream().map(SourceNode::text).toList()).orElse(List.of());
            String offset = entry.get("offset").map(SourceNode::text).orElse("");
            if (!name.equals(tensor.name()) || !shape.equals(tensor.shape.stream().map(String::valueOf).toList()) || !offset.equals("" + tensor.offset)) {
                entry.problem("is " + name + " " + shape + " at " + offset + ", where the architecture has " + tensor.name() + " " + tensor.shape + " at " + tensor.offset);
                return epsilons;
            }
            if (tensor.role == Role.GAMMA) {
                entry.require("epsilon", "what the batch normalisation adds to its variances")
                        .ifPresent(n -> epsilons.put(tensor.layer, (float) n.asDouble(0, 1, 0)));
            }
        }
        return epsilons;
    }

    /** Of filled tensors. */
    static Weights weights(List<Tensor> tensors, Map<String, Float> epsilons, boolean trained) {
        Map<String, Map<Role, float[]>> byLayer = new LinkedHashMap<>();
        tensors.forEach(t -> byLayer.computeIfAbsent(t.layer, _ -> new LinkedHashMap<>()).put(t.role, t.values));
        Map<String, Weights.Parameters> parameters = new LinkedHashMap<>();
        byLayer.forEach((layer, roles) -> parameters.put(layer, new Weights.Parameters(roles.getOrDefault(Role.KERNEL, NONE), roles.getOrDefault(Role.BIAS, NONE),
                !roles.containsKey(Role.GAMMA) ? null : new Weights.BatchNorm(roles.get(Role.GAMMA), roles.get(Role.BETA), roles.get(Role.MEAN), roles.get(Role.VARIANCE),
                        epsilons.get(layer)))));
        return new Weights(parameters, trained);
    }
}
