package finch.onnx;

import finch.engine.Weights;
import finch.space.network.Layer;
import finch.space.network.Network;
import finch.space.network.Nonlinearity;
import finch.space.network.TensorShape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntUnaryOperator;

/**
 * The network while it is read: one step for each operation, nothing fused, perhaps with steps that nobody needs.
 * {@link #finish} drops those and fuses biases, batch normalisations and activations into the layer they follow.
 */
final class Draft {
    static final float[] NONE = {};

    /**
     * One operation.
     *
     * @param affine whether a {@link Layer.BatchNorm} is really a product and sum by constants
     */
    private record Step(Layer layer, Weights.Parameters parameters, boolean affine) {}

    /** What {@link #finish} makes. */
    record Finished(Network network, Map<String, Weights.Parameters> parameters) {}

    private final TensorShape input;
    private final List<Step> steps = new ArrayList<>();
    private final Set<String> names = new HashSet<>();

    Draft(TensorShape input) {
        this.input = input;
    }

    TensorShape shape(int tensor) {
        return tensor == 0 ? input : steps.get(tensor - 1).layer().output();
    }

    /** A name that no step has yet. */
    String name(String wanted) {
        String name = wanted;
        for (int i = 2; !names.add(name); i++) {
            name = wanted + "#" + i;
        }
        return name;
    }

    /** Adds a layer without weights. @return the tensor it writes */
    int add(Layer layer) {
        return add(layer, new Weights.Parameters(NONE, NONE, null));
    }

    int add(Layer layer, Weights.Parameters parameters) {
        steps.add(new Step(layer, parameters, false));
        return steps.size();
    }

    /** Adds a product and sum by constants, one of each per channel. */
    int affine(String name, int source, float[] scale, float[] offset) {
        float[] ones = new float[scale.length];
        Arrays.fill(ones, 1);
        steps.add(new Step(new Layer.BatchNorm(name(name), source, shape(source), Nonlinearity.LINEAR),
                new Weights.Parameters(NONE, NONE,
                new Weights.BatchNorm(scale, offset, new float[scale.length], ones, 0)), true));
        return steps.size();
    }

    /** Adds an element-wise function. */
    int activate(String name, int source, Nonlinearity nonlinearity) {
        return add(new Layer.Activate(name(name), source, shape(source), nonlinearity));
    }

    /** The network up to a tensor, fused. */
    Finished finish(String name, int output) {
        int result = output == 0 ? activate("output", 0, Nonlinearity.LINEAR) : output;
        int[] readers = readers(result);
        int[] moved = new int[steps.size() + 1];
        int[] left = new int[steps.size() + 1];
        left[0] = readers[0];
        List<Step> kept = new ArrayList<>();
        for (int i = 0; i < steps.size(); i++) {
            if (readers[i + 1] == 0) {
                continue;
            }
            Step step = steps.get(i);
            step = new Step(rewired(step.layer(), t -> moved[t]), step.parameters(), step.affine());
            int source = step.layer().inputs().getFirst();
            Step before = source == 0 || left[source] != 1 ? null : kept.get(source - 1);
            Step fused = before == null ? null : fused(before, step);
            if (fused != null) {
                kept.set(source - 1, fused);
                moved[i + 1] = source;
            } else {
                kept.add(step);
                moved[i + 1] = kept.size();
            }
            left[moved[i + 1]] = readers[i + 1];
        }
        Map<String, Weights.Parameters> parameters = new LinkedHashMap<>();
        for (Step step : kept) {
            if (step.layer() instanceof Layer.Convolution || step.layer() instanceof Layer.Dense
                    || step.layer() instanceof Layer.BatchNorm) {
                parameters.put(step.layer().name(), step.parameters());
            }
        }
        return new Finished(new Network(name, input, kept.stream().map(Step::layer).toList()), parameters);
    }

    /** How often each tensor is read on the way to the output, which counts as a reader. */
    private int[] readers(int output) {
        int[] readers = new int[steps.size() + 1];
        readers[output]++;
        for (int i = steps.size(); i > 0; i--) {
            if (readers[i] > 0) {
                for (int tensor : steps.get(i - 1).layer().inputs()) {
                    readers[tensor]++;
                }
            }
        }
        return readers;
    }

    /** One step that does both, null where there is none. */
    private static Step fused(Step before, Step after) {
        return switch (after.layer()) {
            case Layer.Activate activate -> {
                Layer layer = activated(before.layer(), activate.nonlinearity());
                yield layer == null ? null : new Step(layer, before.parameters(), before.affine());
            }
            case Layer.BatchNorm _ -> normalised(before, after);
            default -> null;
        };
    }

    private static Layer activated(Layer layer, Nonlinearity nonlinearity) {
        return switch (layer) {
            case Layer.Convolution(var name, int source, var in, var out, var window, int groups, boolean bias,
                    boolean norm, Nonlinearity.Linear _) ->
                    new Layer.Convolution(name, source, in, out, window, groups, bias, norm, nonlinearity);
            case Layer.Dense(var name, int source, var in, var out, boolean bias, Nonlinearity.Linear _) ->
                    new Layer.Dense(name, source, in, out, bias, nonlinearity);
            case Layer.Add(var name, int a, int b, var in, Nonlinearity.Linear _) ->
                    new Layer.Add(name, a, b, in, nonlinearity);
            case Layer.BatchNorm(var name, int source, var in, Nonlinearity.Linear _) ->
                    new Layer.BatchNorm(name, source, in, nonlinearity);
            case Layer.Activate(var name, int source, var in, Nonlinearity.Linear _) ->
                    new Layer.Activate(name, source, in, nonlinearity);
            default -> null;
        };
    }

