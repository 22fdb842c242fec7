package finch.latency;

import java.util.stream.IntStream;
import org.ojalgo.matrix.decomposition.Cholesky;
import org.ojalgo.matrix.store.MatrixStore;
import org.ojalgo.matrix.store.R064Store;

/**
 * Minimises ‖A·x − b‖² + ridge·‖D·x‖² subject to x ≥ 0, D being the lengths of A's columns: the active-set method of
 * Lawson and Hanson, "Solving Least Squares Problems", 1974, chapter 23, on the normal equations.
 */
final class NonNegativeLeastSquares {
    private static final double TOLERANCE = 1e-10;

    private NonNegativeLeastSquares() {}

    /**
     * @param rows  A, [rows][columns]
     * @param b     [rows]
     * @param ridge relative to the squared length of each column, at least 0; a positive one makes the answer unique
     * @return x, [columns]; 0 for a column of zeros
     */
    static double[] solve(double[][] rows, double[] b, double ridge) {
        int n = rows.length == 0 ? 0 : rows[0].length;
        double[] lengths = new double[n];
        for (int j = 0; j < n; j++) {
            for (double[] row : rows) {
                lengths[j] += row[j] * row[j];
            }
            lengths[j] = Math.sqrt(lengths[j]);
        }
        R064Store a = R064Store.FACTORY.make(rows.length, n);
        for (int i = 0; i < rows.length; i++) {
            for (int j = 0; j < n; j++) {
                a.set(i, j, lengths[j] == 0 ? 0 : rows[i][j] / lengths[j]);
            }
        }
        MatrixStore<Double> transposed = a.transpose();
        R064Store gram = R064Store.FACTORY.copy(transposed.multiply(a));
        MatrixStore<Double> right = transposed.multiply(R064Store.wrap(b));
        for (int j = 0; j < n; j++) {
            gram.add(j, j, Math.max(ridge, TOLERANCE));
        }
        double[] x = activeSet(gram, right, lengths);
        for (int j = 0; j < n; j++) {
            x[j] = lengths[j] == 0 ? 0 : x[j] / lengths[j];
        }
        return x;
    }

    private static double[] activeSet(R064Store gram, MatrixStore<Double> right, double[] lengths) {
        int n = lengths.length;
        double[] x = new double[n];
        boolean[] free = new boolean[n];
        double scale = 0;
        for (int j = 0; j < n; j++) {
            scale = Math.max(scale, Math.abs(right.doubleValue(j, 0)));
        }
        for (int iteration = 0; iteration < 10 * n + 10; iteration++) {
            int enter = steepest(gram, right, x, free, lengths, scale * TOLERANCE);
            if (enter < 0) {
                return x;
            }
            free[enter] = true;
            double[] candidate = unconstrained(gram, right, free);
            while (!feasible(candidate, free)) {
                double step = 1;
                int blocking = -1;
                for (int j = 0; j < n; j++) {
                    if (free[j] && candidate[j] <= 0) {
                        double share = x[j] / (x[j] - candidate[j]);
                        if (blocking < 0 || share < step) {
                            step = share;
                            blocking = j;
                        }
                    }
                }
                for (int j = 0; j < n; j++) {
                    x[j] += free[j] ? step * (candidate[j] - x[j]) : 0;
                }
                free[blocking] = false;
                x[blocking] = 0;
                candidate = unconstrained(gram, right, free);
            }
            x = candidate;
        }
        return x;
    }

    /** The fixed variable whose growth lowers the objective most; −1 at the optimum. */
    private static int steepest(R064Store gram, MatrixStore<Double> right, double[] x, boolean[] free, double[] lengths, double least) {
        int best = -1;
        double bestSlope = least;
        for (int j = 0; j < x.length; j++) {
            if (free[j] || lengths[j] == 0) {
                continue;
            }
            double slope = right.doubleValue(j, 0);
            for (int k = 0; k < x.length; k++) {
                slope -= gram.doubleValue(j, k) * x[k];
            }
            if (slope > bestSlope) {
                bestSlope = slope;
                best = j;
            }
        }
        return best;
    }

    private static boolean feasible(double[] candidate, boolean[] free) {
        for (int j = 0; j < candidate.length; j++) {
            if (free[j] && candidate[j] <= 0) {
                return false;
            }
        }
        return true;
    }

    private static double[] unconstrained(R064Store gram, MatrixStore<Double> right, boolean[] free) {
        int[] columns = IntStream.range(0, free.length).filter(j -> free[j]).toArray();
        double[] x = new double[free.length];
        if (columns.length == 0) {
            return x;
        }
        R064Store small = R064Store.FACTORY.make(columns.length, columns.length);
        R064Store rhs = R064Store.FACTORY.make(columns.length, 1);
        for (int i = 0; i < columns.length; i++) {
            rhs.set(i, 0, right.doubleValue(columns[i], 0));
            for (int j = 0; j < columns.length; j++) {
                small.set(i, j, gram.doubleValue(columns[i], columns[j]));
            }
        }
        Cholesky<Double> cholesky = Cholesky.R064.make(small);
        if (!cholesky.decompose(small)) {
            throw new IllegalStateException("normal equations of " + columns.length + " columns are singular");
        }
        MatrixStore<Double> solution = cholesky.getSolution(rhs);
        for (int i = 0; i < columns.length; i++) {
            x[columns[i]] = solution.doubleValue(i, 0);
        }
        return x;
    }
}
