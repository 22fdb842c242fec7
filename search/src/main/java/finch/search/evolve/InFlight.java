package finch.search.evolve;

import java.util.Optional;

/**
 * Evaluations that overlap: each is answered when it has ended, whatever was begun before it. What an algorithm proposes then follows from the order
 * of the answers, which is that of the journal.
 */
public interface InFlight {
    /** An evaluation that has ended. */
    record Landed(Candidate candidate, Outcome outcome) {}

    /** Begins an evaluation as soon as there is a worker for it; or does not where the search is to end. The genome is not in flight yet. */
    void begin(int generation, Candidate candidate);

    /**
     * Waits until one more has ended.
     *
     * @return empty where nothing is in flight any more, or the search is to stop now
     */
    Optional<Landed> next();
}
