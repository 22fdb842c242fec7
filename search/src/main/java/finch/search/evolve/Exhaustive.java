package finch.search.evolve;

import finch.search.config.SearchConfig.Algorithm;
import finch.space.Genome;
import finch.space.SearchSpace;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Every architecture of a space, the seeds first, then in lexicographic order of the canonical genomes: the truth that others are held against. */
final class Exhaustive implements SearchAlgorithm {
    private final int batch;

    Exhaustive(int batch) {
        this.batch = batch;
    }

    /** @throws IllegalArgumentException if the space is too large, with its size */
    @Override
    public String run(SearchProblem problem, CandidateEvaluator evaluator) {
        SearchSpace space = problem.space();
        if (space.size().compareTo(BigInteger.valueOf(Algorithm.Exhaustive.MOST)) > 0) {
            throw new IllegalArgumentException(space.name() + " has " + space.size() + " architectures; an exhaustive search goes through at most "
                    + Algorithm.Exhaustive.MOST + ". Freeze some decisions, or use another algorithm.");
        }
        Set<Genome> seeds = new LinkedHashSet<>(problem.seeds().stream().map(space::canonical).toList());
        List<Candidate> candidates = new ArrayList<>(seeds.stream().map(seed -> new Candidate(seed, List.of(), "reference", 1)).toList());
        Iterator<Genome> rest = space.canonicalGenomes().filter(genome -> !seeds.contains(genome)).iterator();
        for (int generation = 0; ; generation++) {
            while (candidates.size() < batch && rest.hasNext()) {
                candidates.add(new Candidate(rest.next(), List.of(), "enumeration", 1));
            }
            if (candidates.isEmpty()) {
                return "space exhausted";
            }
            if (evaluator.evaluate(generation, List.copyOf(candidates)).size() < candidates.size()) {
                return "";
            }
            candidates.clear();
        }
    }
}
