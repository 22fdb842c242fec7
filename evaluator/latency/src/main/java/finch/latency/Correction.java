package finch.latency;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.ojalgo.matrix.decomposition.Cholesky;
import org.ojalgo.matrix.store.R064Store;

/**
 * What a sum of prices misses of networks as wholes: the logarithm of measured / sum, linear in what the sum is made of (square roots of the shares of groups of
 * features) and in its own logarithm. It is at most {@link #MOST} either way, fitted with much shrinkage to ratios of networks that the prices had not
 * seen, and left out where networks that it has not seen come no closer by it. Shares change with the resolution, so a corrected estimate may fall a little where a
 * sum only grows.
 *
 * <p>A hundred networks suffice for the prices; with four hundred the error stayed where it was (2.5 % on 146 others, 88 % of them within 5 %), so what was left was of a kind that
 * sums do not have. This took it to 2.4 % and 90 to 91 %; squares and products of the shares, or a Gaussian process on them, to 2.2 % and 92 %, for ten
 * and a hundred times the numbers in a profile.
 */
final class Correction {
    /** Of the logarithm. */
    static final double MOST = 0.05;
    static final String LOGARITHM = "logarithm of microseconds";

    private static final int FOLDS = 8;
    /** In networks: as if so many had been seen that need no correction. With 30, 100, 300 and 1000 the error hardly differed; few networks ask for much. */
    private static final double SHRINKAGE = 1000;
    /** A ratio further out is a disturbance. */
    private static final double OUTLIER = 0.1;
    /** What it must take from the error of networks that it has not seen. */
    private static final double WORTH = 0.995;

    private static final List<String> GROUPS = LatencyFeatures.names().stream().map(Correction::group).distinct().toList();
    private static final int[] GROUP_OF = LatencyFeatures.names().stream().mapToInt(name -> GROUPS.indexOf(group(name))).toArray();

    private Correction() {}

    /** The quantities that a correction has weights for. */
    static List<String> quantities() {
        List<String> quantities = new ArrayList<>(GROUPS);
        quantities.add(LOGARITHM);
        return quantities;
    }

    static int groups() {
        return GROUPS.size();
    }

    /** The group of a feature, by its number. */
    static int groupOf(int feature) {
        return GROUP_OF[feature];
    }

    private static String group(String feature) {
        String[] words = feature.split("\\.");
        return switch (words[0]) {
            case "pointwise" -> words[words.length - 1].startsWith("vectors") ? "pointwise." + words[words.length - 1]
                    : List.of("maskedTiles", "panels", "macsOfFirstPixels").contains(words[1]) ? "pointwise.tails" : "pointwise.memory";
            case "depthwise" -> words.length == 4 ? "depthwise." + words[1] + "." + words[2] : "depthwise.memory";
            default -> words[0];
        };
    }

    /** What went into a sum of prices: {@link #quantities()}. @param groupMicros of each group @param micros of all together */
    static double[] quantities(double[] groupMicros, double micros) {
        double[] quantities = new double[groupMicros.length + 1];
        for (int i = 0; i < groupMicros.length; i++) {
            quantities[i] = Math.sqrt(groupMicros[i] / micros);
        }
        quantities[groupMicros.length] = Math.log(micros);
        return quantities;
    }

    /** What to multiply a sum with. @param weights of {@link #quantities()} */
    static double factor(double constant, double[] weights, double[] quantities) {
        double sum = constant;
        for (int i = 0; i < weights.length; i++) {
            sum += weights[i] * quantities[i];
        }
        return Math.exp(Math.clamp(sum, -MOST, MOST));
    }

    /**
     * A correction and what is left after it.
     *
     * @param ratios measured / corrected, each by a correction that has not seen it
     */
    record Fitted(DeviceProfile.Correction correction, double[] ratios) {}

