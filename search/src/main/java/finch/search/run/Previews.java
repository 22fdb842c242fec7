package finch.search.run;

import finch.search.config.Bound;
import finch.search.config.Objective;
import finch.search.evolve.Evaluation;
import finch.search.evolve.Foreknowledge;
import finch.space.Genome;
import finch.space.SearchSpace;

/** Exact costs and predicted latencies, told ahead of the evaluation. */
record Previews(SearchSpace space, ArchitectureEvaluator evaluator) implements Foreknowledge {
    @Override
    public Evaluation preview(Genome genome) {
        try {
            return evaluator.preview(space.decode(genome));
        } catch (RuntimeException e) {
            return new Evaluation.Failed(e.toString());
        }
    }

    @Override
    public double limit(Objective quantity, Bound.Limit limit) {
        return evaluator.limit(quantity, limit);
    }
}
