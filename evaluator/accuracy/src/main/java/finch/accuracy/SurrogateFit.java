package finch.accuracy;

import finch.space.Architecture;
import finch.space.network.Network;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.DoubleFunction;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Fits a {@link Surrogate} to observations: chooses hyperparameters by cross-validated log density, calibrates the
 * intervals on left-out rows, and records the errors beside trivial baselines. The same observations always give the
 * same surrogate. Some twenty seconds for a thousand rows.
 */
public final class SurrogateFit {
    private static final long FOLD_SEED = 1;
    private static final int FOLDS = 5;
    private static final int OTHER_FOLDS = 10;
    private static final int LEAST_ROWS = 20;
    private static final int LEAST_FAMILIES = 3;
    /** Families with fewer rows have no figures of their own. */
    private static final int LEAST_FAMILY = 10;
    private static final double WANTED_COVERAGE = 0.9;
    /** The recipe of rows that tell none. */
    private static final String NO_RECIPE = "table";
    /** What is familiar still has the noise of one result: the variance of the unfamiliar may not take all its place. */
    private static final double LEAST_FACTOR = 0.8;
    private static final double LEAST_DENSE_FACTOR = 0.3;
    /** A variance that must be so much greater is no calibration any more. */
    private static final double MOST_DISTANCE = 100;
    /** Variances on the z scale of the data for which {@link Hyperparameters#START} is meant. */
    private static final double START_DENSE_VARIANCE = 1.5;
    private static final double START_OTHER_VARIANCE = 20;

    private final String title;
    private final String dataset;
    private final List<String> sources;
    private final String defaultRecipe;
    private final List<Observation> rows;
    private final Scale scale;
    private final Features features;
    private final Samples data;
    private final CrossValidation validation;

    private SurrogateFit(String title, String dataset, List<String> sources, String defaultRecipe, List<Observation> rows) {
        this.title = title;
        this.dataset = dataset;
        this.sources = sources;
        this.defaultRecipe = defaultRecipe;
        this.rows = rows;
        List<String> recipes = List.copyOf(new TreeSet<>(rows.stream().map(Observation::recipe).toList()));
        int[] recipe = rows.stream().mapToInt(o -> recipes.indexOf(o.recipe())).toArray();
        int[] counts = new int[recipes.size()];
        Arrays.stream(recipe).forEach(r -> counts[r]++);
        int dense = IntStream.range(0, counts.length).reduce((a, b) -> counts[b] > counts[a] ? b : a).orElseThrow();
        this.scale = Scale.of(rows.stream().mapToDouble(Observation::top1).toArray());
        List<Architecture> all = rows.stream().map(Observation::architecture).toList();
        this.features = Features.of(all, rows.stream().filter(o -> recipes.indexOf(o.recipe()) == dense)
                .map(Observation::architecture).toList());
        double[][] raw = all.stream().map(features::of).toArray(double[][]::new);
        double[] z = rows.stream().mapToDouble(o -> scale.toZ(o.top1())).toArray();
        this.data = new Samples(raw, features.globals(), recipe, recipes, dense, z);
        this.validation = new CrossValidation(data, rows, features, scale);
    }

    /**
     * Fits a surrogate.
     *
     * @param title         what it is, for people
     * @param dataset       what the accuracies are of, e.g. {@code imagenet}
     * @param sources       where the data comes from, one a line
     * @param defaultRecipe the recipe it speaks of unless told otherwise
     * @throws IllegalArgumentException if there are too few observations, all accuracies are equal, all are of one
     *                                  architecture, or no observation has the default recipe
     */
    public static Surrogate fit(String title, String dataset, List<String> sources, String defaultRecipe,
                                List<Observation> observations) {
        List<Observation> rows = distinct(observations);
        if (rows.size() < LEAST_ROWS) {
            throw new IllegalArgumentException("a surrogate needs at least " + LEAST_ROWS + " different results, not " + rows.size());
        }
        if (rows.stream().mapToDouble(Observation::top1).distinct().count() < 2) {
            throw new IllegalArgumentException("all accuracies are equal; there is nothing to fit");
        }
        if (rows.stream().map(Observation::key).distinct().count() < 2) {
            throw new IllegalArgumentException("all results are of one architecture; there is nothing to tell apart");
        }
        if (rows.stream().noneMatch(o -> o.recipe().equals(defaultRecipe))) {
            throw new IllegalArgumentException("no result has the recipe \"" + defaultRecipe + "\"; the recipes are "
                    + new TreeSet<>(rows.stream().map(Observation::recipe).toList()));
        }
        return new SurrogateFit(title, dataset, sources, defaultRecipe, rows).fit(true);
    }

