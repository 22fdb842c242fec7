package finch.search.run;

import finch.accuracy.EstimateInterruptedException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * Candidates evaluated together. Workers claim them in order, so that those finished at a stop have no gaps. They may be given one after
 * the other: the first are evaluated then while the last are made.
 */
final class EvaluationBatch {
    /** An evaluation that took longer and waits for its turn in the journal is parked. */
    private static final long PARKED_MICROS = 50_000;
    /** So much time spent on evaluations is worth a write to the journal. */
    private static final long FLUSHED_MICROS = 1000;

    private final Journal journal;
    private final StopSignal signal;
    private final EvaluationLoop.Workers workers;
    private final Standby standby;
    private final boolean helping;
    private final List<Slot> slots = new ArrayList<>();
    /** No more are given, and so many of them are wanted. */
    private boolean closed;
    private int wanted = Integer.MAX_VALUE;
    private int claimed;
    /** The one that the journal waits for. */
    private int written = -1;
    private int running;
    /** Workers that wait for what is given next. */
    private int idle;
    private boolean waiting;
    private boolean left;
    private long unflushedMicros;
    private Throwable failure;
    /** Finished evaluations are in memory only from then on. */
    private IOException unparked;

    /**
     * @param standby where workers wait for the next batch, if evaluations are cheap
     * @param helping whether they are: the thread that journals evaluates too, instead of waiting
     */
    EvaluationBatch(Journal journal, StopSignal signal, EvaluationLoop.Workers workers, Standby standby, boolean helping) {
        this.standby = standby;
        this.journal = journal;
        this.signal = signal;
        this.workers = workers;
        this.helping = helping;
    }

    /** Of one candidate. */
    private static final class Slot {
        private final int index;
        private final Supplier<JournalEntry> evaluation;
        private volatile Finished finished;

        private Slot(int index, Supplier<JournalEntry> evaluation) {
            this.index = index;
            this.evaluation = evaluation;
        }
    }

    /** @param line of the journal; spelled where the network was evaluated, since the thread that journals has enough to do */
    private record Finished(JournalEntry entry, String line) {
        private Finished(JournalEntry entry) {
            this(entry, JournalLine.of(entry));
        }
    }

    /** Hears of an entry that has come into the journal. */
    @FunctionalInterface
    interface Journalled {
        /** @return whether the next is wanted */
        boolean heard(int index, JournalEntry entry);
    }

    /** @param evaluation of one more candidate; throws {@link EstimateInterruptedException} if it was broken off */
    synchronized void add(Supplier<JournalEntry> evaluation) {
        slots.add(new Slot(slots.size(), evaluation));
    }

    /** {@link #add} of a candidate that a worker may begin with at once. */
    void begin(Supplier<JournalEntry> evaluation) {
        int wanting;
        synchronized (this) {
            add(evaluation);
            wanting = wanting(slots.size());
            if (wanting == 0 && idle > 0) {
                notifyAll();
            }
        }
        start(wanting);
    }

    /** How many more workers are to begin, which count as running from now on. @param candidates for which there are to be some */
    private int wanting(int candidates) {
        int wanting = Math.max(0, Math.min(workers.count() - (helping ? 1 : 0), candidates) - running);
        running += wanting;
        return wanting;
    }

    private void start(int count) {
        for (int i = 0; i < count; i++) {
            if (!standby.hand(this)) {
                workers.threads().execute(this::workOn);
            }
        }
    }

    /** In this batch, and in those that follow at once. */
    private void workOn() {
        EvaluationBatch batch = this;
        while (batch != null) {
            batch.work();
            batch = batch.helping ? standby.next() : null;
        }
    }

