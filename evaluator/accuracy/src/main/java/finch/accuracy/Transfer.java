package finch.accuracy;

import finch.space.network.Network;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * How a surrogate fitted to some results of one recipe, and to nothing else, does on others of it: what a user with such
 * a table could expect. Harder than folds at random, since the rest was drawn in another way.
 */
final class Transfer {
    /** So many rows that were evaluated first are a table that somebody may well have. */
    private static final int FIRST_ROWS = 200;
    /** Sources with fewer rows are no table to fit to. */
    private static final int LEAST_ROWS = 100;

    private Transfer() {}

    /**
     * Each source predicts the new networks of each other, and the first rows predict the rest; none for small tables, nor
     * where there is nothing to fit or nothing new to predict.
     *
     * @param rows results of one recipe, in the order of their evaluation
     */
    static List<Figure> figures(String recipe, List<Observation> rows, Function<List<Observation>, Surrogate> fit) {
        Map<String, List<Observation>> bySource = rows.stream().filter(o -> !o.source().isEmpty())
                .collect(Collectors.groupingBy(Observation::source, TreeMap::new, Collectors.toList()));
        bySource.values().removeIf(some -> some.size() < LEAST_ROWS);
        List<Figure> figures = new ArrayList<>();
        bySource.forEach((from, fitted) -> {
            Map<String, List<Observation>> tests = new LinkedHashMap<>();
            bySource.forEach((to, tested) -> {
                if (!from.equals(to)) {
                    tests.put(String.format(Locale.ROOT, "%s, fitted to the %d rows of %s alone, new networks of %s predicted", recipe, fitted.size(),
                            from, to), tested);
                }
            });
            figures.addAll(figures(fitted, tests, fit));
        });
        if (rows.size() > 2 * FIRST_ROWS) {
            figures.addAll(figures(rows.subList(0, FIRST_ROWS), Map.of(recipe + ", fitted to its first " + FIRST_ROWS + " rows alone, the rest predicted",
                    rows.subList(FIRST_ROWS, rows.size())), fit));
        }
        return figures;
    }

    /** @param tests by name, what may be predicted: of it, networks that were not fitted to */
    private static List<Figure> figures(List<Observation> fitted, Map<String, List<Observation>> tests, Function<List<Observation>, Surrogate> fit) {
        Set<String> seen = fitted.stream().map(Observation::key).collect(Collectors.toCollection(HashSet::new));
        Map<String, List<Observation>> left = new LinkedHashMap<>(tests);
        left.replaceAll((test, candidates) -> candidates.stream().filter(o -> !seen.contains(o.key())).toList());
        left.values().removeIf(List::isEmpty);
        if (left.isEmpty() || seen.size() < 2 || fitted.stream().mapToDouble(Observation::top1).distinct().count() < 2) {
            return List.of();
        }
        Surrogate surrogate = fit.apply(fitted);
        return left.entrySet().stream().map(test -> figure(test.getKey(), surrogate, fitted, test.getValue())).toList();
    }

    private static Figure figure(String test, Surrogate surrogate, List<Observation> fitted, List<Observation> tested) {
        SurrogateFile file = surrogate.file();
        int n = tested.size();
        double[] mean = new double[n];
        double[] half = new double[n];
        double[] actual = new double[n];
        int covered = 0;
        int outside = 0;
        for (int i = 0; i < n; i++) {
            Observation o = tested.get(i);
            double[] raw = file.features().of(o.architecture());
            double[] phi = file.model().basis(raw, file.denseRecipe());
            double deviation = Math.sqrt(file.calibration().variance(true, file.model().variance(phi), file.model().novelty(phi, true),
                    file.model().hyper));
            double z = file.model().mean(phi);
            mean[i] = file.scale().toTop1(z);
            actual[i] = o.top1();
            half[i] = Calibration.Z95 * deviation * file.scale().slope(z);
            covered += Math.abs(file.scale().toZ(o.top1()) - z) <= Calibration.Z95 * deviation ? 1 : 0;
            outside += file.domain().outside(o.architecture()).isPresent() || file.domain().outside(raw, file.features().names()).isPresent() ? 1 : 0;
        }
        return new Figure(test, n, outside, Statistics.meanAbsoluteError(mean, actual), Statistics.rmse(mean, actual),
                RankCorrelation.spearman(mean, actual), covered / (double) Math.max(1, n), Statistics.median(half), Optional.empty(),
                List.of(baseline("multiply-adds", o -> Network.of(o.architecture()).macs(), file.scale(), fitted, tested, actual),
                        baseline("parameters", o -> Network.of(o.architecture()).params(), file.scale(), fitted, tested, actual),
                        baseline("depth", o -> o.architecture().blocks().size(), file.scale(), fitted, tested, actual)));
    }

    private static Figure.Baseline baseline(String name, Function<Observation, Number> number, Scale scale, List<Observation> fitted,
                                            List<Observation> tested, double[] actual) {
        List<Observation> all = Stream.concat(fitted.stream(), tested.stream()).toList();
        int[] group = IntStream.range(0, all.size()).map(i -> i < fitted.size() ? 0 : 1).toArray();
        // a top-1 above the cap of the fitted rows' scale has no place on it
        double[] z = all.stream().mapToDouble(o -> scale.toZ(Math.min(o.top1(), scale.cap() - 1e-3))).toArray();
        Samples data = new Samples(new double[all.size()][], 0, new int[all.size()], List.of(all.getFirst().recipe()), 0, z);
        double[] x = all.stream().mapToDouble(o -> TrivialLine.log2(number.apply(o))).toArray();
        CrossValidation.Held held = CrossValidation.Held.of(IntStream.range(fitted.size(), all.size()).toArray());
        double[] predicted = Arrays.stream(new TrivialLine(data, x).predict(held, group)).map(scale::toTop1).toArray();
        return Figure.Baseline.of(name, predicted, actual);
    }
}
