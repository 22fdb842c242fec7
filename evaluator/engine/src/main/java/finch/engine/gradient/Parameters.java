package finch.engine.gradient;

import finch.engine.Weights;
import finch.engine.gradient.Parameter.Role;
import finch.space.network.Network;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The parameters of one network while it is trained, by layer and role. One thread at a time may change them. */
public final class Parameters {
    private final Network network;
    private final Map<String, Map<Role, Parameter>> byLayer = new LinkedHashMap<>();
    private final Map<String, Float> epsilons = new LinkedHashMap<>();
    private final List<Parameter> all = new ArrayList<>();

    private Parameters(Network network, Weights weights, boolean fresh) {
        this.network = network;
        weights.check(network);
        weights.byLayer().forEach((layer, p) -> {
            add(layer, Role.KERNEL, p.kernel().clone());
            add(layer, Role.BIAS, fresh ? new float[p.bias().length] : p.bias().clone());
            if (p.batchNorm() != null) {
                Weights.BatchNorm norm = p.batchNorm();
                epsilons.put(layer, norm.epsilon());
                add(layer, Role.GAMMA, fresh ? ones(norm.gamma().length) : norm.gamma().clone());
                add(layer, Role.BETA, fresh ? new float[norm.beta().length] : norm.beta().clone());
                add(layer, Role.RUNNING_MEAN, fresh ? new float[norm.mean().length] : norm.mean().clone());
                add(layer, Role.RUNNING_VARIANCE, fresh ? ones(norm.variance().length) : norm.variance().clone());
            }
        });
    }

    private static float[] ones(int length) {
        float[] ones = new float[length];
        Arrays.fill(ones, 1f);
        return ones;
    }

    private void add(String layer, Role role, float[] values) {
        if (values.length > 0) {
            Parameter parameter = new Parameter(layer, role, values);
            byLayer.computeIfAbsent(layer, _ -> new EnumMap<>(Role.class)).put(role, parameter);
            all.add(parameter);
        }
    }

    /** Copies of these weights. @throws IllegalArgumentException if they do not fit the network */
    public static Parameters of(Network network, Weights weights) {
        return new Parameters(network, weights, false);
    }

    /**
     * Where training starts, the same for one seed on every machine: kernels as {@link Weights#seeded} draws them (normal, variance
     * 2/fan-out, He et al. 2015; the last dense layer with deviation 0.01), biases and beta 0, gamma 1, running statistics 0 and 1.
     */
    public static Parameters initial(Network network, long seed) {
        return new Parameters(network, Weights.seeded(network, seed), true);
    }

    public Network network() {
        return network;
    }

    /** All of them in the order of the layers; unmodifiable. */
    public List<Parameter> all() {
        return Collections.unmodifiableList(all);
    }

    /** Those with a gradient, in the order of the layers. */
    public List<Parameter> trained() {
        return all.stream().filter(p -> p.role().trained()).toList();
    }

    /** @throws IllegalArgumentException if that layer has none of this role */
    public Parameter of(String layer, Role role) {
        Parameter parameter = find(layer, role);
        if (parameter == null) {
            throw new IllegalArgumentException("layer " + layer + " has no " + role + "; it has " + byLayer.getOrDefault(layer, Map.of()).keySet());
        }
        return parameter;
    }

    /** As {@link #of(String, Role)}, or null. */
    Parameter find(String layer, Role role) {
        return byLayer.getOrDefault(layer, Map.of()).get(role);
    }

    /** What batch normalisation adds to a variance. */
    float epsilon(String layer) {
        return epsilons.get(layer);
    }

    /** A copy for inference: running statistics become those of the batch normalisations, which the engine folds. */
    public Weights weights() {
        Map<String, Weights.Parameters> copies = new LinkedHashMap<>();
        byLayer.forEach((layer, roles) -> {
            Weights.BatchNorm norm = !roles.containsKey(Role.GAMMA) ? null : new Weights.BatchNorm(copy(roles, Role.GAMMA), copy(roles, Role.BETA),
                    copy(roles, Role.RUNNING_MEAN), copy(roles, Role.RUNNING_VARIANCE), epsilon(layer));
            copies.put(layer, new Weights.Parameters(copy(roles, Role.KERNEL), copy(roles, Role.BIAS), norm));
        });
        return new Weights(copies, true);
    }

    private static float[] copy(Map<Role, Parameter> roles, Role role) {
        return roles.containsKey(role) ? roles.get(role).values().clone() : new float[0];
    }
}
