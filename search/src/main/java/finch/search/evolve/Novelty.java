package finch.search.evolve;

import finch.space.Genome;
import finch.space.GenomeKey;
import finch.space.SearchSpace;
import java.math.BigInteger;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Remembers what was proposed, by meaning, so that no architecture is evaluated twice. */
final class Novelty {
    /** Tries to make a repeat new before its slot is given up: nothing loops without a bound. */
    static final int ATTEMPTS = 64;

    private final SearchSpace space;
    private final GenomeSet seen = new GenomeSet();
    private final GenomeKey.Maker keys;
    private final long size;
    private int wasted;

    Novelty(SearchSpace space) {
        this.space = space;
        this.keys = new GenomeKey.Maker(space.decisions());
        this.size = space.size().min(BigInteger.valueOf(Long.MAX_VALUE)).longValue();
    }

    /** A raw genome and its canonical form. @param proposed genomes drawn for it, those of given-up slots before included */
    record Fresh(int[] raw, Genome canonical, int proposed) {}

    /** A genome and what it means. */
    record Known(int[] raw, Genome canonical, GenomeKey key) {}

    /** What takes the time of {@link #fresh}; any thread may do it. */
    Known known(int[] genome) {
        Genome canonical = space.canonical(Genome.of(genome));
        return new Known(genome, canonical, keys.of(canonical));
    }

    /** The genome, or the first of the genomes that {@code change} makes of it that is new. */
    Optional<Fresh> fresh(int[] genome, UnaryOperator<int[]> change) {
        return fresh(known(genome), change);
    }

    Optional<Fresh> fresh(Known genome, UnaryOperator<int[]> change) {
        Known known = genome;
        for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
            if (seen.add(known.key())) {
                int proposed = attempt + wasted;
                wasted = 0;
                return Optional.of(new Fresh(known.raw(), known.canonical(), proposed));
            }
            known = known(change.apply(known.raw()));
        }
        wasted += ATTEMPTS;
        return Optional.empty();
    }

    /** Whether every architecture of the space was proposed. */
    boolean exhausted() {
        return size <= seen.size();
    }
}