    /**
     * Fits.
     *
     * @param prices of all samples
     * @param ratios measured / predicted of each sample, by prices that have not seen it
     */
    static Fitted fit(double[] prices, List<Sample> samples, double[] ratios) {
        double[][] quantities = samples.stream().map(sample -> quantities(prices, sample.features())).toArray(double[][]::new);
        double[] logarithms = Arrays.stream(ratios).map(Math::log).toArray();
        double[] left = ratios.clone();
        for (int fold = 0; fold < FOLDS; fold++) {
            List<Integer> others = new ArrayList<>();
            for (int i = 0; i < ratios.length; i++) {
                if (i % FOLDS != fold) {
                    others.add(i);
                }
            }
            Line line = line(quantities, logarithms, others);
            for (int i = fold; i < ratios.length; i += FOLDS) {
                left[i] /= factor(line.constant(), line.weights(), quantities[i]);
            }
        }
        if (!(error(left) < WORTH * error(ratios))) {
            return new Fitted(DeviceProfile.Correction.NONE, ratios);
        }
        List<Integer> all = new ArrayList<>();
        for (int i = 0; i < ratios.length; i++) {
            all.add(i);
        }
        Line line = line(quantities, logarithms, all);
        Map<String, Double> weights = new LinkedHashMap<>();
        List<String> names = quantities();
        for (int i = 0; i < names.size(); i++) {
            weights.put(names.get(i), line.weights()[i]);
        }
        return new Fitted(new DeviceProfile.Correction(line.constant(), weights), left);
    }

    private static double[] quantities(double[] prices, double[] features) {
        double[] groups = new double[GROUPS.size()];
        for (int i = 0; i < prices.length; i++) {
            groups[GROUP_OF[i]] += prices[i] * features[i];
        }
        return quantities(groups, Fit.predict(prices, features));
    }

    /** Microseconds of a network. */
    static double corrected(DeviceProfile.Correction correction, double[] prices, double[] features) {
        double sum = Fit.predict(prices, features);
        double[] weights = quantities().stream().mapToDouble(name -> correction.weights().getOrDefault(name, 0.0)).toArray();
        return correction.isNone() ? sum : sum * factor(correction.constant(), weights, quantities(prices, features));
    }

    private static double error(double[] ratios) {
        return Arrays.stream(ratios).map(ratio -> Math.abs(Math.log(ratio))).average().orElse(0);
    }

    private record Line(double constant, double[] weights) {}

    /** Ridge regression on quantities of mean 0 and variance 1; those that never change have no weight. */
    private static Line line(double[][] quantities, double[] logarithms, List<Integer> rows) {
        int n = quantities.length == 0 ? 0 : quantities[0].length;
        if (rows.isEmpty()) {
            return new Line(0, new double[n]);
        }
        double[] clipped = rows.stream().mapToDouble(i -> Math.clamp(logarithms[i], -OUTLIER, OUTLIER)).toArray();
        double mean = Arrays.stream(clipped).average().orElseThrow();
        double[] means = new double[n];
        double[] deviations = new double[n];
        for (int j = 0; j < n; j++) {
            int column = j;
            means[j] = rows.stream().mapToDouble(i -> quantities[i][column]).average().orElseThrow();
            deviations[j] = Math.sqrt(rows.stream().mapToDouble(i -> Math.pow(quantities[i][column] - means[column], 2)).average().orElseThrow());
        }
        R064Store left = R064Store.FACTORY.make(n, n);
        R064Store right = R064Store.FACTORY.make(n, 1);
        for (int row = 0; row < clipped.length; row++) {
            double[] z = new double[n];
            for (int j = 0; j < n; j++) {
                z[j] = deviations[j] < 1e-9 ? 0 : (quantities[rows.get(row)][j] - means[j]) / deviations[j];
            }
            for (int j = 0; j < n; j++) {
                right.add(j, 0, z[j] * (clipped[row] - mean));
                for (int k = 0; k < n; k++) {
                    left.add(j, k, z[j] * z[k]);
                }
            }
        }
        for (int j = 0; j < n; j++) {
            left.add(j, j, SHRINKAGE);
        }
        Cholesky<Double> cholesky = Cholesky.R064.make(left);
        if (!cholesky.decompose(left)) {
            throw new IllegalStateException("normal equations of a correction are singular");
        }
        var solution = cholesky.getSolution(right);
        double[] weights = new double[n];
        double constant = mean;
        for (int j = 0; j < n; j++) {
            weights[j] = deviations[j] < 1e-9 ? 0 : solution.doubleValue(j, 0) / deviations[j];
            constant -= weights[j] * means[j];
        }
        return new Line(constant, weights);
    }
}
