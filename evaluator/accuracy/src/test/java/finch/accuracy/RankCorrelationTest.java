package finch.accuracy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class RankCorrelationTest {
    @Test
    void the_same_order_is_1_and_the_reverse_is_minus_1() {
        double[] x = {1, 5, 2, 9};
        double[] cubes = {1, 125, 8, 729};
        double[] reverse = {-1, -5, -2, -9};

        assertThat(RankCorrelation.spearman(x, cubes)).isEqualTo(1, within(1e-12));
        assertThat(RankCorrelation.kendall(x, cubes)).isEqualTo(1);
        assertThat(RankCorrelation.spearman(x, reverse)).isEqualTo(-1, within(1e-12));
        assertThat(RankCorrelation.kendall(x, reverse)).isEqualTo(-1);
        assertThat(RankCorrelation.kendall(x, new double[4])).isZero();
    }

    @Test
    @Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void what_is_no_number_ranks_above_all_and_the_two_zeros_are_one() {
        assertThat(RankCorrelation.ranks(new double[] {Double.NaN, 1, Double.NaN, Double.POSITIVE_INFINITY})).containsExactly(3.5, 1, 3.5, 2);
        assertThat(RankCorrelation.ranks(new double[] {0.0, -0.0, 1})).containsExactly(1.5, 1.5, 3);
        assertThat(RankCorrelation.kendall(new double[] {0.0, -0.0, 1}, new double[] {0, 0, 1})).isEqualTo(1);
    }

    @Test
    void ties_are_as_in_scipy() {
        // scipy.stats 1.17: spearmanr and kendalltau of these lists
        double[] x = {1, 2, 2, 3, 5, 5, 5, 8};
        double[] y = {3, 1, 4, 4, 2, 9, 9, 7};

        assertThat(RankCorrelation.spearman(x, y)).isEqualTo(0.56531554109761, within(1e-9));
        assertThat(RankCorrelation.kendall(x, y)).isEqualTo(0.4403524229639897, within(1e-9));
        assertThat(RankCorrelation.ranks(new double[] {7, Double.NEGATIVE_INFINITY, 7})).containsExactly(2.5, 1, 2.5);
    }
}
