package finch.search.run;

import finch.accuracy.EstimateInterruptedException;
import finch.search.config.StoppingRule;
import finch.search.evolve.Candidate;
import finch.search.evolve.CandidateEvaluator;
import finch.search.evolve.Evaluation;
import finch.search.evolve.InFlight;
import finch.search.evolve.Outcome;
import finch.search.evolve.ParetoFront;
import finch.search.evolve.Refit;
import finch.space.Architecture;
import finch.space.Genome;
import finch.space.SearchSpace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * Answers an algorithm's candidates: from the journal while it lasts, then by evaluating them, on several threads but
 * journalled in the order of proposal, unless the algorithm has them {@linkplain EvaluationsInFlight in flight}. Counts, keeps the front and stops the search.
 */
final class EvaluationLoop implements CandidateEvaluator {
    /** Where evaluations take less on average, the thread that journals them takes part instead of waiting. */
    private static final long CHEAP_MICROS = 1000;
    /** Evaluations before their average is believed. */
    private static final long SOME = 100;
    /** Of an entry that gets its number when it comes into the journal. */
    static final long UNNUMBERED = -1;

    private final SearchSpace space;
    private final GenomeText genomes;
    private final Evaluating evaluator;
    private final int rungs;
    private final Journal journal;
    private final ParetoFront front;
    private final Stopper stopper;
    private final StopSignal signal;
    private final RunListener listener;
    private final Workers workers;
    private final Standby standby;
    private final RunCounts counts = new RunCounts();
    private long timed;
    private long timedMicros;
    private boolean replaying = true;
    /** Of those in flight, the last that began. */
    private int latest;
    private Ahead ahead;

    /**
     * Who evaluates.
     *
     * @param threads at least {@code count} of them; unused if that is 1
     * @param dear    whether evaluations may take long that most candidates do not come to: the thread that journals then
     *                takes no part in them, however little they took so far
     * @param places  where there may be fewer than threads
     */
    record Workers(ExecutorService threads, int count, boolean dear, Places places) {
        Workers(ExecutorService threads, int count, boolean dear) {
            this(threads, count, dear, Places.ENOUGH);
        }
    }

    /** Evaluates. */
    @FunctionalInterface
    interface Evaluating {
        /** @param rung of the ladder, from 1; 0 without one */
        Evaluation evaluate(Architecture architecture, int rung);
    }

    EvaluationLoop(SearchSpace space, Function<Architecture, Evaluation> evaluator, Journal journal, ParetoFront front, Stopper stopper,
                   BooleanSupplier cancelled, RunListener listener, Workers workers) {
        this(space, (architecture, rung) -> evaluator.apply(architecture), 0, journal, front, stopper, cancelled, listener, workers);
    }

    /** @param rungs of the ladder: the front, and rules that stop, heed the last alone; 0 without one */
    EvaluationLoop(SearchSpace space, Evaluating evaluator, int rungs, Journal journal, ParetoFront front, Stopper stopper,
                   BooleanSupplier cancelled, RunListener listener, Workers workers) {
        this.space = space;
        this.rungs = rungs;
        this.genomes = new GenomeText(space);
        this.evaluator = evaluator;
        this.journal = journal;
        this.front = front;
        this.stopper = stopper;
        this.signal = new StopSignal(stopper, cancelled);
        this.listener = listener;
        this.workers = workers;
        this.standby = Standby.of(workers.count());
    }

    RunCounts counts() {
        return counts;
    }

    /** Whether the search was stopped from outside. */
    boolean interrupted() {
        return signal.interrupted();
    }

    /** Whether the search's own thread was interrupted. It is not any more, since it could not write files. */
    boolean woken() {
        return signal.woken();
    }

    /** The rule that ended the search. */
    Optional<StoppingRule> fired() {
        return stopper.fired();
    }

    /** @throws IllegalArgumentException if the journal holds more than this search asked for */
    void requireAllReplayed() throws IOException {
        if (replaying && journal.replay().isPresent()) {
            throw new IllegalArgumentException("the journal holds more evaluations than the search proposes: config, data or program are"
                    + " not those that the run began with. Start a new run.");
        }
    }

