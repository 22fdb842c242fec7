package finch.accuracy;

import java.util.Arrays;

/**
 * A Gaussian process with linear and squared-exponential parts, in weight space: mean = w·φ, variance = prior + φᵀQφ,
 * where φ holds 1, the standardised features, products of the sizes among them, the recipe's indicator and its slopes
 * over the sizes, and the kernels to the inducing points. Above the greatest value in the data a global feature gains
 * nothing: its excess has a slope of its own that no row tells of, so that only the variance grows.
 * Far from the inducing points the kernels vanish, so that the curved part falls back to the line and its variance to
 * the prior (Quiñonero-Candela and Rasmussen 2005, section 5: FITC's diagonal correction). Work of one prediction:
 * about d²/2 multiply-adds for d = {@link #dimension()}.
 */
final class GaussianModel {
    /** Local features are held within so many standard deviations: beyond them nothing was seen, so nothing more is gained. */
    static final double CLAMP = 2.5;
    /** Squares and products of the sizes: a capacity's gain fades on the scale of z, too, and differs by resolution. */
    static final int PRODUCTS = Features.SIZES * (Features.SIZES + 1) / 2;

    final int globals;
    final int recipes;
    final double[] center;
    final double[] inverseSpread;
    /** The greatest standardised value of each global feature in the data. */
    final double[] high;
    final double[][] localPoints;
    final double[][] globalPoints;
    /** Which global points are networks of the recipe with most rows. */
    final boolean[] densePoints;
    final double[] weights;
    /** Row i holds entries j ≥ i, off-diagonal ones doubled. */
    final double[][] q;
    final double offset;
    final Hyperparameters hyper;
    private final double[][] localByFeature;
    private final double[][] globalByFeature;
    private final double[] localSquares;
    private final double[] globalSquares;
    private final double localRate;
    private final double globalRate;

    GaussianModel(int globals, int recipes, double[] center, double[] inverseSpread, double[] high, double[][] localPoints,
                  double[][] globalPoints, boolean[] densePoints, double[] weights, double[][] q, double offset, Hyperparameters hyper) {
        this.globals = globals;
        this.recipes = recipes;
        this.center = center;
        this.inverseSpread = inverseSpread;
        this.high = high;
        this.localPoints = localPoints;
        this.globalPoints = globalPoints;
        this.densePoints = densePoints;
        this.weights = weights;
        this.q = q;
        this.offset = offset;
        this.hyper = hyper;
        this.localByFeature = transpose(localPoints, center.length - globals);
        this.globalByFeature = transpose(globalPoints, globals);
        this.localSquares = squares(localPoints);
        this.globalSquares = squares(globalPoints);
        this.localRate = rate(inverseSpread, globals, center.length, hyper.scaleLocal());
        this.globalRate = rate(inverseSpread, 0, globals, hyper.scaleGlobal());
    }

    int dimension() {
        return weights.length;
    }

    /** Where the products of sizes begin in φ. */
    int productStart() {
        return 1 + center.length;
    }

    /** Where the excesses of global features over the data begin in φ. */
    int beyondStart() {
        return productStart() + PRODUCTS;
    }

    /** Where the recipe indicators begin in φ. */
    int recipeStart() {
        return beyondStart() + globals;
    }

    /** Where the recipes' slopes over the sizes begin in φ. */
    int slopeStart() {
        return recipeStart() + recipes;
    }

    int localStart() {
        return slopeStart() + recipes * Features.SIZES;
    }

    int globalStart() {
        return localStart() + localPoints.length;
    }

    /** φ. @param recipe index of the recipe, −1 for one that was not seen */
    double[] basis(double[] raw, int recipe) {
        double[] phi = new double[globalStart() + globalPoints.length];
        phi[0] = 1;
        for (int i = 0; i < center.length; i++) {
            double x = (raw[i] - center[i]) * inverseSpread[i];
            phi[1 + i] = i < globals ? Math.min(high[i], x) : Math.max(-CLAMP, Math.min(CLAMP, x));
            if (i < globals) {
                phi[beyondStart() + i] = Math.max(0, x - high[i]);
            }
        }
        int product = productStart();
        for (int i = 0; i < Features.SIZES; i++) {
            for (int j = i; j < Features.SIZES; j++) {
                phi[product++] = phi[1 + i] * phi[1 + j];
            }
        }
        if (recipe >= 0) {
            phi[recipeStart() + recipe] = 1;
            System.arraycopy(phi, 1, phi, slopeStart() + recipe * Features.SIZES, Features.SIZES);
        }
        kernels(phi, 1 + globals, localByFeature, localSquares, localRate, localStart());
        kernels(phi, 1, globalByFeature, globalSquares, globalRate, globalStart());
        return phi;
    }

    private static void kernels(double[] phi, int from, double[][] byFeature, double[] squares, double rate, int to) {
        double own = 0;
        for (int m = 0; m < squares.length; m++) {
            phi[to + m] = squares[m];
        }
        for (int f = 0; f < byFeature.length; f++) {
            double x = phi[from + f];
            own += x * x;
            double twice = -2 * x;
            double[] row = byFeature[f];
            for (int m = 0; m < row.length; m++) {
                phi[to + m] += twice * row[m];
            }
        }
        for (int m = 0; m < squares.length; m++) {
            phi[to + m] = Math.exp(-Math.max(0, own + phi[to + m]) * rate);
        }
    }

    double mean(double[] phi) {
        double sum = offset;
        for (int i = 0; i < phi.length; i++) {
            sum += weights[i] * phi[i];
        }
        return sum;
    }

