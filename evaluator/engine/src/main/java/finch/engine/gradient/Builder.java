package finch.engine.gradient;

import finch.engine.gradient.Parameter.Role;
import finch.engine.kernel.ConvGeometry;
import finch.engine.kernel.Epilogue;
import finch.space.network.Layer;
import finch.space.network.Network;
import finch.space.network.Nonlinearity;
import finch.space.network.Window;
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

    /** @throws IllegalArgumentException naming every layer that has no reverse pass */
    static void check(Network network) {
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
        return nonlinearity(layer) instanceof Nonlinearity.Linear;
    }

    private static Nonlinearity nonlinearity(Layer layer) {
        return switch (layer) {
            case Layer.Convolution c -> c.nonlinearity();
            case Layer.Dense d -> d.nonlinearity();
            case Layer.Add a -> a.nonlinearity();
            case Layer.BatchNorm b -> b.nonlinearity();
            case Layer.Activate a -> a.nonlinearity();
            case Layer.GlobalAveragePool _, Layer.Pool _, Layer.Scale _, Layer.Softmax _ -> Nonlinearity.LINEAR;
        };
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
            case Layer.Scale s -> new Gating(context, in(i, s.source(), false), in(i, s.gate(), false), z);
            case Layer.BatchNorm b -> new Sum(context, List.of(in(i, b.source(), false)), z);
            case Layer.Activate a -> new Sum(context, List.of(in(i, a.source(), false)), z);
            case Layer.Pool _, Layer.Softmax _ -> throw new IllegalArgumentException(layer.name());
        });
        if (split) {
            Normalisation next = new Normalisation(context, parameters, normalised(layer) ? layer.name() : null, epilogue(nonlinearity(layer)), z, y);
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
        operations.add(new Dropout(context, options.dropout(), in, dropped));
        return new Adjoint(dropped, in.wanted(), false);
    }

    /** @param again whether this layer reads the tensor a second time, and goes back to it after the first */
    private Adjoint in(int layer, int tensor, boolean again) {
        boolean result = tensor == tensors.length - 1;
        return new Adjoint(tensors[tensor], tensor > 0 || options.inputGradient(), again || result || lastReader.get(tensor) != layer);
    }

    private Operation convolution(Layer.Convolution c, Adjoint in, Tensor out) {
        Window w = c.window();
        if (c.isPointwise()) {
            return new Product(context, kernel(c), bias(c), in, out, out.pixels);
        }
        ConvGeometry geometry = new ConvGeometry(c.input().height(), c.input().width(), c.input().channels(), c.output().height(), c.output().width(),
                c.output().channels(), w.kernel().height(), w.kernel().width(), w.stride().height(), w.stride().width(), w.top(), w.left(),
                w.dilation().height(), w.dilation().width(), c.groups());
        return c.isDepthwise() ? new Depthwise(context, geometry, kernel(c), bias(c), in, out) : new Windowed(context, geometry, kernel(c), bias(c), in, out);
    }

    private Parameter kernel(Layer layer) {
        return parameters.of(layer.name(), Role.KERNEL);
    }

    private Parameter bias(Layer layer) {
        return parameters.find(layer.name(), Role.BIAS);
    }

    private static Epilogue epilogue(Nonlinearity nonlinearity) {
        return switch (nonlinearity) {
            case Nonlinearity.Linear() -> Epilogue.NONE;
            case Nonlinearity.Relu() -> Epilogue.RELU;
            case Nonlinearity.Clip(float low, float high) -> Epilogue.clamp(low, high);
            case Nonlinearity.HardSwish() -> Epilogue.HARD_SWISH;
            case Nonlinearity.HardSigmoid(float slope, float offset) -> Epilogue.hardSigmoid(slope, offset);
            case Nonlinearity.Sigmoid() -> Epilogue.SIGMOID;
            case Nonlinearity.Swish() -> Epilogue.SWISH;
        };
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
