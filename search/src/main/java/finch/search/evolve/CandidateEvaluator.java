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
}
