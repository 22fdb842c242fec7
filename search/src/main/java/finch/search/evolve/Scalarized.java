package finch.search.evolve;

import finch.search.config.Objective;
import finch.search.config.SearchConfig.Algorithm;
import io.jenetics.TournamentSelector;
import io.jenetics.TruncationSelector;
import java.util.Map;

/**
 * A genetic search for the largest reward (Tan et al. 2019, arXiv 1807.11626, equation 2, whose controller is a policy
 * network). Survivors are the best by reward, parents win binary tournaments. Bounds come first, as in NSGA-II.
 */
final class Scalarized implements SearchAlgorithm {
    private final Algorithm.Scalarized settings;

    Scalarized(Algorithm.Scalarized settings) {
        this.settings = settings;
    }

    @Override
    public String run(SearchProblem problem, CandidateEvaluator evaluator) {
        Objective cost = settings.reward().cost();
        double target = problem.foreknowledge().limit(cost, settings.reward().target());
        return new GeneticSearch(settings.breeding(), new TruncationSelector<>(), new TournamentSelector<>(2),
                outcome -> Score.of(outcome, values -> new double[] {reward(values, cost, target)}, 1), problem, evaluator).run();
    }

    private double reward(Map<Objective, Estimate> values, Objective cost, double target) {
        return settings.reward().of(values.get(Objective.TOP1).value(), values.get(cost).value(), target);
    }
}
