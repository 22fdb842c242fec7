package finch.search.evolve;

import io.jenetics.AnyChromosome;
import io.jenetics.AnyGene;
import io.jenetics.Genotype;
import io.jenetics.util.Factory;
import io.jenetics.util.ISeq;

/**
 * Raw genomes as Jenetics genotypes: the whole genome is the one gene of one chromosome. The genes of an
 * {@code IntegerChromosome} share a range, which those of a space do not, and a chromosome for each decision makes a
 * genotype dearer than the estimates of what it means.
 */
final class GenomeCodec {
    private static final AnyChromosome<int[]> PROTOTYPE = AnyChromosome.of(() -> new int[0]);

    private GenomeCodec() {}

    /** What an engine asks for and never calls: genomes are drawn by {@link Variation}. */
    static Factory<Genotype<AnyGene<int[]>>> factory() {
        return () -> {
            throw new UnsupportedOperationException("genomes are not drawn by Jenetics");
        };
    }

    /** @param genome is not copied and must not be changed any more */
    static Genotype<AnyGene<int[]>> encode(int[] genome) {
        return Genotype.of(PROTOTYPE.newInstance(ISeq.of(PROTOTYPE.gene().newInstance(genome))));
    }

    /** The genome itself; not to be changed. */
    static int[] decode(Genotype<AnyGene<int[]>> genotype) {
        return genotype.gene().allele();
    }
}
