package finch.search.run;

import finch.search.evolve.Evaluation;
import finch.search.evolve.Refit;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;

/**
 * Writes the front of a search that goes on now and then, so that a long one can be looked at. It changes nothing of the
 * search and takes at most a hundredth of its time.
 */
final class FrontRefresh {
    private static final Duration INTERVAL = Duration.ofSeconds(10);
    private static final int SHARE = 100;

    private final long interval;
    private Writing writing = () -> { };
    private long next;

    FrontRefresh() {
        this(INTERVAL);
    }

    /** @param interval between two writings at least */
    FrontRefresh(Duration interval) {
        this.interval = interval.toNanos();
        this.next = System.nanoTime() + this.interval;
    }

    /** Writes the front. */
    @FunctionalInterface
    interface Writing {
        void run() throws IOException;
    }

    void begin(Writing what) {
        writing = what;
    }

    /** The listener, with a look at the clock after each evaluation. */
    RunListener listening(RunListener listener) {
        return new RunListener() {
            @Override
            public void refitted(Refit refit) {
                listener.refitted(refit);
            }

            @Override
            public void replayed(long count, long limit) {
                listener.replayed(count, limit);
            }

            @Override
            public void evaluated(long count, long limit, int generation, int frontSize, Evaluation evaluation) {
                listener.evaluated(count, limit, generation, frontSize, evaluation);
                if (frontSize > 0 && System.nanoTime() - next > 0) {
                    write();
                }
            }
        };
    }

    private void write() {
        long start = System.nanoTime();
        try {
            writing.run();
        } catch (IOException e) {
            throw new UncheckedIOException("the front as it stands cannot be written (" + e.getMessage() + "). The journal is kept: make room, then go on with"
                    + " finch resume.", e);
        }
        long end = System.nanoTime();
        next = end + Math.max(interval, SHARE * (end - start));
    }
}
