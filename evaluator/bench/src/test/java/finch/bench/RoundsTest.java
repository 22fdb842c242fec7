package finch.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class RoundsTest {
    private static Peer.Round round(double median, double probe, double share) {
        return new Peer.Round(median, median, median, probe, probe + 1, share);
    }

    @Test
    void ratios_are_of_the_rounds_in_which_both_had_the_same_machine() {
        Rounds rounds = new Rounds(List.of(List.of(round(1, 100, 1), round(2, 100, 1), round(8, 80, 1), round(9, 100, 0.5)),
                List.of(round(2, 100, 1), round(2, 98, 1), round(2, 100, 1), round(2, 100, 1))));
        assertThat(rounds.fairRounds(0, 1)).isEqualTo(2);
        assertThat(rounds.ratios(0, 1)).containsExactly(0.5, 1);
        assertThat(rounds.ratio(0, 1).median()).isEqualTo(0.75);
    }

    @Test
    void where_few_rounds_are_fair_all_count() {
        Rounds rounds = new Rounds(List.of(List.of(round(1, 100, 1), round(2, 80, 1), round(8, 80, 1)),
                List.of(round(2, 100, 1), round(2, 100, 1), round(2, 100, 1))));
        assertThat(rounds.fairRounds(0, 1)).isEqualTo(1);
        assertThat(rounds.ratios(0, 1)).containsExactly(0.5, 1, 4);
    }

    @Test
    void rounds_of_several_forks_are_joined() {
        Rounds first = new Rounds(List.of(List.of(round(1, 100, 1)), List.of(round(2, 100, 1))));
        Rounds second = new Rounds(List.of(List.of(round(3, 100, 1)), List.of(round(2, 100, 1))));
        assertThat(first.and(second).count()).isEqualTo(2);
        assertThat(first.and(second).ratios(0, 1)).containsExactly(0.5, 1.5);
    }

    @Test
    void timings_beside_a_slow_probe_or_without_a_processor_are_left_out() {
        boolean[] good = ClockCheck.undisturbed(new double[] {100, 101, 100, 60, 100, 100}, new double[] {1, 1, 1, 1, 0.9});
        assertThat(good).containsExactly(true, true, false, false, false);
        assertThat(ClockCheck.count(good)).isEqualTo(2);
        assertThat(ClockCheck.kept(new double[] {1, 2, 3, 4, 5}, good)).containsExactly(1, 2);
    }

    @Test
    void too_few_timings_left_mean_that_all_are_kept() {
        boolean[] good = {true, false, false, false, false};
        assertThat(ClockCheck.kept(new double[] {1, 2, 3, 4, 5}, good)).containsExactly(1, 2, 3, 4, 5);
    }

    @Test
    void every_network_comes_with_each_number_of_threads_and_each_batch() {
        Options options = Options.of(new String[] {"threads=1,2", "batch=1,8", "mobilenetv3-large@/320", "mobilenetv2:4"}, "threads", "batch");
        assertThat(Peers.cases(options)).containsExactly(new Peers.Case("mobilenetv3-large@/320", 1, 1), new Peers.Case("mobilenetv3-large@/320", 2, 1),
                new Peers.Case("mobilenetv2", 4, 1), new Peers.Case("mobilenetv3-large@/320", 1, 8), new Peers.Case("mobilenetv3-large@/320", 2, 8),
                new Peers.Case("mobilenetv2", 4, 8));
    }

    @Test
    void a_source_after_a_colon_is_no_number_of_threads() {
        Options options = Options.of(new String[] {"mobilenetv3-small@0.75:keras", "mobilenetv3-small@0.75:keras:2"});
        assertThat(Peers.cases(options)).containsExactly(new Peers.Case("mobilenetv3-small@0.75:keras", 1, 1),
                new Peers.Case("mobilenetv3-small@0.75:keras", 2, 1));
    }

    @Test
    void a_fork_tells_its_times_in_one_line() {
        StartUp.Times times = StartUp.Times.parse("1.5 2 3 4 5 NaN NaN 8 9 0\n");
        assertThat(times.toMain()).isEqualTo(1.5);
        assertThat(times.near()).isNaN();
        assertThat(times.steady()).isZero();
        assertThatThrownBy(() -> StartUp.Times.parse("something else")).isInstanceOf(NumberFormatException.class);
    }
}
