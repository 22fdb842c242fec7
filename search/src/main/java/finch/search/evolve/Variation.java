package finch.search.evolve;

import finch.space.Decision;
import finch.space.SearchSpace;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/** Draws and changes genomes without ever leaving the space. Works on raw genomes, whose silent genes keep what they carry. */
final class Variation {
    private final int[] sizes;
    private final int[] free;

    Variation(SearchSpace space) {
        List<Decision> decisions = space.decisions();
        this.sizes = decisions.stream().mapToInt(Decision::size).toArray();
        this.free = IntStream.range(0, sizes.length).filter(i -> sizes[i] > 1).toArray();
    }

    /** Number of decisions with more than one choice. */
    int freeDecisions() {
        return free.length;
    }

    int[] random(RandomGenerator random) {
        int[] genome = new int[sizes.length];
        for (int i : free) {
            genome[i] = random.nextInt(sizes[i]);
        }
        return genome;
    }

    /** Each gene of one parent or the other with equal chance (Syswerda 1989). */
    int[] uniformCrossover(int[] a, int[] b, RandomGenerator random) {
        int[] child = a.clone();
        for (int i : free) {
            if (random.nextBoolean()) {
                child[i] = b[i];
            }
        }
        return child;
    }

    /** Two cut points; the genes between them come from the second parent. Neighbouring decisions stay together. */
    int[] twoPointCrossover(int[] a, int[] b, RandomGenerator random) {
        int[] child = a.clone();
        int p = random.nextInt(free.length + 1);
        int q = random.nextInt(free.length + 1);
        for (int k = Math.min(p, q); k < Math.max(p, q); k++) {
            child[free[k]] = b[free[k]];
        }
        return child;
    }

    /** Resets each gene with probability {@code expected / free decisions} to another of its choices, and one at least if {@code atLeastOne}. */
    int[] mutate(int[] genome, double expected, boolean atLeastOne, RandomGenerator random) {
        int[] child = genome.clone();
        double probability = Math.min(1, expected / free.length);
        boolean changed = false;
        for (int i : free) {
            if (random.nextDouble() < probability) {
                reset(child, i, random);
                changed = true;
            }
        }
        if (atLeastOne && !changed) {
            reset(child, free[random.nextInt(free.length)], random);
        }
        return child;
    }

    private void reset(int[] genome, int i, RandomGenerator random) {
        int other = random.nextInt(sizes[i] - 1);
        genome[i] = other >= genome[i] ? other + 1 : other;
    }
}