    /**
     * Fits a surrogate to a user's table; its default recipe is the one with most rows.
     *
     * @param dataset what the accuracies are of; the table's file name if empty
     */
    public static Surrogate fit(AccuracyTable table, Optional<String> dataset) {
        String name = table.file().substring(Math.max(table.file().lastIndexOf('/'), table.file().lastIndexOf('\\')) + 1);
        List<Observation> observations = table.observations(NO_RECIPE);
        Map<String, Long> counts = observations.stream().collect(Collectors.groupingBy(Observation::recipe, TreeMap::new,
                Collectors.counting()));
        String most = counts.entrySet().stream().reduce((a, b) -> b.getValue() > a.getValue() ? b : a).orElseThrow().getKey();
        String what = dataset.orElse(name);
        return fit("top-1 on " + what + ", fitted to " + name, what, List.of(observations.size() + " rows of " + name), most,
                observations);
    }

    /** Drops repetitions of one result: equal networks, recipes and accuracies. */
    private static List<Observation> distinct(List<Observation> observations) {
        record Result(Architecture architecture, String recipe, double top1, String key) {}

        Map<Result, Observation> distinct = new LinkedHashMap<>();
        for (Observation o : observations) {
            distinct.putIfAbsent(new Result(o.architecture().anonymous(), o.recipe(), o.top1(), o.key()), o);
        }
        return List.copyOf(distinct.values());
    }

    /** @param transfers whether to tell how fits to parts of the dense recipe do, too */
    private Surrogate fit(boolean transfers) {
        Hyperparameters hyper = choose();
        int[] folds = validation.folds(FOLDS, FOLD_SEED + 1);
        CrossValidation.Held dense = validation.predict(folds, hyper, data::isDense);
        int[] otherFolds = validation.folds(OTHER_FOLDS, FOLD_SEED + 2);
        CrossValidation.Held other = data.mixed() ? validation.predict(otherFolds, hyper, i -> !data.isDense(i)) : null;
        int[] families = validation.groups(Observation::family);
        boolean hasFamilies = other != null && Arrays.stream(other.rows()).map(i -> families[i]).filter(f -> f >= 0)
                .distinct().count() >= LEAST_FAMILIES;
        CrossValidation.Held family = hasFamilies ? validation.predict(families, hyper, i -> !data.isDense(i)) : null;
        LeftOut left = new LeftOut(dense, validation.predict(ranges(), hyper, data::isDense), other, family == null ? null : spoken(family));
        Calibration whole = calibrate(hyper, left);
        CrossValidation.Calibrations byFold = apart(hyper, left, whole, folds);
        CrossValidation.Calibrations byOtherFold = apart(hyper, left, whole, otherFolds);
        CrossValidation.Calibrations byFamily = apart(hyper, left, whole, families);

        List<Figure> figures = new ArrayList<>();
        String denseName = data.mixed() ? "recipe " + data.recipes().get(data.dense()) : "all rows";
        figures.add(validation.figure(denseName + ", " + FOLDS + "-fold by architecture", dense, folds, hyper, byFold));
        if (transfers) {
            figures.addAll(Transfer.figures(denseName, rows.stream().filter(o -> o.recipe().equals(data.recipes().get(data.dense()))).toList(),
                    some -> new SurrogateFit(title, dataset, sources, some.getFirst().recipe(), some).fit(false)));
        }
        if (other != null) {
            figures.add(validation.figure("other recipes, " + OTHER_FOLDS + "-fold by architecture", other, otherFolds, hyper,
                    byOtherFold));
            int[] architectures = validation.groups(Observation::key);
            figures.add(validation.figure("other recipes, leave one architecture out",
                    validation.predict(architectures, hyper, i -> !data.isDense(i)), architectures, hyper, byOtherFold));
        }
        if (family != null) {
            figures.add(validation.figure("other recipes, leave one family out", family, families, hyper, byFamily));
            figures.add(validation.figure("other recipes, leave one family out, rows in the domain of the rest", spoken(family),
                    families, hyper, byFamily));
            Arrays.stream(family.group()).distinct().sorted().mapToObj(f -> family.where(i -> family.group()[i] == f))
                    .filter(f -> f.rows().length >= LEAST_FAMILY).forEach(f -> figures.add(validation.figure("family "
                    + rows.get(f.rows()[0]).family() + " left out", f, families, hyper, byFamily)));
        }
        int[] all = IntStream.range(0, rows.size()).toArray();
        GaussianModel model = GaussianFit.fit(data, all, hyper);
        if (other != null) {
            int[] none = new int[rows.size()];
            Arrays.fill(none, -1);
            figures.add(validation.figure("other recipes, in sample (fitted to these rows)", inSample(model, other.rows()), none,
                    hyper, CrossValidation.Calibrations.of(whole)));
        }
        Domain domain = Domain.of(features, rows.stream().map(Observation::architecture).toList(), data.features());
        double greatest = Math.max(max(dense.variance(), dense.outside()), other == null ? 0 : max(other.variance(), other.outside()));
        SurrogateFile file = new SurrogateFile(title, dataset, sources, data.recipes(), defaultRecipe, data.dense(), scale, features,
                domain, model, whole, greatest, figures);
        return new Surrogate(file, defaultRecipe);
    }

