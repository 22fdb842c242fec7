package finch.data;

import java.util.SplittableRandom;

/** Random streams that depend on what they are for, and never on who asks first. */
final class Streams {
    private Streams() {}

    /** @param key what the stream is for, e.g. the epoch and the image */
    static SplittableRandom of(long seed, long... key) {
        long state = mix(seed);
        for (long part : key) {
            state = mix(state ^ mix(part + 0x9e3779b97f4a7c15L));
        }
        return new SplittableRandom(state);
    }

    /** The finaliser of SplitMix64 (Steele, Lea, Flood 2014, "Fast splittable pseudorandom number generators"). */
    private static long mix(long z) {
        z = (z ^ z >>> 30) * 0xbf58476d1ce4e5b9L;
        z = (z ^ z >>> 27) * 0x94d049bb133111ebL;
        return z ^ z >>> 31;
    }

    /** Fisher and Yates. */
    static void shuffle(int[] values, SplittableRandom random) {
        for (int i = values.length - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            int other = values[j];
            values[j] = values[i];
            values[i] = other;
        }
    }
}
