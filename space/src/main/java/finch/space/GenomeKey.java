package finch.space;

import java.util.Arrays;
import java.util.List;

/**
 * A genome in 128 bits, for caches of a million entries: the packed choices where they fit (then equal keys mean equal
 * genomes), otherwise a hash (two of a million different genomes collide with a probability of 10^-27).
 */
public record GenomeKey(long high, long low) {
    /** The key of a genome under these decisions; make it of the canonical genome to find equal architectures. */
    public static GenomeKey of(List<Decision> decisions, Genome genome) {
        return new Maker(decisions).of(genome);
    }

    /** Makes keys of many genomes under the same decisions. Immutable. */
    public static final class Maker {
        /** Of each choice. */
        private final int[] bits;
        private final boolean packed;

        public Maker(List<Decision> decisions) {
            bits = decisions.stream().mapToInt(decision -> 32 - Integer.numberOfLeadingZeros(decision.size() - 1)).toArray();
            packed = Arrays.stream(bits).sum() <= 128;
        }

        /** As {@link GenomeKey#of}. */
        public GenomeKey of(Genome genome) {
            return packed ? packed(bits, genome) : hashed(genome);
        }
    }

    private static GenomeKey packed(int[] bits, Genome genome) {
        long high = 0;
        long low = 0;
        for (int i = 0; i < bits.length; i++) {
            if (bits[i] > 0) {
                high = high << bits[i] | low >>> 64 - bits[i];
                low = low << bits[i] | genome.choice(i);
            }
        }
        return new GenomeKey(high, low);
    }

    private static GenomeKey hashed(Genome genome) {
        long a = 0x9E3779B97F4A7C15L ^ genome.length();
        long b = 0xD1B54A32D192ED03L;
        for (int i = 0; i < genome.length(); i++) {
            int choice = genome.choice(i);
            a = mixed(a + choice);
            b = mixed(b ^ a + 0x632BE59BD9B4E019L * (choice + 1));
        }
        return new GenomeKey(mixed(a ^ Long.rotateLeft(b, 32)), b);
    }

    /** The finishing function of SplitMix64 (Steele, Lea and Flood 2014). */
    private static long mixed(long z) {
        z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
        z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
        return z ^ z >>> 31;
    }
}
