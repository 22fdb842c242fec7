package finch.engine.gradient;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/**
 * Threads that share numbered tasks with the caller: each takes the next number that nobody has. Which thread does which task
 * changes from run to run, so tasks write to places of their own. A worker waits for some tens of microseconds for the
 * next run and then sleeps.
 */
final class Team implements AutoCloseable {
    /** Work in numbered tasks. */
    interface Work {
        /** @param thread that does it, from 0; for scratch */
        void task(int number, int thread);
    }

    private static final int SPINS = 20_000;
    private static final int CLOSED = -1;

    private final int spins;
    private final Thread[] workers;
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicInteger finished = new AtomicInteger();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private volatile int ticket;
    private Work work;
    private int tasks;

    /** @param threads the caller's included */
    Team(int threads) {
        this.spins = threads <= Runtime.getRuntime().availableProcessors() ? SPINS : 1;
        this.workers = new Thread[threads - 1];
        for (int i = 0; i < workers.length; i++) {
            int thread = i + 1;
            workers[i] = Thread.ofPlatform().daemon().name("finch-gradient-" + thread).start(() -> serve(thread));
        }
    }

    /**
     * Does all tasks and returns. What one throws comes to the caller after all threads have stopped.
     *
     * @throws IllegalStateException if the team is closed: nobody would ever finish
     */
    void run(Work itsWork, int itsTasks) {
        if (ticket == CLOSED) {
            throw new IllegalStateException("the threads have ended");
        }
        work = itsWork;
        tasks = itsTasks;
        next.set(0);
        boolean shared = workers.length > 0 && itsTasks > 1;
        if (shared) {
            finished.set(0);
            ticket = ticket + 1 == CLOSED ? 0 : ticket + 1; // publishes the work
            for (Thread worker : workers) {
                LockSupport.unpark(worker);
            }
        }
        take(0);
        if (shared) {
            for (int waited = 0; finished.get() != workers.length; waited++) {
                if (waited < spins) {
                    Thread.onSpinWait();
                } else {
                    Thread.yield();
                }
            }
        }
        switch (failure.getAndSet(null)) {
            case null -> { }
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            case Throwable e -> throw new IllegalStateException(e);
        }
    }

    private void take(int thread) {
        try {
            for (int task = next.getAndIncrement(); task < tasks; task = next.getAndIncrement()) {
                work.task(task, thread);
            }
        } catch (Throwable e) {
            failure.compareAndSet(null, e);
        }
    }

    private void serve(int thread) {
        for (int seen = 0; ; ) {
            for (int waited = 0; ticket == seen; waited++) {
                if (waited < spins) {
                    Thread.onSpinWait();
                } else {
                    LockSupport.park(this);
                    Thread.interrupted(); // an interrupted thread does not park
                }
            }
            seen = ticket;
            if (seen == CLOSED) {
                return;
            }
            take(thread);
            finished.incrementAndGet();
        }
    }

    @Override
    public void close() {
        ticket = CLOSED;
        for (Thread worker : workers) {
            LockSupport.unpark(worker);
        }
    }
}
