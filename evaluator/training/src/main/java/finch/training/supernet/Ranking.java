package finch.training.supernet;

import finch.accuracy.RankCorrelation;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;

/**
 * How alike two rankings of the same architectures are: Spearman's ρ with the central 95 % of 10,000 bootstrap samples of the architectures (Efron 1979),
 * and Kendall's τ-b.
 */
public record Ranking(int architectures, double spearman, double low, double high, double kendall) {
    private static final int SAMPLES = 10_000;
    private static final double TAIL = 0.025;

    /** The same for the same rows. */
    public static Ranking of(List<RankRow> rows, ToDoubleFunction<RankRow> x, ToDoubleFunction<RankRow> y) {
        double[] xs = rows.stream().mapToDouble(x).toArray();
        double[] ys = rows.stream().mapToDouble(y).toArray();
        SplittableRandom random = new SplittableRandom(rows.size());
        double[] samples = new double[SAMPLES];
        double[] a = new double[xs.length];
        double[] b = new double[xs.length];
        for (int sample = 0; sample < SAMPLES; sample++) {
            for (int i = 0; i < a.length; i++) {
                int chosen = random.nextInt(xs.length);
                a[i] = xs[chosen];
                b[i] = ys[chosen];
            }
            samples[sample] = RankCorrelation.spearman(a, b);
        }
        Arrays.sort(samples);
        return new Ranking(xs.length, RankCorrelation.spearman(xs, ys), samples[(int) (TAIL * SAMPLES)], samples[(int) ((1 - TAIL) * SAMPLES) - 1], RankCorrelation.kendall(xs, ys));
    }
}
