package finch.search.run;

import static org.assertj.core.api.Assertions.assertThat;

import finch.search.config.Objective;
import finch.search.evolve.Estimate;
import finch.search.evolve.ParetoFront;
import finch.space.Genome;
import finch.space.format.References;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TimingPicksTest {
    /** Latencies from 20 ms down to 1 ms. */
    private static final List<ParetoFront.Member> FRONT = IntStream.range(0, 20).mapToObj(i -> new ParetoFront.Member(i, Genome.of(i),
            Map.of(Objective.LATENCY, Estimate.exact(1000 * (20 - i))))).toList();

    private static ReferencePoint reference(double micros) {
        return new ReferencePoint("r" + micros, References.resolve("mobilenetv2"), Optional.empty(), Map.of(Objective.LATENCY, Estimate.exact(micros)));
    }

    @Test
    void the_best_the_knee_and_those_as_fast_as_a_reference_come_first() {
        assertThat(TimingPicks.of(FRONT, 9, List.of(reference(16_100), reference(8_900)), 4)).containsExactly(0, 4, 9, 11);
        assertThat(TimingPicks.of(FRONT, 9, List.of(reference(16_100)), 1)).containsExactly(0);
        assertThat(TimingPicks.of(FRONT, 9, List.of(reference(16_100)), 2)).containsExactly(0, 9);
    }

    @Test
    void places_left_are_filled_between_them_before_the_fast_end_is_reached() {
        assertThat(TimingPicks.of(FRONT, 4, List.of(), 4)).containsExactly(0, 1, 2, 4);
        assertThat(TimingPicks.of(FRONT, 2, List.of(), 5)).containsExactly(0, 1, 2, 3, 4);
    }

    @Test
    void a_short_front_is_timed_whole() {
        assertThat(TimingPicks.of(FRONT.subList(0, 3), 1, List.of(reference(1)), 8)).containsExactly(0, 1, 2);
    }
}
