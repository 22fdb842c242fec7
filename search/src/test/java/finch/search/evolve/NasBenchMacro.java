package finch.search.evolve;

import finch.search.config.Bound;
import finch.search.config.Objective;
import finch.search.config.SearchConfig.Algorithm;
import finch.space.Genome;
import finch.space.SearchSpace;
import finch.space.SharedData;
import finch.space.format.SourceNode;
import finch.space.format.SourceReader;
import finch.space.format.SpaceFormat;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The search of real trained accuracies over multiply-adds on NAS-Bench-Macro (Su et al. 2021). Quality is the hypervolume
 * of (error %, multiply-adds) up to (15 %, 106 M), as a share of the true front's, and the regret: by how many points the
 * most accurate network found misses the most accurate there is. Budgets count distinct networks.
 */
final class NasBenchMacro {
    private static final double[] REFERENCE = {15, 106e6};

    private final SearchSpace space = SpaceFormat.named("nas-bench-macro");
    private final Map<String, double[]> points = new HashMap<>();
    private final double truth;

    NasBenchMacro() throws IOException {
        SourceNode table = SourceReader.read(SharedData.path("nas-bench-macro/nas-bench-macro_cifar10.json"));
        table.entries().forEach((key, value) -> points.put(key, new double[] {
                100 - Double.parseDouble(value.get("mean_acc").orElseThrow().text()), Double.parseDouble(value.get("flops").orElseThrow().text())}));
        truth = Hypervolume.of(List.copyOf(points.values()), REFERENCE);
    }

    int rows() {
        return points.size();
    }

    double[] point(Genome genome) {
        return points.get(IntStream.of(genome.toArray()).mapToObj(Integer::toString).collect(Collectors.joining()));
    }

    /** A search's networks in order. @param infeasible how many broke the bound */
    record Found(List<double[]> points, long infeasible, List<Refit> refits) {}

    /** What one search finds with so many networks. @param mostMacs a bound on the multiply-adds, infinite for none */
    Found search(Algorithm algorithm, long seed, int budget, double mostMacs) {
        List<double[]> found = new ArrayList<>();
        List<Refit> refits = new ArrayList<>();
        SearchProblem problem = new SearchProblem(space, List.of(Objective.TOP1, Objective.MACS), seed, List.of(), new Foreknowledge() {
            @Override
            public Evaluation preview(Genome genome) {
                return evaluation(Map.of(Objective.MACS, Estimate.exact(point(genome)[1])), mostMacs);
            }

            @Override
            public double limit(Objective quantity, Bound.Limit limit) {
                return NONE.limit(quantity, limit);
            }
        });
        SearchAlgorithm.of(algorithm).run(problem, new CandidateEvaluator() {
            @Override
            public List<Outcome> evaluate(int generation, List<Candidate> candidates) {
                List<Outcome> outcomes = new ArrayList<>();
                for (Candidate candidate : candidates.subList(0, Math.min(candidates.size(), budget - found.size()))) {
                    double[] point = point(candidate.genome());
                    Map<Objective, Estimate> values = new EnumMap<>(Map.of(Objective.TOP1, Estimate.exact(100 - point[0]), Objective.MACS, Estimate.exact(point[1])));
                    outcomes.add(new Outcome(found.size(), evaluation(values, mostMacs)));
                    found.add(point);
                }
                return outcomes;
            }

            @Override
            public void refitted(Refit refit) {
                refits.add(refit);
            }
        });
        return new Found(found, found.stream().filter(p -> p[1] > mostMacs).count(), refits);
    }

    /** What a search on a ladder found with its dear figures. @param cheap figures of the first rung */
    record Climbed(Found found, int cheap) {}