    @Override
    public List<Outcome> evaluate(int generation, List<Candidate> candidates) {
        if (stopper.beforeGeneration(generation, counts.evaluated(), counts.failed())) {
            takeAhead().ifPresent(Ahead::leave);
            return List.of();
        }
        List<Outcome> outcomes = evaluated(generation, candidates, (int) Math.min(candidates.size(), stopper.evaluationsLeft(counts.evaluated())));
        if (outcomes.size() < candidates.size() && !signal.interrupted()) {
            stopper.beforeGeneration(generation, counts.evaluated(), counts.failed());
        }
        return outcomes;
    }

    /** {@link #evaluate} whatever rule has stopped the search; interruptions and the time that is left count as ever. */
    List<Outcome> evaluateLast(int generation, List<Candidate> candidates) {
        return evaluated(generation, candidates, candidates.size());
    }

    private List<Outcome> evaluated(int generation, List<Candidate> candidates, int wanted) {
        List<Outcome> outcomes = new ArrayList<>();
        Optional<Ahead> begun = takeAhead();
        try {
            replay(generation, candidates.subList(0, wanted), outcomes);
            // a journal ends where this was so, and one of an earlier version, which asked between batches, may have gone on
            if (outcomes.size() < wanted && !failsTooOften()) {
                evaluateNow(generation, candidates.subList(outcomes.size(), wanted), outcomes, begun);
                journal.unpark(counts.evaluated());
            }
        } catch (IOException e) {
            throw unwritable(e);
        } finally {
            begun.ifPresent(Ahead::leave);
        }
        // those that the stop cuts off get no outcome: they are neither evaluations nor repeats
        candidates.subList(0, outcomes.size()).forEach(candidate -> counts.proposed(candidate.proposed()));
        return outcomes;
    }

    @Override
    public InFlight inFlight() {
        return new EvaluationsInFlight(this, journal, signal, workers);
    }

    /** Whether rules let an evaluation begin beside those in flight. */
    boolean mayBegin(int generation, int flying) {
        if (isOver(generation) || stopper.evaluationsLeft(counts.evaluated()) <= flying) {
            return false;
        }
        latest = generation;
        return true;
    }

    private boolean isOver(int generation) {
        return stopper.beforeGeneration(generation, counts.evaluated(), counts.failed());
    }

    private boolean failsTooOften() {
        return stopper.failsTooOften(counts.evaluated(), counts.failed());
    }

    /** Nothing is in flight any more: a rule may have seen to that. */
    void nothingInFlight() {
        if (!signal.interrupted()) {
            isOver(latest);
        }
    }

    /** An evaluation in flight has come into the journal. */
    Outcome landed(int generation, Candidate candidate, JournalEntry entry) {
        counts.proposed(candidate.proposed());
        return count(generation, candidate.genome(), entry);
    }

    String hash(Candidate candidate) {
        return candidate.key().map(GenomeText::hash).orElseGet(() -> genomes.hash(candidate.genome()));
    }

    boolean isReplaying() {
        return replaying;
    }

    /** The next evaluation of earlier sessions; empty when there are no more, and evaluations begin. */
    Optional<JournalEntry> replayed() throws IOException {
        Optional<JournalEntry> entry = journal.replay();
        if (entry.isEmpty()) {
            replaying = false;
            stopper.startClock();
            listener.replayed(counts.evaluated(), stopper.evaluationLimit());
        } else {
            stopper.elapsedBefore(Duration.ofMillis(entry.get().atMillis()));
        }
        return entry;
    }

    UncheckedIOException unwritable(IOException e) {
        return new UncheckedIOException(journal + " cannot be written (" + e.getMessage() + "). What stands in it is kept: make room, then go on with"
                + " finch resume.", e);
    }

    private void evaluateNow(int generation, List<Candidate> candidates, List<Outcome> outcomes, Optional<Ahead> begun) throws IOException {
        EvaluationBatch batch = begun.filter(b -> b.isOf(generation, candidates)).map(Ahead::batch).orElseGet(() -> batch(generation, candidates));
        batch.run(candidates.size(), (i, entry) -> {
            timed++;
            timedMicros += entry.micros();
            outcomes.add(count(generation, candidates.get(i).genome(), entry));
            return !failsTooOften();
        });
    }

    private EvaluationBatch batch(int generation, List<Candidate> candidates) {
        EvaluationBatch batch = new EvaluationBatch(journal, signal, workers, standby, cheap());
        long id = counts.evaluated();
        for (Candidate candidate : candidates) {
            long own = id++;
            batch.add(() -> entry(own, generation, candidate));
        }
        return batch;
    }

