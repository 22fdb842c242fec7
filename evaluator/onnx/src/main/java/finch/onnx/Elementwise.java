package finch.onnx;

import finch.onnx.TensorLayout.Dimension;
import finch.onnx.Value.Activations;
import finch.space.network.Layer;
import finch.space.network.Nonlinearity;
import finch.space.network.TensorShape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** Element-wise nodes: chains of them become a {@link Curve}, and that becomes a layer once something else needs it. */
final class Elementwise {
    private static final double INFINITY = Double.POSITIVE_INFINITY;
    /** How far constants of a file may be from the true ones: exporters print 1/6 with six digits. */
    private static final double TOLERANCE = 1e-5;

    private record Applied(int tensor, Curve curve) {}

    private final Draft draft;
    private final Map<Applied, Integer> done = new HashMap<>();

    Elementwise(Draft draft) {
        this.draft = draft;
    }

    /** A unary function. @param second and third inputs, null where left out */
    Value function(Node node, Activations x, Tensor second, Tensor third) {
        return switch (node.operator()) {
            case "Relu" -> apply(node, x, curve -> curve.clamped(0, INFINITY));
            case "Clip" -> {
                double low = second != null ? second.at(0) : node.real("min", -INFINITY);
                double high = third != null ? third.at(0) : node.real("max", INFINITY);
                yield apply(node, x, curve -> curve.clamped(low, high));
            }
            case "HardSigmoid" -> {
                double slope = node.real("alpha", 0.2f);
                double offset = node.real("beta", 0.5f);
                yield apply(node, x, curve -> {
                    Curve scaled = curve.times(slope);
                    Curve shifted = scaled == null ? null : scaled.plus(offset);
                    return shifted == null ? null : shifted.clamped(0, 1);
                });
            }
            case "HardSwish" -> apply(node, x, curve ->
                    curve.isIdentity() ? new Curve.Gated(new Curve.Ramp(1 / 6.0, 0.5, 0, 1)) : null);
            case "Sigmoid" -> apply(node, x, curve -> curve.isIdentity() ? new Curve.Logistic() : null);
            case "Swish" -> {
                if (node.real("alpha", 1) != 1) {
                    throw new UnreadableNodeException("has slope " + node.real("alpha", 1)
                            + "; Finch has swish with slope 1");
                }
                yield apply(node, x, curve -> curve.isIdentity() ? new Curve.Gated(new Curve.Logistic()) : null);
            }
            default -> throw new IllegalStateException(node.operator());
        };
    }

    Value arithmetic(Node node, List<Value> inputs) {
        if (node.operator().equals("Neg")) {
            return apply(node, NodeReader.activations(inputs.getFirst()), curve -> curve.times(-1));
        }
        if (node.operator().equals("Sum") && inputs.size() != 2) {
            Value sum = inputs.getFirst();
            for (Value next : inputs.subList(1, inputs.size())) {
                sum = arithmetic(node, List.of(sum, next));
            }
            return sum;
        }
        if (inputs.size() != 2) {
            throw new UnreadableNodeException("has " + inputs.size() + " inputs; Finch takes 2");
        }
        Value left = inputs.getFirst();
        Value right = inputs.get(1);
        if (left instanceof Value.Known(Tensor constant)) {
            Activations x = NodeReader.activations(right);
            return switch (node.operator()) {
                case "Add", "Sum", "Mul", "Max", "Min" -> withConstant(node, node.operator(), x, constant);
                case "Sub" -> withConstant(node, "Add",
                        NodeReader.activations(apply(node, x, curve -> curve.times(-1))), constant);
                default -> throw new UnreadableNodeException("divides by activations");
            };
        }
        if (right instanceof Value.Known(Tensor constant)) {
            return withConstant(node, node.operator(), NodeReader.activations(left), constant);
        }
        Activations a = NodeReader.activations(left);
        Activations b = NodeReader.activations(right);
        return switch (node.operator()) {
            case "Add", "Sum" -> sum(node, a, b);
            case "Mul" -> product(node, a, b);
            default -> throw new UnreadableNodeException("combines two activations, which Finch only adds and multiplies");
        };
    }

