package finch.latency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class QuantilesTest {
    @Test
    void median_is_the_middle_or_the_mean_of_the_two_middle_values() {
        assertThat(Quantiles.median(new double[] {9, 1, 5})).isEqualTo(5);
        assertThat(Quantiles.median(new double[] {9, 1, 5, 6})).isEqualTo(5.5);
    }

    @Test
    void percentiles_are_interpolated_between_order_statistics() {
        double[] tenToHundred = {100, 90, 80, 70, 60, 50, 40, 30, 20, 10, 0};
        assertThat(Quantiles.quantile(tenToHundred, 0.1)).isEqualTo(10);
        assertThat(Quantiles.quantile(tenToHundred, 0.9)).isEqualTo(90);
        assertThat(Quantiles.quantile(tenToHundred, 0.25)).isEqualTo(25);
        assertThat(Quantiles.quantile(new double[] {7}, 0.9)).isEqualTo(7);
    }

    @Test
    void quantiles_leave_the_samples_in_their_order() {
        double[] values = {3, 1, 2};
        Quantiles.quantile(values, 0.5);
        assertThat(values).containsExactly(3, 1, 2);
    }

    @Test
    void tied_values_share_their_mean_rank() {
        assertThat(Quantiles.ranks(new double[] {5, 1, 5, 9})).containsExactly(2.5, 1, 2.5, 4);
    }

    @Test
    @Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void what_is_no_number_ranks_above_all() {
        assertThat(Quantiles.ranks(new double[] {Double.NaN, 1, Double.NaN})).containsExactly(2.5, 1, 2.5);
    }

    @Test
    void rank_correlation_sees_order_only() {
        assertThat(Quantiles.spearman(new double[] {1, 2, 3, 4}, new double[] {1, 10, 100, 1000})).isCloseTo(1, within(1e-12));
        assertThat(Quantiles.spearman(new double[] {1, 2, 3, 4}, new double[] {4, 3, 2, 1})).isCloseTo(-1, within(1e-12));
        // d² = 1 + 1 + 0 + 0, 1 − 6·2/(4·15)
        assertThat(Quantiles.spearman(new double[] {1, 2, 3, 4}, new double[] {2, 1, 3, 4})).isCloseTo(0.8, within(1e-12));
        assertThat(Quantiles.spearman(new double[] {1, 1}, new double[] {1, 2})).isNaN();
    }

    @Test
    void error_summary_counts_relative_errors() {
        ErrorSummary errors = ErrorSummary.of(new String[] {"a", "b", "c", "d"}, new double[] {104, 187, 400, 92}, new double[] {100, 200, 400, 115});
        assertThat(errors.networks()).isEqualTo(4);
        assertThat(errors.mapePercent()).isCloseTo((4 + 6.5 + 0 + 20) / 4, within(1e-9));
        assertThat(errors.within5()).isEqualTo(0.5);
        assertThat(errors.within10()).isEqualTo(0.75);
        assertThat(errors.worstPercent()).isCloseTo(20, within(1e-9));
        assertThat(errors.worstNetwork()).isEqualTo("d");
    }
}
