package finch.engine.gradient;

/** Seeds for what a training draws, by what they are for: any other seed, epoch, step, layer or image gives another one. */
public final class Seeds {
    /** 2^64 divided by the golden ratio, odd: the step of SplitMix64. */
    static final long GOLDEN = 0x9E3779B97F4A7C15L;

    private Seeds() {}

    /**
     * A seed of its own for a place. Parts are mixed in one after another, so that sums of them mean nothing: seed 1, step 2 is as far
     * from seed 2, step 1 as from any other.
     *
     * @param place e.g. epoch and step
     */
    public static long of(long seed, long... place) {
        long state = mix(seed);
        for (long part : place) {
            state = mix(state ^ mix(part + GOLDEN));
        }
        return state;
    }

    /** The finaliser of SplitMix64 (Steele, Lea and Flood 2014). */
    static long mix(long z) {
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
