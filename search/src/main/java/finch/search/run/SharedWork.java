package finch.search.run;

import java.util.concurrent.Executor;
import java.util.function.IntConsumer;

/**
 * Parts that do not depend on each other, done by the thread that wants them and by others that have time. Nobody waits for a thread that has not begun: where all
 * are busy with something else, the one that wants the parts does them all.
 */
final class SharedWork {
    /** Parts that are claimed together. */
    private static final int CHUNK = 8;

    private final int count;
    private final IntConsumer work;
    private int claimed;
    private int done;
    private Throwable failure;

    private SharedWork(int count, IntConsumer work) {
        this.count = count;
        this.work = work;
    }

    /** @param helpers how many other threads may help */
    static void run(int count, IntConsumer work, Executor threads, int helpers) {
        SharedWork shared = new SharedWork(count, work);
        for (int i = 0; i < Math.min(helpers, (count - 1) / CHUNK); i++) {
            threads.execute(shared::work);
        }
        shared.work();
        shared.await();
    }

    private void work() {
        int from = claim();
        while (from < count) {
            int to = Math.min(count, from + CHUNK);
            Throwable problem = null;
            try {
                for (int i = from; i < to; i++) {
                    work.accept(i);
                }
            } catch (RuntimeException | Error e) {
                problem = e;
            }
            ended(to - from, problem);
            from = claim();
        }
    }

    private synchronized int claim() {
        int from = claimed;
        claimed = Math.min(count, claimed + CHUNK);
        return from;
    }

    private synchronized void ended(int parts, Throwable problem) {
        done += parts;
        failure = failure == null ? problem : failure;
        notifyAll();
    }

    private synchronized void await() {
        boolean interrupted = false;
        while (done < count) {
            try {
                wait();
            } catch (InterruptedException e) {
                // what others have begun ends soon, and is needed
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        switch (failure) {
            case null -> { }
            case Error error -> throw error;
            case RuntimeException exception -> throw exception;
            default -> throw new IllegalStateException(failure);
        }
    }
}
