package finch.onnx;

import finch.onnx.Value.Activations;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Says what one node's output is, given its inputs, adding to the draft what must be calculated. */
final class NodeReader {
    /** Operators on activations; those on constants are {@link Constants#OPERATORS}. */
    static final Set<String> OPERATORS = Set.of(
            "Conv", "BatchNormalization", "GlobalAveragePool", "AveragePool", "MaxPool", "ReduceMean", "Gemm", "MatMul",
            "Softmax", "Relu", "Clip", "HardSwish", "HardSigmoid", "Sigmoid", "Swish", "Add", "Sum", "Sub", "Mul",
            "Div", "Neg", "Max", "Min", "Flatten", "Reshape", "Squeeze", "Unsqueeze", "Transpose", "Identity",
            "Dropout", "Cast", "Shape", "Pad");

    /** The element types a cast may go to: float, float16, double, bfloat16. */
    private static final Set<Long> REAL_TYPES = Set.of(1L, 10L, 11L, 16L);

    private final Elementwise elementwise;
    private final SpatialNodes spatial;
    private final DenseNodes dense;
    private final LayoutNodes layouts;
    private long constantsLeft;

    /** @param constants elements that may be computed, of all constants together */
    NodeReader(Draft draft, int declaredBatch, long constants) {
        constantsLeft = constants;
        elementwise = new Elementwise(draft);
        spatial = new SpatialNodes(draft, elementwise);
        dense = new DenseNodes(draft, elementwise);
        layouts = new LayoutNodes(declaredBatch);
    }

    Elementwise elementwise() {
        return elementwise;
    }

    /** @param inputs null where one is left out */
    Value read(Node node, List<Value> inputs) {
        if (inputs.stream().allMatch(value -> value == null || value instanceof Value.Known)) {
            if (!Constants.OPERATORS.contains(node.operator())) {
                throw new UnreadableNodeException("its inputs are constants, which Finch does not evaluate through this operator");
            }
            Tensor computed = Constants.evaluate(node, tensors(inputs));
            constantsLeft -= computed.size();
            if (constantsLeft < 0) {
                throw new UnreadableNodeException("the constants that this graph computes are far larger than those in the file");
            }
            return new Value.Known(computed);
        }
        if (!OPERATORS.contains(node.operator())) {
            throw new UnreadableNodeException("Finch has this operator for constants only (weights, shapes), not for activations");
        }
        if (node.operator().equals("Conv")) {
            return spatial.convolution(node, inputs);
        }
        return switch (node.operator()) {
            case "Identity" -> first(inputs);
            case "Dropout" -> {
                Tensor training = optional(inputs, 2);
                if (training != null && training.at(0) != 0) {
                    throw new UnreadableNodeException("drops at random, as in training; Finch runs trained networks. Maybe export the network in evaluation mode.");
                }
                yield first(inputs);
            }
            case "Flatten" -> layouts.flatten(node, first(inputs));
            case "Reshape" -> layouts.reshape(node, first(inputs), inputs.size() > 1 ? known(inputs.get(1)).integers()
                    : node.integers("shape"));
            case "Squeeze" -> layouts.squeeze(first(inputs), Axes.of(node, optional(inputs, 1)));
            case "Unsqueeze" -> layouts.unsqueeze(first(inputs), Axes.of(node, optional(inputs, 1)));
            case "Transpose" -> layouts.transpose(node, first(inputs));
            case "Shape" -> layouts.shape(node, first(inputs));
            case "Cast" -> {
                if (!REAL_TYPES.contains(node.integer("to", 0))) {
                    throw new UnreadableNodeException("makes activations whole numbers");
                }
                yield first(inputs).asReal();
            }
            case "MaxPool", "AveragePool" -> spatial.pool(node, inputs.getFirst());
            case "Pad" -> spatial.pad(node, first(inputs), inputs);
            default -> real(node, inputs);
        };
    }

    private Value real(Node node, List<Value> inputs) {
        for (Value value : inputs) {
            if (value instanceof Activations activations && activations.integer()) {
                throw new UnreadableNodeException("calculates with whole numbers; Finch is a float engine");
            }
        }
        return switch (node.operator()) {
            case "BatchNormalization" -> spatial.batchNorm(node, first(inputs), inputs);
            case "GlobalAveragePool" -> spatial.globalAveragePool(node, first(inputs));
            case "ReduceMean" -> spatial.reduceMean(node, first(inputs), Axes.of(node, optional(inputs, 1)));
            case "Gemm" -> dense.gemm(node, first(inputs), known(inputs.get(1)), optional(inputs, 2));
            case "MatMul" -> dense.matMul(node, first(inputs), known(inputs.get(1)));
            case "Softmax" -> spatial.softmax(node, first(inputs));
            case "Add", "Sum", "Sub", "Mul", "Div", "Neg", "Max", "Min" -> elementwise.arithmetic(node, inputs);
            default -> elementwise.function(node, first(inputs), optional(inputs, 1), optional(inputs, 2));
        };
    }

    private static Activations first(List<Value> inputs) {
        return activations(inputs.getFirst());
    }

    static Activations activations(Value value) {
        return switch (value) {
            case Activations activations -> activations;
            case Value.Padded _ ->
                    throw new UnreadableNodeException("reads a padded image; Finch takes Pad before a Conv, or before an AveragePool that counts zeros");
            case null, default -> throw new UnreadableNodeException("reads a constant where Finch needs activations");
        };
    }

    static Tensor known(Value value) {
        if (value instanceof Value.Known(Tensor tensor)) {
            return tensor;
        }
        throw new UnreadableNodeException("needs constants (weights, shapes) where the graph gives it "
                + (value == null ? "nothing" : "calculated values"));
    }

    static Tensor optional(List<Value> inputs, int index) {
        return index >= inputs.size() || inputs.get(index) == null ? null : known(inputs.get(index));
    }

    private static List<Tensor> tensors(List<Value> inputs) {
        List<Tensor> tensors = new ArrayList<>();
        inputs.forEach(value -> tensors.add(value == null ? null : known(value)));
        return tensors;
    }
}