    /** Coordinate descent over a few factors; the order and the steps are fixed. */
    private Hyperparameters choose() {
        Hyperparameters best = start();
        int[] folds = validation.folds(FOLDS, FOLD_SEED);
        double score = score(best, folds);
        List<DoubleFunction<Hyperparameters>> steps;
        for (int kind = 0; kind < 4; kind++) {
            Hyperparameters from = best;
            steps = List.of(from::noises, from::curves, from::scales, from::linear);
            for (double factor : kind == 2 ? new double[] {0.75, 1.33} : new double[] {0.6, 1.6}) {
                Hyperparameters candidate = steps.get(kind).apply(factor);
                double other = score(candidate, folds);
                if (other > score + 1e-6) {
                    score = other;
                    best = candidate;
                }
            }
        }
        return best;
    }

    private Hyperparameters start() {
        double dense = variance(true);
        double other = data.mixed() ? variance(false) : dense;
        return Hyperparameters.START.variances(dense / START_DENSE_VARIANCE, other / START_OTHER_VARIANCE);
    }

    private double variance(boolean dense) {
        return Math.max(1e-6, Statistics.variance(IntStream.range(0, rows.size()).filter(i -> data.isDense(i) == dense)
                .mapToDouble(i -> data.z()[i]).toArray()));
    }

    private double score(Hyperparameters hyper, int[] folds) {
        return validation.logDensity(validation.predict(folds, hyper, i -> true), hyper);
    }

    /**
     * What calibrations are fitted to.
     *
     * @param dense  rows of the dense recipe, left out by folds
     * @param ranges the same, left out by ranges of multiply-adds
     * @param other  rows of other recipes, left out by folds; null if there are none
     * @param family rows of left-out families that lie in the domain of the rest; null if there are too few
     */
    private record LeftOut(CrossValidation.Held dense, CrossValidation.Held ranges, CrossValidation.Held other, CrossValidation.Held family) {
        LeftOut where(IntPredicate row) {
            return new LeftOut(some(dense, row), some(ranges, row), some(other, row), some(family, row));
        }

        private static CrossValidation.Held some(CrossValidation.Held held, IntPredicate row) {
            return held == null ? null : held.where(i -> row.test(held.rows()[i]));
        }
    }

    /** Rows of each group are judged by what was fitted to those of the others. */
    private CrossValidation.Calibrations apart(Hyperparameters hyper, LeftOut left, Calibration whole, int[] group) {
        return new CrossValidation.Calibrations(whole, group, Arrays.stream(group).filter(g -> g >= 0).distinct().boxed().parallel()
                .collect(Collectors.toMap(g -> g, g -> calibrate(hyper, left.where(i -> group[i] != g)))));
    }

