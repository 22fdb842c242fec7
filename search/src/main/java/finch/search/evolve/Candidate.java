package finch.search.evolve;

import finch.space.Genome;
import finch.space.GenomeKey;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A genome that an algorithm wants evaluated. Its canonical form was not proposed before; a ladder asks for it again on another rung.
 *
 * @param genome   canonical
 * @param parents  evaluation numbers of what it was made from
 * @param operator how: {@code reference}, {@code random}, {@code mutation}, {@code crossover}, …
 * @param proposed genomes drawn until this one, the repeats that were thrown away included; 0 for a promotion on a ladder
 * @param rung     of a ladder, from 1; 0 where there is none
 * @param key      of the genome, where it is known already
 */
public record Candidate(Genome genome, List<Long> parents, String operator, int proposed, int rung, Optional<GenomeKey> key) {
    /** On a rung of a ladder. */
    public Candidate(Genome genome, List<Long> parents, String operator, int proposed, int rung) {
        this(genome, parents, operator, proposed, rung, Optional.empty());
    }

    /** Without a ladder. */
    public Candidate(Genome genome, List<Long> parents, String operator, int proposed) {
        this(genome, parents, operator, proposed, 0);
    }

    static Candidate of(Novelty.Fresh fresh, List<Long> parents, String operator) {
        return new Candidate(fresh.canonical(), parents, operator, fresh.proposed(), 0, Optional.of(fresh.key()));
    }

    Candidate onRung(int of) {
        return new Candidate(genome, parents, operator, proposed, of, key);
    }

    public Candidate {
        Objects.requireNonNull(genome);
        parents = List.copyOf(parents);
        Objects.requireNonNull(operator);
        Objects.requireNonNull(key);
    }
}
