package finch.search.evolve;

import finch.search.config.Objective;
import finch.space.Genome;
import finch.space.SearchSpace;
import java.util.List;

/**
 * What an algorithm searches.
 *
 * @param seeds genomes that go into the first generation, in order
 */
public record SearchProblem(SearchSpace space, List<Objective> objectives, long seed, List<Genome> seeds) {
    public SearchProblem {
        objectives = List.copyOf(objectives);
        seeds = List.copyOf(seeds);
    }
}
