package finch.accuracy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.ojalgo.matrix.decomposition.Cholesky;
import org.ojalgo.matrix.store.MatrixStore;
import org.ojalgo.matrix.store.R064Store;

/**
 * Bayesian regression for a {@link GaussianModel}: posterior precision = ΦᵀN⁻¹Φ + Λ, by ojAlgo's Cholesky. Inducing
 * points are rows of the data, chosen greedily where the kernel is worst explained (pivoted Cholesky), so that the
 * same data always gives the same model.
 */
final class GaussianFit {
    private static final int LOCAL_POINTS = 48;
    private static final int GLOBAL_POINTS = 112;
    /** A point that the chosen ones explain up to this share is not chosen. */
    private static final double EXPLAINED = 1e-3;
    private static final double JITTER = 1e-5;
    /** Below this spread a global feature is all but constant and would be blown up. */
    private static final double LEAST_SPREAD = 0.05;

    private final Samples data;
    private final int[] rows;
    private final Hyperparameters hyper;
    private final int globals;
    private final int features;

    private GaussianFit(Samples data, int[] rows, Hyperparameters hyper) {
        this.data = data;
        this.rows = rows;
        this.hyper = hyper;
        this.globals = data.globals();
        this.features = data.features()[0].length;
    }

    /** Fits on the given rows of the data. */
    static GaussianModel fit(Samples data, int[] rows, Hyperparameters hyper) {
        return new GaussianFit(data, rows, hyper).fit();
    }

    /** Only standardises: no inducing points, no weights. */
    static GaussianModel bare(Samples data, int[] rows, Hyperparameters hyper) {
        return new GaussianFit(data, rows, hyper).bare();
    }

    private GaussianModel bare() {
        double[] center = new double[features];
        double[] inverseSpread = new double[features];
        for (int f = 0; f < features; f++) {
            standardise(f, center, inverseSpread);
        }
        double[] high = new double[globals];
        for (int f = 0; f < globals; f++) {
            int feature = f;
            high[f] = Arrays.stream(rows).mapToDouble(row -> (data.features()[row][feature] - center[feature]) * inverseSpread[feature])
                    .max().orElse(0);
        }
        return model(center, inverseSpread, high, new double[0][], new double[0][], new boolean[0]);
    }

    private GaussianModel fit() {
        double[][] x = new double[rows.length][];
        GaussianModel bare = bare();
        for (int i = 0; i < rows.length; i++) {
            x[i] = bare.basis(data.features()[rows[i]], data.recipe()[rows[i]]);
        }
        int[] local = inducing(x, 1 + globals, 1 + features, hyper.scaleLocal(), bare.inverseSpread, LOCAL_POINTS);
        int[] global = inducing(x, 1, 1 + globals, hyper.scaleGlobal(), bare.inverseSpread, GLOBAL_POINTS);
        boolean[] dense = new boolean[global.length];
        for (int i = 0; i < global.length; i++) {
            dense[i] = data.isDense(rows[global[i]]);
        }
        return solve(model(bare.center, bare.inverseSpread, bare.high, points(x, local, 1 + globals, 1 + features), points(x, global, 1, 1 + globals), dense));
    }

    private static double[][] points(double[][] x, int[] chosen, int from, int to) {
        return Arrays.stream(chosen).mapToObj(i -> Arrays.copyOfRange(x[i], from, to)).toArray(double[][]::new);
    }

    /** Local features by the rows of the densest recipe, global ones by the others (by all, if there is one recipe). */
    private void standardise(int feature, double[] center, double[] inverseSpread) {
        boolean local = feature >= globals;
        double sum = 0;
        double squares = 0;
        int n = 0;
        for (int row : rows) {
            if (!data.mixed() || data.isDense(row) == local) {
                double v = data.features()[row][feature];
                sum += v;
                n++;
            }
        }
        double mean = sum / Math.max(1, n);
        for (int row : rows) {
            if (!data.mixed() || data.isDense(row) == local) {
                double v = data.features()[row][feature] - mean;
                squares += v * v;
            }
        }
        double spread = Math.sqrt(squares / Math.max(1, n));
        center[feature] = mean;
        inverseSpread[feature] = spread < 1e-9 ? 0 : 1 / (local ? spread : Math.max(LEAST_SPREAD, spread));
    }

    private GaussianModel model(double[] center, double[] inverseSpread, double[] high, double[][] local, double[][] global, boolean[] dense) {
        return new GaussianModel(globals, data.recipes().size(), center, inverseSpread, high, local, global, dense, new double[0],
                new double[0][], 0, hyper);
    }

    /** Rows of {@code x}; the first is of the densest recipe, so that its networks are always represented. */
    private int[] inducing(double[][] x, int from, int to, double scale, double[] inverseSpread, int most) {
        int active = 0;
        for (int f = from - 1; f < to - 1; f++) {
            active += inverseSpread[f] > 0 ? 1 : 0;
        }
        double rate = 1 / (2 * scale * scale * Math.max(1, active));
        double[] left = new double[x.length];
        Arrays.fill(left, 1);
        List<double[]> columns = new ArrayList<>();
        List<Integer> points = new ArrayList<>();
        while (points.size() < most) {
            int pivot = 0;
            for (int i = 1; i < left.length; i++) {
                pivot = points.isEmpty() ? (data.isDense(rows[i]) && !data.isDense(rows[pivot]) ? i : pivot)
                        : left[i] > left[pivot] + 1e-12 ? i : pivot;
            }
            if (left[pivot] < EXPLAINED) {
                break;
            }
            double root = Math.sqrt(left[pivot]);
            double[] column = new double[x.length];
            for (int i = 0; i < x.length; i++) {
                double squared = 0;
                for (int f = from; f < to; f++) {
                    squared += (x[i][f] - x[pivot][f]) * (x[i][f] - x[pivot][f]);
                }
                double value = Math.exp(-squared * rate);
                for (double[] earlier : columns) {
                    value -= earlier[i] * earlier[pivot];
                }
                column[i] = value / root;
                left[i] -= column[i] * column[i];
            }
            left[pivot] = -1;
            columns.add(column);
            points.add(pivot);
        }
        return points.stream().mapToInt(i -> i).toArray();
    }

