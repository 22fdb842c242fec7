package finch.accuracy.proxy;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.ojalgo.matrix.decomposition.Cholesky;
import org.ojalgo.matrix.store.R064Store;

/**
 * A ridge regression on standardised signals (Hoerl and Kennard 1970).
 *
 * @param weights of standardised signals, in units of the target
 */
record Ridge(double intercept, double[] means, double[] deviations, double[] weights) {
    private static final double[] PENALTIES = {1e-4, 1e-3, 1e-2, 1e-1, 1};
    private static final int FOLDS = 5;

    /** The penalty with the least cross-validated error. @param x [network][signal] */
    static Ridge fit(double[][] x, double[] target) {
        double best = Double.POSITIVE_INFINITY;
        double chosen = PENALTIES[0];
        for (double penalty : PENALTIES) {
            double squares = 0;
            for (int f = 0; f < FOLDS; f++) {
                int fold = f;
                int[] kept = IntStream.range(0, x.length).filter(i -> i % FOLDS != fold).toArray();
                Ridge part = fit(pick(x, kept), pick(target, kept), penalty);
                for (int i = fold; i < x.length; i += FOLDS) {
                    double error = part.of(x[i]) - target[i];
                    squares += error * error;
                }
            }
            if (squares < best) {
                best = squares;
                chosen = penalty;
            }
        }
        return fit(x, target, chosen);
    }

    /**
     * What networks are told by fits that have not seen them.
     *
     * @param comparable to each other: less what each fit takes for the middle. That is lower where its networks are those with high targets, so that of
     *                   signals that say nothing the pooled predictions rank networks the wrong way round
     */
    record HeldOut(double[] predicted, double[] comparable) {}

    /** What each network is told by a fit, its penalty chosen too, that has not seen it. */
    static HeldOut heldOut(double[][] x, double[] target) {
        double[] predicted = new double[x.length];
        double[] comparable = new double[x.length];
        for (int f = 0; f < FOLDS; f++) {
            int fold = f;
            int[] kept = IntStream.range(0, x.length).filter(i -> i % FOLDS != fold).toArray();
            Ridge part = fit(pick(x, kept), pick(target, kept));
            for (int i = fold; i < x.length; i += FOLDS) {
                predicted[i] = part.of(x[i]);
                comparable[i] = predicted[i] - part.intercept;
            }
        }
        return new HeldOut(predicted, comparable);
    }

    private static double[][] pick(double[][] rows, int[] indices) {
        return Arrays.stream(indices).mapToObj(i -> rows[i]).toArray(double[][]::new);
    }

    private static double[] pick(double[] values, int[] indices) {
        return Arrays.stream(indices).mapToDouble(i -> values[i]).toArray();
    }

    /** @param penalty on the squares of the weights, a network */
    static Ridge fit(double[][] x, double[] target, double penalty) {
        int size = x[0].length;
        double[] means = new double[size];
        double[] deviations = new double[size];
        for (int s = 0; s < size; s++) {
            int column = s;
            means[s] = ProxyEstimator.mean(Arrays.stream(x).mapToDouble(row -> row[column]).toArray());
            double squares = 0;
            for (double[] row : x) {
                squares += (row[s] - means[s]) * (row[s] - means[s]);
            }
            deviations[s] = squares > 0 ? Math.sqrt(squares / x.length) : 1;
        }
        double intercept = ProxyEstimator.mean(target);
        R064Store normal = R064Store.FACTORY.make(size, size);
        R064Store right = R064Store.FACTORY.make(size, 1);
        for (int s = 0; s < size; s++) {
            for (int t = 0; t <= s; t++) {
                double sum = s == t ? penalty * x.length : 0;
                for (double[] row : x) {
                    sum += (row[s] - means[s]) / deviations[s] * ((row[t] - means[t]) / deviations[t]);
                }
                normal.set(s, t, sum);
                normal.set(t, s, sum);
            }
            double sum = 0;
            for (int i = 0; i < x.length; i++) {
                sum += (x[i][s] - means[s]) / deviations[s] * (target[i] - intercept);
            }
            right.set(s, 0, sum);
        }
        Cholesky<Double> decomposition = Cholesky.R064.make(normal);
        decomposition.decompose(normal);
        return new Ridge(intercept, means, deviations, decomposition.getSolution(right).toRawCopy1D());
    }

    double of(double[] signals) {
        double sum = intercept;
        for (int s = 0; s < weights.length; s++) {
            sum += weights[s] * (signals[s] - means[s]) / deviations[s];
        }
        return sum;
    }
}
