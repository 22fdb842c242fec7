package finch.search.evolve;

import static org.assertj.core.api.Assertions.assertThat;

import finch.search.config.SearchConfig.Algorithm;
import java.io.IOException;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What a ladder is worth where the truth is known: trained accuracies as the dear rung, the number of layers as the cheap one. */
class NasBenchMacroLadderTest {
    private static final int SEEDS = 12;
    private static final int DEAR = 50;

    @Test
    void with_a_cheap_first_rung_half_the_trainings_find_as_much() throws IOException {
        NasBenchMacro benchmark = new NasBenchMacro();
        Algorithm nsga2 = new Algorithm.Nsga2(20, 10, 0.9, 0.2, 0);
        double[] plain = benchmark.mean(nsga2, SEEDS, DEAR, 2 * DEAR);
        double[] ladder = IntStream.rangeClosed(1, SEEDS).mapToDouble(seed -> {
            NasBenchMacro.Climbed climbed = benchmark.climb(nsga2, seed, DEAR, 0.25, genome -> Arrays.stream(genome.toArray()).filter(layer -> layer > 0).count());
            assertThat(climbed.found().points()).hasSize(DEAR);
            assertThat(climbed.cheap()).isLessThanOrEqualTo(4 * DEAR);
            return benchmark.share(climbed.found(), DEAR);
        }).toArray();
        double mean = Arrays.stream(ladder).average().orElseThrow();
        System.out.printf(Locale.ROOT, "NAS-Bench-Macro, share of the true hypervolume, mean of %d seeds: nsga2 on a ladder (depth, then a quarter trained) with %d trained networks %.3f,"
                + " nsga2 alone with %d %.3f and with %d %.3f%n", SEEDS, DEAR, mean, DEAR, plain[0], 2 * DEAR, plain[1]);

        assertThat(mean).isGreaterThan(plain[0] + 0.03).isGreaterThan(plain[1] - 0.005);
    }
}
