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

    /** A raw genome, its canonical form and the key of that. @param proposed genomes drawn for it, those of given-up slots before included */
    record Fresh(int[] raw, Genome canonical, GenomeKey key, int proposed) {}

    /** The genome, or the first of the genomes that {@code change} makes of it that is new. */
    Optional<Fresh> fresh(int[] genome, UnaryOperator<int[]> change) {
        int[] raw = genome;
        for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
            Genome canonical = space.canonical(Genome.of(raw));
            GenomeKey key = keys.of(canonical);
            if (seen.add(key)) {
                int proposed = attempt + wasted;
                wasted = 0;
                return Optional.of(new Fresh(raw, canonical, key, proposed));
            }
            raw = change.apply(raw);
        }
        wasted += ATTEMPTS;
        return Optional.empty();
    }

    /** Whether every architecture of the space was proposed. */
    boolean exhausted() {
        return size <= seen.size();
    }
}
