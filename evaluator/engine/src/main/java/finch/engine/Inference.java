package finch.engine;

import finch.engine.kernel.Slice;
import java.util.OptionalLong;

/**
 * The memory and threads in which one caller runs a {@link Plan}. Not safe for concurrent use. Running allocates
 * nothing.
 */
public final class Inference implements LoadedNetwork {
    private final Plan plan;
    private final Step[] steps;
    private final float[] arena;
    private final Slice[] tensors;
    private final Slice[] scratch;
    private final int inputFloats;
    private final int outputFloats;
    private final Workers workers;
    private boolean closed;

    Inference(Plan plan) {
        this.plan = plan;
        this.steps = plan.steps();
        this.arena = new float[plan.arenaFloats()];
        this.tensors = new Slice[plan.offsets().length];
        for (int tensor = 0; tensor < tensors.length; tensor++) {
            tensors[tensor] = new Slice(arena, Math.max(plan.offsets()[tensor], 0));
        }
        int threads = plan.options().threads();
        this.scratch = new Slice[threads];
        for (int part = 0; part < threads; part++) {
            scratch[part] = new Slice(arena, plan.arenaFloats() - (threads - part) * plan.scratchFloats());
        }
        this.inputFloats = plan.options().batch() * plan.network().input().size();
        this.outputFloats = plan.options().batch() * plan.network().output().size();
        this.workers = threads == 1 ? null : new Workers(threads, tensors, scratch);
    }

    @Override
    public void run(float[] input, float[] output) {
        check("output", output.length, outputFloats);
        begin(input);
        for (Step step : steps) {
            run(step);
        }
        Slice result = tensors[plan.outputTensor()];
        System.arraycopy(result.array, result.offset, output, 0, outputFloats);
        end();
    }

    /**
     * Runs once and tells how long each step took.
     *
     * @param nanos one entry per {@link Plan#stepNames() step}, overwritten
     */
    public void time(float[] input, long[] nanos) {
        check("nanos", nanos.length, steps.length);
        begin(input);
        long before = System.nanoTime();
        for (int i = 0; i < steps.length; i++) {
            run(steps[i]);
            long now = System.nanoTime();
            nanos[i] = now - before;
            before = now;
        }
        end();
    }

    private void begin(float[] input) {
        if (closed) {
            throw new IllegalStateException("this inference is closed");
        }
        check("input", input.length, inputFloats);
        if (plan.offsets()[0] >= 0) {
            System.arraycopy(input, 0, arena, plan.offsets()[0], inputFloats);
        } else {
            tensors[0].array = input;
        }
    }

    private void run(Step step) {
        if (workers == null) {
            step.run(tensors, scratch[0], 0, 1);
        } else {
            workers.run(step);
        }
    }

    /** Lets go of the caller's array. */
    private void end() {
        tensors[0].array = arena;
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

    @Override
    public void close() {
        closed = true;
        if (workers != null) {
            workers.close();
        }
    }
}
