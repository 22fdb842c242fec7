package finch.latency;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Fits prices of features to timed networks so that <em>relative</em> errors are small: a row is divided by its measured
 * time, so that a 1 ms network counts as much as a 20 ms one. Samples far from the others are weighed down (Huber's
 * weights, three rounds), since a disturbance only ever adds time.
 */
final class Fit {
    /** Strengths of shrinkage to choose from: with few samples and many features some shrinkage predicts better. */
    private static final double[] RIDGES = {1e-6, 1e-3, 1e-2};
    private static final int REWEIGHTINGS = 3;
    private static final double HUBER = 1.5;
    private static final int FOLDS = 8;

    private Fit() {}

    /** Prices, [features], at least 0. @param samples at least one */
    static double[] prices(List<Sample> samples) {
        return prices(samples, ridge(samples));
    }

    /** The shrinkage with the smallest mean error on unseen folds. */
    private static double ridge(List<Sample> samples) {
        double best = RIDGES[0];
        double bestError = Double.POSITIVE_INFINITY;
        for (double ridge : RIDGES) {
            double error = Arrays.stream(outOfFoldRatios(samples, ridge)).map(r -> Math.abs(1 / r - 1)).sum();
            if (error < bestError) {
                best = ridge;
                bestError = error;
            }
        }
        return best;
    }

    private static double[] prices(List<Sample> samples, double ridge) {
        double[] weights = new double[samples.size()];
        Arrays.fill(weights, 1);
        double[] prices = weighted(samples, weights, ridge);
        for (int round = 0; round < REWEIGHTINGS; round++) {
            double[] residuals = new double[weights.length];
            for (int i = 0; i < residuals.length; i++) {
                residuals[i] = Math.abs(predict(prices, samples.get(i).features()) / samples.get(i).micros() - 1);
            }
            // 1.4826 makes the median absolute deviation a standard deviation where errors are Gaussian
            double limit = HUBER * Math.max(1e-4, 1.4826 * Quantiles.median(residuals));
            for (int i = 0; i < weights.length; i++) {
                weights[i] = Math.min(1, limit / Math.max(1e-12, residuals[i]));
            }
            prices = weighted(samples, weights, ridge);
        }
        return prices;
    }

    private static double[] weighted(List<Sample> samples, double[] weights, double ridge) {
        double[][] rows = new double[samples.size()][];
        double[] ones = new double[samples.size()];
        for (int i = 0; i < rows.length; i++) {
            Sample sample = samples.get(i);
            double weight = Math.sqrt(weights[i]);
            rows[i] = Arrays.stream(sample.features()).map(x -> x / sample.micros() * weight).toArray();
            ones[i] = weight;
        }
        return NonNegativeLeastSquares.solve(rows, ones, ridge);
    }

    static double predict(double[] prices, double[] features) {
        double sum = 0;
        for (int i = 0; i < prices.length; i++) {
            sum += prices[i] * features[i];
        }
        return sum;
    }

    /** measured / predicted of each sample, predicted by a fit on the other folds. */
    static double[] outOfFoldRatios(List<Sample> samples) {
        return outOfFoldRatios(samples, ridge(samples));
    }

    private static double[] outOfFoldRatios(List<Sample> samples, double ridge) {
        int folds = Math.min(FOLDS, samples.size());
        double[] ratios = new double[samples.size()];
        Arrays.fill(ratios, 1);
        for (int fold = 0; fold < folds && samples.size() > 1; fold++) {
            List<Sample> others = new ArrayList<>();
            for (int i = 0; i < samples.size(); i++) {
                if (i % folds != fold) {
                    others.add(samples.get(i));
                }
            }
            double[] prices = prices(others, ridge);
            for (int i = fold; i < samples.size(); i += folds) {
                ratios[i] = samples.get(i).micros() / predict(prices, samples.get(i).features());
            }
        }
        return ratios;
    }

    /**
     * The split-conformal interval of 90 %, as far up as down: of n absolute logarithms of ratios the ⌈0.9·(n + 1)⌉-th.
     * Where there are too few for that (n below 9) it reaches beyond the outermost by as much as is missing.
     */
    static double[] interval(double[] ratios) {
        double[] sorted = Arrays.stream(ratios).filter(r -> Double.isFinite(r) && r > 0).map(r -> Math.abs(Math.log(r))).sorted().toArray();
        int n = sorted.length;
        if (n == 0) {
            return new double[] {0.5, 2};
        }
        int rank = (int) Math.ceil(0.9 * (n + 1));
        double reach = sorted[Math.min(rank, n) - 1] * (rank > n ? Math.sqrt(9.0 / n) : 1);
        return new double[] {Math.exp(-reach), Math.exp(reach)};
    }

    /** A line through one quantity, micros = a + b·x with a, b ≥ 0, fitted as the model is: the trivial baseline. */
    static Sample onlyOf(Sample sample, double quantity) {
        return new Sample(sample.name(), new double[] {1, quantity * 1e-6}, sample.macs(), sample.params(), sample.micros());
    }
}
