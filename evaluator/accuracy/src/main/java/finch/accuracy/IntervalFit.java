package finch.accuracy;

import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleFunction;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Fits a {@link Calibration} to results that were left out: for each variance of the unfamiliar the factor that covers left-out folds, and of those variances the least
 * with which what was left out in larger parts is covered, too. Among families <em>each</em> must be covered: the next is like none of them, and of so few the worst is
 * what 90 % would ask for (conformal prediction for groups: Dunn, Wasserman and Ramdas 2022).
 */
final class IntervalFit {
    /** Families with fewer rows decide nothing and have no figures of their own. */
    static final int LEAST_FAMILY = 10;
    private static final double WANTED_COVERAGE = 0.9;
    /** What is familiar still has the noise of one result: the variance of the unfamiliar may not take all its place. */
    private static final double LEAST_FACTOR = 0.8;
    private static final double LEAST_DENSE_FACTOR = 0.3;
    /** A variance that must be so much greater is no calibration any more. */
    private static final double MOST_DISTANCE = 100;
    private static final double STEP_OF_DISTANCE = 1.02;
    private static final double LEAST_UNFAMILIAR = 0.25;
    private static final double MOST_UNFAMILIAR = 32;

    private final CrossValidation validation;
    private final LeftOutDifferences differences;
    private final Hyperparameters hyper;
    private final LeftOut left;
    private final Calibration whole;

    IntervalFit(CrossValidation validation, LeftOutDifferences differences, Hyperparameters hyper, LeftOut left) {
        this.validation = validation;
        this.differences = differences;
        this.hyper = hyper;
        this.left = left;
        this.whole = calibrate(left);
    }

    /**
     * What calibrations are fitted to.
     *
     * @param dense  rows of the dense recipe, left out by folds
     * @param ranges the same, left out by ranges of a number, once for each number
     * @param other  rows of other recipes, left out by folds; null if there are none
     * @param family rows of left-out families that lie in the domain of the rest; null if there are too few
     * @param pairs  of such rows and the others
     */
    record LeftOut(CrossValidation.Held dense, List<CrossValidation.Held> ranges, CrossValidation.Held other, CrossValidation.Held family, List<LeftOutDifferences.Pair> pairs) {
        LeftOut where(IntPredicate row) {
            return new LeftOut(some(dense, row), ranges.stream().map(held -> some(held, row)).toList(), some(other, row), some(family, row),
                    pairs.stream().filter(pair -> row.test(pair.first())).toList());
        }

        private static CrossValidation.Held some(CrossValidation.Held held, IntPredicate row) {
            return held == null ? null : held.where(i -> row.test(held.rows()[i]));
        }
    }

    Calibration whole() {
        return whole;
    }

    /** Rows of each group are judged by what was fitted to those of the others. */
    CrossValidation.Calibrations apart(int[] group) {
        return new CrossValidation.Calibrations(whole, group, Arrays.stream(group).filter(g -> g >= 0).distinct().boxed().parallel()
                .collect(Collectors.toMap(g -> g, g -> calibrate(left.where(i -> group[i] != g)))));
    }

    private Calibration calibrate(LeftOut left) {
        CrossValidation.Held dense = left.dense();
        double[] novelty = Arrays.stream(dense.novelty()).sorted().toArray();
        double denseNovelty = novelty.length == 0 ? 0 : novelty[(int) (0.99 * (novelty.length - 1))];
        Calibration best = factor(LEAST_DENSE_FACTOR, dense, f -> new Calibration(f, 1, denseNovelty, f, 0, 0));
        for (double d = STEP_OF_DISTANCE; d <= MOST_DISTANCE && least(left.ranges(), best) < WANTED_COVERAGE; d *= STEP_OF_DISTANCE) {
            double distance = d;
            best = factor(LEAST_DENSE_FACTOR, dense, f -> new Calibration(f, distance, denseNovelty, f, 0, 0));
        }
        if (left.other() == null) {
            return best;
        }
        Calibration own = best;
        best = factor(LEAST_FACTOR, left.other(), f -> new Calibration(own.dense(), own.denseDistance(), denseNovelty, f, 0, 0));
        if (left.family() == null) {
            return best;
        }
        for (double u = LEAST_UNFAMILIAR; u <= MOST_UNFAMILIAR && worst(left.family(), best) < WANTED_COVERAGE; u *= 1.05) {
            double unfamiliar = u;
            best = factor(LEAST_FACTOR, left.other(), f -> new Calibration(own.dense(), own.denseDistance(), denseNovelty, f, unfamiliar, 0));
        }
        Calibration single = best;
        for (double u = LEAST_UNFAMILIAR; u <= MOST_UNFAMILIAR && differences.worst(left.pairs(), LEAST_FAMILY, hyper, best) < WANTED_COVERAGE; u *= 1.05) {
            best = new Calibration(single.dense(), single.denseDistance(), denseNovelty, single.other(), single.unfamiliar(), u);
        }
        return best;
    }

    private Calibration factor(double least, CrossValidation.Held held, DoubleFunction<Calibration> calibrations) {
        double factor = least;
        while (factor < 20 && coverage(held, calibrations.apply(factor)) < WANTED_COVERAGE) {
            factor *= 1.02;
        }
        return calibrations.apply(factor);
    }

    private double least(List<CrossValidation.Held> held, Calibration calibration) {
        return held.stream().mapToDouble(some -> coverage(some, calibration)).min().orElse(1);
    }

    /** The least coverage of any group that was left out and is large enough to count in. */
    private double worst(CrossValidation.Held held, Calibration calibration) {
        return least(Arrays.stream(held.group()).distinct().mapToObj(g -> held.where(i -> held.group()[i] == g)).filter(group -> group.rows().length >= LEAST_FAMILY).toList(),
                calibration);
    }

    /** The share of rows in their intervals; all of none, which ask for nothing. */
    private double coverage(CrossValidation.Held held, Calibration calibration) {
        boolean[] covered = validation.covered(held, hyper, CrossValidation.Calibrations.of(calibration));
        return IntStream.range(0, covered.length).mapToDouble(i -> covered[i] ? 1 : 0).average().orElse(1);
    }
}
