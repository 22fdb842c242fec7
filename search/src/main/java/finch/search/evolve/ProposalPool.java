package finch.search.evolve;

import finch.space.Genome;
import finch.space.SearchSpace;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * Genomes that a model may choose from: not evaluated yet and, as far as that is known ahead, inside the bounds. A small
 * space is its own pool; in a large one the pool is bred from the best known genomes.
 */
final class ProposalPool {
    /** Genomes of a space that is gone through as a whole, at most. */
    private static final BigInteger SMALL = BigInteger.valueOf(20_000);

    private final SearchProblem problem;
    private final SearchSpace space;
    private final Variation variation;
    private final int wanted;
    private final Set<Genome> taken = new HashSet<>();
    private final Map<Genome, Evaluation> known = new LinkedHashMap<>();
    private final boolean whole;

    ProposalPool(SearchProblem problem, int wanted) {
        this.problem = problem;
        this.space = problem.space();
        this.variation = new Variation(space);
        this.wanted = wanted;
        this.whole = space.genomes().compareTo(SMALL) <= 0;
        if (whole) {
            space.canonicalGenomes().forEach(genome -> keepable(genome).ifPresent(preview -> known.put(genome, preview)));
        }
    }

    /** What is known ahead of a genome, if it may be proposed. */
    private Optional<Evaluation> keepable(Genome canonical) {
        if (taken.contains(canonical)) {
            return Optional.empty();
        }
        Evaluation preview = known.get(canonical);
        preview = preview == null ? problem.foreknowledge().preview(canonical) : preview;
        return preview instanceof Evaluation.Measured ? Optional.of(preview) : Optional.empty();
    }

    /** Whether every architecture of the space is taken. */
    boolean exhausted() {
        return space.size().compareTo(BigInteger.valueOf(taken.size())) <= 0;
    }

    /** Is evaluated, or soon will be: not to be proposed again. */
    void taken(Genome genome) {
        taken.add(genome);
        known.remove(genome);
    }

    /** Uniformly drawn ones, fewer than {@code count} where there are no more. */
    List<Genome> random(int generation, int count) {
        List<Genome> drawn = new ArrayList<>();
        if (whole) {
            List<Genome> all = new ArrayList<>(known.keySet());
            SplittableRandom random = RandomStreams.of(problem.seed(), generation, 0);
            while (drawn.size() < count && !all.isEmpty()) {
                int i = random.nextInt(all.size());
                drawn.add(all.get(i));
                all.set(i, all.getLast());
                all.removeLast();
            }
            return drawn;
        }
        Set<Genome> chosen = new HashSet<>();
        for (int slot = 0; drawn.size() < count && slot < Novelty.ATTEMPTS * count; slot++) {
            SplittableRandom random = RandomStreams.of(problem.seed(), generation, slot);
            Genome genome = space.canonical(Genome.of(variation.random(random)));
            if (keepable(genome).isPresent() && chosen.add(genome)) {
                drawn.add(genome);
            }
        }
        return drawn;
    }

    /**
     * The pool: in a large space a third of it is random, the rest mutants and crosses of {@code parents}.
     *
     * @param round keys the random streams together with the generation
     */
    Map<Genome, Evaluation> around(List<Genome> parents, int generation, int round) {
        if (whole) {
            return known;
        }
        Map<Genome, Evaluation> pool = new LinkedHashMap<>();
        for (int slot = 0; pool.size() < wanted && slot < 3 * wanted; slot++) {
            SplittableRandom random = RandomStreams.of(problem.seed(), generation, -2L - ((long) round * 3 * wanted + slot));
            int[] raw;
            if (parents.isEmpty() || slot % 3 == 0) {
                raw = variation.random(random);
            } else {
                raw = parents.get(random.nextInt(parents.size())).toArray();
                if (slot % 3 == 1 && parents.size() > 1) {
                    raw = variation.uniformCrossover(raw, parents.get(random.nextInt(parents.size())).toArray(), random);
                }
                raw = variation.mutate(raw, 1 + 2 * random.nextDouble(), true, random);
            }
            Genome genome = space.canonical(Genome.of(raw));
            if (!pool.containsKey(genome)) {
                keepable(genome).ifPresent(preview -> pool.put(genome, preview));
            }
        }
        return pool;
    }
}
