package finch.search.evolve;

import finch.search.config.Objective;
import finch.search.config.SearchConfig.Algorithm;
import finch.space.Genome;
import finch.space.SharedData;
import finch.space.format.SourceNode;
import finch.space.format.SourceReader;
import finch.space.format.SpaceFormat;
import finch.space.SearchSpace;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The search of real trained accuracies over multiply-adds on NAS-Bench-Macro (Su et al. 2021). Quality is the hypervolume
 * of (error %, multiply-adds) up to (15 %, 106 M), as a share of the true front's.
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

    private double[] point(Genome genome) {
        return points.get(IntStream.of(genome.toArray()).mapToObj(Integer::toString).collect(Collectors.joining()));
    }

    /** Share of the true hypervolume after each number of distinct networks. */
    double[] run(Algorithm algorithm, long seed, int... budgets) {
        List<double[]> found = new ArrayList<>();
        int limit = IntStream.of(budgets).max().orElseThrow();
        SearchAlgorithm.of(algorithm).run(new SearchProblem(space, List.of(Objective.TOP1, Objective.MACS), seed, List.of()), (generation, candidates) -> {
            List<Outcome> outcomes = new ArrayList<>();
            for (Candidate candidate : candidates) {
                if (found.size() == limit) {
                    break;
                }
                double[] point = point(candidate.genome());
                Map<Objective, Estimate> values = new EnumMap<>(Map.of(Objective.TOP1, Estimate.exact(100 - point[0]), Objective.MACS, Estimate.exact(point[1])));
                outcomes.add(new Outcome(found.size(), new Evaluation.Measured(values)));
                found.add(point);
            }
            return outcomes;
        });
        return IntStream.of(budgets).mapToDouble(n -> Hypervolume.of(found.subList(0, n), REFERENCE) / truth).toArray();
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
