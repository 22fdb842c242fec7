package finch.search.evolve;

import java.util.ArrayList;
import java.util.List;
import org.ojalgo.matrix.decomposition.Cholesky;
import org.ojalgo.matrix.store.MatrixStore;
import org.ojalgo.matrix.store.R064Store;

/**
 * A Gaussian process over genomes (Rasmussen and Williams 2006, algorithm 2.1). Two genomes are as far apart as the share
 * of decisions in which they differ, which is a squared distance of their one-hot codes, plus that of the quantities known
 * ahead. The kernel is rational quadratic (equation 4.19, α = 1): it takes no exponential, so that every machine computes
 * the same bits. Scale and noise maximise the marginal likelihood over a grid, the variance has a closed form.
 */
final class GenomeModel {
    private static final double[] SCALES = {0.1, 0.25, 0.6, 1.5, 4};
    private static final double[] NOISES = {1e-4, 1e-3, 1e-2, 1e-1};
    /** Prior variance of the constant and the linear part, as a multiple of the curved part's. */
    private static final double LINEAR = 1;
    /** Weight of a squared standard deviation of a known quantity against the share of differing decisions. */
    private static final double KNOWN = 0.1;
    /** Rows that scale and noise are chosen on at most. */
    private static final int MOST_ROWS_FOR_CHOICE = 250;

    /** What a genome looks like. @param choices canonical @param known standardised quantities known ahead */
    record Features(int[] choices, double[] known) {}

    /** How quickly values change from genome to genome, and how noisy they are; in multiples of the variance. */
    record Hyperparameters(double scale, double noise) {}

    /** A normal distribution. */
    record Prediction(double mean, double deviation) {}

    private final List<Features> rows;
    private final Hyperparameters hyper;
    private final double offset;
    private final double variance;
    private final Cholesky<Double> cholesky;
    private final double[] weights;
    private final double logLikelihood;

    private GenomeModel(List<Features> rows, double[] values, Hyperparameters hyper) {
        int n = rows.size();
        this.rows = rows;
        this.hyper = hyper;
        double sum = 0;
        for (double value : values) {
            sum += value;
        }
        this.offset = sum / n;
        R064Store kernel = R064Store.FACTORY.make(n, n);
        R064Store centred = R064Store.FACTORY.make(n, 1);
        for (int i = 0; i < n; i++) {
            centred.set(i, 0, values[i] - offset);
            for (int j = 0; j <= i; j++) {
                double k = kernel(rows.get(i), rows.get(j)) + (i == j ? hyper.noise() : 0);
                kernel.set(i, j, k);
                kernel.set(j, i, k);
            }
        }
        this.cholesky = Cholesky.R064.make(kernel);
        if (!cholesky.decompose(kernel) || !cholesky.isSPD()) {
            throw new IllegalStateException("the kernel of " + n + " genomes is singular");
        }
        MatrixStore<Double> solution = cholesky.getSolution(centred);
        MatrixStore<Double> lower = cholesky.getL();
        this.weights = new double[n];
        double fit = 0;
        double logDeterminant = 0;
        for (int i = 0; i < n; i++) {
            weights[i] = solution.doubleValue(i, 0);
            fit += weights[i] * (values[i] - offset);
            logDeterminant += 2 * StrictMath.log(lower.doubleValue(i, i));
        }
        this.variance = Math.max(1e-12, fit / n);
        this.logLikelihood = -0.5 * (n * StrictMath.log(variance) + logDeterminant);
    }

    /** The most likely scale and noise. @param rows at least two */
    static Hyperparameters choose(List<Features> rows, double[] values) {
        int step = (rows.size() + MOST_ROWS_FOR_CHOICE - 1) / MOST_ROWS_FOR_CHOICE;
        int n = (rows.size() + step - 1) / step;
        double[] some = new double[n];
        List<Features> someRows = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            // the last rows count, since they lie where the search is now
            int row = rows.size() - 1 - i * step;
            someRows.add(rows.get(row));
            some[i] = values[row];
        }
        Hyperparameters best = null;
        double most = Double.NEGATIVE_INFINITY;
        for (double scale : SCALES) {
            for (double noise : NOISES) {
                Hyperparameters hyper = new Hyperparameters(scale, noise);
                double likelihood = new GenomeModel(someRows, some, hyper).logLikelihood;
                if (likelihood > most) {
                    most = likelihood;
                    best = hyper;
                }
            }
        }
        return best;
    }

    static GenomeModel fit(List<Features> rows, double[] values, Hyperparameters hyper) {
        return new GenomeModel(List.copyOf(rows), values, hyper);
    }

    /** Share of decisions in which they differ. */
    static double distance(int[] a, int[] b) {
        int different = 0;
        for (int i = 0; i < a.length; i++) {
            different += a[i] == b[i] ? 0 : 1;
        }
        return (double) different / a.length;
    }

    private double kernel(Features a, Features b) {
        double distance = distance(a.choices(), b.choices());
        double product = 1;
        double apart = distance;
        for (int i = 0; i < a.known().length; i++) {
            product += a.known()[i] * b.known()[i];
            double difference = a.known()[i] - b.known()[i];
            apart += KNOWN * difference * difference;
        }
        return LINEAR * (product + 1 - distance) + 1 / (1 + apart / hyper.scale());
    }

    double mean(Features features) {
        double mean = offset;
        for (int i = 0; i < weights.length; i++) {
            mean += weights[i] * kernel(rows.get(i), features);
        }
        return mean;
    }

    /** Means and deviations, the noise of the values left out. */
    List<Prediction> predict(List<Features> features) {
        R064Store between = R064Store.FACTORY.make(rows.size(), features.size());
        for (int i = 0; i < rows.size(); i++) {
            for (int j = 0; j < features.size(); j++) {
                between.set(i, j, kernel(rows.get(i), features.get(j)));
            }
        }
        MatrixStore<Double> solved = cholesky.getSolution(between.copy());
        List<Prediction> predictions = new ArrayList<>();
        for (int j = 0; j < features.size(); j++) {
            double mean = offset;
            double left = kernel(features.get(j), features.get(j));
            for (int i = 0; i < rows.size(); i++) {
                mean += weights[i] * between.doubleValue(i, j);
                left -= between.doubleValue(i, j) * solved.doubleValue(i, j);
            }
            predictions.add(new Prediction(mean, Math.sqrt(variance * Math.max(left, 1e-9))));
        }
        return predictions;
    }

    /** Standard deviation of a repeated evaluation. */
    double noise() {
        return Math.sqrt(variance * hyper.noise());
    }
}
