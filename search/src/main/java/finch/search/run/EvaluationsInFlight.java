package finch.search.run;

import finch.accuracy.EstimateInterruptedException;
import finch.search.evolve.Candidate;
import finch.search.evolve.InFlight;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;

/**
 * Candidates whose evaluations overlap, journalled in the order in which they end. That order is all that a search in flight depends on, so the journal
 * is enough to go on from; what was in flight when a run ended is proposed again, and evaluated again.
 */
final class EvaluationsInFlight implements InFlight {
    private final EvaluationLoop loop;
    private final Journal journal;
    private final StopSignal signal;
    private final EvaluationLoop.Workers workers;
    /** By hash of the genome, in the order of proposal. */
    private final Map<String, Flying> flying = new LinkedHashMap<>();
    /** Those that no worker has begun with. */
    private final Queue<Flying> waiting = new ArrayDeque<>();
    private final Queue<JournalEntry> ended = new ArrayDeque<>();
    private int working;
    private Throwable failure;

    private record Flying(int generation, Candidate candidate) {}

    EvaluationsInFlight(EvaluationLoop loop, Journal journal, StopSignal signal, EvaluationLoop.Workers workers) {
        this.loop = loop;
        this.journal = journal;
        this.signal = signal;
        this.workers = workers;
    }

    @Override
    public void begin(int generation, Candidate candidate) {
        if (loop.mayBegin(generation, flying.size())) {
            Flying one = new Flying(generation, candidate);
            flying.put(loop.hash(candidate), one);
            if (!loop.isReplaying()) {
                evaluate(one);
            }
        }
    }

    @Override
    public Optional<Landed> next() {
        try {
            Optional<JournalEntry> entry = flying.isEmpty() ? Optional.empty() : loop.isReplaying() ? replayed() : awaited();
            if (entry.isEmpty()) {
                loop.nothingInFlight();
                return Optional.empty();
            }
            Flying one = flying.remove(entry.get().hash());
            return Optional.of(new Landed(one.candidate(), loop.landed(one.generation(), one.candidate(), entry.get())));
        } catch (IOException e) {
            throw loop.unwritable(e);
        }
    }

    /** The next one of an earlier session, or the first that ends of what was in flight behind the last. */
    private Optional<JournalEntry> replayed() throws IOException {
        Optional<JournalEntry> entry = loop.replayed();
        if (entry.isEmpty()) {
            flying.values().forEach(this::evaluate);
            return awaited();
        }
        Flying one = flying.get(entry.get().hash());
        if (one == null || one.generation() != entry.get().generation()) {
            throw new IllegalArgumentException("evaluation " + entry.get().id() + " of the journal is of genome " + entry.get().genome()
                    + ", which the search does not propose there: config, data or program are not those that the run began with. Start a new run.");
        }
        return entry;
    }

    private Optional<JournalEntry> awaited() throws IOException {
        Optional<JournalEntry> entry = firstEnded().map(e -> e.numbered(loop.counts().evaluated()));
        signal.heed();
        if (entry.isPresent()) {
            journal.append(entry.get());
            journal.flush();
        }
        return entry;
    }

    /** A failure elsewhere is told when all that has ended is journalled. */
    private synchronized Optional<JournalEntry> firstEnded() {
        while (ended.isEmpty() && working > 0) {
            try {
                wait();
            } catch (InterruptedException e) {
                signal.wake();
            }
        }
        if (ended.isEmpty()) {
            switch (failure) {
                case null -> { }
                case Error error -> throw error;
                case RuntimeException exception -> throw exception;
                default -> throw new IllegalStateException(failure);
            }
        }
        return Optional.ofNullable(ended.poll());
    }

    private synchronized void evaluate(Flying one) {
        waiting.add(one);
        working++;
        workers.threads().execute(this::work);
    }

    /** Evaluates the first that waits, when there is a place for it. */
    private void work() {
        JournalEntry entry = null;
        Throwable problem = null;
        try {
            if (workers.places().take(this::goesOn)) {
                try {
                    Flying one = claim();
                    entry = one == null ? null : loop.evaluated(EvaluationLoop.UNNUMBERED, one.generation(), one.candidate());
                } finally {
                    workers.places().leave();
                }
            }
        } catch (EstimateInterruptedException e) {
            signal.interrupt();
        } catch (RuntimeException | Error e) {
            problem = e;
        }
        synchronized (this) {
            if (entry != null) {
                ended.add(entry);
            }
            failure = failure == null ? problem : failure;
            working--;
            notifyAll();
        }
    }

    private synchronized Flying claim() {
        return goesOn() ? waiting.poll() : null;
    }

    private synchronized boolean goesOn() {
        return failure == null && signal.mayGoOn();
    }
}
