package finch.engine;

import finch.engine.kernel.Slice;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/**
 * Threads that share the steps of one inference with the caller. A worker spins for the next step for some tens of
 * microseconds, about the length of a step, and then sleeps, so that an idle inference costs nothing. Each step has a
 * number that only grows: a counter that is reset would race with late readers.
 *
 * <p>Interrupts mean nothing here: the caller's status is left as it is, and a worker clears its own, with which it could
 * not sleep. A step that fails, in any of the threads, is waited for in all of them before the caller learns of it, so that
 * the next step finds every worker ready.
 */
final class Workers implements AutoCloseable {
    private static final int SPINS = 5_000;
    private static final int CLOSED = -1;

    private final int parts;
    private final int spins;
    private final Thread[] threads;
    private final AtomicInteger finished = new AtomicInteger();
    private volatile int ticket;
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private final boolean[] asleep;
    private Step step;
    private Slice[] tensors;
    private Scratch[] scratch;
    private int finishedBefore;

    /** @throws IllegalStateException if the system gives no more threads; those that it gave are ended */
    Workers(int parts) {
        this(parts, Thread.ofPlatform().daemon().name("finch-inference-", 1).factory());
    }

    Workers(int parts, ThreadFactory factory) {
        this.parts = parts;
        // where threads share a core, whoever spins keeps it from the one that is waited for
        this.spins = parts <= java.lang.Runtime.getRuntime().availableProcessors() ? SPINS : 1;
        this.threads = new Thread[parts - 1];
        this.asleep = new boolean[parts];
        try {
            for (int part = 1; part < parts; part++) {
                int own = part;
                Thread thread = factory.newThread(() -> work(own));
                thread.start();
                threads[part - 1] = thread;
            }
        } catch (OutOfMemoryError e) {
            // so the JVM says that the system's threads are used up
            close();
            throw new IllegalStateException("cannot start the " + (parts - 1) + " threads that an inference with " + parts
                    + " threads needs beside the caller's; maybe use fewer threads", e);
        }
    }

    /**
     * Runs one step on all threads and returns when all are done, or have failed.
     *
     * @param itsScratch of each thread, the caller's first
     * @throws IllegalStateException if the step failed in a worker; what it threw is the cause. What it threw in the caller's
     *                               own part comes as it is, with that of a worker suppressed
     */
    void run(Step next, Slice[] itsTensors, Scratch[] itsScratch) {
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
        } catch (Throwable e) {
            await(target);
            Throwable other = failure.getAndSet(null);
            if (other != null && other != e) {
                e.addSuppressed(other);
            }
            throw e;
        }
        await(target);
        if (failure.get() != null) {
            throw new IllegalStateException("step " + next.name() + " failed in a worker thread", failure.getAndSet(null));
        }
    }

    private void await(int target) {
        // on a busy machine a worker may have lost its core: let it have this one
        for (int waited = 0; finished.get() != target; waited++) {
            if (waited < spins) {
                Thread.onSpinWait();
            } else {
                Thread.yield();
            }
        }
    }

    private void work(int part) {
        int seen = 0;
        while (true) {
            int waited = 0;
            while (ticket == seen) {
                if (++waited < spins) {
                    Thread.onSpinWait();
                } else {
                    Asleep.set(asleep, part, true);
                    if (ticket == seen) {
                        LockSupport.park(this);
                        Thread.interrupted(); // an interrupted thread does not park: it would spin until closed
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
            } catch (Throwable e) {
                Throwable first = failure.compareAndExchange(null, e);
                if (first != null && first != e) {
                    first.addSuppressed(e);
                }
            } finally {
                finished.incrementAndGet();
            }
        }
    }

    /** Ends the threads, which must be idle, and does not wait for that. */
    @Override
    public void close() {
        ticket = CLOSED;
        for (Thread thread : threads) {
            LockSupport.unpark(thread); // does nothing where there is none
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
