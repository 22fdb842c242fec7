package finch.accuracy.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import finch.accuracy.RankCorrelation;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class RidgeTest {
    private static final int NETWORKS = 20;

    private static double[][] noise(SplittableRandom random, int signals) {
        double[][] x = new double[NETWORKS][signals];
        for (double[] row : x) {
            for (int s = 0; s < signals; s++) {
                row[s] = random.nextGaussian();
            }
        }
        return x;
    }

    /** The middle of what a fit has seen is low where its held-out networks are high. */
    @Test
    void signals_that_say_nothing_rank_held_out_networks_neither_right_nor_wrong() {
        SplittableRandom random = new SplittableRandom(7);
        int draws = 400;
        double pooled = 0;
        double comparable = 0;
        for (int draw = 0; draw < draws; draw++) {
            double[] target = random.doubles(NETWORKS).toArray();
            Ridge.HeldOut heldOut = Ridge.heldOut(noise(random, 2), target);
            pooled += RankCorrelation.spearman(heldOut.predicted(), target) / draws;
            comparable += RankCorrelation.spearman(heldOut.comparable(), target) / draws;
        }
        // a single draw deviates by about 1/√19, their mean by a twentieth of that
        assertThat(comparable).isCloseTo(0, within(0.05));
        assertThat(pooled).as("what it would be else").isLessThan(-0.1);
    }

    @Test
    void a_signal_that_tells_everything_ranks_them_right() {
        SplittableRandom random = new SplittableRandom(8);
        double[][] x = noise(random, 2);
        double[] target = new double[NETWORKS];
        for (int i = 0; i < NETWORKS; i++) {
            target[i] = 3 * x[i][0] + 1;
        }
        assertThat(RankCorrelation.spearman(Ridge.heldOut(x, target).comparable(), target)).isGreaterThan(0.99);
        assertThat(Ridge.fit(x, target, 1e-9).of(new double[] {2, 0})).isCloseTo(7, within(1e-6));
    }
}
