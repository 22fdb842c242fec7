package finch.search.run;

import finch.accuracy.EstimateInterruptedException;
import java.io.IOException;
import java.util.function.IntFunction;

/** Candidates evaluated together. Workers claim them in order, so that those finished at a stop have no gaps. */
final class EvaluationBatch {
    /** An evaluation that took longer and waits for its turn in the journal is parked. */
    private static final long PARKED_MICROS = 50_000;
    /** So much time spent on evaluations is worth a write to the journal. */
    private static final long FLUSHED_MICROS = 1000;

    private final IntFunction<JournalEntry> evaluator;
    private final Journal journal;
    private final StopSignal signal;
    private final EvaluationLoop.Workers workers;
    private final boolean parallel;
    private final boolean helping;
    private final JournalEntry[] entries;
    private int claimed;
    /** The one that the journal waits for. */
    private int written = -1;
    private int running;
    private boolean waiting;
    private boolean left;
    private long unflushedMicros;
    private Throwable failure;
    /** Finished evaluations are in memory only from then on. */
    private IOException unparked;

    /**
     * @param evaluator of the candidate of an index; throws {@link EstimateInterruptedException} if it was broken off
     * @param helping   whether the thread that journals evaluates too, instead of waiting
     */
    EvaluationBatch(int size, IntFunction<JournalEntry> evaluator, Journal journal, StopSignal signal, EvaluationLoop.Workers workers,
                    boolean helping) {
        this.evaluator = evaluator;
        this.journal = journal;
        this.signal = signal;
        this.workers = workers;
        this.helping = helping;
        this.entries = new JournalEntry[size];
        this.parallel = workers.count() > 1 && size > 1;
    }

    /** Hears of an entry that has come into the journal. */
    @FunctionalInterface
    interface Journalled {
        void heard(int index, JournalEntry entry);
    }

    /** What is finished comes into the journal, up to an evaluation that was broken off; long ones behind that stay parked. */
    void run(Journalled journalled) throws IOException {
        try {
            if (parallel) {
                running = Math.min(workers.count(), entries.length) - (helping ? 1 : 0);
                for (int i = running; i > 0; i--) {
                    workers.threads().execute(this::work);
                }
            }
            for (int i = 0; i < entries.length; i++) {
                JournalEntry entry = parallel ? finished(i) : signal.mayGoOn() ? unlessBrokenOff(i) : null;
                signal.heed();
                if (entry == null) {
                    break;
                }
                journal.append(entry);
                journalled.heard(i, entry);
                unflushedMicros += entry.micros();
                if (unflushedMicros >= FLUSHED_MICROS) {
                    journal.flush();
                    unflushedMicros = 0;
                }
            }
            journal.flush();
            requireParked();
        } finally {
            leave();
        }
    }

    /** Told only when what could not be parked has come into the journal. */
    private synchronized void requireParked() throws IOException {
        if (unparked != null) {
            throw unparked;
        }
    }

    private synchronized void leave() {
        left = true;
    }

    private void work() {
        try {
            boolean claims = true;
            while (claims && workers.places().take(this::goesOn)) {
                try {
                    claims = workOnNext();
                } finally {
                    workers.places().leave();
                }
            }
        } catch (RuntimeException | Error e) {
            synchronized (this) {
                failure = e;
            }
        } finally {
            synchronized (this) {
                running--;
                notifyAll();
            }
        }
    }

    /** Whether there was a next one. */
    private boolean workOnNext() {
        int i = claim();
        JournalEntry entry = i < 0 ? null : unlessBrokenOff(i);
        if (entry != null) {
            finished(i, entry);
        }
        return i >= 0;
    }

    private synchronized int claim() {
        return goesOn() ? claimed++ : -1;
    }

    private synchronized boolean goesOn() {
        return !hasEnded() && claimed < entries.length && signal.mayGoOn();
    }

    private boolean hasEnded() {
        return left || failure != null || unparked != null;
    }

    /** The entry; null, and the search stops, if its evaluation was broken off. */
    private JournalEntry unlessBrokenOff(int i) {
        try {
            return evaluator.apply(i);
        } catch (EstimateInterruptedException e) {
            signal.interrupt();
            return null;
        }
    }

    /** The entry, or null if the search stopped before it was claimed or while it was evaluated. */
    private JournalEntry finished(int i) {
        while (helping && !isFinished(i)) {
            int mine = claim();
            if (mine < 0) {
                break;
            }
            JournalEntry entry = unlessBrokenOff(mine);
            if (entry != null) {
                finished(mine, entry);
            }
        }
        return await(i);
    }

    private synchronized boolean isFinished(int i) {
        return entries[i] != null;
    }

    private void finished(int i, JournalEntry entry) {
        boolean park;
        synchronized (this) {
            // of what goes on behind a search that has ended, and is broken off, only the journal tells the truth
            park = entry.micros() > PARKED_MICROS && i > written && !left && unparked == null;
        }
        IOException problem = null;
        if (park) {
            try {
                journal.park(entry);
            } catch (IOException e) {
                problem = e;
            }
        }
        synchronized (this) {
            entries[i] = entry;
            unparked = unparked == null ? problem : unparked;
            if (waiting && i == written) {
                notifyAll();
            }
        }
    }

    /** A failure elsewhere is told when all that stands before it is journalled. */
    private synchronized JournalEntry await(int i) {
        written = i;
        while (entries[i] == null && running > 0) {
            waiting = true;
            try {
                wait();
            } catch (InterruptedException e) {
                signal.wake();
            }
        }
        waiting = false;
        if (entries[i] == null) {
            switch (failure) {
                case null -> { }
                case Error error -> throw error;
                case RuntimeException exception -> throw exception;
                default -> throw new IllegalStateException(failure);
            }
        }
        return entries[i];
    }
}