    private GaussianModel solve(GaussianModel shape) {
        int localStart = shape.localStart();
        int globalStart = shape.globalStart();
        int d = globalStart + shape.globalPoints.length;
        double offset = 0;
        for (int row : rows) {
            offset += data.z()[row] / rows.length;
        }
        R064Store phi = R064Store.FACTORY.make(rows.length, d);
        R064Store target = R064Store.FACTORY.make(rows.length, 1);
        for (int i = 0; i < rows.length; i++) {
            int row = rows[i];
            double precision = 1 / (data.isDense(row) ? hyper.noiseDense() : hyper.noiseOther());
            double[] basis = shape.basis(data.features()[row], data.recipe()[row]);
            for (int j = 0; j < d; j++) {
                phi.set(i, j, basis[j] * precision);
            }
            target.set(i, 0, (data.z()[row] - offset) * precision);
        }
        double[][] localKernel = kernel(shape, shape.localPoints, globals, localStart);
        double[][] globalKernel = kernel(shape, shape.globalPoints, 0, globalStart);
        R064Store precision = R064Store.FACTORY.make(d, d);
        phi.transpose().multiply(phi).supplyTo(precision);
        for (int i = 0; i < localStart; i++) {
            double prior = prior(shape, i);
            precision.set(i, i, precision.doubleValue(i, i) + 1 / prior);
        }
        add(precision, localStart, localKernel, hyper.curveLocal());
        add(precision, globalStart, globalKernel, hyper.curveGlobal());
        MatrixStore<Double> covariance = inverse(precision);
        MatrixStore<Double> solution = covariance.multiply(phi.transpose().multiply(target));
        double[] weights = new double[d];
        double[][] q = new double[d][d];
        for (int i = 0; i < d; i++) {
            weights[i] = solution.doubleValue(i, 0);
            for (int j = i; j < d; j++) {
                q[i][j] = covariance.doubleValue(i, j) * (i == j ? 1 : 2);
            }
        }
        subtract(q, localStart, localKernel, hyper.curveLocal());
        subtract(q, globalStart, globalKernel, hyper.curveGlobal());
        return new GaussianModel(globals, data.recipes().size(), shape.center, shape.inverseSpread, shape.high, shape.localPoints,
                shape.globalPoints, shape.densePoints, weights, q, offset, hyper);
    }

    /** Prior variance of a coefficient that no kernel ties to others. */
    private double prior(GaussianModel shape, int i) {
        if (i == 0) {
            return 1e4;
        }
        if (i < shape.productStart()) {
            return i <= globals ? hyper.global() : hyper.local();
        }
        if (i < shape.recipeStart()) {
            return i < shape.beyondStart() ? hyper.product() : hyper.global();
        }
        return i < shape.slopeStart() ? hyper.recipe() : hyper.recipeSlope();
    }

    /** The kernel between inducing points, through the same code that predicts. */
    private double[][] kernel(GaussianModel shape, double[][] points, int from, int start) {
        double[][] kernel = new double[points.length][points.length];
        for (int i = 0; i < points.length; i++) {
            double[] raw = shape.center.clone();
            for (int f = 0; f < points[i].length; f++) {
                double inverse = shape.inverseSpread[from + f];
                raw[from + f] += inverse == 0 ? 0 : points[i][f] / inverse;
            }
            System.arraycopy(shape.basis(raw, -1), start, kernel[i], 0, points.length);
            kernel[i][i] = 1 + JITTER;
        }
        return kernel;
    }

    private static void add(R064Store precision, int start, double[][] kernel, double variance) {
        for (int i = 0; i < kernel.length; i++) {
            for (int j = 0; j < kernel.length; j++) {
                double value = 0.5 * (kernel[i][j] + kernel[j][i]) / variance;
                precision.set(start + i, start + j, precision.doubleValue(start + i, start + j) + value);
            }
        }
    }

    private static void subtract(double[][] q, int start, double[][] kernel, double variance) {
        if (kernel.length == 0) {
            return;
        }
        R064Store store = R064Store.FACTORY.make(kernel.length, kernel.length);
        add(store, 0, kernel, 1);
        MatrixStore<Double> inverse = inverse(store);
        for (int i = 0; i < kernel.length; i++) {
            for (int j = i; j < kernel.length; j++) {
                q[start + i][start + j] -= variance * inverse.doubleValue(i, j) * (i == j ? 1 : 2);
            }
        }
    }

    private static MatrixStore<Double> inverse(R064Store symmetric) {
        Cholesky<Double> cholesky = Cholesky.R064.make(symmetric);
        if (!cholesky.decompose(symmetric) || !cholesky.isSPD()) {
            throw new IllegalArgumentException("the table cannot be fitted: its features are too alike");
        }
        return cholesky.getInverse();
    }
}
