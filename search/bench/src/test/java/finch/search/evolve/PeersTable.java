package finch.search.evolve;

import static org.assertj.core.api.Assertions.assertThat;

import finch.search.config.SearchConfig.Algorithm;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongFunction;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/**
 * Finch's NSGA-II beside that of jMetal and of MOEA Framework on NAS-Bench-Macro, at equal numbers of different
 * networks: what a peer asks for again costs it nothing. Theirs have the operators that they choose for integers, and
 * populations of Finch's size and of their own default:
 *
 * <pre>{@code
 * mvn -q -Ppeers -pl search/bench -am test -Dtest=PeersTable -Dsurefire.failIfNoSpecifiedTests=false
 * }</pre>
 *
 * <p>100 seeds, or as many as {@code -Dfinch.test.jvmArgs=-Dfinch.bench.seeds=N} says.
 */
class PeersTable {
    /** Not those that settings were chosen on. */
    private static final long FIRST_SEED = 1001;
    private static final int BUDGET = 400;
    private static final int[] BUDGETS = {100, 200, BUDGET};

    /** Hypervolumes at the budgets, then the regret at 200. */
    private record Row(List<Interval> figures) {}

    @Test
    void peers_side_by_side() throws IOException {
        int seeds = Integer.getInteger("finch.bench.seeds", 100);
        NasBenchMacro benchmark = new NasBenchMacro();
        Map<String, LongFunction<NasBenchMacro.Found>> searches = new LinkedHashMap<>();
        searches.put("random", ours(benchmark, new Algorithm.Random(50)));
        searches.put("nsga2, 20 and 2 children", ours(benchmark, new Algorithm.Nsga2(20, 2, 0.9, 0.2, 0)));
        searches.put("nsga2, 20 and 20 children", ours(benchmark, new Algorithm.Nsga2(20, 20, 0.9, 0.2, 0)));
        searches.put("jMetal NSGA-II, 20 and 4 children", seed -> Peers.jmetal(benchmark, seed, BUDGET, 20, 4));
        searches.put("jMetal NSGA-II, 20 and 20 children", seed -> Peers.jmetal(benchmark, seed, BUDGET, 20, 20));
        searches.put("jMetal NSGA-II, 100 and 100 children", seed -> Peers.jmetal(benchmark, seed, BUDGET, 100, 100));
        searches.put("MOEA Framework NSGA-II, 20", seed -> Peers.moeaFramework(benchmark, seed, BUDGET, 20));
        searches.put("MOEA Framework NSGA-II, 100", seed -> Peers.moeaFramework(benchmark, seed, BUDGET, 100));

        System.out.printf(Locale.ROOT, "%nNAS-Bench-Macro, mean of %d seeds with its 95 %% interval; budgets in different networks%n%n", seeds);
        System.out.println("| search | HV at 100 | HV at 200 | HV at 400 | regret at 200, points |");
        System.out.println("|---|---|---|---|---|");
        Map<String, Row> rows = new LinkedHashMap<>();
        searches.forEach((name, search) -> {
            // one after another: the peers' random generators are global
            List<NasBenchMacro.Found> runs = LongStream.range(FIRST_SEED, FIRST_SEED + seeds).mapToObj(search).toList();
            List<Interval> figures = new ArrayList<>();
            for (int budget : BUDGETS) {
                figures.add(Interval.of(runs.stream().mapToDouble(f -> benchmark.share(f, budget)).toArray()));
            }
            figures.add(Interval.of(runs.stream().mapToDouble(f -> benchmark.regret(f, 200, Double.POSITIVE_INFINITY)).toArray()));
            rows.put(name, new Row(figures));
            System.out.println("| " + name + " | " + figures.stream().map(Interval::toString).collect(Collectors.joining(" | ")) + " |");
        });

        Row own = rows.get("nsga2, 20 and 2 children");
        rows.forEach((name, row) -> {
            for (int i = 0; i < BUDGETS.length && name.contains("NSGA-II"); i++) {
                double margin = Math.hypot(own.figures().get(i).half(), row.figures().get(i).half());
                assertThat(own.figures().get(i).mean()).as("%s at %d", name, BUDGETS[i]).isGreaterThan(row.figures().get(i).mean() - margin);
            }
        });
    }

    private static LongFunction<NasBenchMacro.Found> ours(NasBenchMacro benchmark, Algorithm algorithm) {
        return seed -> benchmark.search(algorithm, seed, BUDGET, Double.POSITIVE_INFINITY);
    }
}
