package finch.search.evolve;

import java.util.List;

/** Evaluates what an algorithm proposes. */
public interface CandidateEvaluator {
    /**
     * Evaluates candidates, in parallel or not, with the same outcome.
     *
     * @return the outcomes of the first candidates, in order; fewer than asked for when the search is to stop now
     */
    List<Outcome> evaluate(int generation, List<Candidate> candidates);

    /** Hears that the algorithm has fitted its model anew. */
    default void refitted(Refit refit) {}
}
