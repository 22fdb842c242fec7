package finch.search.evolve;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Who becomes a parent: the best of a sample drawn with replacement. With several objectives every tournament draws weights of its own and
 * takes the best by the augmented Chebyshev distance from the population's ideal point, each objective scaled to the population's range, as
 * ParEGO does (Knowles 2006, equation 2): the population spreads along the front. Misses of bounds come first, the smaller the better.
 */
final class Tournament {
    /** Weight of the sum beside the maximum (Knowles 2006). */
    private static final double AUGMENTED = 0.05;

    private final List<Member> alive;

    /** One of the population. @param raw its genome, with genes that mean nothing */
    record Member(int[] raw, Score score) {}

    Tournament(List<Member> alive) {
        this.alive = alive;
    }

    Member winner(int size, SplittableRandom random) {
        List<Member> sample = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            sample.add(alive.get(random.nextInt(alive.size())));
        }
        int dimension = sample.getFirst().score().dimension();
        double[] weights = new double[dimension];
        for (int k = 0; k < dimension; k++) {
            // exponential: normalised, uniform on the simplex
            weights[k] = -StrictMath.log(1 - random.nextDouble());
        }
        double[] best = new double[dimension];
        double[] range = new double[dimension];
        // on a ladder the highest rung in the sample wins, and only its figures compare
        int rung = sample.stream().mapToInt(member -> member.score().rung()).max().orElseThrow();
        ranges(alive.stream().filter(member -> member.score().rung() == rung).toList(), best, range);
        Member winner = sample.getFirst();
        for (Member member : sample) {
            if (better(member.score(), winner.score(), weights, best, range)) {
                winner = member;
            }
        }
        return winner;
    }

    private static void ranges(List<Member> alive, double[] best, double[] range) {
        double[] worst = new double[best.length];
        Arrays.fill(best, Double.NEGATIVE_INFINITY);
        Arrays.fill(worst, Double.POSITIVE_INFINITY);
        for (Member member : alive) {
            if (member.score().feasible()) {
                for (int k = 0; k < best.length; k++) {
                    best[k] = Math.max(best[k], member.score().element(k));
                    worst[k] = Math.min(worst[k], member.score().element(k));
                }
            }
        }
        for (int k = 0; k < best.length; k++) {
            range[k] = best[k] > worst[k] ? best[k] - worst[k] : 1;
        }
    }

    private static boolean better(Score a, Score b, double[] weights, double[] best, double[] range) {
        if (!a.feasible() || !b.feasible() || a.rung() != b.rung()) {
            return a.compareTo(b) > 0;
        }
        double difference = distance(a, weights, best, range) - distance(b, weights, best, range);
        return difference != 0 ? difference < 0 : a.compareTo(b) > 0;
    }

    private static double distance(Score score, double[] weights, double[] best, double[] range) {
        double most = 0;
        double sum = 0;
        for (int k = 0; k < weights.length; k++) {
            double part = weights[k] * (best[k] - score.element(k)) / range[k];
            most = Math.max(most, part);
            sum += part;
        }
        return most + AUGMENTED * sum;
    }
}
