package finch.accuracy.proxy;

import finch.accuracy.RankCorrelation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Makes combinations of signals with one half of the networks and tests them on the other. Two kinds: a few signals by ranks alone,
 * of which the accuracies only choose which; and a ridge regression of the accuracies' ranks on all standardised signals.
 */
final class Combination {
    private static final int MOST_BY_RANKS = 3;
    private static final int FOLDS = 5;
    private static final double[] PENALTIES = {1e-4, 1e-3, 1e-2, 1e-1, 1};

    private final List<Signal> signals;
    private final double[][] columns;
    private final double[] accuracy;
    private final int[] making;
    private final int[] testing;

    private Combination(ProxyStudy study, List<Signal> signals) {
        this.signals = signals;
        this.columns = signals.stream().map(s -> scaled(study, s)).toArray(double[][]::new);
        this.accuracy = study.accuracy();
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < accuracy.length; i++) {
            order.add(i);
        }
        SplittableRandom random = new SplittableRandom(2);
        for (int i = order.size() - 1; i > 0; i--) {
            Collections.swap(order, i, random.nextInt(i + 1));
        }
        this.making = order.subList(0, order.size() / 2).stream().mapToInt(Integer::intValue).toArray();
        this.testing = order.subList(order.size() / 2, order.size()).stream().mapToInt(Integer::intValue).toArray();
    }

    static List<ProxyReport.Combined> all(ProxyStudy study, List<Signal> signals) {
        Combination whole = new Combination(study, signals);
        Combination trivial = new Combination(study, signals.stream().filter(s -> s.kind() == Signal.Kind.TRIVIAL).toList());
        return List.of(whole.chosen("ranks of few"), whole.fitted("fitted to all"), trivial.chosen("ranks of few trivial"), trivial.fitted("fitted to trivial"));
    }

    /**
     * Σ log(rank / n): a network that is poor in one signal cannot make up for it in another.
     *
     * @see <a href="https://arxiv.org/abs/2403.19232">Lee and Ham 2024, "non-linear ranking aggregation"</a>
     */
    static double[] byRanks(List<double[]> columns) {
        double[] sum = new double[columns.getFirst().length];
        for (double[] column : columns) {
            double[] ranks = RankCorrelation.ranks(column);
            for (int i = 0; i < sum.length; i++) {
                sum[i] += Math.log(ranks[i] / sum.length);
            }
        }
        return sum;
    }

    /** A network without the signal gets the worst value there is. */
    private static double[] scaled(ProxyStudy study, Signal signal) {
        double[] column = study.column(signal, -1);
        double worst = Arrays.stream(column).filter(Double::isFinite).min().orElse(0);
        return Arrays.stream(column).map(v -> signal.scaled(Double.isFinite(v) ? v : worst)).toArray();
    }

    private static double[] pick(double[] values, int[] indices) {
        return Arrays.stream(indices).mapToDouble(i -> values[i]).toArray();
    }

    private ProxyReport.Combined chosen(String name) {
        double best = Double.NEGATIVE_INFINITY;
        int chosen = 0;
        for (int subset = 1; subset < 1 << signals.size(); subset++) {
            if (Integer.bitCount(subset) <= MOST_BY_RANKS) {
                double score = RankCorrelation.spearman(byRanks(members(subset, making)), pick(accuracy, making));
                if (score > best) {
                    best = score;
                    chosen = subset;
                }
            }
        }
        Map<String, Double> weights = new LinkedHashMap<>();
        for (int s = 0; s < signals.size(); s++) {
            if ((chosen >> s & 1) == 1) {
                weights.put(signals.get(s).key(), 1.0);
            }
        }
        return combined(name, weights, byRanks(members(chosen, testing)));
    }

    private List<double[]> members(int subset, int[] networks) {
        List<double[]> members = new ArrayList<>();
        for (int s = 0; s < signals.size(); s++) {
            if ((subset >> s & 1) == 1) {
                members.add(pick(columns[s], networks));
            }
        }
        return members;
    }

    /** What each network is told by a ridge regression on other networks. */
    static double[] heldOut(ProxyStudy study, List<Signal> signals) {
        Combination all = new Combination(study, signals);
        int[] order = IntStream.concat(Arrays.stream(all.making), Arrays.stream(all.testing)).toArray();
        double[] predicted = new double[order.length];
        for (int fold = 0; fold < FOLDS; fold++) {
            int f = fold;
            Ridge line = all.line(IntStream.range(0, order.length).filter(i -> i % FOLDS != f).map(i -> order[i]).toArray());
            for (int i = f; i < order.length; i += FOLDS) {
                predicted[order[i]] = line.of(all.row(order[i]));
            }
        }
        return predicted;
    }

    private ProxyReport.Combined fitted(String name) {
        Ridge line = line(making);
        Map<String, Double> weights = new LinkedHashMap<>();
        for (int s = 0; s < signals.size(); s++) {
            // tells by how large a part of all ranks a deviation of the signal moves a network
            weights.put(signals.get(s).key(), line.weights()[s] / making.length);
        }
        return combined(name, weights, Arrays.stream(testing).mapToDouble(i -> line.of(row(i))).toArray());
    }

    /** Fitted to some networks, with the penalty that ranks them best in cross-validation. */
    private Ridge line(int[] networks) {
        double penalty = PENALTIES[0];
        double best = Double.NEGATIVE_INFINITY;
        for (double candidate : PENALTIES) {
            double[] predicted = new double[networks.length];
            for (int fold = 0; fold < FOLDS; fold++) {
                int f = fold;
                int[] held = IntStream.range(0, networks.length).filter(i -> i % FOLDS == f).toArray();
                int[] kept = IntStream.range(0, networks.length).filter(i -> i % FOLDS != f).map(i -> networks[i]).toArray();
                Ridge line = ridge(kept, candidate);
                for (int i : held) {
                    predicted[i] = line.of(row(networks[i]));
                }
            }
            double score = RankCorrelation.spearman(predicted, pick(accuracy, networks));
            if (score > best) {
                best = score;
                penalty = candidate;
            }
        }
        return ridge(networks, penalty);
    }

    private Ridge ridge(int[] networks, double penalty) {
        return Ridge.fit(Arrays.stream(networks).mapToObj(this::row).toArray(double[][]::new), RankCorrelation.ranks(pick(accuracy, networks)), penalty);
    }

    /** A network's signals. */
    private double[] row(int network) {
        return Arrays.stream(columns).mapToDouble(column -> column[network]).toArray();
    }

    private ProxyReport.Combined combined(String name, Map<String, Double> weights, double[] predicted) {
        double[] truth = pick(accuracy, testing);
        return new ProxyReport.Combined(name, weights, making.length, testing.length, ProxyReport.Ranking.of(predicted, truth),
                ProxyReport.topOf(testing.length), ProxyReport.Ranking.ofTop(predicted, truth));
    }
}
