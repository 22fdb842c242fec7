package finch.search.evolve;

import finch.space.Genome;
import finch.space.SearchSpace;
import java.math.BigInteger;

/**
 * Keys of canonical genomes in 128 bits: exact (the genome as a number in mixed radix) where the space's genomes fit,
 * else a hash, whose chance of any collision among a million genomes is below 2⁻⁸⁸.
 */
public final class GenomeKeys {
    private final SearchSpace space;
    private final int[] sizes;
    private final boolean exact;

    public GenomeKeys(SearchSpace space) {
        this.space = space;
        this.sizes = space.decisions().stream().mapToInt(d -> d.size()).toArray();
        BigInteger genomes = BigInteger.ONE;
        for (int size : sizes) {
            genomes = genomes.multiply(BigInteger.valueOf(size));
        }
        this.exact = genomes.bitLength() <= 127;
    }

    /** 128 bits. Equal for canonical genomes that are equal. */
    public record Key(long high, long low) {
        /** 32 hexadecimal digits. */
        @Override
        public String toString() {
            StringBuilder hex = new StringBuilder(32);
            append(hex, high);
            append(hex, low);
            return hex.toString();
        }

        private static void append(StringBuilder hex, long value) {
            for (int shift = 60; shift >= 0; shift -= 4) {
                hex.append(Character.forDigit((int) (value >>> shift) & 15, 16));
            }
        }
    }

    /** @param genome canonical */
    public Key of(Genome genome) {
        long high = 0;
        long low = 0;
        for (int i = 0; i < sizes.length; i++) {
            int choice = genome.choice(i);
            if (exact) {
                long carry = Math.unsignedMultiplyHigh(low, sizes[i]);
                low *= sizes[i];
                high = high * sizes[i] + carry;
                low += choice;
                if (Long.compareUnsigned(low, choice) < 0) {
                    high++;
                }
            } else {
                low = RandomStreams.mix(low + choice + 1);
                high = RandomStreams.mix(high ^ Long.rotateLeft(low, 23)) + choice;
            }
        }
        return new Key(high, low);
    }

    public SearchSpace space() {
        return space;
    }
}