    /** What takes microseconds begins at once, on another thread: making the next candidates takes as long. */
    @Override
    public void expect(int generation, Candidate candidate) {
        if (replaying || workers.count() < 2 || !cheap()) {
            return;
        }
        if (ahead == null || ahead.generation() != generation) {
            ahead = new Ahead(generation, new ArrayList<>(), new EvaluationBatch(journal, signal, workers, standby, true));
        }
        long id = counts.evaluated() + ahead.candidates().size();
        if (ahead.candidates().size() < stopper.evaluationsLeft(counts.evaluated())) {
            ahead.candidates().add(candidate);
            ahead.batch().begin(() -> entry(id, generation, candidate));
        }
    }

    private Optional<Ahead> takeAhead() {
        Optional<Ahead> taken = Optional.ofNullable(ahead);
        ahead = null;
        return taken;
    }

    /** Evaluations that begin before they are asked for. */
    private record Ahead(int generation, List<Candidate> candidates, EvaluationBatch batch) {
        /** Whether these are its first candidates; else what has begun is of no use. */
        boolean isOf(int asked, List<Candidate> first) {
            return generation == asked && first.size() <= candidates.size()
                    && IntStream.range(0, first.size()).allMatch(i -> candidates.get(i) == first.get(i));
        }

        void leave() {
            batch.leave();
        }
    }

    @Override
    public void refitted(Refit refit) {
        listener.refitted(refit);
    }

    private void replay(int generation, List<Candidate> candidates, List<Outcome> outcomes) throws IOException {
        while (replaying && outcomes.size() < candidates.size()) {
            Optional<JournalEntry> entry = replayed();
            if (entry.isEmpty()) {
                return;
            }
            Candidate candidate = candidates.get(outcomes.size());
            String hash = hash(candidate);
            if (!entry.get().hash().equals(hash) || entry.get().generation() != generation || entry.get().rung() != candidate.rung()) {
                throw new IllegalArgumentException("evaluation " + entry.get().id() + " of the journal is of genome " + entry.get().genome()
                        + ", but the search proposes " + genomes.of(candidate.genome())
                        + ": config, data or program are not those that the run began with. Start a new run.");
            }
            outcomes.add(count(generation, candidate.genome(), entry.get()));
        }
    }

    private Outcome count(int generation, Genome genome, JournalEntry entry) {
        counts.begun(generation);
        counts.evaluated(entry.evaluation(), entry.rung());
        if (entry.evaluation() instanceof Evaluation.Measured measured && entry.rung() == rungs) {
            stopper.measured(measured.values());
            if (front.add(entry.id(), genome, measured)) {
                stopper.improved(generation);
            }
        }
        listener.evaluated(counts.evaluated(), stopper.evaluationLimit(), generation, front.size(), entry.evaluation());
        return new Outcome(entry.id(), entry.evaluation());
    }

    private JournalEntry entry(long id, int generation, Candidate candidate) {
        Optional<JournalEntry> parked = journal.parked(id);
        if (parked.isPresent() && parked.get().hash().equals(hash(candidate)) && parked.get().rung() == candidate.rung()) {
            return parked.get();
        }
        return evaluated(id, generation, candidate);
    }

    /** @throws EstimateInterruptedException if the evaluation was broken off: that is no outcome */
    JournalEntry evaluated(long id, int generation, Candidate candidate) {
        long start = System.nanoTime();
        Evaluation evaluation;
        try {
            evaluation = evaluator.evaluate(space.decode(candidate.genome()), candidate.rung());
        } catch (EvaluationsStuckException | EstimateInterruptedException e) {
            throw e;
        } catch (RuntimeException e) {
            evaluation = new Evaluation.Failed(e.toString());
        }
        long micros = (System.nanoTime() - start) / 1000;
        return new JournalEntry(id, generation, candidate.parents(), candidate.operator(), genomes.of(candidate.genome()), hash(candidate), evaluation,
                micros, stopper.elapsed().toMillis(), candidate.rung());
    }

    private boolean cheap() {
        return !workers.dear() && timed >= SOME && timedMicros < CHEAP_MICROS * timed;
    }
}
