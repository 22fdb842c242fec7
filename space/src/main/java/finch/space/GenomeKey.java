package finch.space;

import java.util.List;

/**
 * A genome in 128 bits, for caches of a million entries: the packed choices where they fit (then equal keys mean equal
 * genomes), otherwise a hash (two of a million different genomes collide with a probability of 10^-27).
 */
public record GenomeKey(long high, long low) {
    /** The key of a genome under these decisions; make it of the canonical genome to find equal architectures. */
    public static GenomeKey of(List<Decision> decisions, Genome genome) {
        int bits = 0;
        for (int i = 0; i < decisions.size(); i++) {
            bits += bits(decisions.get(i));
        }
        return bits <= 128 ? packed(decisions, genome) : hashed(genome);
    }

    private static int bits(Decision decision) {
        return 32 - Integer.numberOfLeadingZeros(decision.size() - 1);
    }

    private static GenomeKey packed(List<Decision> decisions, Genome genome) {
        long high = 0;
        long low = 0;
        for (int i = 0; i < decisions.size(); i++) {
            int bits = bits(decisions.get(i));
            if (bits > 0) {
                high = high << bits | low >>> 64 - bits;
                low = low << bits | genome.choice(i);
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