    private Value withConstant(Node node, String operator, Activations x, Tensor given) {
        Tensor constant = aligned(node, given, x.layout().rank());
        if (constant.dims().size() > x.layout().rank()) {
            throw new UnreadableNodeException("a constant of " + constant.dims() + " adds dimensions");
        }
        if (constant.size() == 1) {
            double k = constant.at(0);
            return switch (operator) {
                case "Add", "Sum" -> apply(node, x, curve -> curve.plus(k));
                case "Sub" -> apply(node, x, curve -> curve.plus(-k));
                case "Mul" -> apply(node, x, curve -> curve.times(k));
                case "Div" -> apply(node, x, curve -> curve.times(1 / k));
                case "Max" -> apply(node, x, curve -> curve.clamped(k, INFINITY));
                default -> apply(node, x, curve -> curve.clamped(-INFINITY, k));
            };
        }
        Activations m = materialised(x);
        float[] values = perChannel(constant, m);
        float[] scale = new float[values.length];
        float[] offset = new float[values.length];
        Arrays.fill(scale, 1);
        for (int c = 0; c < values.length; c++) {
            switch (operator) {
                case "Add", "Sum" -> offset[c] = values[c];
                case "Sub" -> offset[c] = -values[c];
                case "Mul" -> scale[c] = values[c];
                case "Div" -> scale[c] = 1 / values[c];
                default -> throw new UnreadableNodeException("takes the larger or smaller of activations and a vector");
            }
        }
        return new Activations(draft.affine(node.name(), m.tensor(), scale, offset), m.layout(), Curve.IDENTITY, false,
                node.name());
    }

    /**
     * Before operator set 7 an attribute said with which dimension a constant begins; since then it ends with the last.
     */
    private static Tensor aligned(Node node, Tensor constant, int rank) {
        if (node.opset() >= 7 || !node.has("axis")) {
            return constant;
        }
        List<Integer> dims = new ArrayList<>(constant.dims());
        while (Axes.at(node.integer("axis", 0), rank) + dims.size() < rank) {
            dims.add(1);
        }
        return constant.reshaped(dims);
    }

    /** A constant that varies over the channels alone. */
    private float[] perChannel(Tensor constant, Activations x) {
        TensorShape shape = draft.shape(x.tensor());
        int channels = x.layout().channelDimension(shape);
        int shift = x.layout().rank() - constant.dims().size();
        for (int i = 0; i < constant.dims().size(); i++) {
            if (constant.dims().get(i) != 1 && i + shift != channels) {
                throw new UnreadableNodeException("a constant of " + constant.dims()
                        + " varies over more than the channels");
            }
        }
        if (constant.size() != shape.channels()) {
            throw new UnreadableNodeException("a constant of " + constant.dims() + " does not fit " + shape.channels()
                    + " channels");
        }
        return constant.toFloats();
    }

    private Value sum(Node node, Activations a, Activations b) {
        if (a.tensor() == b.tensor() && a.layout().equals(b.layout()) && a.curve().equals(b.curve())) {
            return apply(node, a, curve -> curve.times(2));
        }
        Activations left = materialised(a);
        Activations right = materialised(b);
        TensorShape shape = draft.shape(left.tensor());
        if (!shape.equals(draft.shape(right.tensor())) || !left.layout().equals(right.layout())) {
            throw new UnreadableNodeException("adds " + draft.shape(right.tensor()) + " to " + shape
                    + ", differently laid out; Finch adds equals");
        }
        int tensor = draft.add(new Layer.Add(draft.name(node.name()), left.tensor(), right.tensor(), shape,
                Nonlinearity.LINEAR));
        return new Activations(tensor, left.layout(), Curve.IDENTITY, false, node.name());
    }

    private Value product(Node node, Activations a, Activations b) {
        if (a.tensor() == b.tensor() && a.layout().equals(b.layout())) {
            Curve gated = gated(a.curve(), b.curve());
            Curve other = gated == null ? gated(b.curve(), a.curve()) : gated;
            if (other != null) {
                return a.with(other, node.name());
            }
        }
        Activations left = materialised(a);
        Activations right = materialised(b);
        // of two vectors the second is the gate, as the writer has it
        if (gates(right, left)) {
            return scaled(node.name(), left, right);
        }
        if (gates(left, right)) {
            return scaled(node.name(), right, left);
        }
        throw new UnreadableNodeException("multiplies " + draft.shape(left.tensor()) + " by "
                + draft.shape(right.tensor())
                + "; Finch multiplies channels by a vector of gates");
    }

    /** The product of two functions of one tensor, the first of which only scales; null where that is none of ours. */
    private static Curve gated(Curve scale, Curve inner) {
        if (!(scale instanceof Curve.Ramp(double slope, double offset, _, _) && ((Curve.Ramp) scale).isStraight() && offset == 0) || slope == 0
                || inner.isIdentity() || inner instanceof Curve.Gated) {
            return null;
        }
        Curve scaled = slope == 1 ? inner : inner.times(slope);
        return scaled == null ? null : new Curve.Gated(scaled);
    }