    /**
     * What is finished comes into the journal, up to an evaluation that was broken off; long ones behind that stay parked.
     *
     * @param count of them are wanted, the first
     */
    void run(int count, Journalled journalled) throws IOException {
        boolean parallel = close(count);
        try {
            for (int i = 0; i < count; i++) {
                Slot slot = slot(i);
                Finished finished = parallel ? finished(slot) : signal.mayGoOn() ? unlessBrokenOff(slot) : null;
                signal.heed();
                if (finished == null) {
                    break;
                }
                journal.append(finished.line());
                boolean goesOn = journalled.heard(i, finished.entry());
                unflushedMicros += finished.entry().micros();
                if (unflushedMicros >= FLUSHED_MICROS) {
                    journal.flush();
                    unflushedMicros = 0;
                }
                if (!goesOn) {
                    break;
                }
            }
            journal.flush();
            requireParked();
        } finally {
            leave();
        }
    }

    /** No more candidates are given. @return whether workers evaluate */
    private boolean close(int count) {
        boolean parallel;
        int wanting = 0;
        synchronized (this) {
            closed = true;
            wanted = count;
            parallel = workers.count() > 1 && count > 1 || claimed > 0 || running > 0;
            if (parallel) {
                wanting = wanting(count);
            }
            notifyAll();
        }
        start(wanting);
        return parallel;
    }

    /** Told only when what could not be parked has come into the journal. */
    private synchronized void requireParked() throws IOException {
        if (unparked != null) {
            throw unparked;
        }
    }

    /** Nothing more is evaluated, and what is in hand is of no use. */
    synchronized void leave() {
        left = true;
        notifyAll();
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
        Slot slot = claim(true);
        Finished finished = slot == null ? null : unlessBrokenOff(slot);
        if (finished != null) {
            finished(slot, finished);
        }
        return slot != null;
    }

    private synchronized Slot slot(int i) {
        return slots.get(i);
    }

    /** The next one; null if there is none, or none yet for one that does not wait. */
    private synchronized Slot claim(boolean waits) {
        while (waits && !closed && claimed == slots.size() && !hasEnded()) {
            idle++;
            try {
                wait();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return null;
            } finally {
                idle--;
            }
        }
        return claimed < slots.size() && goesOn() ? slots.get(claimed++) : null;
    }

    private synchronized boolean goesOn() {
        return !hasEnded() && (!closed || claimed < wanted) && signal.mayGoOn();
    }

    private boolean hasEnded() {
        return left || failure != null || unparked != null;
    }

    /** What it came to; null, and the search stops, if the evaluation was broken off. */
    private Finished unlessBrokenOff(Slot slot) {
        try {
            return new Finished(slot.evaluation.get());
        } catch (EstimateInterruptedException e) {
            signal.interrupt();
            return null;
        }
    }

    /** What it came to, or null if the search stopped before it was claimed or while it was evaluated. */
    private Finished finished(Slot slot) {
        while (helping && !isFinished(slot)) {
            Slot mine = claim(false);
            if (mine == null) {
                break;
            }
            Finished finished = unlessBrokenOff(mine);
            if (finished != null) {
                finished(mine, finished);
            }
        }
        if (helping) {
            standby.awaits(() -> isFinished(slot));
        }
        return await(slot);
    }

    private static boolean isFinished(Slot slot) {
        return slot.finished != null;
    }

    private void finished(Slot slot, Finished finished) {
        boolean park;
        synchronized (this) {
            // of what goes on behind a search that has ended, and is broken off, only the journal tells the truth
            park = finished.entry().micros() > PARKED_MICROS && slot.index > written && !left && unparked == null;
        }
        IOException problem = null;
        if (park) {
            try {
                journal.park(finished.entry());
            } catch (IOException e) {
                problem = e;
            }
        }
        synchronized (this) {
            slot.finished = finished;
            unparked = unparked == null ? problem : unparked;
            if (waiting && slot.index == written) {
                notifyAll();
            }
        }
    }

    /** A failure elsewhere is told when all that stands before it is journalled. */
    private synchronized Finished await(Slot slot) {
        written = slot.index;
        while (slot.finished == null && running > 0) {
            waiting = true;
            try {
                wait();
            } catch (InterruptedException e) {
                signal.wake();
            }
        }
        waiting = false;
        if (slot.finished == null) {
            switch (failure) {
                case null -> { }
                case Error error -> throw error;
                case RuntimeException exception -> throw exception;
                default -> throw new IllegalStateException(failure);
            }
        }
        return slot.finished;
    }
}
