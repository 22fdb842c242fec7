package finch.search.evolve;

import finch.space.Genome;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/** Genomes drawn uniformly, without repeats: the baseline that a search has to beat. */
final class RandomSearch implements SearchAlgorithm {
    private final int batch;

    RandomSearch(int batch) {
        this.batch = batch;
    }

    @Override
    public String run(SearchProblem problem, CandidateEvaluator evaluator) {
        Variation variation = new Variation(problem.space());
        Novelty novelty = new Novelty(problem.space());
        for (int generation = 0; ; generation++) {
            List<Candidate> candidates = new ArrayList<>();
            if (generation == 0) {
                for (Genome seed : problem.seeds()) {
                    novelty.fresh(seed.toArray(), g -> g)
                            .ifPresent(f -> candidates.add(Candidate.of(f, List.of(), "reference")));
                }
            }
            for (int slot = 0; slot < batch && !novelty.exhausted(); slot++) {
                SplittableRandom random = RandomStreams.of(problem.seed(), generation, slot);
                Optional<Novelty.Fresh> fresh = novelty.fresh(variation.random(random), g -> variation.random(random));
                fresh.ifPresent(f -> candidates.add(Candidate.of(f, List.of(), "random")));
            }
            if (candidates.isEmpty()) {
                return novelty.exhausted() ? "space exhausted" : "no architecture found that was not evaluated before";
            }
            if (evaluator.evaluate(generation, candidates).size() < candidates.size()) {
                return "";
            }
        }
    }
}