    /** Variance of the mean, without the noise of one result. */
    double variance(double[] phi) {
        return variance(quadratic(phi));
    }

    /** @param quadratic of φ */
    double variance(double quadratic) {
        return Math.max(1e-9, hyper.curveLocal() + hyper.curveGlobal() + quadratic);
    }

    /** What a recipe that was not seen leaves open: its offset and its slopes. */
    double varianceOfRecipe(double[] phi) {
        double sum = hyper.recipe();
        for (int i = 0; i < Features.SIZES; i++) {
            sum += hyper.recipeSlope() * phi[1 + i] * phi[1 + i];
        }
        return sum;
    }

    /** φᵀQφ. Q is larger than a core's first cache: four rows at a time, so that the sums are not read and written for each. */
    double quadratic(double[] phi) {
        double[] sum = new double[phi.length];
        int[] rows = new int[4];
        int taken = 0;
        for (int i = 0; i < phi.length; i++) {
            if (phi[i] != 0) {
                rows[taken++] = i;
                if (taken == rows.length) {
                    add(sum, phi, rows);
                    taken = 0;
                }
            }
        }
        for (int r = 0; r < taken; r++) {
            double x = phi[rows[r]];
            double[] row = q[rows[r]];
            for (int j = rows[r]; j < sum.length; j++) {
                sum[j] += x * row[j];
            }
        }
        double total = 0;
        for (int j = 0; j < phi.length; j++) {
            total += sum[j] * phi[j];
        }
        return total;
    }

    private void add(double[] sum, double[] phi, int[] rows) {
        double[] a = q[rows[0]];
        double[] b = q[rows[1]];
        double[] c = q[rows[2]];
        double[] d = q[rows[3]];
        double w = phi[rows[0]];
        double x = phi[rows[1]];
        double y = phi[rows[2]];
        double z = phi[rows[3]];
        // left of its diagonal a row is zero; added one after the other, so that the sum is that of row by row to the last digit
        for (int j = rows[0]; j < sum.length; j++) {
            sum[j] = sum[j] + w * a[j] + x * b[j] + y * c[j] + z * d[j];
        }
    }

    /** Qφ, of the symmetric Q. */
    double[] product(double[] phi) {
        double[] product = new double[phi.length];
        for (int i = 0; i < phi.length; i++) {
            product[i] += q[i][i] * phi[i];
            for (int j = i + 1; j < phi.length; j++) {
                product[i] += 0.5 * q[i][j] * phi[j];
                product[j] += 0.5 * q[i][j] * phi[i];
            }
        }
        return product;
    }

    /**
     * Variance of the difference of two means. What both share (recipe, common features) cancels; what no inducing
     * point explains is as alike as the two networks are.
     */
    double varianceOfDifference(double[] a, double[] b) {
        double[] difference = new double[a.length];
        for (int i = 0; i < a.length; i++) {
            difference[i] = a[i] - b[i];
        }
        return Math.max(0, 2 * unlike(a, b) + quadratic(difference));
    }

    /**
     * {@link #varianceOfDifference(double[], double[])} by what is known of each: d multiply-adds, not d²/2.
     *
     * @param ofA      its {@link #quadratic}, and {@code ofB} that of the other
     * @param productB {@link #product} of b
     */
    double varianceOfDifference(double[] a, double ofA, double[] b, double ofB, double[] productB) {
        double common = 0;
        for (int i = 0; i < a.length; i++) {
            common += a[i] * productB[i];
        }
        return Math.max(0, 2 * unlike(a, b) + ofA - 2 * common + ofB);
    }

    private double unlike(double[] a, double[] b) {
        return hyper.curveLocal() * (1 - likeness(a, b, 1 + globals, 1 + center.length, localRate))
                + hyper.curveGlobal() * (1 - likeness(a, b, 1, 1 + globals, globalRate));
    }

    /** Closeness of two networks in the global features, 1 for equal ones. */
    double globalLikeness(double[] a, double[] b) {
        return likeness(a, b, 1, 1 + globals, globalRate);
    }

    private static double likeness(double[] a, double[] b, int from, int to, double rate) {
        double squared = 0;
        for (int i = from; i < to; i++) {
            squared += (a[i] - b[i]) * (a[i] - b[i]);
        }
        return Math.exp(-squared * rate);
    }

    /**
     * How far from every inducing point in the global features: 0 on one, 1 far from all.
     *
     * @param denseOnly whether only networks of the recipe with most rows count
     */
    double novelty(double[] phi, boolean denseOnly) {
        double nearest = 0;
        int start = globalStart();
        for (int i = 0; i < densePoints.length; i++) {
            if (densePoints[i] || !denseOnly) {
                nearest = Math.max(nearest, phi[start + i]);
            }
        }
        return 1 - nearest;
    }

    private static double rate(double[] inverseSpread, int from, int to, double scale) {
        long active = Arrays.stream(inverseSpread, from, to).filter(s -> s > 0).count();
        return 1 / (2 * scale * scale * Math.max(1, active));
    }

    private static double[][] transpose(double[][] points, int features) {
        double[][] result = new double[features][points.length];
        for (int m = 0; m < points.length; m++) {
            for (int f = 0; f < features; f++) {
                result[f][m] = points[m][f];
            }
        }
        return result;
    }

    private static double[] squares(double[][] points) {
        return Arrays.stream(points).mapToDouble(p -> Arrays.stream(p).map(x -> x * x).sum()).toArray();
    }
}
