package finch.accuracy;

import finch.space.Architecture;
import finch.space.network.Network;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Fits a {@link Surrogate} to observations: chooses hyperparameters by marginal likelihood, calibrates the
 * intervals on left-out rows, and records the errors beside trivial baselines. The same observations always give the
 * same surrogate. Some twenty seconds for a thousand rows.
 */
public final class SurrogateFit {
    private static final long FOLD_SEED = 1;
    private static final int FOLDS = 5;
    private static final int OTHER_FOLDS = 10;
    private static final int LEAST_ROWS = 20;
    private static final int LEAST_FAMILIES = 3;
    /** The recipe of rows that tell none. */
    private static final String NO_RECIPE = "table";
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
        return fit("", title, dataset, sources, defaultRecipe, observations);
    }

    /** @param where begins messages: the file with a colon, or nothing */
    private static Surrogate fit(String where, String title, String dataset, List<String> sources, String defaultRecipe, List<Observation> observations) {
        List<Observation> rows = distinct(observations);
        if (rows.size() < LEAST_ROWS) {
            throw new IllegalArgumentException(where + "a surrogate needs at least " + LEAST_ROWS + " different results, not " + rows.size());
        }
        if (rows.stream().mapToDouble(Observation::top1).distinct().count() < 2) {
            throw new IllegalArgumentException(where + "all accuracies are equal; there is nothing to fit");
        }
        if (rows.stream().map(Observation::key).distinct().count() < 2) {
            throw new IllegalArgumentException(where + "all results are of one architecture; there is nothing to tell apart");
        }
        if (rows.stream().noneMatch(o -> o.recipe().equals(defaultRecipe))) {
            throw new IllegalArgumentException(where + "no result has the recipe \"" + defaultRecipe + "\"; the recipes are "
                    + new TreeSet<>(rows.stream().map(Observation::recipe).toList()));
        }
        return new SurrogateFit(title, dataset, sources, defaultRecipe, rows).fit(true);
    }

    /**
     * Fits a surrogate to a user's table; its default recipe is the one with most rows.
     *
     * @param dataset what the accuracies are of; the table's file name if empty
     * @throws IllegalArgumentException naming the table's file, if it has too few rows or nothing to tell apart
     * @throws finch.space.format.InvalidFileException with every row that cannot be fitted to
     */
    public static Surrogate fit(AccuracyTable table, Optional<String> dataset) {
        String name = table.file().substring(Math.max(table.file().lastIndexOf('/'), table.file().lastIndexOf('\\')) + 1);
        List<Observation> observations = table.observations(NO_RECIPE);
        Map<String, Long> counts = observations.stream().collect(Collectors.groupingBy(Observation::recipe, TreeMap::new,
                Collectors.counting()));
        String most = counts.entrySet().stream().reduce((a, b) -> b.getValue() > a.getValue() ? b : a).orElseThrow().getKey();
        String what = dataset.orElse(name);
        return fit(table.file() + ": ", "top-1 on " + what + ", fitted to " + name, what, List.of(observations.size() + " rows of " + name), most,
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
        Hyperparameters hyper = MarginalLikelihood.choose(data, IntStream.range(0, rows.size()).toArray(), start());
        int[] folds = validation.folds(FOLDS, FOLD_SEED + 1);
        CrossValidation.Held dense = validation.predict(folds, hyper, data::isDense);
        int[] otherFolds = validation.folds(OTHER_FOLDS, FOLD_SEED + 2);
        CrossValidation.Held other = data.mixed() ? validation.predict(otherFolds, hyper, i -> !data.isDense(i)) : null;
        int[] families = validation.groups(Observation::family);
        boolean hasFamilies = other != null && Arrays.stream(other.rows()).map(i -> families[i]).filter(f -> f >= 0)
                .distinct().count() >= LEAST_FAMILIES;
        CrossValidation.Held family = hasFamilies ? validation.predict(families, hyper, i -> !data.isDense(i)) : null;
        LeftOutDifferences differences = new LeftOutDifferences(data, rows, validation, scale);
        List<LeftOutDifferences.Pair> pairs = hasFamilies ? differences.predict(families, hyper) : List.of();
        IntervalFit intervals = new IntervalFit(validation, differences, hyper, new IntervalFit.LeftOut(dense, ranges(hyper), other, family == null ? null : spoken(family), pairs));
        Calibration whole = intervals.whole();
        CrossValidation.Calibrations byFold = intervals.apart(folds);
        CrossValidation.Calibrations byOtherFold = intervals.apart(otherFolds);
        CrossValidation.Calibrations byFamily = intervals.apart(families);

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
                    .filter(f -> f.rows().length >= IntervalFit.LEAST_FAMILY).forEach(f -> figures.add(validation.figure("family "
                    + rows.get(f.rows()[0]).family() + " left out", f, families, hyper, byFamily)));
            figures.add(differences.figure("other recipes, differences between networks of a left-out family, in the domain of the rest, and all others of their recipe", pairs,
                    families, hyper, byFamily));
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

    private Hyperparameters start() {
        double dense = variance(true);
        double other = data.mixed() ? variance(false) : dense;
        return Hyperparameters.START.variances(dense / START_DENSE_VARIANCE, other / START_OTHER_VARIANCE);
    }

    private double variance(boolean dense) {
        return Math.max(1e-6, Statistics.variance(IntStream.range(0, rows.size()).filter(i -> data.isDense(i) == dense)
                .mapToDouble(i -> data.z()[i]).toArray()));
    }

    /**
     * What lies between the others at random is nearer to them than what a search goes to: to an end of multiply-adds, of accuracy, and of accuracy at nearly equal
     * multiply-adds. The last is where it goes from the rows that it began with: what it finds there is better for its size than they say.
     */
    private List<CrossValidation.Held> ranges(Hyperparameters hyper) {
        double[] macs = rows.stream().mapToDouble(o -> Network.of(o.architecture()).macs()).toArray();
        double[] top1 = rows.stream().mapToDouble(Observation::top1).toArray();
        return Stream.of(ranges(macs), ranges(top1), placesAmongAlike(macs)).map(ranges -> validation.predict(ranges, hyper, data::isDense)).toList();
    }

    /** Of each few of the dense recipe's rows that follow one another by a number, one for each fold: 0 for the least accurate, 1 for the next, …; −1 for others. */
    private int[] placesAmongAlike(double[] value) {
        int[] sorted = IntStream.range(0, value.length).filter(data::isDense).boxed().sorted(Comparator.comparingDouble(i -> value[i])).mapToInt(i -> i).toArray();
        int[] place = new int[value.length];
        Arrays.fill(place, -1);
        for (int from = 0; from < sorted.length; from += FOLDS) {
            int[] alike = Arrays.stream(sorted, from, Math.min(sorted.length, from + FOLDS)).boxed().sorted(Comparator.comparingDouble(i -> data.z()[i])).mapToInt(i -> i).toArray();
            for (int i = 0; i < alike.length; i++) {
                place[alike[i]] = i * FOLDS / alike.length;
            }
        }
        return place;
    }

    /** The dense recipe's rows by a number, in as many ranges as there are folds; the others are never left out. */
    private int[] ranges(double[] value) {
        double[] sorted = IntStream.range(0, value.length).filter(data::isDense).mapToDouble(i -> value[i]).sorted().toArray();
        return IntStream.range(0, value.length).map(i -> {
            int at = Arrays.binarySearch(sorted, value[i]);
            // equal networks have equal multiply-adds: the first of them decides for all
            while (at > 0 && sorted[at - 1] == value[i]) {
                at--;
            }
            return data.isDense(i) ? at * FOLDS / sorted.length : -1;
        }).toArray();
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
