package finch.accuracy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import finch.space.Activation;
import finch.space.Architecture;
import finch.space.Block;
import finch.space.format.References;
import finch.space.network.Network;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Tables at the edge of what can be fitted to. */
class SurrogateFitTest {
    private static final Architecture LARGE = References.resolve("mobilenetv3-large");

    /** Networks of equal multiply-adds: the bits of {@code number} choose activations. */
    private static Architecture network(int number) {
        List<Block> blocks = new ArrayList<>();
        for (int i = 0; i < LARGE.blocks().size(); i++) {
            Block.InvertedResidual b = (Block.InvertedResidual) LARGE.blocks().get(i);
            blocks.add(new Block.InvertedResidual(b.kernel(), b.stride(), b.expanded(), b.out(), b.squeeze(),
                    (number >> i & 1) == 1 ? Activation.HARD_SWISH : Activation.RELU, false, true));
        }
        return new Architecture("", LARGE.resolution(), 3, 1000, LARGE.padding(), LARGE.stem(), blocks, LARGE.head());
    }

    private static Observation row(int network, double top1, String recipe, String source) {
        return new Observation(network(network), top1, recipe, source, Integer.toString(network), "");
    }

    private static List<Observation> rows(int count, Function<Integer, Observation> row) {
        return IntStream.range(0, count).mapToObj(row::apply).toList();
    }

    @Test
    void networks_of_equal_cost_are_no_range_to_leave_out() {
        List<Observation> rows = rows(30, i -> row(i, 70 + Integer.bitCount(i) + 0.01 * (i % 7), "r", ""));
        assertThat(rows.stream().map(o -> Network.of(o.architecture()).macs()).distinct()).hasSize(1);

        Surrogate surrogate = SurrogateFit.fit("t", "d", List.of(), "r", rows);

        assertThat(surrogate.figures().getFirst().rows()).isEqualTo(30);
        assertThat(((AccuracyEstimate.Known) surrogate.estimate(network(3))).top1()).isBetween(69.0, 76.0);
    }

    @Test
    void no_range_that_was_left_out_asks_for_nothing_and_each_that_is_missed_for_more() {
        List<Observation> rows = rows(60, i -> row(i, 70 + 0.5 * Integer.bitCount(i), "r", ""));
        Samples data = new Samples(new double[60][0], 0, new int[60], List.of("r"), 0, rows.stream().mapToDouble(Observation::top1).toArray());
        CrossValidation validation = new CrossValidation(data, rows, null, new Scale(100, 30));
        CrossValidation.Held folds = held(data, 0.1);
        CrossValidation.Held none = folds.where(i -> false);

        assertThat(distance(validation, folds, none)).isEqualTo(1);
        assertThat(distance(validation, folds, none, held(data, 0.1))).isEqualTo(1);
        assertThat(distance(validation, folds, none, held(data, 0.1), held(data, 0.3))).isGreaterThan(2);
    }

    private static double distance(CrossValidation validation, CrossValidation.Held folds, CrossValidation.Held... ranges) {
        return new IntervalFit(validation, null, Hyperparameters.START, new IntervalFit.LeftOut(folds, List.of(ranges), null, null, null)).whole().denseDistance();
    }

    /** All rows missed by so much, with a variance of 0.01. */
    private static CrossValidation.Held held(Samples data, double error) {
        CrossValidation.Held held = CrossValidation.Held.of(IntStream.range(0, data.z().length).toArray());
        for (int i = 0; i < data.z().length; i++) {
            held.mean()[i] = data.z()[i] + error;
            held.variance()[i] = 0.01;
        }
        return held;
    }

    /** What is common to a family that is unlike all others makes each estimate wrong, but no difference within it. */
    @Test
    void differences_are_calibrated_apart_from_estimates() {
        List<Observation> rows = rows(8 * 12, i -> new Observation(network(i), 60 + i % 12 + 4 * (i / 12 % 2), i < 36 ? "dense" : "r", "", Integer.toString(i), "family " + i / 12));
        Surrogate surrogate = SurrogateFit.fit("t", "d", List.of(), "r", rows);

        Calibration calibration = surrogate.file().calibration();
        assertThat(calibration.unfamiliarOfDifferences()).isPositive().isLessThan(calibration.unfamiliar());
        Figure figure = surrogate.figures().stream().filter(f -> f.test().contains("differences")).findFirst().orElseThrow();
        assertThat(figure.coverage90()).isGreaterThan(0.8);
        assertThat(surrogate.difference(network(90), network(90)).orElseThrow()).isEqualTo(new AccuracyDifference(0, 0, 0));
    }

    @Test
    void results_of_one_network_are_refused() {
        List<Observation> rows = rows(30, i -> row(5, 70 + 0.1 * i, "r" + i % 3, ""));

        assertThatIllegalArgumentException().isThrownBy(() -> SurrogateFit.fit("t", "d", List.of(), "r0", rows))
                .withMessage("all results are of one architecture; there is nothing to tell apart");
    }

    @Test
    void coverage_is_judged_by_factors_that_were_fitted_to_other_rows() {
        List<Observation> rows = rows(60, i -> row(i, 70 + 0.5 * Integer.bitCount(i), "r", ""));
        Samples data = new Samples(new double[60][0], 0, new int[60], List.of("r"), 0, rows.stream().mapToDouble(Observation::top1).toArray());
        CrossValidation validation = new CrossValidation(data, rows, null, new Scale(100, 30));
        CrossValidation.Held held = CrossValidation.Held.of(IntStream.range(0, 60).toArray());
        int[] group = IntStream.range(0, 60).map(i -> i < 20 ? 3 : 7).toArray();
        for (int i = 0; i < 60; i++) {
            held.mean()[i] = data.z()[i] + 0.5;
        }
        Calibration wide = new Calibration(1, 1, 1, 1, 0, 0);
        Calibration narrow = new Calibration(0.01, 1, 1, 0.01, 0, 0);
        Hyperparameters hyper = Hyperparameters.START.variances(100, 100);

        assertThat(validation.covered(held, hyper, CrossValidation.Calibrations.of(wide))).containsOnly(true);
        boolean[] covered = validation.covered(held, hyper, new CrossValidation.Calibrations(wide, group, Map.of(3, narrow, 7, wide)));
        assertThat(IntStream.range(0, 60).filter(i -> covered[i])).hasSize(40).allMatch(i -> i >= 20);
    }

    @Test
    void transfers_are_told_only_where_there_is_something_to_fit_and_to_predict() {
        Function<List<Observation>, Surrogate> never = some -> {
            throw new AssertionError("nothing to fit to " + some.size() + " rows");
        };

        assertThat(Transfer.figures("r", rows(401, i -> row(i, i < 200 ? 70 : 71, "r", "")), never)).as("equal accuracies").isEmpty();
        assertThat(Transfer.figures("r", rows(401, i -> row(i < 200 ? 0 : i, 70 + 0.01 * i, "r", "")), never)).as("one network").isEmpty();
        assertThat(Transfer.figures("r", rows(401, i -> row(i % 200, 70 + 0.01 * i, "r", "")), never)).as("nothing new").isEmpty();
        assertThat(Transfer.figures("r", rows(240, i -> row(i % 120, 70 + 0.01 * i, "r", i < 120 ? "a" : "b")), never)).as("the same networks in both").isEmpty();
    }
}
