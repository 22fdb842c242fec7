package finch.search.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import finch.search.report.HypervolumeCurve.Step;
import finch.search.report.JournalFacts.Improvement;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class HypervolumeCurveTest {
    /** Reference point (4, 4): the worst of each objective. */
    private static final List<Improvement> OURS = List.of(improvement(1, 4, 4), improvement(3, 2, 3), improvement(10, 1, 1));
    private static final List<Improvement> THEIRS = List.of(improvement(2, 3, 3), improvement(5, 2, 2));

    private static Improvement improvement(long evaluation, double... point) {
        return new Improvement(evaluation, point);
    }

    @Test
    void shares_are_of_what_all_dominate_together() {
        HypervolumeCurve curve = HypervolumeCurve.over(List.of(OURS, THEIRS));

        assertThat(curve.of(OURS, 20)).containsExactly(new Step(1, 0), new Step(3, 2 / 9.0), new Step(10, 1), new Step(20, 1));
        List<Step> theirs = curve.of(THEIRS, 5);
        assertThat(theirs).extracting(Step::evaluation).containsExactly(2L, 5L);
        assertThat(theirs.getLast().share()).isCloseTo(4 / 9.0, within(1e-12));
    }

    @Test
    void one_point_spans_nothing() {
        assertThat(HypervolumeCurve.over(List.of(List.of(improvement(1, 2, 3)))).isDrawn()).isFalse();
        assertThat(HypervolumeCurve.over(List.of(List.of())).isDrawn()).isFalse();
    }

    @Test
    void a_front_whose_volume_would_take_long_has_no_curve() {
        SplittableRandom random = new SplittableRandom(1);
        List<Improvement> many = LongStream.range(0, 3000).mapToObj(i -> {
            double x = random.nextDouble();
            double y = random.nextDouble();
            double z = random.nextDouble();
            return improvement(i, x, y, z, 3 - x - y - z);
        }).toList();
        assertThat(HypervolumeCurve.over(List.of(many)).isDrawn()).isFalse();
        HypervolumeCurve few = HypervolumeCurve.over(List.of(many.subList(0, 60)));
        assertThat(few.isDrawn()).isTrue();
        assertThat(few.of(many.subList(0, 60), 60).getLast().share()).isCloseTo(1, within(1e-9));
    }
}
