package finch.latency;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Fits prices of features to timed networks so that <em>relative</em> errors are small: a row is divided by its measured
 * time, so that a 1 ms network counts as much as a 20 ms one. Where a runtime tells the time of a network's parts, each is a
 * row too, with its share of the time as its weight. Rows far from
 * the others are weighed down (Huber's weights, three rounds), since a disturbance only ever adds time.
 *
 * <p>Parts pay where few networks can be timed. On a busy machine, 110 networks of the space {@code mobilenetv3}, fitted on some and
 * tested on the others with shrinkage chosen as here, the mean error without and with parts was 14.8 and 9.8 % from 15
 * networks, 12.9 and 9.3 % from 30, 10.6 and 9.8 % from 60; from 90 the draw of the networks decided. The noise of such a
 * timing was 7 %.
 */
final class Fit {
    /** Strengths of shrinkage to choose from: with few samples and many features some shrinkage predicts better. */
    private static final double[] RIDGES = {1e-6, 1e-3, 1e-2, 1e-1};
    private static final int REWEIGHTINGS = 3;
    private static final double HUBER = 1.5;
    private static final int FOLDS = 8;
    /**
     * What a network as a whole weighs beside all its parts together: its time is known better, and is what is asked for. Of 1, 3, 10 and 30 the
     * error on unseen networks was 2.84, 2.58, 2.44 and 2.42 % from 290 networks; from 30, 4.0 with 10 and 4.4 with 30. ONNX Runtime's parts are told in whole
     * microseconds and cost time to tell: from 500 networks of one calibration, in folds, 5.1 with 10, 4.9 with 30 and with 100.
     */
    private static final double LEAST_WHOLE = 10;
    private static final double MOST_WHOLE = 30;
    /** A tenth of the networks, within these. */
    private static final double WHOLE_OF_NETWORKS = 0.1;

    private Fit() {}

    /**
     * What a fit found.
     *
     * @param prices [features], at least 0
     * @param ratios measured / predicted of each sample, predicted by a fit on the other folds
     */
    record Fitted(double[] prices, double[] ratios) {}

    /** Fits with the shrinkage that has the smallest mean error on unseen folds. @param samples at least one */
    static Fitted of(List<Sample> samples) {
        double best = RIDGES[0];
        double[] bestRatios = {};
        double bestError = Double.POSITIVE_INFINITY;
        for (double ridge : RIDGES) {
            double[] ratios = outOfFoldRatios(samples, ridge);
            double error = Arrays.stream(ratios).map(r -> Math.abs(1 / r - 1)).sum();
            if (bestRatios.length == 0 || error < bestError) {
                best = ridge;
                bestRatios = ratios;
                bestError = error;
            }
        }
        return new Fitted(prices(samples, best), bestRatios);
    }

    /** The prices alone. */
    static double[] prices(List<Sample> samples) {
        return of(samples).prices();
    }

    /** One equation. @param share of a network's time, 1 for all of it */
    private record Row(double[] features, double micros, double share) {}

    private static List<Row> rows(List<Sample> samples) {
        List<Row> rows = new ArrayList<>();
        double whole = Math.clamp(WHOLE_OF_NETWORKS * samples.size(), LEAST_WHOLE, MOST_WHOLE);
        for (Sample sample : samples) {
            rows.add(new Row(sample.features(), sample.micros(), whole));
            sample.parts().forEach(part -> rows.add(new Row(part.features(), part.micros(), part.micros() / sample.micros())));
        }
        return rows;
    }

    private static double[] prices(List<Sample> samples, double ridge) {
        List<Row> rows = rows(samples);
        double[] weights = new double[rows.size()];
        Arrays.fill(weights, 1);
        double[] prices = weighted(rows, weights, ridge);
        for (int round = 0; round < REWEIGHTINGS; round++) {
            double[] residuals = new double[weights.length];
            for (int i = 0; i < residuals.length; i++) {
                residuals[i] = Math.abs(predict(prices, rows.get(i).features()) / rows.get(i).micros() - 1);
            }
            // 1.4826 makes the median absolute deviation a standard deviation where errors are Gaussian
            double limit = HUBER * Math.max(1e-4, 1.4826 * Quantiles.median(residuals));
            for (int i = 0; i < weights.length; i++) {
                weights[i] = Math.min(1, limit / Math.max(1e-12, residuals[i]));
            }
            prices = weighted(rows, weights, ridge);
        }
        return prices;
    }

    private static double[] weighted(List<Row> rows, double[] weights, double ridge) {
        double[][] left = new double[rows.size()][];
        double[] right = new double[left.length];
        for (int i = 0; i < left.length; i++) {
            Row row = rows.get(i);
            double weight = Math.sqrt(weights[i] * row.share());
            left[i] = Arrays.stream(row.features()).map(x -> x / row.micros() * weight).toArray();
            right[i] = weight;
        }
        return NonNegativeLeastSquares.solve(left, right, ridge);
    }

    static double predict(double[] prices, double[] features) {
        double sum = 0;
        for (int i = 0; i < prices.length; i++) {
            sum += prices[i] * features[i];
        }
        return sum;
    }

    /** Folds are fitted side by side: nothing is timed any more. */
    private static double[] outOfFoldRatios(List<Sample> samples, double ridge) {
        int folds = Math.min(FOLDS, samples.size());
        double[] ratios = new double[samples.size()];
        Arrays.fill(ratios, 1);
        if (samples.size() > 1) {
            IntStream.range(0, folds).parallel().forEach(fold -> {
                List<Sample> others = IntStream.range(0, samples.size()).filter(i -> i % folds != fold).mapToObj(samples::get).toList();
                double[] prices = prices(others, ridge);
                for (int i = fold; i < samples.size(); i += folds) {
                    ratios[i] = samples.get(i).micros() / predict(prices, samples.get(i).features());
                }
            });
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

    /** Through some quantities alone, micros = a + b·x + … with prices ≥ 0: the trivial baselines. */
    static Sample onlyOf(Sample sample, double... quantities) {
        double[] features = new double[1 + quantities.length];
        features[0] = 1;
        for (int i = 0; i < quantities.length; i++) {
            features[i + 1] = quantities[i] * 1e-6;
        }
        return new Sample(sample.name(), features, sample.macs(), sample.params(), sample.micros());
    }
}
