package finch.search.evolve;

import finch.search.config.Objective;
import finch.space.Genome;
import finch.space.SearchSpace;
import java.util.List;

/**
 * What an algorithm searches.
 *
 * @param seeds         genomes that go into the first generation, in order
 * @param foreknowledge what is known of genomes before they are evaluated
 */
public record SearchProblem(SearchSpace space, List<Objective> objectives, long seed, List<Genome> seeds, Foreknowledge foreknowledge) {
    public SearchProblem {
        objectives = List.copyOf(objectives);
        seeds = List.copyOf(seeds);
    }

    /** A problem of which nothing is known before the evaluation. */
    public SearchProblem(SearchSpace space, List<Objective> objectives, long seed, List<Genome> seeds) {
        this(space, objectives, seed, seeds, Foreknowledge.NONE);
    }
}