    /** For each variance of the unfamiliar, the factor that covers left-out folds; the least with which families are covered. */
    private Calibration calibrate(Hyperparameters hyper, LeftOut left) {
        CrossValidation.Held dense = left.dense();
        CrossValidation.Held ranges = left.ranges();
        CrossValidation.Held other = left.other();
        double[] novelty = Arrays.stream(dense.novelty()).sorted().toArray();
        double denseNovelty = novelty.length == 0 ? 0 : novelty[(int) (0.99 * (novelty.length - 1))];
        Calibration best = factor(LEAST_DENSE_FACTOR, hyper, dense, f -> new Calibration(f, 1, denseNovelty, f, 0));
        for (double d = 1.2; d <= MOST_DISTANCE && coverage(ranges, hyper, best) < WANTED_COVERAGE; d *= 1.2) {
            double distance = d;
            best = factor(LEAST_DENSE_FACTOR, hyper, dense, f -> new Calibration(f, distance, denseNovelty, f, 0));
        }
        if (other == null) {
            return best;
        }
        Calibration own = best;
        best = factor(LEAST_FACTOR, hyper, other, f -> new Calibration(own.dense(), own.denseDistance(), denseNovelty, f, 0));
        if (left.family() == null) {
            return best;
        }
        for (double u = 0.25; u <= 32 && coverage(left.family(), hyper, best) < WANTED_COVERAGE; u *= 1.1) {
            double unfamiliar = u;
            best = factor(LEAST_FACTOR, hyper, other, f -> new Calibration(own.dense(), own.denseDistance(), denseNovelty, f, unfamiliar));
        }
        return best;
    }

    /** The dense recipe's rows by multiply-adds, in as many ranges as there are folds; the others are never left out. */
    private int[] ranges() {
        long[] macs = rows.stream().mapToLong(o -> Network.of(o.architecture()).macs()).toArray();
        long[] sorted = IntStream.range(0, macs.length).filter(data::isDense).mapToLong(i -> macs[i]).sorted().toArray();
        return IntStream.range(0, macs.length).map(i -> {
            int at = Arrays.binarySearch(sorted, macs[i]);
            // equal networks have equal multiply-adds: the first of them decides for all
            while (at > 0 && sorted[at - 1] == macs[i]) {
                at--;
            }
            return data.isDense(i) ? at * FOLDS / sorted.length : -1;
        }).toArray();
    }

    private Calibration factor(double least, Hyperparameters hyper, CrossValidation.Held held,
                               DoubleFunction<Calibration> calibrations) {
        double factor = least;
        while (factor < 20 && coverage(held, hyper, calibrations.apply(factor)) < WANTED_COVERAGE) {
            factor *= 1.02;
        }
        return calibrations.apply(factor);
    }

    /** The share of rows in their intervals; all of none, which ask for nothing. */
    private double coverage(CrossValidation.Held held, Hyperparameters hyper, Calibration calibration) {
        boolean[] covered = validation.covered(held, hyper, CrossValidation.Calibrations.of(calibration));
        if (covered.length == 0) {
            return 1;
        }
        int count = 0;
        for (boolean c : covered) {
            count += c ? 1 : 0;
        }
        return count / (double) covered.length;
    }

    private static CrossValidation.Held spoken(CrossValidation.Held held) {
        return held.where(i -> !held.outside()[i]);
    }

    private CrossValidation.Held inSample(GaussianModel model, int[] wanted) {
        CrossValidation.Held held = CrossValidation.Held.of(wanted);
        for (int i = 0; i < wanted.length; i++) {
            double[] basis = model.basis(data.features()[wanted[i]], data.recipe()[wanted[i]]);
            held.mean()[i] = model.mean(basis);
            held.variance()[i] = model.variance(basis);
            held.novelty()[i] = model.novelty(basis, false);
        }
        return held;
    }

    private static double max(double[] variance, boolean[] outside) {
        return IntStream.range(0, variance.length).filter(i -> !outside[i]).mapToDouble(i -> variance[i]).max().orElse(0);
    }
}
