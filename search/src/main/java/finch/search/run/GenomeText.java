package finch.search.run;

import finch.space.Genome;
import finch.space.SearchSpace;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Genomes as journals and fronts write them: the choices of the decisions that are not frozen, as digits without
 * separators where no decision has more than ten choices, else separated by dots.
 */
public final class GenomeText {
    private final int[] free;
    private final String separator;

    public GenomeText(SearchSpace space) {
        this.free = IntStream.range(0, space.decisions().size()).filter(i -> space.decisions().get(i).size() > 1).toArray();
        this.separator = space.decisions().stream().allMatch(d -> d.size() <= 10) ? "" : ".";
    }

    public String of(Genome genome) {
        return IntStream.of(free).mapToObj(i -> Integer.toString(genome.choice(i))).collect(Collectors.joining(separator));
    }
}
