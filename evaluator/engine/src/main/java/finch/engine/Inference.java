package finch.engine;

import finch.engine.kernel.Slice;
import java.time.Duration;
import java.util.Arrays;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The memory and threads in which one caller at a time runs a {@link Plan}; the callers may be different threads. Running
 * allocates nothing.
 *
 * <p>What happens when things go wrong:
 *
 * <ul>
 *   <li>A NaN or infinity in the input goes through, as arithmetic has it: outputs that depend on a NaN are NaN, others and
 *       later runs are as they would be without it.
 *   <li>A second thread that runs this while another does is refused; the first is not disturbed.
 *   <li>An interrupted thread runs to the end and stays interrupted. Workers ignore interrupts.
 *   <li>If a step fails, which only an error of the engine or the JVM can make happen, the exception comes to the caller after
 *       all threads have stopped, what is in {@code output} is undefined, and the next run is as any other.
 * </ul>
 */
public final class Inference implements LoadedNetwork {
    private static final int IDLE = 0;
    private static final int RUNNING = 1;
    /** Running, and to be closed after that. */
    private static final int CLOSING = 2;
    private static final int CLOSED = 3;

    private final Plan plan;
    private final Step[] imageSteps;
    private final Step[] batchSteps;
    /** One for each image that is computed at the same time. */
    private final View[] views;
    private final Slice[] batchTensors;
    /** By step, those of the batch behind those of the images, and thread. */
    private final Scratch[][] scratch;
    private final Slice result;
    private final int inputFloats;
    private final int outputFloats;
    private final Workers workers;
    private final Step imagesApart;
    private final AtomicInteger state = new AtomicInteger(IDLE);
    private float[] input;

    Inference(Plan plan) {
        this.plan = plan;
        this.imageSteps = plan.imageSteps();
        this.batchSteps = plan.batchSteps();
        Places places = plan.places();
        float[] arena = new float[places.floats()];
        this.views = new View[places.areas()];
        for (int area = 0; area < views.length; area++) {
            views[area] = new View(plan, arena, area);
        }
        this.batchTensors = new Slice[places.batchOffsets().length];
        for (int tensor = 0; tensor < batchTensors.length; tensor++) {
            batchTensors[tensor] = new Slice(arena, Math.max(places.batchOffsets()[tensor], 0));
        }
        int threads = plan.options().threads();
        this.scratch = new Scratch[imageSteps.length + batchSteps.length][threads];
        for (int step = 0; step < scratch.length; step++) {
            for (int part = 0; part < threads; part++) {
                scratch[step][part] = new Scratch(arena, places.scratchOffset(step, part));
            }
        }
        this.result = plan.options().batch() == 1 ? views[0].tensors[places.output()] : batchTensors[places.output()];
        this.inputFloats = plan.options().batch() * plan.network().input().size();
        this.outputFloats = plan.options().batch() * plan.network().output().size();
        this.imagesApart = imagesApart();
        this.workers = threads == 1 ? null : new Workers(threads);
    }

    /** A share of the images, without a word to the other threads. */
    private Step imagesApart() {
        int batch = plan.options().batch();
        return new Step("images") {
            @Override
            void run(Slice[] tensors, Scratch own, int part, int parts) {
                View view = views[part];
                for (int image = bound(batch, 1, part, parts); image < bound(batch, 1, part + 1, parts); image++) {
                    view.to(image, input);
                    for (int step = 0; step < imageSteps.length; step++) {
                        imageSteps[step].run(view.tensors, scratch[step][part], 0, 1);
                    }
                }
            }
        };
    }

    /**
     * {@inheritDoc}
     *
     * @throws IllegalStateException if this is closed, if another thread is running it, or if a step failed in a worker
     */
    @Override
    public void run(float[] input, float[] output) {
        check("output", output.length, outputFloats);
        begin(input);
        try {
            run();
            System.arraycopy(result.array, result.offset, output, 0, outputFloats);
        } finally {
            end();
        }
    }

    private void run() {
        if (views.length > 1) {
            workers.run(imagesApart, batchTensors, scratch[0]);
        } else {
            for (int image = 0; image < plan.options().batch(); image++) {
                views[0].to(image, input);
                for (int step = 0; step < imageSteps.length; step++) {
                    run(imageSteps[step], views[0].tensors, scratch[step]);
                }
            }
        }
        for (int step = 0; step < batchSteps.length; step++) {
            run(batchSteps[step], batchTensors, scratch[imageSteps.length + step]);
        }
    }

