package finch.search.evolve;

import static org.assertj.core.api.Assertions.assertThat;

import finch.search.config.SearchConfig.Algorithm;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Prints how much of the true front of NAS-Bench-Macro each algorithm finds: means over seeds with their 95 % confidence
 * intervals, and holds the surrogate search against what a plain ridge regression reaches. Minutes long, so only by name:
 *
 * <pre>{@code
 * mvn -q -pl search -am test -Dtest=NasBenchMacroTable -Dsurefire.failIfNoSpecifiedTests=false
 * }</pre>
 *
 * <p>100 seeds, or as many as {@code -Dfinch.test.jvmArgs=-Dfinch.bench.seeds=N} says.
 */
class NasBenchMacroTable {
    private static final double NO_BOUND = Double.POSITIVE_INFINITY;
    private static final double SMALL = 30e6;

    @Test
    void algorithms_side_by_side() throws IOException {
        int seeds = Integer.getInteger("finch.bench.seeds", 100);
        Map<String, Algorithm> algorithms = new LinkedHashMap<>();
        algorithms.put("random", new Algorithm.Random(50));
        algorithms.put("nsga2", new Algorithm.Nsga2(20, 2, 0.9, 0.2, 0));
        algorithms.put("regularized-evolution", new Algorithm.RegularizedEvolution(40, 10, 4, 1));
        algorithms.put("surrogate", Algorithm.Surrogate.DEFAULT);
        NasBenchMacro benchmark = new NasBenchMacro();
        System.out.printf(Locale.ROOT, "%nNAS-Bench-Macro, mean of seeds 1 to %d with its 95 %% interval; budgets in distinct networks%n%n", seeds);
        System.out.println("| algorithm | HV at 100 | HV at 200 | HV at 400 | regret at 200, points | under 30 M: regret at 100 | infeasible evaluated |");
        System.out.println("|---|---|---|---|---|---|---|");
        Map<String, double[]> means = new LinkedHashMap<>();
        algorithms.forEach((name, algorithm) -> {
            List<NasBenchMacro.Found> free = runs(benchmark, algorithm, seeds, 400, NO_BOUND);
            List<NasBenchMacro.Found> bound = runs(benchmark, algorithm, seeds, 100, SMALL);
            List<Interval> row = List.of(interval(free, f -> benchmark.share(f, 100)), interval(free, f -> benchmark.share(f, 200)),
                    interval(free, f -> benchmark.share(f, 400)), interval(free, f -> benchmark.regret(f, 200, NO_BOUND)),
                    interval(bound, f -> benchmark.regret(f, 100, SMALL)));
            long infeasible = bound.stream().mapToLong(NasBenchMacro.Found::infeasible).sum();
            System.out.println("| " + name + " | " + row.stream().map(Interval::toString).collect(Collectors.joining(" | ")) + " | " + infeasible + " |");
            means.put(name, DoubleStream.concat(row.stream().mapToDouble(Interval::mean), DoubleStream.of(infeasible)).toArray());
        });
        double[] surrogate = means.get("surrogate");
        assertThat(surrogate[0]).isGreaterThan(0.979);
        assertThat(surrogate[1]).isGreaterThan(0.997);
        assertThat(surrogate[2]).isGreaterThan(0.998);
        assertThat(surrogate[3]).isLessThan(0.06);
        assertThat(surrogate[4]).isLessThan(0.06);
        assertThat(surrogate[5]).isZero();
    }

    private static List<NasBenchMacro.Found> runs(NasBenchMacro benchmark, Algorithm algorithm, int seeds, int budget, double mostMacs) {
        return IntStream.rangeClosed(1, seeds).parallel().mapToObj(seed -> benchmark.search(algorithm, seed, budget, mostMacs)).toList();
    }

    private static Interval interval(List<NasBenchMacro.Found> runs, ToDoubleFunction<NasBenchMacro.Found> figure) {
        return Interval.of(runs.stream().mapToDouble(figure).toArray());
    }
}
