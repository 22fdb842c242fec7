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

    /**
     * Tells of a candidate before the {@link #evaluate} that it will be in, behind those told of before: its evaluation may begin. What is never
     * evaluated, since the search stops or asks for others, leaves no trace.
     */
    default void expect(int generation, Candidate candidate) {}

    /** For evaluations one by one, of which many may be going on. */
    default InFlight inFlight() {
        return new OneByOne(this);
    }

    /**
     * Where networks are evaluated on the rungs of a ladder: every outcome so far of the network that an evaluation is of, from the
     * first rung to the highest. A network may rise after its outcome was told.
     *
     * @param id of an outcome
     * @return empty where there is no ladder
     */
    default List<Outcome> rungs(long id) {
        return List.of();
    }

    /** Hears that the algorithm has fitted its model anew. */
    default void refitted(Refit refit) {}
}
