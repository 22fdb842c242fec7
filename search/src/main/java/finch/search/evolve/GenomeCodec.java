package finch.search.evolve;

import finch.space.Decision;
import finch.space.SearchSpace;
import io.jenetics.Genotype;
import io.jenetics.IntegerChromosome;
import io.jenetics.IntegerGene;
import io.jenetics.engine.InvertibleCodec;
import io.jenetics.util.IntRange;
import io.jenetics.util.ISeq;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Raw genomes as Jenetics genotypes: one chromosome of one gene per decision, frozen ones included, since the genes of
 * one chromosome must share a range.
 */
final class GenomeCodec {
    private GenomeCodec() {}

    static InvertibleCodec<int[], IntegerGene> of(SearchSpace space) {
        List<IntRange> ranges = space.decisions().stream().map(Decision::size).map(size -> new IntRange(0, size)).toList();
        return InvertibleCodec.of(
                () -> Genotype.of(ranges.stream().map(range -> IntegerChromosome.of(IntegerGene.of(range))).collect(ISeq.toISeq())),
                genotype -> IntStream.range(0, genotype.length()).map(i -> genotype.get(i).gene().intValue()).toArray(),
                genome -> Genotype.of(IntStream.range(0, genome.length)
                        .mapToObj(i -> IntegerChromosome.of(IntegerGene.of(genome[i], ranges.get(i)))).collect(ISeq.toISeq())));
    }
}
