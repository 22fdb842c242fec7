package finch.search.evolve;

import finch.space.Genome;
import java.util.List;
import java.util.Objects;

/**
 * A genome that an algorithm wants evaluated. Its canonical form was not proposed before; a ladder asks for it again on another rung.
 *
 * @param genome   canonical
 * @param parents  evaluation numbers of what it was made from
 * @param operator how: {@code reference}, {@code random}, {@code mutation}, {@code crossover}, …
 * @param proposed genomes drawn until this one, the repeats that were thrown away included; 0 for a promotion on a ladder
 * @param rung     of a ladder, from 1; 0 where there is none
 */
public record Candidate(Genome genome, List<Long> parents, String operator, int proposed, int rung) {
    /** Without a ladder. */
    public Candidate(Genome genome, List<Long> parents, String operator, int proposed) {
        this(genome, parents, operator, proposed, 0);
    }

    Candidate onRung(int of) {
        return new Candidate(genome, parents, operator, proposed, of);
    }

    public Candidate {
        Objects.requireNonNull(genome);
        parents = List.copyOf(parents);
        Objects.requireNonNull(operator);
    }
}
