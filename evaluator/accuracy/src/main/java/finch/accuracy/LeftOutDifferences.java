package finch.accuracy;

import finch.space.network.Network;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;

/**
 * How differences are predicted between a network whose family was left out and the others of its recipe, known ones and those of its own family: what a search asks
 * when it compares what it found with a reference. Single estimates of a family that was left out share most of their error, which cancels here.
 */
final class LeftOutDifferences {
    private final Samples data;
    private final List<Observation> observations;
    private final CrossValidation validation;
    private final Scale scale;

    LeftOutDifferences(Samples data, List<Observation> observations, CrossValidation validation, Scale scale) {
        this.data = data;
        this.observations = observations;
        this.validation = validation;
        this.scale = scale;
    }

    /**
     * Entry by entry, a pair of rows of one recipe and of two architectures.
     *
     * @param first     of the family that was left out
     * @param group     that family
     * @param error     predicted less actual difference on the z scale
     * @param predicted difference of top-1
     * @param variance  of the predicted difference on the z scale, without noise
     * @param alike     closeness of the two, 1 for equal ones
     * @param slope     points of top-1 per unit of z
     */
    record Pairs(int[] first, int[] second, int[] group, double[] error, double[] predicted, double[] variance, double[] alike, double[] slope) {
        private static Pairs of(List<Pair> pairs) {
            return new Pairs(integers(pairs, Pair::first), integers(pairs, Pair::second), integers(pairs, Pair::group), pairs.stream().mapToDouble(Pair::error).toArray(),
                    pairs.stream().mapToDouble(Pair::predicted).toArray(), pairs.stream().mapToDouble(Pair::variance).toArray(),
                    pairs.stream().mapToDouble(Pair::alike).toArray(), pairs.stream().mapToDouble(Pair::slope).toArray());
        }

        private static int[] integers(List<Pair> pairs, ToIntFunction<Pair> number) {
            return pairs.stream().mapToInt(number).toArray();
        }

        /** @param entry which entries (not rows) are wanted */
        Pairs where(IntPredicate entry) {
            return of(IntStream.range(0, first.length).filter(entry)
                    .mapToObj(i -> new Pair(first[i], second[i], group[i], error[i], predicted[i], variance[i], alike[i], slope[i])).toList());
        }
    }

    private record Pair(int first, int second, int group, double error, double predicted, double variance, double alike, double slope) {}

    /** @param family which rows are left out together; −1 for none. Those of the densest recipe, and those outside the domain of the rest, are passed over */
    Pairs predict(int[] family, Hyperparameters hyper) {
        int[] families = IntStream.range(0, family.length).filter(i -> family[i] >= 0 && !data.isDense(i)).map(i -> family[i]).distinct().sorted().toArray();
        return Pairs.of(Arrays.stream(families).parallel().mapToObj(g -> pairs(family, g, validation.without(family, g, hyper))).flatMap(List::stream).toList());
    }

    private List<Pair> pairs(int[] family, int g, CrossValidation.Without without) {
        GaussianModel model = without.model();
        double[][] phi = IntStream.range(0, family.length).mapToObj(i -> data.isDense(i) ? null : model.basis(data.features()[i], without.recipe(data, i))).toArray(double[][]::new);
        List<Pair> pairs = new ArrayList<>();
        for (int i = 0; i < family.length; i++) {
            if (family[i] != g || data.isDense(i) || validation.isOutside(without.domain(), i)) {
                continue;
            }
            for (int j = 0; j < family.length; j++) {
                boolean counted = family[j] == g && j < i;
                if (!counted && data.recipe()[j] == data.recipe()[i] && !observations.get(i).key().equals(observations.get(j).key())) {
                    double a = model.mean(phi[i]);
                    double b = model.mean(phi[j]);
                    pairs.add(new Pair(i, j, g, a - b - (data.z()[i] - data.z()[j]), scale.toTop1(a) - scale.toTop1(b), model.varianceOfDifference(phi[i], phi[j]),
                            model.globalLikeness(phi[i], phi[j]), 0.5 * (scale.slope(a) + scale.slope(b))));
                }
            }
        }
        return pairs;
    }

    /** The share of pairs whose difference lies in its interval; all of none. */
    double coverage(Pairs pairs, Hyperparameters hyper, IntFunction<Calibration> judging) {
        return IntStream.range(0, pairs.first().length).mapToDouble(i -> Math.abs(pairs.error()[i]) <= half(pairs, i, hyper, judging.apply(pairs.first()[i])) ? 1 : 0).average().orElse(1);
    }

    /** The least coverage of any family of so many rows; 1 if there is none. */
    double worst(Pairs pairs, int leastRows, Hyperparameters hyper, Calibration calibration) {
        return Arrays.stream(pairs.group()).distinct().mapToObj(g -> pairs.where(i -> pairs.group()[i] == g))
                .filter(family -> Arrays.stream(family.first()).distinct().count() >= leastRows).mapToDouble(family -> coverage(family, hyper, row -> calibration)).min().orElse(1);
    }

    private static double half(Pairs pairs, int i, Hyperparameters hyper, Calibration calibration) {
        return Calibration.Z95 * Math.sqrt(calibration.varianceOfDifference(false, pairs.variance()[i], pairs.alike()[i], hyper));
    }

    Figure figure(String test, Pairs pairs, int[] family, Hyperparameters hyper, CrossValidation.Calibrations calibrations) {
        int n = pairs.first().length;
        double[] actual = IntStream.range(0, n).mapToDouble(i -> observations.get(pairs.first()[i]).top1() - observations.get(pairs.second()[i]).top1()).toArray();
        double[] half = IntStream.range(0, n).mapToDouble(i -> half(pairs, i, hyper, calibrations.whole()) * pairs.slope()[i]).toArray();
        return new Figure(test, n, 0, Statistics.meanAbsoluteError(pairs.predicted(), actual), Statistics.rmse(pairs.predicted(), actual),
                RankCorrelation.spearman(pairs.predicted(), actual), coverage(pairs, hyper, calibrations::judging), Statistics.median(half), Optional.empty(),
                List.of(baseline("multiply-adds", o -> Network.of(o.architecture()).macs(), pairs, family, actual),
                        baseline("parameters", o -> Network.of(o.architecture()).params(), pairs, family, actual),
                        baseline("depth", o -> o.architecture().blocks().size(), pairs, family, actual)));
    }

    private Figure.Baseline baseline(String name, Function<Observation, Number> number, Pairs pairs, int[] family, double[] actual) {
        double[] x = observations.stream().mapToDouble(o -> TrivialLine.log2(number.apply(o))).toArray();
        return Figure.Baseline.of(name, new TrivialLine(data, x).predict(pairs, family, scale), actual);
    }
}