    /**
     * A search on a ladder of two rungs, until the trained accuracy was asked of so many networks, those of the end included.
     *
     * @param share of all networks that come to the second rung
     * @param first a score of a network
     */
    Climbed climb(Algorithm algorithm, long seed, int dear, double share, ToDoubleFunction<Genome> first) {
        List<double[]> found = new ArrayList<>();
        int[] asked = {0, 0};
        CandidateEvaluator table = (generation, candidates) -> {
            List<Outcome> outcomes = new ArrayList<>();
            for (Candidate candidate : candidates) {
                if (found.size() == dear) {
                    break;
                }
                double[] point = point(candidate.genome());
                boolean cheap = candidate.rung() == 1;
                Map<Objective, Estimate> values = new EnumMap<>(Map.of(Objective.MACS, Estimate.exact(point[1])));
                values.put(cheap ? Objective.SCORE : Objective.TOP1, Estimate.exact(cheap ? first.applyAsDouble(candidate.genome()) : 100 - point[0]).onRung(candidate.rung()));
                outcomes.add(new Outcome(asked[0]++, new Evaluation.Measured(values)));
                if (cheap) {
                    asked[1]++;
                } else {
                    found.add(point);
                }
            }
            return outcomes;
        };
        SearchProblem problem = new SearchProblem(space, List.of(Objective.TOP1, Objective.MACS), seed, List.of(), new Foreknowledge() {
            @Override
            public Evaluation preview(Genome genome) {
                return new Evaluation.Measured(Map.of(Objective.MACS, Estimate.exact(point(genome)[1])));
            }

            @Override
            public double limit(Objective quantity, Bound.Limit limit) {
                return NONE.limit(quantity, limit);
            }
        });
        Ladder ladder = new Ladder(List.of(1.0, share), problem.objectives(), table);
        SearchAlgorithm.of(algorithm).run(problem, ladder);
        ladder.finish(table);
        return new Climbed(new Found(found, 0, List.of()), asked[1]);
    }

    /** Answers a search of another library; a network that it asked for before costs it nothing. */
    final class Recorder {
        private final int budget;
        private final List<double[]> found = new ArrayList<>();
        private final Set<Genome> seen = new HashSet<>();

        Recorder(int budget) {
            this.budget = budget;
        }

        /** Error and multiply-adds. @throws Spent if this would be one network more than the budget has */
        double[] point(int[] choices) {
            Genome genome = space.canonical(Genome.of(choices));
            if (seen.add(genome)) {
                if (found.size() == budget) {
                    throw new Spent();
                }
                found.add(NasBenchMacro.this.point(genome));
            }
            return NasBenchMacro.this.point(genome);
        }

        Found found() {
            return new Found(List.copyOf(found), 0, List.of());
        }
    }

    /** The way out of a search that has no other at this point. */
    static final class Spent extends RuntimeException {
        private static final long serialVersionUID = 1;

        Spent() {
            super("all networks of the budget were asked for");
        }
    }

    int decisions() {
        return space.decisions().size();
    }

    private static Evaluation evaluation(Map<Objective, Estimate> values, double mostMacs) {
        double macs = values.get(Objective.MACS).value();
        return macs <= mostMacs ? new Evaluation.Measured(values)
                : new Evaluation.Infeasible(values, List.of(new Violation("macs", macs / mostMacs - 1, "too many")));
    }

    /** Share of the true hypervolume that the first {@code n} dominate. */
    double share(Found found, int n) {
        return Hypervolume.of(found.points().subList(0, Math.min(n, found.points().size())), REFERENCE) / truth;
    }

    /** Points of accuracy that the best of the first {@code n} inside the bound misses of the best there is. */
    double regret(Found found, int n, double mostMacs) {
        return error(found.points().subList(0, Math.min(n, found.points().size())), mostMacs) - error(List.copyOf(points.values()), mostMacs);
    }

    private static double error(List<double[]> points, double mostMacs) {
        return points.stream().filter(p -> p[1] <= mostMacs).mapToDouble(p -> p[0]).min().orElse(100);
    }

    /** Share of the true hypervolume after each number of distinct networks. */
    double[] run(Algorithm algorithm, long seed, int... budgets) {
        Found found = search(algorithm, seed, IntStream.of(budgets).max().orElseThrow(), Double.POSITIVE_INFINITY);
        return IntStream.of(budgets).mapToDouble(n -> share(found, n)).toArray();
    }

    /** Means over seeds 1 to {@code seeds}. */
    double[] mean(Algorithm algorithm, int seeds, int... budgets) {
        double[] mean = new double[budgets.length];
        for (int seed = 1; seed <= seeds; seed++) {
            double[] one = run(algorithm, seed, budgets);
            for (int i = 0; i < mean.length; i++) {
                mean[i] += one[i] / seeds;
            }
        }
        return mean;
    }
}
