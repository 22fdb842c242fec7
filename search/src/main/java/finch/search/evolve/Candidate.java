package finch.search.evolve;

import finch.space.Genome;
import java.util.List;
import java.util.Objects;

/**
 * A genome that an algorithm wants evaluated. Its canonical form was not proposed before.
 *
 * @param genome   canonical
 * @param parents  evaluation numbers of what it was made from
 * @param operator how: {@code reference}, {@code random}, {@code mutation}, {@code crossover}, …
 * @param proposed genomes drawn until this one, the repeats that were thrown away included; at least 1
 */
public record Candidate(Genome genome, List<Long> parents, String operator, int proposed) {
    public Candidate {
        Objects.requireNonNull(genome);
        parents = List.copyOf(parents);
        Objects.requireNonNull(operator);
    }
}
