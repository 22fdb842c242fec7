package finch.engine;

import finch.engine.kernel.ConvGeometry;
import finch.engine.kernel.Kernels;
import finch.space.network.Layer;
import finch.space.network.Network;
import java.util.ArrayList;
import java.util.List;

/**
 * A network compiled for inference: batch normalisations folded, element-wise layers fused, weights packed for the
 * kernels, tensors placed in one arena. Immutable; any number of threads may share it, each with an inference of its own.
 */
public final class Plan {
    /** Depthwise kernels mark places outside the image by indices this far below zero. */
    private static final int MAXIMUM_FLOATS = 1 << 30;

    private final Network network;
    private final PlanOptions options;
    private final Kernels kernels;
    private final List<Step> steps;
    private final int[] offsets;
    private final int scratchFloats;
    private final int arenaFloats;
    private final int output;

    private Plan(Network network, PlanOptions options, Kernels kernels, List<Step> steps, int[] offsets, int scratchFloats,
                 int arenaFloats, int output) {
        this.network = network;
        this.options = options;
        this.kernels = kernels;
        this.steps = steps;
        this.offsets = offsets;
        this.scratchFloats = scratchFloats;
        this.arenaFloats = arenaFloats;
        this.output = output;
    }

    /** Compiles for one image and one thread. */
    public static Plan compile(Network network, Weights weights) {
        return compile(network, weights, PlanOptions.defaults());
    }

    /** @throws IllegalArgumentException if the weights do not fit, or the activations do not fit one array */
    public static Plan compile(Network network, Weights weights, PlanOptions options) {
        return compile(network, weights, options, options.kernels().kernels());
    }

    static Plan compile(Network network, Weights weights, PlanOptions options, Kernels kernels) {
        weights.check(network);
        List<Fusion.Group> groups = Fusion.of(network);
        try {
            int[] sizes = new int[network.layers().size() + 1];
            for (int tensor = 0; tensor < sizes.length; tensor++) {
                sizes[tensor] = Math.multiplyExact(network.shape(tensor).size(), options.batch());
            }
            int zeros = 0;
            int scratch = 0;
            boolean inputInArena = false;
            for (Layer layer : network.layers()) {
                if (layer instanceof Layer.Convolution c) {
                    ConvGeometry geometry = Steps.geometry(c.input(), c.output(), c.window(), c.groups());
                    if (geometry.isDepthwise()) {
                        zeros = Math.max(zeros, geometry.inChannels());
                        inputInArena |= c.source() == 0;
                    } else {
                        scratch = Math.max(scratch, kernels.scratchFloats(geometry));
                    }
                }
            }
            ArenaLayout layout = ArenaLayout.of(groups, sizes, zeros);
            int[] offsets = new int[sizes.length];
            for (int tensor = 0; tensor < offsets.length; tensor++) {
                offsets[tensor] = layout.offset(tensor);
            }
            int end = ArenaLayout.align(layout.floats());
            if (inputInArena) {
                offsets[0] = end;
                end = ArenaLayout.align(Math.addExact(end, sizes[0]));
            }
            scratch = ArenaLayout.align(scratch) + 4; // a multiple of a cache line
            int floats = Math.addExact(end, Math.multiplyExact(scratch, options.threads()));
            if (floats > MAXIMUM_FLOATS) {
                throw new ArithmeticException("arena of " + floats + " floats");
            }
            Steps factory = new Steps(kernels, weights, options.batch());
            List<Step> steps = new ArrayList<>();
            for (Fusion.Group group : groups) {
                steps.add(factory.of(group));
            }
            return new Plan(network, options, kernels, List.copyOf(steps), offsets, scratch, floats, groups.getLast().output());
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException("network " + network.name() + " with batch " + options.batch()
                    + ": its activations exceed 2^30 floats; maybe use a smaller batch", e);
        }
    }

    /** A context in which one caller at a time runs this plan. Close it to end its threads. */
    public Inference newInference() {
        return new Inference(this);
    }

    public Network network() {
        return network;
    }

    public PlanOptions options() {
        return options;
    }

    /** The kernels in use, e.g. {@code vector-256}. */
    public String kernelSet() {
        return kernels.name();
    }

    /** Bytes of one inference's activations and scratch. */
    public long arenaBytes() {
        return 4L * arenaFloats;
    }

    /** Names of the fused steps in order, each after its main layer; see {@link Inference#time}. */
    public List<String> stepNames() {
        return steps.stream().map(Step::name).toList();
    }

    Step[] steps() {
        return steps.toArray(Step[]::new);
    }

    int[] offsets() {
        return offsets;
    }

    int arenaFloats() {
        return arenaFloats;
    }

    int scratchFloats() {
        return scratchFloats;
    }

    int outputTensor() {
        return output;
    }
}
