package finch.accuracy;

import finch.space.network.Network;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
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
     * Two rows of one recipe and of two architectures.
     *
     * @param first     row of the family that was left out
     * @param group     that family
     * @param error     predicted less actual difference on the z scale
     * @param predicted difference of top-1
     * @param variance  of the predicted difference on the z scale, without noise
     * @param alike     closeness of the two, 1 for equal ones
     * @param slope     points of top-1 per unit of z
     */
    record Pair(int first, int second, int group, double error, double predicted, double variance, double alike, double slope) {}

    /** @param family which rows are left out together; −1 for none. Those of the densest recipe, and those outside the domain of the rest, are passed over */
    List<Pair> predict(int[] family, Hyperparameters hyper) {
        int[] families = IntStream.range(0, family.length).filter(i -> family[i] >= 0 && !data.isDense(i)).map(i -> family[i]).distinct().sorted().toArray();
        return Arrays.stream(families).parallel().mapToObj(g -> pairs(family, g, validation.without(family, g, hyper))).flatMap(List::stream).toList();
    }

    private List<Pair> pairs(int[] family, int g, CrossValidation.Without without) {
        GaussianModel model = without.model();
        double[][] phi = IntStream.range(0, family.length).mapToObj(i -> data.isDense(i) ? null : model.basis(data.features()[i], without.recipe(data, i))).toArray(double[][]::new);
        Set<Integer> spoken = IntStream.range(0, family.length).filter(i -> family[i] == g && !data.isDense(i) && !validation.isOutside(without.domain(), i)).boxed()
                .collect(Collectors.toCollection(TreeSet::new));
        List<Pair> pairs = new ArrayList<>();
        for (int i : spoken) {
            for (int j = 0; j < family.length; j++) {
                // each two of the family once, and none that the rest does not speak for
                boolean asked = family[j] != g || j > i && spoken.contains(j);
                if (asked && data.recipe()[j] == data.recipe()[i] && !observations.get(i).key().equals(observations.get(j).key())) {
                    double a = model.mean(phi[i]);
                    double b = model.mean(phi[j]);
                    pairs.add(new Pair(i, j, g, a - b - (data.z()[i] - data.z()[j]), scale.toTop1(a) - scale.toTop1(b), model.varianceOfDifference(phi[i], phi[j]),
                            model.globalLikeness(phi[i], phi[j]), 0.5 * (scale.slope(a) + scale.slope(b))));
                }
            }
        }
        return pairs;
    }

    /** The share of pairs whose difference lies in its interval; all of none. @param judging what a row is judged by */
    double coverage(List<Pair> pairs, Hyperparameters hyper, IntFunction<Calibration> judging) {
        return pairs.stream().mapToDouble(p -> Math.abs(p.error()) <= half(p, hyper, judging.apply(p.first())) ? 1 : 0).average().orElse(1);
    }

    /** The least coverage of any family of so many rows; 1 if there is none. */
    double worst(List<Pair> pairs, int leastRows, Hyperparameters hyper, Calibration calibration) {
        return pairs.stream().collect(Collectors.groupingBy(Pair::group)).values().stream()
                .filter(family -> family.stream().mapToInt(Pair::first).distinct().count() >= leastRows)
                .mapToDouble(family -> coverage(family, hyper, row -> calibration)).min().orElse(1);
    }

    private static double half(Pair pair, Hyperparameters hyper, Calibration calibration) {
        return Calibration.Z95 * Math.sqrt(calibration.varianceOfDifference(false, pair.variance(), pair.alike(), hyper));
    }

    Figure figure(String test, List<Pair> pairs, int[] family, Hyperparameters hyper, CrossValidation.Calibrations calibrations) {
        double[] actual = pairs.stream().mapToDouble(p -> observations.get(p.first()).top1() - observations.get(p.second()).top1()).toArray();
        double[] predicted = pairs.stream().mapToDouble(Pair::predicted).toArray();
        double[] half = pairs.stream().mapToDouble(p -> half(p, hyper, calibrations.whole()) * p.slope()).toArray();
        return new Figure(test, pairs.size(), 0, Statistics.meanAbsoluteError(predicted, actual), Statistics.rmse(predicted, actual),
                RankCorrelation.spearman(predicted, actual), coverage(pairs, hyper, calibrations::judging), Statistics.median(half), Optional.empty(),
                List.of(baseline("multiply-adds", o -> Network.of(o.architecture()).macs(), pairs, family, actual),
                        baseline("parameters", o -> Network.of(o.architecture()).params(), pairs, family, actual),
                        baseline("depth", o -> o.architecture().blocks().size(), pairs, family, actual)));
    }

    private Figure.Baseline baseline(String name, Function<Observation, Number> number, List<Pair> pairs, int[] family, double[] actual) {
        double[] x = observations.stream().mapToDouble(o -> TrivialLine.log2(number.apply(o))).toArray();
        return Figure.Baseline.of(name, new TrivialLine(data, x).predict(pairs, family, scale), actual);
    }
}
