package finch.space;

import java.math.BigInteger;
import java.util.List;
import java.util.Objects;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/**
 * What may be chosen. Choices that have no effect in a genome (those of dropped blocks, say) are <em>silent</em>;
 * a genome is <em>canonical</em> when equal architectures give equal genomes.
 */
public interface SearchSpace {
    String name();

    List<Decision> decisions();

    /**
     * The exact number of different architectures; equal to the number of canonical genomes.
     */
    BigInteger size();

    /**
     * The architecture that a genome means. Total: every genome with in-range indices decodes.
     *
     * @throws IllegalArgumentException if a length or an index is out of range
     */
    Architecture decode(Genome genome);

    /**
     * The canonical genome of an architecture.
     *
     * @throws NotInSpaceException naming each decision that does not fit
     */
    Genome encode(Architecture architecture) throws NotInSpaceException;

    /** The canonical form: silent genes are set to one fixed value, equivalent placements are made one. */
    Genome canonical(Genome genome);

    /** The number of genomes, silent choices counted: the product of the decisions' sizes. */
    default BigInteger genomes() {
        return decisions().stream().map(d -> BigInteger.valueOf(d.size())).reduce(BigInteger.ONE, BigInteger::multiply);
    }

    /**
     * All canonical genomes, one per architecture, in lexicographic order.
     *
     * @throws IllegalStateException if there are more than 10^8 genomes to go through
     */
    default Stream<Genome> canonicalGenomes() {
        if (genomes().compareTo(BigInteger.valueOf(100_000_000)) > 0) {
            throw new IllegalStateException(name() + " has " + genomes()
                    + " genomes, too many to go through. Freeze some decisions.");
        }
        List<Decision> decisions = decisions();
        return Stream.iterate(new int[decisions.size()], Objects::nonNull, g -> next(decisions, g)).map(Genome::of)
                .filter(g -> canonical(g).equals(g));
    }

    private static int[] next(List<Decision> decisions, int[] genome) {
        int[] next = genome.clone();
        for (int i = next.length - 1; i >= 0; i--) {
            if (++next[i] < decisions.get(i).size()) {
                return next;
            }
            next[i] = 0;
        }
        return null;
    }

    /** A genome with every decision drawn uniformly; not canonical. */
    default Genome random(RandomGenerator random) {
        return Genome.of(decisions().stream().mapToInt(d -> random.nextInt(d.size())).toArray());
    }

    /** The key under which everything known about an architecture is kept: equal for genomes that mean the same. */
    default GenomeKey key(Genome genome) {
        return GenomeKey.of(decisions(), canonical(genome));
    }
}
