package finch.accuracy;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.ojalgo.matrix.decomposition.Cholesky;
import org.ojalgo.matrix.store.MatrixStore;
import org.ojalgo.matrix.store.R064Store;

/**
 * Chooses hyperparameters by the density that the prior gives to all results together (Rasmussen and Williams 2006, equations 5.8 and 5.9), times a log-normal prior
 * around the start: a hundred results of a dozen networks tell too little of a dozen numbers. Against choosing by cross-validated density that is one decomposition and
 * its gradient for each step, and what it chooses did better on networks left out of the choice.
 */
final class MarginalLikelihood {
    /** Rows of the densest recipe: more of them would decide what the others share with them, and take the cube of the time. */
    private static final int DENSE_BESIDE_OTHERS = 120;
    private static final int ALONE = 300;
    /** Twice the precision of a logarithm's prior: a standard deviation is a factor of 1.3. Between 4 and 8 the error of left-out networks was flat, 30 was worse, 0.5 fitted noise. */
    private static final double PRIOR = 8;
    private static final double CONSTANT = 1e4;
    private static final int STEPS = 80;
    private static final double FIRST_STEP = 0.1;
    private static final double LONGEST_STEP = 0.3;
    private static final double SHORTEST_STEP = 1e-4;
    /** Digits beyond these say nothing, and would differ between machines. */
    private static final MathContext DIGITS = new MathContext(3);

    private final int n;
    private final double[] z;
    private final boolean[] dense;
    /** By hyperparameter in the order of {@link Hyperparameters#toArray}; null for scales and noises. */
    private final double[][] parts = new double[Hyperparameters.COUNT][];
    private final double[] localDistance;
    private final double[] globalDistance;
    private final Hyperparameters start;

    private MarginalLikelihood(Samples data, int[] rows, Hyperparameters start) {
        this.start = start;
        this.n = rows.length;
        this.dense = new boolean[n];
        GaussianModel bare = GaussianFit.bare(data, rows, start);
        double[][] phi = new double[n][];
        double[] centred = new double[n];
        double mean = Arrays.stream(rows).mapToDouble(row -> data.z()[row]).average().orElse(0);
        for (int i = 0; i < n; i++) {
            phi[i] = bare.basis(data.features()[rows[i]], data.recipe()[rows[i]]);
            dense[i] = data.isDense(rows[i]);
            centred[i] = data.z()[rows[i]] - mean;
        }
        this.z = centred;
        int globals = data.globals();
        int features = bare.center.length;
        parts[Hyperparameters.GLOBAL] = products(phi, 1, 1 + globals);
        parts[Hyperparameters.LOCAL] = products(phi, 1 + globals, 1 + features);
        parts[Hyperparameters.PRODUCT] = products(phi, bare.productStart(), bare.beyondStart());
        parts[Hyperparameters.RECIPE] = products(phi, bare.recipeStart(), bare.slopeStart());
        parts[Hyperparameters.RECIPE_SLOPE] = products(phi, bare.slopeStart(), bare.localStart());
        localDistance = distances(phi, 1 + globals, 1 + features);
        globalDistance = distances(phi, 1, 1 + globals);
    }

    /** @param rows of the data that may be looked at */
    static Hyperparameters choose(Samples data, int[] rows, Hyperparameters start) {
        int[] dense = some(Arrays.stream(rows).filter(data::isDense).toArray(), data.mixed() ? DENSE_BESIDE_OTHERS : ALONE);
        int[] looked = IntStream.concat(Arrays.stream(rows).filter(row -> !data.isDense(row)), Arrays.stream(dense)).toArray();
        return new MarginalLikelihood(data, looked, start).climb();
    }

    /** At random, but always the same ones: tables of searches are in an order that means something. */
    private static int[] some(int[] rows, int most) {
        int[] shuffled = rows.clone();
        SplittableRandom random = new SplittableRandom(1);
        for (int i = shuffled.length - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            int row = shuffled[i];
            shuffled[i] = shuffled[j];
            shuffled[j] = row;
        }
        return Arrays.copyOf(shuffled, Math.min(most, shuffled.length));
    }

