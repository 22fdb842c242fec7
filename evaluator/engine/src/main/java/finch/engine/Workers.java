package finch.engine;

import finch.engine.kernel.Slice;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Threads that share the steps of one inference with the caller. A worker spins for the next step for some tens of
 * microseconds, about the length of a step, and then sleeps, so that an idle inference costs nothing. Each step has a
 * number that only grows: a counter that is reset would race with late readers.
 */
final class Workers implements AutoCloseable {
    private static final int SPINS = 5_000;
    private static final int CLOSED = -1;

    private final int parts;
    private final Thread[] threads;
    private final AtomicInteger finished = new AtomicInteger();
    private volatile int ticket;
    private volatile Throwable failure;
    private final boolean[] asleep;
    private Step step;
    private Slice[] tensors;
    private Slice[] scratch;
    private int finishedBefore;

    Workers(int parts) {
        this.parts = parts;
        this.threads = new Thread[parts - 1];
        this.asleep = new boolean[parts];
        for (int part = 1; part < parts; part++) {
            int own = part;
            threads[part - 1] = Thread.ofPlatform().daemon().name("finch-inference-" + part).start(() -> work(own));
        }
    }

    /**
     * Runs one step on all threads and returns when all are done.
     *
     * @param itsScratch of each thread, the caller's first
     */
    void run(Step next, Slice[] itsTensors, Slice[] itsScratch) {
        step = next;
        tensors = itsTensors;
        scratch = itsScratch;
        int target = finishedBefore + parts - 1;
        finishedBefore = target;
        ticket = ticket + 1 == CLOSED ? 0 : ticket + 1; // publishes the step
        for (int part = 1; part < parts; part++) {
            if (Asleep.get(asleep, part)) {
                LockSupport.unpark(threads[part - 1]);
            }
        }
        try {
            next.run(itsTensors, itsScratch[0], 0, parts);
        } finally {
            // on a busy machine a worker may have lost its core: let it have this one
            for (int spins = 0; finished.get() != target; spins++) {
                if (spins < SPINS) {
                    Thread.onSpinWait();
                } else {
                    Thread.yield();
                }
            }
        }
        Throwable cause = failure;
        if (cause != null) {
            failure = null;
            throw new IllegalStateException("step " + next.name() + " failed in a worker thread", cause);
        }
    }

    private void work(int part) {
        int seen = 0;
        while (true) {
            int spins = 0;
            while (ticket == seen) {
                if (++spins < SPINS) {
                    Thread.onSpinWait();
                } else {
                    Asleep.set(asleep, part, true);
                    if (ticket == seen) {
                        LockSupport.park(this);
                    }
                    Asleep.set(asleep, part, false);
                }
            }
            seen = ticket;
            if (seen == CLOSED) {
                return;
            }
            try {
                step.run(tensors, scratch[part], part, parts);
            } catch (RuntimeException | Error e) {
                failure = e;
            } finally {
                finished.incrementAndGet();
            }
        }
    }

    @Override
    public void close() {
        ticket = CLOSED;
        for (Thread thread : threads) {
            LockSupport.unpark(thread);
        }
    }

    /** Volatile access to the flags: sleeper and waker each write, fence, then read the other's variable. */
    private static final class Asleep {
        private static final java.lang.invoke.VarHandle FLAGS =
                java.lang.invoke.MethodHandles.arrayElementVarHandle(boolean[].class);

        static boolean get(boolean[] flags, int index) {
            return (boolean) FLAGS.getVolatile(flags, index);
        }

        static void set(boolean[] flags, int index, boolean value) {
            FLAGS.setVolatile(flags, index, value);
        }
    }
}
