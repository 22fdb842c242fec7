package finch.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SteadinessTest {
    @Test
    void blocks_that_agree_are_steady_as_soon_as_there_are_enough() {
        Steadiness steadiness = new Steadiness(0);
        for (int block = 1; block < Steadiness.BLOCKS; block++) {
            assertThat(steadiness.add(100 + block, 0)).isFalse();
        }
        assertThat(steadiness.add(100, 0)).isTrue();
        assertThat(steadiness.level()).isBetween(100.0, 103.0);
    }

    @Test
    void a_block_that_differs_has_to_leave_first() {
        Steadiness steadiness = new Steadiness(0);
        steadiness.add(200, 0);
        for (int block = 1; block < Steadiness.BLOCKS; block++) {
            assertThat(steadiness.add(100, 0)).isFalse();
        }
        assertThat(steadiness.add(100, 0)).isTrue();
    }

    @Test
    void a_plateau_beside_a_busy_compiler_does_not_count() {
        Steadiness steadiness = new Steadiness(0);
        long compiled = 0;
        for (int block = 0; block < 20; block++) {
            compiled += Steadiness.COMPILED_MILLIS + 1;
            assertThat(steadiness.add(100, compiled)).isFalse();
        }
        for (int block = 1; block < Steadiness.BLOCKS - 1; block++) {
            assertThat(steadiness.add(100, compiled + 1)).isFalse();
        }
        assertThat(steadiness.add(100, compiled + 1)).isTrue();
    }

    @Test
    void one_fast_run_is_not_speed_reached() {
        double[] times = {9, 1, 9, 9, 9, 1, 1, 9, 1, 1};
        assertThat(Steadiness.firstWithin(times, 1, 1.1)).isEqualTo(1);
        assertThat(Steadiness.firstWithin(times, 3, 1.1)).isEqualTo(4);
        assertThat(Steadiness.firstWithin(times, 3, 0.5)).isEqualTo(-1);
        assertThat(Steadiness.firstWithin(new double[] {1}, 3, 2)).isEqualTo(-1);
    }

    @Test
    void a_warm_up_ends_at_its_cap_and_says_so() {
        int[] runs = new int[1];
        WarmUp warmUp = WarmUp.of(() -> runs[0]++, 0);
        assertThat(warmUp.steady()).isFalse();
        assertThat(warmUp.times()).hasSize(runs[0]).isNotEmpty();
        assertThat(warmUp.level()).isEqualTo(Statistics.median(warmUp.times()));
    }
}