    private static Step normalised(Step before, Step after) {
        Weights.BatchNorm norm = after.parameters().batchNorm();
        int channels = norm.gamma().length;
        double[] scale = new double[channels];
        double[] offset = new double[channels];
        for (int c = 0; c < channels; c++) {
            scale[c] = Folding.scale(norm, c);
            offset[c] = Folding.offset(norm, c);
        }
        Weights.Parameters own = before.parameters();
        return switch (before.layer()) {
            case Layer.Convolution conv when conv.nonlinearity() instanceof Nonlinearity.Linear -> {
                if (conv.batchNorm()) {
                    yield new Step(conv, new Weights.Parameters(own.kernel(), own.bias(),
                            scaled(own.batchNorm(), scale, offset)), false);
                }
                if (!after.affine()) {
                    yield new Step(biased(conv, false, true),
                            new Weights.Parameters(own.kernel(), NONE, shifted(norm, own.bias())), false);
                }
                yield new Step(biased(conv, true, false), affine(own, scale, offset), false);
            }
            case Layer.Dense(var name, int source, var in, var out, boolean _, Nonlinearity.Linear linear) ->
                    new Step(new Layer.Dense(name, source, in, out, true, linear), affine(own, scale, offset), false);
            case Layer.BatchNorm(var _, int _, var _, Nonlinearity.Linear _) -> new Step(before.layer(),
                    new Weights.Parameters(NONE, NONE, scaled(own.batchNorm(), scale, offset)), before.affine());
            default -> null;
        };
    }

    private static Layer.Convolution biased(Layer.Convolution conv, boolean bias, boolean norm) {
        return new Layer.Convolution(conv.name(), conv.source(), conv.input(), conv.output(), conv.window(),
                conv.groups(), bias, norm, conv.nonlinearity());
    }

    /** A mere sum leaves the kernel as it is, shared. */
    private static Weights.Parameters affine(Weights.Parameters own, double[] scale, double[] offset) {
        if (Arrays.stream(scale).anyMatch(s -> s != 1)) {
            return Folding.affine(own, scale, offset);
        }
        float[] bias = new float[offset.length];
        for (int c = 0; c < bias.length; c++) {
            bias[c] = (float) ((own.bias().length == 0 ? 0 : own.bias()[c]) + offset[c]);
        }
        return new Weights.Parameters(own.kernel(), bias, null);
    }

    private static Weights.BatchNorm scaled(Weights.BatchNorm norm, double[] scale, double[] offset) {
        float[] gamma = norm.gamma().clone();
        float[] beta = norm.beta().clone();
        for (int c = 0; c < gamma.length; c++) {
            gamma[c] = (float) (gamma[c] * scale[c]);
            beta[c] = (float) (beta[c] * scale[c] + offset[c]);
        }
        return new Weights.BatchNorm(gamma, beta, norm.mean(), norm.variance(), norm.epsilon());
    }

    /** Takes a bias that was added before into the mean. */
    private static Weights.BatchNorm shifted(Weights.BatchNorm norm, float[] bias) {
        if (bias.length == 0) {
            return norm;
        }
        float[] mean = norm.mean().clone();
        for (int c = 0; c < mean.length; c++) {
            mean[c] -= bias[c];
        }
        return new Weights.BatchNorm(norm.gamma(), norm.beta(), mean, norm.variance(), norm.epsilon());
    }

    private static Layer rewired(Layer layer, IntUnaryOperator to) {
        return switch (layer) {
            case Layer.Convolution l -> new Layer.Convolution(l.name(), to.applyAsInt(l.source()), l.input(),
                    l.output(), l.window(), l.groups(),
                    l.bias(), l.batchNorm(), l.nonlinearity());
            case Layer.Dense l -> new Layer.Dense(l.name(), to.applyAsInt(l.source()), l.input(), l.output(), l.bias(),
                    l.nonlinearity());
            case Layer.GlobalAveragePool l ->
                    new Layer.GlobalAveragePool(l.name(), to.applyAsInt(l.source()), l.input());
            case Layer.Pool l -> new Layer.Pool(l.name(), to.applyAsInt(l.source()), l.input(), l.output(), l.window(),
                    l.kind(), l.countPadding());
            case Layer.Add l -> new Layer.Add(l.name(), to.applyAsInt(l.left()), to.applyAsInt(l.right()), l.input(),
                    l.nonlinearity());
            case Layer.Scale l ->
                    new Layer.Scale(l.name(), to.applyAsInt(l.source()), to.applyAsInt(l.gate()), l.input());
            case Layer.BatchNorm l ->
                    new Layer.BatchNorm(l.name(), to.applyAsInt(l.source()), l.input(), l.nonlinearity());
            case Layer.Activate l ->
                    new Layer.Activate(l.name(), to.applyAsInt(l.source()), l.input(), l.nonlinearity());
            case Layer.Softmax l -> new Layer.Softmax(l.name(), to.applyAsInt(l.source()), l.input(), l.axis());
        };
    }
}