    /** Resilient propagation (Riedmiller and Braun 1993): the signs of the gradient decide, since its sizes differ by orders. */
    private Hyperparameters climb() {
        double[] origin = Arrays.stream(start.toArray()).map(Math::log).toArray();
        double[] at = origin.clone();
        double[] step = new double[at.length];
        double[] before = new double[at.length];
        Arrays.fill(step, FIRST_STEP);
        for (int i = 0; i < STEPS && Arrays.stream(step).max().orElse(0) > SHORTEST_STEP; i++) {
            double[] gradient = gradient(at);
            for (int p = 0; p < at.length; p++) {
                gradient[p] -= 2 * PRIOR * (at[p] - origin[p]);
                double turned = gradient[p] * before[p];
                step[p] = turned > 0 ? Math.min(LONGEST_STEP, 1.2 * step[p]) : turned < 0 ? 0.5 * step[p] : step[p];
                at[p] += Math.signum(gradient[p]) * step[p];
                before[p] = gradient[p];
            }
        }
        return Hyperparameters.of(Arrays.stream(at).map(x -> new BigDecimal(Math.exp(x)).round(DIGITS).doubleValue()).toArray());
    }

    /** Of the log density over the logarithms of the hyperparameters: half the trace of (ααᵀ − K⁻¹) times each derivative of K. */
    private double[] gradient(double[] logarithms) {
        double[] h = Arrays.stream(logarithms).map(Math::exp).toArray();
        double[] local = curve(localDistance, h[Hyperparameters.CURVE_LOCAL], h[Hyperparameters.SCALE_LOCAL]);
        double[] global = curve(globalDistance, h[Hyperparameters.CURVE_GLOBAL], h[Hyperparameters.SCALE_GLOBAL]);
        R064Store covariance = R064Store.FACTORY.make(n, n);
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                int at = i * n + j;
                double sum = CONSTANT + local[at] + global[at];
                for (int p = 0; p < parts.length; p++) {
                    sum += parts[p] == null ? 0 : h[p] * parts[p][at];
                }
                covariance.set(i, j, sum);
            }
            covariance.add(i, i, noise(h, i) * noise(h, i));
        }
        Cholesky<Double> cholesky = Cholesky.R064.make(covariance);
        if (!cholesky.decompose(covariance) || !cholesky.isSPD()) {
            throw new IllegalArgumentException("the table cannot be fitted: its features are too alike");
        }
        MatrixStore<Double> inverse = cholesky.getInverse();
        double[] alpha = inverse.multiply(R064Store.FACTORY.column(z)).toRawCopy1D();
        double[] gradient = new double[Hyperparameters.COUNT];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                int at = i * n + j;
                double weight = 0.5 * (alpha[i] * alpha[j] - inverse.doubleValue(i, j));
                for (int p = 0; p < parts.length; p++) {
                    gradient[p] += parts[p] == null ? 0 : weight * h[p] * parts[p][at];
                }
                gradient[Hyperparameters.CURVE_LOCAL] += weight * local[at];
                gradient[Hyperparameters.SCALE_LOCAL] += weight * local[at] * localDistance[at] / (h[Hyperparameters.SCALE_LOCAL] * h[Hyperparameters.SCALE_LOCAL]);
                gradient[Hyperparameters.CURVE_GLOBAL] += weight * global[at];
                gradient[Hyperparameters.SCALE_GLOBAL] += weight * global[at] * globalDistance[at] / (h[Hyperparameters.SCALE_GLOBAL] * h[Hyperparameters.SCALE_GLOBAL]);
                if (i == j) {
                    gradient[dense[i] ? Hyperparameters.NOISE_DENSE : Hyperparameters.NOISE_OTHER] += weight * 2 * noise(h, i) * noise(h, i);
                }
            }
        }
        return gradient;
    }

    private double noise(double[] h, int i) {
        return h[dense[i] ? Hyperparameters.NOISE_DENSE : Hyperparameters.NOISE_OTHER];
    }

    private static double[] curve(double[] distance, double variance, double scale) {
        double rate = 1 / (2 * scale * scale);
        return Arrays.stream(distance).map(d -> variance * Math.exp(-d * rate)).toArray();
    }

    private static double[] products(double[][] phi, int from, int to) {
        int n = phi.length;
        double[] products = new double[n * n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                double sum = 0;
                for (int f = from; f < to; f++) {
                    sum += phi[i][f] * phi[j][f];
                }
                products[i * n + j] = sum;
            }
        }
        return products;
    }

    /** Mean squared distances over the features that vary, as {@link GaussianModel} scales them. */
    private static double[] distances(double[][] phi, int from, int to) {
        int n = phi.length;
        int varying = (int) IntStream.range(from, to).filter(f -> Arrays.stream(phi).anyMatch(p -> p[f] != 0)).count();
        double[] distances = new double[n * n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                double sum = 0;
                for (int f = from; f < to; f++) {
                    sum += (phi[i][f] - phi[j][f]) * (phi[i][f] - phi[j][f]);
                }
                distances[i * n + j] = sum / Math.max(1, varying);
            }
        }
        return distances;
    }
}
