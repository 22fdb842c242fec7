package finch.accuracy;

import finch.space.network.Network;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.ojalgo.matrix.decomposition.QR;
import org.ojalgo.matrix.store.MatrixStore;
import org.ojalgo.matrix.store.R064Store;

/** Predicts every row by a model that was fitted without the rows of its group. */
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
     * @param mean     per entry of {@code rows}
     * @param variance of the mean, without noise
     * @param outside  whether the domain of the remaining data excludes the row
     */
    record Held(int[] rows, double[] mean, double[] variance, double[] novelty, boolean[] outside) {}

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

    /** @param wanted which rows matter: groups without such a row are not left out */
    Held predict(int[] group, Hyperparameters hyper, IntPredicate wanted) {
        int[] rows = IntStream.range(0, group.length).filter(i -> group[i] >= 0 && wanted.test(i)).toArray();
        double[] mean = new double[rows.length];
        double[] variance = new double[rows.length];
        double[] novelty = new double[rows.length];
        boolean[] outside = new boolean[rows.length];
        for (int g : Arrays.stream(rows).map(i -> group[i]).distinct().sorted().toArray()) {
            int[] rest = IntStream.range(0, group.length).filter(i -> group[i] != g).toArray();
            GaussianModel model = GaussianFit.fit(data, rest, hyper);
            Domain domain = Domain.of(features, Arrays.stream(rest).mapToObj(i -> observations.get(i).architecture()).toList(),
                    Arrays.stream(rest).mapToObj(i -> data.features()[i]).toArray(double[][]::new));
            boolean[] seen = new boolean[data.recipes().size()];
            Arrays.stream(rest).forEach(i -> seen[data.recipe()[i]] = true);
            for (int i = 0; i < rows.length; i++) {
                int row = rows[i];
                if (group[row] == g) {
                    double[] phi = model.basis(data.features()[row], seen[data.recipe()[row]] ? data.recipe()[row] : -1);
                    mean[i] = model.mean(phi);
                    variance[i] = model.variance(phi) + (seen[data.recipe()[row]] ? 0 : model.varianceOfRecipe(phi));
                    novelty[i] = model.novelty(phi, data.isDense(row));
                    outside[i] = domain.outside(observations.get(row).architecture()).isPresent()
                            || domain.outside(data.features()[row], features).isPresent();
                }
            }
        }
        return new Held(rows, mean, variance, novelty, outside);
    }

    private double noise(int row, Hyperparameters hyper) {
        double noise = data.isDense(row) ? hyper.noiseDense() : hyper.noiseOther();
        return noise * noise;
    }

    /** Mean log density of the left-out rows; recipes with few rows weigh as much as the dense one. */
    double logDensity(Held held, Hyperparameters hyper) {
        double[] sum = new double[2];
        int[] count = new int[2];
        for (int i = 0; i < held.rows().length; i++) {
            int row = held.rows()[i];
            double variance = held.variance()[i] + noise(row, hyper);
            double error = data.z()[row] - held.mean()[i];
            int kind = data.isDense(row) ? 0 : 1;
            sum[kind] -= 0.5 * (error * error / variance + Math.log(variance));
            count[kind]++;
        }
        return sum[0] / Math.max(1, count[0]) + sum[1] / Math.max(1, count[1]);
    }

    /** Whether each row lies in its interval. */
    boolean[] covered(Held held, Hyperparameters hyper, Calibration calibration) {
        boolean[] covered = new boolean[held.rows().length];
        for (int i = 0; i < covered.length; i++) {
            covered[i] = Math.abs(data.z()[held.rows()[i]] - held.mean()[i]) <= half(held, i, hyper, calibration);
        }
        return covered;
    }

    private double half(Held held, int i, Hyperparameters hyper, Calibration calibration) {
        int row = held.rows()[i];
        return Calibration.Z95 * Math.sqrt(calibration.variance(data.isDense(row), held.variance()[i], 1, held.novelty()[i],
                hyper));
    }

    Figure figure(String test, Held held, int[] group, Hyperparameters hyper, Calibration calibration) {
        double[] predicted = Arrays.stream(held.mean()).map(scale::toTop1).toArray();
        double[] actual = Arrays.stream(held.rows()).mapToDouble(i -> observations.get(i).top1()).toArray();
        boolean[] covered = covered(held, hyper, calibration);
        double[] half = IntStream.range(0, covered.length)
                .mapToDouble(i -> half(held, i, hyper, calibration) * scale.slope(held.mean()[i])).toArray();
        int outside = (int) IntStream.range(0, covered.length).filter(i -> held.outside()[i]).count();
        double coverage = IntStream.range(0, covered.length).filter(i -> covered[i]).count() / (double) Math.max(1, covered.length);
        boolean leftOut = Arrays.stream(held.rows()).anyMatch(i -> group[i] >= 0);
        return new Figure(test, held.rows().length, outside, Statistics.meanAbsoluteError(predicted, actual),
                Statistics.rmse(predicted, actual), RankCorrelation.spearman(predicted, actual), coverage, Statistics.median(half),
                !leftOut ? List.of() : List.of(baseline("multiply-adds", a -> Network.of(a.architecture()).macs(), held.rows(), group, actual),
                        baseline("parameters", a -> Network.of(a.architecture()).params(), held.rows(), group, actual),
                        baseline("depth", a -> a.architecture().blocks().size(), held.rows(), group, actual)));
    }

    /**
     * A straight line over log2 of one number plus an offset per recipe, by least squares with a breath of ridge. It is
     * fitted to rows of the kind it predicts: a line through both kinds would be a straw man.
     */
    private Figure.Baseline baseline(String name, Function<Observation, Number> number, int[] rows, int[] group, double[] actual) {
        double[] x = observations.stream().mapToDouble(o -> Math.log(number.apply(o).doubleValue()) / Math.log(2)).toArray();
        double[] predicted = new double[rows.length];
        for (int g : Arrays.stream(rows).map(i -> group[i]).distinct().toArray()) {
            int[] rest = IntStream.range(0, group.length)
                    .filter(i -> group[i] != g && data.isDense(i) == data.isDense(rows[0])).toArray();
            int columns = 2 + data.recipes().size();
            R064Store design = R064Store.FACTORY.make(rest.length + columns, columns);
            R064Store target = R064Store.FACTORY.make(rest.length + columns, 1);
            for (int i = 0; i < rest.length; i++) {
                design.set(i, 0, 1);
                design.set(i, 1, x[rest[i]]);
                design.set(i, 2 + data.recipe()[rest[i]], 1);
                target.set(i, 0, data.z()[rest[i]]);
            }
            for (int c = 0; c < columns; c++) {
                design.set(rest.length + c, c, c < 2 ? 1e-6 : 1);
            }
            QR<Double> qr = QR.R064.make(design);
            qr.decompose(design);
            MatrixStore<Double> line = qr.getSolution(target);
            for (int i = 0; i < rows.length; i++) {
                if (group[rows[i]] == g) {
                    predicted[i] = scale.toTop1(line.doubleValue(0, 0) + line.doubleValue(1, 0) * x[rows[i]]
                            + line.doubleValue(2 + data.recipe()[rows[i]], 0));
                }
            }
        }
        return new Figure.Baseline(name, Statistics.meanAbsoluteError(predicted, actual), Statistics.rmse(predicted, actual),
                RankCorrelation.spearman(predicted, actual));
    }
}
