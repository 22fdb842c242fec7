package finch.accuracy;

import finch.space.network.Network;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Predicts every row by a model that was fitted without the rows of its group. Groups are fitted in parallel; nothing depends on it. */
final class CrossValidation {
    private final Samples data;
    private final List<Observation> observations;
    private final Features features;
    private final Scale scale;

    CrossValidation(Samples data, List<Observation> observations, Features features, Scale scale) {
        this.data = data;
        this.observations = observations;
        this.features = features;
        this.scale = scale;
    }

    /**
     * Predictions of left-out rows, on the z scale.
     *
     * @param rows     rows that were predicted
     * @param group    which of them were left out together
     * @param mean     per entry of {@code rows}
     * @param variance of the mean, without noise
     * @param novelty  how far the row lies from what the model knows, as {@link GaussianModel#novelty} has it
     * @param outside  whether the domain of the remaining data excludes the row
     * @param unseen   whether the remaining data has no row of the row's source
     */
    record Held(int[] rows, int[] group, double[] mean, double[] variance, double[] novelty, boolean[] outside, boolean[] unseen) {
        static Held of(int[] rows) {
            int n = rows.length;
            return new Held(rows, new int[n], new double[n], new double[n], new double[n], new boolean[n], new boolean[n]);
        }

        /** @param entry which entries (not rows) are wanted */
        Held where(IntPredicate entry) {
            int[] keep = IntStream.range(0, rows.length).filter(entry).toArray();
            Held some = of(Arrays.stream(keep).map(i -> rows[i]).toArray());
            for (int i = 0; i < keep.length; i++) {
                some.group[i] = group[keep[i]];
                some.mean[i] = mean[keep[i]];
                some.variance[i] = variance[keep[i]];
                some.novelty[i] = novelty[keep[i]];
                some.outside[i] = outside[keep[i]];
                some.unseen[i] = unseen[keep[i]];
            }
            return some;
        }
    }

    /** Folds by key: rows with one key are always in one fold. */
    int[] folds(int count, long seed) {
        List<String> keys = new ArrayList<>(new TreeSet<>(observations.stream().map(Observation::key).toList()));
        Collections.shuffle(keys, new Random(seed));
        return observations.stream().mapToInt(o -> keys.indexOf(o.key()) % count).toArray();
    }

    /** One group per different value, in the order of the values; −1 (never left out) for an empty one. */
    int[] groups(Function<Observation, String> value) {
        List<String> values = new ArrayList<>(new TreeSet<>(observations.stream().map(value).toList()));
        values.remove("");
        return observations.stream().mapToInt(o -> values.indexOf(value.apply(o))).toArray();
    }

    /**
     * Leaves out group by group; none where there is but one group, which would leave nothing to fit to.
     *
     * @param wanted which rows matter: groups without such a row are not left out
     */
    Held predict(int[] group, Hyperparameters hyper, IntPredicate wanted) {
        boolean parts = Arrays.stream(group).distinct().count() > 1;
        Held held = Held.of(IntStream.range(0, group.length).filter(i -> parts && group[i] >= 0 && wanted.test(i)).toArray());
        // every group writes entries of its own
        Arrays.stream(held.rows()).map(i -> group[i]).distinct().sorted().parallel().forEach(g -> predict(held, group, g, hyper));
        return held;
    }

    /** What is known without a group. @param origins sources of the rest */
    record Without(GaussianModel model, Domain domain, boolean[] recipes, Set<String> origins) {
        /** The recipe of a row for {@link GaussianModel#basis}: −1 where the rest has no result of it. */
        int recipe(Samples data, int row) {
            return recipes[data.recipe()[row]] ? data.recipe()[row] : -1;
        }
    }

    Without without(int[] group, int g, Hyperparameters hyper) {
        int[] rest = IntStream.range(0, group.length).filter(i -> group[i] != g).toArray();
        GaussianModel model = GaussianFit.fit(data, rest, hyper);
        Domain domain = Domain.of(features, Arrays.stream(rest).mapToObj(i -> observations.get(i).architecture()).toList(),
                Arrays.stream(rest).mapToObj(i -> data.features()[i]).toArray(double[][]::new));
        boolean[] seen = new boolean[data.recipes().size()];
        Set<String> origins = new HashSet<>();
        for (int row : rest) {
            seen[data.recipe()[row]] = true;
            origins.add(observations.get(row).origin());
        }
        return new Without(model, domain, seen, origins);
    }

    private void predict(Held held, int[] group, int g, Hyperparameters hyper) {
        Without without = without(group, g, hyper);
        GaussianModel model = without.model();
        for (int i = 0; i < held.rows().length; i++) {
            int row = held.rows()[i];
            if (group[row] == g) {
                int recipe = without.recipe(data, row);
                double[] phi = model.basis(data.features()[row], recipe);
                held.group()[i] = g;
                held.mean()[i] = model.mean(phi);
                held.variance()[i] = model.variance(phi) + (recipe >= 0 ? 0 : model.varianceOfRecipe(phi));
                held.novelty()[i] = model.novelty(phi, data.isDense(row));
                held.outside()[i] = isOutside(without.domain(), row);
                held.unseen()[i] = !without.origins().contains(observations.get(row).origin());
            }
        }
    }

