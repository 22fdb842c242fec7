package finch.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import finch.bench.Statistics.Spread;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class StatisticsTest {
    @Test
    void a_median_is_the_middle_or_between_the_two_middle_ones() {
        assertThat(Statistics.median(new double[] {3, 1, 2})).isEqualTo(2);
        assertThat(Statistics.median(new double[] {4, 1, 2, 3})).isEqualTo(2.5);
        assertThatThrownBy(() -> Statistics.median(new double[0])).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void values_stay_in_their_order() {
        double[] values = {3, 1, 2};
        Statistics.quantile(values, 0.9);
        assertThat(values).containsExactly(3, 1, 2);
    }

    @Test
    void a_half_and_a_double_make_one() {
        assertThat(Statistics.geometricMean(new double[] {0.5, 2})).isEqualTo(1, Offset.offset(1e-12));
    }

    @Test
    void decimals_fit_the_size() {
        assertThat(Spread.ofRange(new double[] {1, 2, 3})).hasToString("2.00 [1.00-3.00]");
        assertThat(Spread.ofRange(new double[] {1000, 2000, 3000})).hasToString("2000 [1000-3000]");
        assertThat(Spread.ofRange(new double[] {0.01, 0.02})).hasToString("0.0150 [0.0100-0.0200]");
    }

    @Test
    void the_middle_leaves_out_a_tenth_on_each_side() {
        double[] values = new double[11];
        for (int i = 0; i < values.length; i++) {
            values[i] = i;
        }
        assertThat(Spread.ofMiddle(values)).isEqualTo(new Spread(5, 1, 9));
    }
}