    private Activations scaled(String name, Activations x, Activations gate) {
        int tensor = draft.add(new Layer.Scale(draft.name(name), x.tensor(), gate.tensor(), draft.shape(x.tensor())));
        return new Activations(tensor, x.layout(), Curve.IDENTITY, false, name);
    }

    /** Whether {@code gate} broadcasts over height and width of {@code x}. */
    private boolean gates(Activations gate, Activations x) {
        TensorShape shape = draft.shape(gate.tensor());
        if (shape.pixels() != 1 || shape.channels() != draft.shape(x.tensor()).channels()
                || gate.layout().rank() != x.layout().rank()) {
            return false;
        }
        for (int i = 0; i < gate.layout().rank(); i++) {
            Dimension own = gate.layout().dims().get(i);
            Dimension other = x.layout().dims().get(i);
            boolean broadcast = own.equals(Dimension.ONE)
                    && !other.equals(TensorLayout.channels(draft.shape(x.tensor())));
            if (!own.equals(other) && !broadcast) {
                return false;
            }
        }
        return true;
    }

    private Activations apply(Node node, Activations x, UnaryOperator<Curve> operator) {
        Curve composed = operator.apply(x.curve());
        if (composed != null) {
            return x.with(composed, node.name());
        }
        Activations fresh = materialised(x);
        Curve alone = operator.apply(fresh.curve());
        if (alone == null) {
            throw new UnreadableNodeException("is no function that Finch has");
        }
        return fresh.with(alone, node.name());
    }

    /** The same value as a tensor of the draft. */
    Activations materialised(Activations value) {
        if (value.curve().isIdentity()) {
            return value;
        }
        Integer tensor = done.get(new Applied(value.tensor(), value.curve()));
        if (tensor == null) {
            tensor = emit(value);
            done.put(new Applied(value.tensor(), value.curve()), tensor);
        }
        return new Activations(tensor, value.layout(), Curve.IDENTITY, false, value.origin());
    }

    private int emit(Activations value) {
        int x = value.tensor();
        String name = value.origin();
        return switch (value.curve()) {
            case Curve.Ramp ramp -> ramp(name, x, ramp);
            case Curve.Logistic() -> draft.activate(name, x, Nonlinearity.SIGMOID);
            case Curve.Gated(Curve.Logistic()) -> draft.activate(name, x, Nonlinearity.SWISH);
            case Curve.Gated(Curve.Ramp inner) when isHardSwish(inner) -> {
                int tensor = draft.activate(name, x, Nonlinearity.HARD_SWISH);
                yield close(inner.high(), 1) ? tensor : affine(name, tensor, inner.high(), 0);
            }
            case Curve.Gated(Curve inner) -> {
                TensorShape shape = draft.shape(x);
                if (shape.pixels() != 1) {
                    throw new UnreadableNodeException(name, "with the nodes before it: x·" + inner.told()
                            + ", which is no activation that Finch has; hard-swish is x·min(max(x/6 + 1/2, 0), 1)");
                }
                int gate = emit(value.with(inner, name));
                yield draft.add(new Layer.Scale(draft.name(name), x, gate, shape));
            }
        };
    }

    private int ramp(String name, int x, Curve.Ramp ramp) {
        boolean plain = ramp.slope() == 1 && ramp.offset() == 0;
        if (!plain && close(ramp.low(), 0) && close(ramp.high(), 1)) {
            return draft.activate(name, x, new Nonlinearity.HardSigmoid((float) ramp.slope(), (float) ramp.offset()));
        }
        int tensor = plain ? x : affine(name, x, ramp.slope(), ramp.offset());
        if (ramp.isStraight()) {
            return tensor;
        }
        Nonlinearity clamp = ramp.low() == 0 && ramp.high() == INFINITY ? Nonlinearity.RELU
                : new Nonlinearity.Clip((float) ramp.low(), (float) ramp.high());
        return draft.activate(name, tensor, clamp);
    }

    private int affine(String name, int tensor, double slope, double offset) {
        int channels = draft.shape(tensor).channels();
        float[] scale = new float[channels];
        float[] offsets = new float[channels];
        Arrays.fill(scale, (float) slope);
        Arrays.fill(offsets, (float) offset);
        return draft.affine(name, tensor, scale, offsets);
    }

    private static boolean isHardSwish(Curve.Ramp ramp) {
        return close(ramp.low(), 0) && ramp.high() > 0 && close(ramp.slope() / ramp.high(), 1 / 6.0)
                && close(ramp.offset() / ramp.high(), 0.5);
    }

    private static boolean close(double value, double wanted) {
        return Math.abs(value - wanted) <= TOLERANCE * Math.max(Math.abs(wanted), 0.1);
    }
}
