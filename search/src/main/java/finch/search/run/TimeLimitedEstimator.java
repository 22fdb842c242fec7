package finch.search.run;

import finch.accuracy.AccuracyEstimate;
import finch.accuracy.AccuracyEstimator;
import finch.accuracy.EstimateInterruptedException;
import finch.search.config.Accuracy;
import finch.space.Architecture;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Gives another estimator so much time for each estimate and then interrupts it. What does not heed the interruption goes
 * on in a thread of its own, unheard; a few of these are borne with, more would take the processor from all others.
 */
final class TimeLimitedEstimator implements AccuracyEstimator {
    /** Overdue estimates that may still be running. */
    static final int MOST_OVERDUE = 16;

    private final AccuracyEstimator estimator;
    private final Duration limit;
    private final AtomicInteger overdue = new AtomicInteger();
    private final ExecutorService threads = Executors.newCachedThreadPool(Thread.ofPlatform().daemon().name("estimate-", 0).factory());

    TimeLimitedEstimator(AccuracyEstimator estimator, Duration limit) {
        this.estimator = estimator;
        this.limit = limit;
    }

    /** With the time limit of its config, if that has one. */
    static AccuracyEstimator limited(AccuracyEstimator estimator, Accuracy choice) {
        return choice.timeLimit().<AccuracyEstimator>map(limit -> new TimeLimitedEstimator(estimator, limit)).orElse(estimator);
    }

    /** An estimate took too long: the evaluation has failed. */
    static final class OverdueException extends RuntimeException {
        private static final long serialVersionUID = 1;

        OverdueException(Duration limit) {
            super("the accuracy estimator took longer than accuracy.timeout, " + limit);
        }
    }

    /** Too many overdue estimates cannot be stopped: the search cannot go on. */
    static final class StuckException extends EvaluationsStuckException {
        private static final long serialVersionUID = 1;

        StuckException(Duration limit) {
            super("estimates that cannot be stopped", "more than " + MOST_OVERDUE + " estimates that took longer than accuracy.timeout, " + limit
                    + ", do not heed interruption and go on running. finch resume goes on in a new process.");
        }
    }

    /**
     * @throws OverdueException if it takes too long, and whatever the estimator throws
     * @throws EstimateInterruptedException if the waiting thread is interrupted
     */
    @Override
    public AccuracyEstimate estimate(Architecture architecture) {
        if (overdue.get() > MOST_OVERDUE) {
            throw new StuckException(limit);
        }
        Attempt attempt = new Attempt(architecture);
        Future<AccuracyEstimate> answer = threads.submit(attempt::run);
        try {
            return answer.get(TimeUnit.NANOSECONDS.convert(limit), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            attempt.giveUp();
            answer.cancel(true);
            throw new OverdueException(limit);
        } catch (InterruptedException e) {
            attempt.giveUp();
            answer.cancel(true);
            Thread.currentThread().interrupt();
            throw new EstimateInterruptedException(e);
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case RuntimeException failure -> throw failure;
                case Error failure -> throw failure;
                default -> throw new IllegalStateException(e.getCause());
            }
        }
    }

    /** One call of the estimator, counted as overdue from when it is given up until it ends. */
    private final class Attempt {
        private final Architecture architecture;
        private boolean givenUp;
        private boolean running;

        Attempt(Architecture architecture) {
            this.architecture = architecture;
        }

        AccuracyEstimate run() {
            begin();
            try {
                return estimator.estimate(architecture);
            } finally {
                end();
            }
        }

        private synchronized void begin() {
            if (givenUp) {
                throw new IllegalStateException("given up before it began");
            }
            running = true;
        }

        private synchronized void end() {
            running = false;
            if (givenUp) {
                overdue.decrementAndGet();
            }
        }

        synchronized void giveUp() {
            givenUp = true;
            if (running) {
                overdue.incrementAndGet();
            }
        }
    }
}
