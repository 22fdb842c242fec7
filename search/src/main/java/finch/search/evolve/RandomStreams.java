package finch.search.evolve;

import java.util.SplittableRandom;

/**
 * Independent random streams keyed by (seed, generation, slot): what one slot draws does not depend on how much any
 * other drew, so proposals can be made in any order.
 */
public final class RandomStreams {
    /** Name of the generator, for manifests. */
    public static final String NAME = "SplittableRandom keyed by (seed, generation, slot)";
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    private RandomStreams() {}

    /** @param slot from 0; negative ones are for whole-generation draws */
    public static SplittableRandom of(long seed, long generation, long slot) {
        return new SplittableRandom(mix(mix(mix(seed + GOLDEN) + generation * GOLDEN) + slot * GOLDEN));
    }

    /** A bijection whose output bits each depend on all input bits (finaliser of SplitMix64, Steele et al. 2014). */
    static long mix(long z) {
        long x = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        x = (x ^ (x >>> 27)) * 0x94D049BB133111EBL;
        return x ^ (x >>> 31);
    }
}
