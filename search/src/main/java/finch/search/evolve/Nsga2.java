package finch.search.evolve;

import finch.search.config.SearchConfig.Algorithm;
import io.jenetics.ext.moea.NSGA2Selector;
import io.jenetics.ext.moea.UFTournamentSelector;

/**
 * NSGA-II (Deb et al. 2002, doi 10.1109/4235.996017) with constrained domination and without repeats. Parents are drawn
 * by tournaments on rank and crowding.
 */
final class Nsga2 implements SearchAlgorithm {
    private final Algorithm.Nsga2 settings;

    Nsga2(Algorithm.Nsga2 settings) {
        this.settings = settings;
    }

    @Override
    public String run(SearchProblem problem, CandidateEvaluator evaluator) {
        return new GeneticSearch(settings,
                new NSGA2Selector<>(Score::dominance, Score::compareElement, Score::distance, Score::dimension),
                new UFTournamentSelector<>(Score::dominance, Score::compareElement, Score::distance, Score::dimension),
                outcome -> Score.of(outcome, problem.objectives()), problem, evaluator).run();
    }
}
