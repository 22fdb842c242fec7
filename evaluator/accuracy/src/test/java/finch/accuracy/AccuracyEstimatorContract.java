package finch.accuracy;

import static org.assertj.core.api.Assertions.assertThat;

import finch.space.Architecture;
import finch.space.format.ArchitectureFormat;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What every accuracy estimator keeps to. */
abstract class AccuracyEstimatorContract {
    abstract AccuracyEstimator estimator();

    /** Architectures that the estimator speaks for. */
    abstract List<Architecture> known();

    /** Architectures on which it keeps silent. */
    abstract List<Architecture> unknown();

    @Test
    void an_estimate_lies_in_its_interval_and_names_its_source() {
        assertThat(known()).isNotEmpty().allSatisfy(a -> {
            AccuracyEstimate.Known known = (AccuracyEstimate.Known) estimator().estimate(a);
            assertThat(known.top1()).isBetween(known.low(), known.high()).isBetween(0.0, 100.0);
            assertThat(known.low()).isNotNegative();
            assertThat(known.high()).isLessThanOrEqualTo(100);
            assertThat(known.source()).isNotBlank();
            assertThat(known.dataset()).isNotBlank();
        });
    }

    @Test
    void silence_has_a_reason() {
        assertThat(unknown()).isNotEmpty().allSatisfy(a -> assertThat(estimator().estimate(a))
                .isInstanceOfSatisfying(AccuracyEstimate.Silent.class, s -> assertThat(s.reason()).isNotBlank().endsWith(".")));
    }

    @Test
    void an_estimate_depends_on_the_meaning_alone() {
        assertThat(known()).allSatisfy(a -> {
            Architecture renamed = ArchitectureFormat.parse("copy", ArchitectureFormat.toJson(a)).named("another name");
            assertThat(estimator().estimate(renamed)).isEqualTo(estimator().estimate(a));
        });
    }

    @Test
    void many_threads_get_the_same_estimates() {
        AccuracyEstimator estimator = estimator();
        List<AccuracyEstimate> alone = known().stream().map(estimator::estimate).toList();
        assertThat(IntStream.range(0, 200).parallel()
                .mapToObj(i -> estimator.estimate(known().get(i % known().size())).equals(alone.get(i % alone.size()))).toList())
                .containsOnly(true);
    }
}