    /**
     * Calibrations that judge rows which they were not fitted to.
     *
     * @param whole fitted to all rows: what users get
     * @param group of each row of the data
     * @param apart by group: fitted to the rows of all other groups
     */
    record Calibrations(Calibration whole, int[] group, Map<Integer, Calibration> apart) {
        /** The one that users get judges all. */
        static Calibrations of(Calibration whole) {
            return new Calibrations(whole, null, Map.of());
        }

        Calibration judging(int row) {
            return group == null ? whole : apart.get(group[row]);
        }
    }

    /** Whether each row lies in its interval. */
    boolean[] covered(Held held, Hyperparameters hyper, Calibrations calibrations) {
        boolean[] covered = new boolean[held.rows().length];
        for (int i = 0; i < covered.length; i++) {
            covered[i] = Math.abs(data.z()[held.rows()[i]] - held.mean()[i]) <= half(held, i, hyper, calibrations.judging(held.rows()[i]));
        }
        return covered;
    }

    boolean isOutside(Domain domain, int row) {
        return domain.outside(observations.get(row).architecture()).isPresent() || domain.outside(data.features()[row], features.names()).isPresent();
    }

    private double half(Held held, int i, Hyperparameters hyper, Calibration calibration) {
        int row = held.rows()[i];
        return Calibration.Z95 * Math.sqrt(calibration.variance(data.isDense(row), held.variance()[i], held.novelty()[i],
                hyper));
    }

    Figure figure(String test, Held held, int[] group, Hyperparameters hyper, Calibrations calibrations) {
        double[] predicted = Arrays.stream(held.mean()).map(scale::toTop1).toArray();
        double[] actual = actual(held);
        boolean[] covered = covered(held, hyper, calibrations);
        double[] half = IntStream.range(0, covered.length)
                .mapToDouble(i -> half(held, i, hyper, calibrations.whole()) * scale.slope(held.mean()[i])).toArray();
        int outside = (int) IntStream.range(0, covered.length).filter(i -> held.outside()[i]).count();
        boolean leftOut = Arrays.stream(held.rows()).anyMatch(i -> group[i] >= 0);
        return new Figure(test, held.rows().length, outside, Statistics.meanAbsoluteError(predicted, actual),
                Statistics.rmse(predicted, actual), RankCorrelation.spearman(predicted, actual), share(covered), Statistics.median(half),
                offsetsOff(held, hyper, calibrations),
                !leftOut ? List.of() : List.of(baseline("multiply-adds", a -> Network.of(a.architecture()).macs(), held, group),
                        baseline("parameters", a -> Network.of(a.architecture()).params(), held, group),
                        baseline("depth", a -> a.architecture().blocks().size(), held, group)));
    }

    private double[] actual(Held held) {
        return Arrays.stream(held.rows()).mapToDouble(i -> observations.get(i).top1()).toArray();
    }

    private static double share(boolean[] covered) {
        return IntStream.range(0, covered.length).filter(i -> covered[i]).count() / (double) Math.max(1, covered.length);
    }

    /** The score with the mean error of each unseen source taken off; empty if none has the two rows that this takes. */
    private Optional<Figure.OffsetsOff> offsetsOff(Held held, Hyperparameters hyper, Calibrations calibrations) {
        record Origin(int group, String name) {}

        Map<Origin, List<Integer>> unseen = IntStream.range(0, held.rows().length).filter(i -> held.unseen()[i]).boxed()
                .collect(Collectors.groupingBy(i -> new Origin(held.group()[i], observations.get(held.rows()[i]).origin())));
        int sources = (int) unseen.values().stream().filter(entries -> entries.size() > 1).count();
        if (sources == 0) {
            return Optional.empty();
        }
        Held shifted = held.where(i -> true);
        boolean[] alone = new boolean[held.rows().length];
        int scored = 0;
        for (List<Integer> entries : unseen.values()) {
            double offset = entries.stream().mapToDouble(i -> held.mean()[i] - data.z()[held.rows()[i]]).average().orElseThrow();
            for (int i : entries) {
                shifted.mean()[i] -= offset;
                alone[i] = entries.size() == 1;
            }
            scored += entries.size() == 1 ? 0 : entries.size();
        }
        Held counted = shifted.where(i -> !alone[i]);
        double[] predicted = Arrays.stream(counted.mean()).map(scale::toTop1).toArray();
        return Optional.of(new Figure.OffsetsOff(sources, scored, held.rows().length - counted.rows().length,
                Statistics.meanAbsoluteError(predicted, actual(counted)), Statistics.rmse(predicted, actual(counted)),
                RankCorrelation.spearman(predicted, actual(counted)), share(covered(counted, hyper, calibrations))));
    }

    private Figure.Baseline baseline(String name, Function<Observation, Number> number, Held held, int[] group) {
        double[] x = observations.stream().mapToDouble(o -> TrivialLine.log2(number.apply(o))).toArray();
        double[] predicted = Arrays.stream(new TrivialLine(data, x).predict(held, group)).map(scale::toTop1).toArray();
        return Figure.Baseline.of(name, predicted, actual(held));
    }
}
