package finch.accuracy;

import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Whether two lists of numbers rank the same things alike: 1 for the same order, -1 for the reverse, 0 where either is
 * constant. What is no number ranks above all that are, and all of it alike.
 */
public final class RankCorrelation {
    private RankCorrelation() {}

    /** Spearman's ρ, ties with mean ranks. */
    public static double spearman(double[] x, double[] y) {
        double[] a = ranks(x);
        double[] b = ranks(y);
        double mean = (x.length + 1) / 2.0;
        double ab = 0;
        double aa = 0;
        double bb = 0;
        for (int i = 0; i < a.length; i++) {
            ab += (a[i] - mean) * (b[i] - mean);
            aa += (a[i] - mean) * (a[i] - mean);
            bb += (b[i] - mean) * (b[i] - mean);
        }
        return aa == 0 || bb == 0 ? 0 : ab / Math.sqrt(aa * bb);
    }

    /** Kendall's τ-b: agreeing less disagreeing pairs, over pairs that are not tied (Kendall 1945, "The treatment of ties in ranking problems"). */
    public static double kendall(double[] x, double[] y) {
        long concordant = 0;
        long discordant = 0;
        long untiedX = 0;
        long untiedY = 0;
        for (int i = 0; i < x.length; i++) {
            for (int j = 0; j < i; j++) {
                int a = order(x[i], x[j]);
                int b = order(y[i], y[j]);
                untiedX += a != 0 ? 1 : 0;
                untiedY += b != 0 ? 1 : 0;
                concordant += a * b > 0 ? 1 : 0;
                discordant += a * b < 0 ? 1 : 0;
            }
        }
        return untiedX == 0 || untiedY == 0 ? 0 : (concordant - discordant) / Math.sqrt((double) untiedX * untiedY);
    }

    /** 1 for the smallest; equal numbers share the mean of their ranks. */
    public static double[] ranks(double[] x) {
        int[] order = IntStream.range(0, x.length).boxed().sorted(Comparator.comparingDouble(i -> x[i]))
                .mapToInt(Integer::intValue).toArray();
        double[] ranks = new double[x.length];
        for (int i = 0; i < order.length; ) {
            int j = i;
            while (j < order.length && order(x[order[j]], x[order[i]]) == 0) {
                j++;
            }
            for (int k = i; k < j; k++) {
                ranks[order[k]] = (i + j + 1) / 2.0;
            }
            i = j;
        }
        return ranks;
    }

    /** As {@link Double#compare}, but the two zeros are one number. */
    private static int order(double a, double b) {
        return a == b ? 0 : Double.compare(a, b);
    }
}