    /**
     * Runs once and tells how long each step took, for all images one after another.
     *
     * @param nanos one entry per {@link Plan#stepNames() step}, overwritten
     * @throws IllegalArgumentException if a length is wrong, saying both
     * @throws IllegalStateException    as of {@link #run(float[], float[])}
     */
    public void time(float[] input, long[] nanos) {
        check("nanos", nanos.length, imageSteps.length + batchSteps.length);
        begin(input);
        try {
            Arrays.fill(nanos, 0);
            for (int image = 0; image < plan.options().batch(); image++) {
                views[0].to(image, input);
                time(imageSteps, views[0].tensors, nanos, 0);
            }
            time(batchSteps, batchTensors, nanos, imageSteps.length);
        } finally {
            end();
        }
    }

    private void time(Step[] steps, Slice[] tensors, long[] nanos, int at) {
        long before = System.nanoTime();
        for (int i = 0; i < steps.length; i++) {
            run(steps[i], tensors, scratch[at + i]);
            long now = System.nanoTime();
            nanos[at + i] += now - before;
            before = now;
        }
    }

    /**
     * {@inheritDoc}
     *
     * <p>A vector kernel that is not compiled yet allocates an object for each vector and runs about a hundred times slower. One
     * that a network calls a few times a run stays so through hundreds of runs. So here each step that allocates is
     * repeated by itself for a while, with its own tensors, before the next one.
     *
     * @throws IllegalStateException as of {@link #run(float[], float[])}
     */
    @Override
    public boolean warmUp(Duration most) {
        WarmUp warmUp = new WarmUp(most);
        begin(new float[inputFloats]);
        try {
            views[0].to(0, input);
            while (warmUp.another()) {
                for (int step = 0; step < imageSteps.length; step++) {
                    int at = step;
                    warmUp.repeat(views.length > 1 ? () -> imageSteps[at].run(views[0].tensors, scratch[at][0], 0, 1)
                            : () -> run(imageSteps[at], views[0].tensors, scratch[at]));
                }
                for (int step = 0; step < batchSteps.length; step++) {
                    int at = step;
                    warmUp.repeat(() -> run(batchSteps[at], batchTensors, scratch[imageSteps.length + at]));
                }
            }
        } finally {
            end();
        }
        return warmUp.warm();
    }

    private void begin(float[] input) {
        check("input", input.length, inputFloats);
        if (!state.compareAndSet(IDLE, RUNNING)) {
            throw new IllegalStateException(state.get() >= CLOSING ? "this inference is closed"
                    : "this inference of network " + plan.network().name() + " is running in another thread; maybe give each thread one of its own");
        }
        this.input = input;
        batchTensors[0].array = input;
    }

    private void run(Step step, Slice[] tensors, Scratch[] itsScratch) {
        if (workers == null) {
            step.run(tensors, itsScratch[0], 0, 1);
        } else {
            workers.run(step, tensors, itsScratch);
        }
    }

    /** Lets go of the caller's array. */
    private void end() {
        input = null;
        batchTensors[0].array = result.array;
        for (View view : views) {
            view.release();
        }
        if (!state.compareAndSet(RUNNING, IDLE)) {
            state.set(CLOSED);
            endWorkers();
        }
    }

    private void check(String what, int length, int expected) {
        if (length != expected) {
            throw new IllegalArgumentException(what + " has " + length + " elements instead of " + expected + " (batch "
                    + plan.options().batch() + " of network " + plan.network().name() + ")");
        }
    }

    @Override
    public OptionalLong arenaBytes() {
        return OptionalLong.of(plan.arenaBytes());
    }

    /**
     * Ends the worker threads; further runs are refused. A run that another thread is in the middle of goes to its end
     * first, without this waiting for it. Closing again does nothing.
     */
    @Override
    public void close() {
        if (state.getAndUpdate(before -> before == IDLE ? CLOSED : before == RUNNING ? CLOSING : before) == IDLE) {
            endWorkers();
        }
    }

    private void endWorkers() {
        if (workers != null) {
            workers.close();
        }
    }
}
