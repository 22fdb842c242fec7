package finch.training.supernet;

/** Seeds that depend on what they are for, and never on who asks first. */
final class Seeds {
    private Seeds() {}

    static long of(long seed, long... key) {
        long state = mix(seed);
        for (long part : key) {
            state = mix(state ^ mix(part + 0x9e3779b97f4a7c15L));
        }
        return state;
    }

    /** The finaliser of SplitMix64 (Steele, Lea, Flood 2014, "Fast splittable pseudorandom number generators"). */
    private static long mix(long z) {
        z = (z ^ z >>> 30) * 0xbf58476d1ce4e5b9L;
        z = (z ^ z >>> 27) * 0x94d049bb133111ebL;
        return z ^ z >>> 31;
    }
}
