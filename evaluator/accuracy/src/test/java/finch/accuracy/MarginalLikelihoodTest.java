package finch.accuracy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** One recipe and four features: the sizes, which are global, and a local one. */
class MarginalLikelihoodTest {
    private static final int FEATURES = 4;

    private static Samples samples(int rows, double noise, double bend) {
        Random random = new Random(5);
        double[][] features = new double[rows][FEATURES];
        double[] z = new double[rows];
        for (int i = 0; i < rows; i++) {
            Arrays.setAll(features[i], f -> random.nextGaussian());
            z[i] = features[i][0] + 0.5 * features[i][1] + bend * Math.sin(2 * features[i][0]) + noise * random.nextGaussian();
        }
        return new Samples(features, Features.SIZES, new int[rows], List.of("r"), 0, z);
    }

    private static Hyperparameters chosen(int rows, double noise, double bend) {
        return MarginalLikelihood.choose(samples(rows, noise, bend), IntStream.range(0, rows).toArray(), Hyperparameters.START);
    }

    @Test
    void the_noise_of_many_rows_is_found() {
        for (double noise : new double[] {0.02, 0.1, 0.5}) {
            assertThat(chosen(300, noise, 0).noiseDense()).as("noise of %s", noise).isBetween(0.75 * noise, 1.33 * noise);
        }
    }

    @Test
    void few_rows_move_little_away_from_the_start() {
        double few = chosen(20, 0.5, 0).noiseDense();
        assertThat(few).isGreaterThan(Hyperparameters.START.noiseDense()).isLessThan(chosen(300, 0.5, 0).noiseDense());
    }

    @Test
    void what_bends_has_more_of_a_curve() {
        assertThat(chosen(200, 0.05, 1).curveGlobal()).isGreaterThan(1.2 * chosen(200, 0.05, 0).curveGlobal());
    }

    @Test
    void the_same_rows_give_the_same_in_any_order_of_calls_and_what_nobody_measured_stays() {
        Hyperparameters chosen = chosen(100, 0.1, 0.3);
        assertThat(chosen(100, 0.1, 0.3)).isEqualTo(chosen);
        assertThat(chosen.noiseOther()).as("there is one recipe").isEqualTo(Hyperparameters.START.noiseOther());
    }
}
