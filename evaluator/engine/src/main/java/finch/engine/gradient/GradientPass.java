package finch.engine.gradient;

import finch.engine.HeapTooSmallException;
import finch.engine.kernel.GradientKernels;
import finch.space.network.Layer;
import finch.space.network.Network;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Runs batches of images through a network, forward and back. Nothing is fused: each layer's result stays readable.
 *
 * <p>A forward pass reads the values of the {@link Parameters} as they are then; a backward pass belongs to the forward pass before it and sets
 * every gradient. The bits of results and gradients depend on values, images and {@link PassOptions#batch} only, not on threads.
 * One caller at a time; a second one is refused.
 */
public final class GradientPass implements AutoCloseable {

    private final Parameters parameters;
    private final PassOptions options;
    private final State state;
    private final Parts parts;
    private final Team team;
    private final AtomicBoolean running = new AtomicBoolean();
    /** Whether the gradients that a backward pass starts from belong to the last forward pass. */
    private boolean ran;
    private volatile boolean closed;

    /**
     * @throws IllegalArgumentException if the network has a layer without reverse pass, or its activations exceed an array
     * @throws HeapTooSmallException    if the activations do not fit in this JVM's heap
     */
    public GradientPass(Parameters parameters, PassOptions options) {
        this(parameters, options, options.kernels().gradientKernels());
    }

    GradientPass(Parameters parameters, PassOptions options, GradientKernels gradientKernels) {
        Builder.check(parameters.network(), options);
        this.parameters = parameters;
        this.options = options;
        this.state = new State();
        try {
            this.parts = parts(parameters, options, gradientKernels, state);
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException("network " + parameters.network().name() + " with batch " + options.batch()
                    + ": a tensor exceeds 2^31 floats; maybe use a smaller batch", e);
        } catch (OutOfMemoryError e) {
            throw noRoom(e);
        }
        this.team = new Team(options.threads());
    }

    /** What a pass is made of. */
    private record Parts(Tensor[] tensors, Map<String, Normalisation> normalisations, List<Operation> operations, List<Phase> forward, List<Phase> backward, Lane[] lanes) {}

    /** In a method of its own: when the heap is full, nothing of it may be held while the message is made. */
    private static Parts parts(Parameters parameters, PassOptions options, GradientKernels gradientKernels, State state) {
        Builder builder = new Builder(parameters, options, new Context(state, options.kernels().kernels(), gradientKernels, options.batch(), options.momentum()));
        builder.build();
        List<Operation> operations = builder.operations();
        List<Stage> there = new ArrayList<>(List.of(new Entry(builder.tensors()[0], state)));
        operations.forEach(operation -> there.addAll(operation.forward()));
        List<Stage> back = new ArrayList<>();
        operations.reversed().forEach(operation -> back.addAll(operation.backward()));
        List<Phase> forward = Phase.of(there, options.batch());
        List<Phase> backward = Phase.of(back, options.batch());
        Lane.Need need = reserve(forward, options.batch()).max(reserve(backward, options.batch()));
        for (Operation operation : operations) {
            need = need.max(operation.need());
        }
        Lane[] lanes = new Lane[options.threads()];
        for (int thread = 0; thread < lanes.length; thread++) {
            lanes[thread] = need.lane();
        }
        operations.forEach(operation -> backward.addAll(operation.afterwards(thread -> lanes[thread])));
        return new Parts(builder.tensors(), builder.normalisations(), operations, forward, backward, lanes);
    }

    private HeapTooSmallException noRoom(OutOfMemoryError e) {
        return new HeapTooSmallException("training network " + parameters.network().name() + " with batch " + options.batch() + " needs about",
                bytes(parameters.network(), options.batch()), "activations and gradients", "a smaller batch", e);
    }

    /** About what a pass takes of the heap: activations, their gradients, sums of chunks and scratch (some three tenths more), and packed weights. */
    public static long bytes(Network network, int batch) {
        return Builder.bytes(network, batch) * 13 / 10 + 5 * network.weightBytes();
    }

    private static Lane.Need reserve(List<Phase> phases, int batch) {
        Lane.Need need = Lane.Need.NONE;
        for (Phase phase : phases) {
            if (phase instanceof Phase.Images(List<Stage> stages, int images)) {
                for (Stage stage : stages) {
                    need = need.max(stage.reserve(images, Math.ceilDiv(batch, images)));
                }
            }
        }
        return need;
    }

    /** Copies the caller's images. */
    private static final class Entry extends Stage {
        private final Tensor input;
        private final State state;

        Entry(Tensor input, State state) {
            super(1, input.pixels);
            this.input = input;
            this.state = state;
        }

        @Override
        void run(int from, int to, int chunk, Lane lane) {
            System.arraycopy(state.images, from * input.size, input.values, input.image(from), (to - from) * input.size);
        }
    }

    public Parameters parameters() {
        return parameters;
    }

    public PassOptions options() {
        return options;
    }

    /** As {@link #forward(float[], int, Mode, long)}, with seed 0. */
    public float[] forward(float[] images, int count, Mode mode) {
        return forward(images, count, mode, 0);
    }

    /**
     * Runs some images through the network.
     *
     * @param images [count][height][width][channels]
     * @param count  at least 1, at most {@link PassOptions#batch}
     * @param seed   of dropout; give each step another, as {@link Seeds#of} makes them
     * @return the last layer's output, [count][outputs]
     * @throws IllegalStateException if another thread runs this pass, or it is closed
     * @throws HeapTooSmallException if the heap has no room for packed weights
     */
    public float[] forward(float[] images, int count, Mode mode, long seed) {
        if (count < 1 || count > options.batch()) {
            throw new IllegalArgumentException("a pass made for up to " + options.batch() + " images cannot take " + count);
        }
        if (images.length < (long) count * parts.tensors()[0].size) {
            throw new IllegalArgumentException(count + " images of " + parts.tensors()[0].shape + " are " + (long) count * parts.tensors()[0].size + " floats, not " + images.length);
        }
        enter();
        try {
            return forwardAlone(images, count, mode, seed);
        } catch (OutOfMemoryError e) {
            // weights are packed in the first pass
            throw noRoom(e);
        } finally {
            state.images = null;
            running.set(false);
        }
    }

    private void enter() {
        if (closed) {
            throw new IllegalStateException("this pass is closed");
        }
        if (!running.compareAndSet(false, true)) {
            throw new IllegalStateException("another thread runs this pass; each thread needs one of its own");
        }
    }

    private float[] forwardAlone(float[] images, int count, Mode mode, long seed) {
        state.count = count;
        state.mode = mode;
        state.seed = seed;
        state.images = images;
        ran = false;
        team.run((task, _) -> parts.operations().get(task).prepare(), parts.operations().size());
        run(parts.forward());
        ran = true;
        return result().copy(count);
    }

    /**
     * Sets the gradient of every trained parameter.
     *
     * @param outputGradient dLoss/doutput, [count][outputs] as {@link #forward} returned them; a loss that is a mean over the batch has its
     *                       1/count in here
     * @throws IllegalStateException if there was no forward pass since the last backward pass, or the pass is closed
     */
    public void backward(float[] outputGradient) {
        enter();
        try {
            backwardAlone(outputGradient);
        } finally {
            running.set(false);
        }
    }

    private void backwardAlone(float[] outputGradient) {
        if (!ran) {
            throw new IllegalStateException("a backward pass needs a forward pass before it, which it uses up");
        }
        Tensor result = result();
        if (outputGradient.length < state.count * result.size) {
            throw new IllegalArgumentException("the gradient of " + state.count + " outputs of " + result.size + " are " + state.count * result.size
                    + " floats, not " + outputGradient.length);
        }
        ran = false;
        System.arraycopy(outputGradient, 0, result.gradients, result.at, state.count * result.size);
        run(parts.backward());
    }

    private void run(List<Phase> phases) {
        for (Phase phase : phases) {
            switch (phase) {
                case Phase.Images(List<Stage> stages, int images) -> {
                    int chunks = Math.ceilDiv(state.count, images);
                    team.run((chunk, thread) -> {
                        int to = Math.min(state.count, (chunk + 1) * images);
                        for (Stage stage : stages) {
                            stage.run(chunk * images, to, chunk, parts.lanes()[thread]);
                        }
                    }, chunks);
                    for (Stage stage : stages) {
                        stage.finish(chunks);
                    }
                }
                case Phase.Parts(Team.Work work, int tasks) -> team.run(work, tasks);
            }
        }
    }

    /**
     * What a layer of the network gave in the last forward pass, behind its nonlinearity: [count][height][width][channels], a copy.
     *
     * @throws IllegalArgumentException if there is no such layer
     */
    public float[] output(String layer) {
        return tensor(layer).copy(state.count);
    }

    /** Likewise before the nonlinearity, behind the batch normalisation. */
    public float[] beforeNonlinearity(String layer) {
        Normalisation normalisation = parts.normalisations().get(layer);
        return normalisation == null ? output(layer) : normalisation.before(state.count);
    }

    /** dLoss/dimages of the last backward pass, a copy. @throws IllegalStateException without {@link PassOptions#inputGradient} */
    public float[] inputGradient() {
        if (!options.inputGradient()) {
            throw new IllegalStateException("the gradient of the images is computed with PassOptions.withInputGradient(true) only");
        }
        return Arrays.copyOfRange(parts.tensors()[0].gradients, parts.tensors()[0].at, parts.tensors()[0].image(state.count));
    }

    private Tensor result() {
        return parts.tensors()[parts.tensors().length - 1];
    }

    private Tensor tensor(String name) {
        List<Layer> layers = parameters.network().layers();
        for (int i = 0; i < layers.size(); i++) {
            if (layers.get(i).name().equals(name)) {
                return parts.tensors()[i + 1];
            }
        }
        throw new IllegalArgumentException("network " + parameters.network().name() + " has no layer " + name);
    }

    /**
     * Ends the threads; what was computed stays readable. A second time it does nothing.
     *
     * @throws IllegalStateException if another thread runs the pass
     */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        enter();
        closed = true;
        team.close();
        running.set(false);
    }
}
