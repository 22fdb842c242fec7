package finch.search.evolve;

import finch.search.config.SearchConfig.Algorithm;
import finch.space.Genome;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * Regularized, or aging, evolution (Real et al. 2019, arXiv 1802.01548, algorithm 1): a child is a mutant of the best of a
 * sample drawn with replacement, and the oldest dies whatever its worth. Children of a batch come from one population.
 *
 * <p>With several objectives every tournament draws weights of its own and takes the best by the augmented Chebyshev
 * distance from the population's ideal point, each objective scaled to the population's range, as ParEGO does (Knowles
 * 2006, equation 2): the population spreads along the front. Misses of bounds come first, the smaller the better.
 */
final class RegularizedEvolution implements SearchAlgorithm {
    /** Weight of the sum beside the maximum (Knowles 2006). */
    private static final double AUGMENTED = 0.05;

    private final Algorithm.RegularizedEvolution settings;

    RegularizedEvolution(Algorithm.RegularizedEvolution settings) {
        this.settings = settings;
    }

    private record Member(int[] raw, Score score) {}

    @Override
    public String run(SearchProblem problem, CandidateEvaluator evaluator) {
        Variation variation = new Variation(problem.space());
        Novelty novelty = new Novelty(problem.space());
        Deque<Member> population = new ArrayDeque<>();
        for (int generation = 0; ; generation++) {
            List<int[]> raws = new ArrayList<>();
            List<Candidate> candidates = new ArrayList<>();
            if (generation == 0) {
                for (Genome seed : problem.seeds()) {
                    novelty.fresh(seed.toArray(), g -> g).ifPresent(f -> add(f, List.of(), "reference", raws, candidates));
                }
            }
            int wanted = generation == 0 ? settings.population() : settings.batch();
            List<Member> alive = population.stream().map(member -> risen(member, problem, evaluator)).toList();
            for (int slot = 0; candidates.size() < wanted && slot < 2 * wanted && !novelty.exhausted(); slot++) {
                SplittableRandom random = RandomStreams.of(problem.seed(), generation, slot);
                if (alive.isEmpty()) {
                    novelty.fresh(variation.random(random), g -> variation.random(random))
                            .ifPresent(f -> add(f, List.of(), "random", raws, candidates));
                } else {
                    Member parent = winner(alive, random);
                    Optional<Novelty.Fresh> fresh = novelty.fresh(variation.mutate(parent.raw(), settings.mutation(), true, random),
                            g -> variation.mutate(g, settings.mutation(), true, random));
                    fresh.ifPresent(f -> add(f, List.of(parent.score().id()), "mutation", raws, candidates));
                }
            }
            if (candidates.isEmpty()) {
                return novelty.exhausted() ? "space exhausted" : "no architecture found that was not evaluated before";
            }
            List<Outcome> outcomes = evaluator.evaluate(generation, candidates);
            if (outcomes.size() < candidates.size()) {
                return "";
            }
            for (int i = 0; i < outcomes.size(); i++) {
                population.addLast(new Member(raws.get(i), Score.of(outcomes.get(i), problem.objectives())));
            }
            while (population.size() > settings.population()) {
                population.removeFirst();
            }
        }
    }

    /** With the figures that it has on a ladder by now. */
    private static Member risen(Member member, SearchProblem problem, CandidateEvaluator evaluator) {
        List<Outcome> rungs = evaluator.rungs(member.score().id());
        return rungs.isEmpty() ? member : new Member(member.raw(), Score.of(rungs.getLast(), problem.objectives()));
    }

    private static void add(Novelty.Fresh fresh, List<Long> parents, String operator, List<int[]> raws, List<Candidate> candidates) {
        raws.add(fresh.raw());
        candidates.add(new Candidate(fresh.canonical(), parents, operator, fresh.proposed()));
    }

    private Member winner(List<Member> alive, SplittableRandom random) {
        List<Member> sample = new ArrayList<>();
        for (int i = 0; i < settings.sample(); i++) {
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
