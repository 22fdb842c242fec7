package finch.engine.gradient;

import finch.engine.KernelForm;
import finch.engine.gradient.Parameter.Role;
import finch.engine.kernel.ConvGeometry;
import finch.space.network.Layer;
import finch.space.network.Network;
import finch.space.network.Nonlinearity;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Makes the operations of a network, unfused, and the tensors between them. */
final class Builder {
    private final Parameters parameters;
    private final Network network;
    private final PassOptions options;
    private final Context context;
    private final Tensor[] tensors;
    private final List<Operation> operations = new ArrayList<>();
    private final Map<String, Normalisation> normalisations = new HashMap<>();
    /** By tensor, the last layer that reads it: the first to go back, which writes the gradient that others add to. */
    private final Map<Integer, Integer> lastReader = new HashMap<>();
    private final int lastDense;

    Builder(Parameters parameters, PassOptions options, Context context) {
        this.parameters = parameters;
        this.network = parameters.network();
        this.options = options;
        this.context = context;
        this.tensors = new Tensor[network.layers().size() + 1];
        this.lastDense = lastDense();
    }

    private int lastDense() {
        for (int i = network.layers().size() - 1; i >= 0; i--) {
            if (network.layers().get(i) instanceof Layer.Dense) {
                return i;
            }
        }
        return -1;
    }

    /** @throws IllegalArgumentException naming every layer that has no reverse pass, or if there is nothing that dropout could drop */
    static void check(Network network, PassOptions options) {
        List<String> problems = new ArrayList<>();
        for (Layer layer : network.layers()) {
            switch (layer) {
                case Layer.Convolution c when c.groups() > 1 && !c.isDepthwise() ->
                        problems.add(c.name() + " (grouped convolution, " + c.groups() + " groups of " + c.input().channels() / c.groups() + " channels)");
                case Layer.Pool p -> problems.add(p.name() + " (" + p.op() + ")");
                case Layer.Softmax s -> problems.add(s.name() + " (softmax; leave it out, the loss has one)");
                default -> { }
            }
        }
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException("network " + network.name() + " cannot be trained, for some layers have no reverse pass: " + String.join(", ", problems));
        }
        if (options.dropout() > 0 && network.layers().stream().noneMatch(Layer.Dense.class::isInstance)) {
            throw new IllegalArgumentException("network " + network.name() + " has no dense layer whose inputs dropout could drop; maybe train it with dropout 0");
        }
    }

    /** Bytes of the tensors that {@link #build} makes. */
    static long bytes(Network network, int batch) {
        long bytes = Tensor.bytes(network.input(), batch);
        for (Layer layer : network.layers()) {
            bytes += Tensor.bytes(layer.output(), batch) + (normalised(layer) || !linear(layer) ? Tensor.bytes(layer.output(), batch) / 2 : 0);
        }
        return bytes;
    }

    private static boolean normalised(Layer layer) {
        return layer instanceof Layer.Convolution c && c.batchNorm() || layer instanceof Layer.BatchNorm;
    }

    private static boolean linear(Layer layer) {
        return layer.nonlinearity() instanceof Nonlinearity.Linear;
    }

    void build() {
        tensors[0] = new Tensor(network.input(), options.batch());
        for (int i = 0; i < network.layers().size(); i++) {
            for (int tensor : network.layers().get(i).inputs()) {
                lastReader.put(tensor, i);
            }
        }
        for (int i = 0; i < network.layers().size(); i++) {
            layer(i, network.layers().get(i));
        }
    }

    private void layer(int i, Layer layer) {
        boolean split = normalised(layer) || !linear(layer);
        Tensor y = new Tensor(layer.output(), options.batch());
        Tensor z = split ? y.before() : y;
        tensors[i + 1] = y;
        operations.add(switch (layer) {
            case Layer.Convolution c -> convolution(c, in(i, c.source(), false), z);
            case Layer.Dense d -> new Product(context, kernel(d), bias(d), i == lastDense ? dropped(i, d) : in(i, d.source(), false), z, 1);
            case Layer.GlobalAveragePool p -> new Mean(context, in(i, p.source(), false), z);
            case Layer.Add a -> new Sum(context, List.of(in(i, a.left(), false), in(i, a.right(), a.left() == a.right())), z);
            case Layer.Scale s -> // back to the gate first
                    new Gating(context, in(i, s.source(), s.source() == s.gate()), in(i, s.gate(), false), z);
            case Layer.BatchNorm b -> new Sum(context, List.of(in(i, b.source(), false)), z);
            case Layer.Activate a -> new Sum(context, List.of(in(i, a.source(), false)), z);
            case Layer.Pool _, Layer.Softmax _ -> throw new IllegalArgumentException(layer.name());
        });
        if (split) {
            Normalisation next = new Normalisation(context, parameters, normalised(layer) ? layer.name() : null, KernelForm.epilogue(layer.nonlinearity()), z, y);
            operations.add(next);
            normalisations.put(layer.name(), next);
        }
    }

    /** The input of the last dense layer, through dropout if there is some. */
    private Adjoint dropped(int i, Layer.Dense layer) {
        Adjoint in = in(i, layer.source(), false);
        if (options.dropout() == 0) {
            return in;
        }
        Tensor dropped = new Tensor(layer.input(), options.batch());
        operations.add(new Dropout(context, options.dropout(), i, in, dropped));
        return new Adjoint(dropped, in.wanted(), false);
    }

    /** @param again whether this layer reads the tensor a second time, and goes back to it after the first */
    private Adjoint in(int layer, int tensor, boolean again) {
        return new Adjoint(tensors[tensor], tensor > 0 || options.inputGradient(), again || lastReader.get(tensor) != layer);
    }

    private Operation convolution(Layer.Convolution c, Adjoint in, Tensor out) {
        if (c.isPointwise()) {
            return new Product(context, kernel(c), bias(c), in, out, out.pixels);
        }
        ConvGeometry geometry = KernelForm.geometry(c);
        return c.isDepthwise() ? new Depthwise(context, geometry, kernel(c), bias(c), in, out) : new Windowed(context, geometry, kernel(c), bias(c), in, out);
    }

    private Parameter kernel(Layer layer) {
        return parameters.of(layer.name(), Role.KERNEL);
    }

    private Parameter bias(Layer layer) {
        return parameters.find(layer.name(), Role.BIAS);
    }

    Tensor[] tensors() {
        return tensors;
    }

    List<Operation> operations() {
        return operations;
    }

    Map<String, Normalisation> normalisations() {
        return normalisations;
    }
}
