package finch.bench;

import finch.bench.Statistics.Spread;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * Runs {@link KernelBenchmark} on the shapes of networks and prints a table, vector kernels beside scalar ones:
 * {@code KernelTimes [each=3] [match=REGEX] [kernels=vector,scalar] [forks=1] [iterations=5] [millis=500] [jvm=OPTIONS]
 * [NETWORK…]}. Of the shapes whose line in {@link Shapes}
 * matches, those {@code each} are taken of every role that cost a network most; 0 means all.
 */
public final class KernelTimes {
    private KernelTimes() {}

    /** See the class. */
    public static void main(String[] arguments) throws RunnerException {
        Options options = Options.of(arguments, "each", "match", "kernels", "forks", "iterations", "millis", "jvm");
        List<String> names = options.wordsOr(BenchmarkNetworks.NAMES);
        Pattern match = Pattern.compile(options.text("match", ""));
        List<Shapes.Use> all = Shapes.of(names.stream().map(BenchmarkNetworks::lowered).toList()).stream()
                .filter(use -> match.matcher(use.shape().text() + ' ' + use.role()).find()).toList();
        int each = options.number("each", 3);
        List<Shapes.Use> chosen = Shapes.dearest(all, each == 0 ? all.size() : each);
        if (chosen.isEmpty()) {
            throw new IllegalArgumentException("no shape matches " + match);
        }
        System.err.println(chosen.size() + " shapes; each line of progress is one of them");
        List<String> sets = options.list("kernels", "vector,scalar");
        Map<String, RunResult> results = run(chosen, sets, options);

        Markdown table = new Markdown("shape", "role", "uses", "vector us", "GFLOP/s", "of peak", "GB/s", "scalar us", "scalar / vector");
        for (Shapes.Use use : chosen) {
            table.row(row(use, results.get(key(use, "vector")), results.get(key(use, "scalar"))));
        }
        long macs = all.stream().mapToLong(use -> use.count() * use.shape().macs()).sum();
        long covered = chosen.stream().mapToLong(use -> use.count() * use.shape().macs()).sum();
        System.out.println(table);
        System.out.printf(Locale.ROOT, "Kernels alone, one thread: %d of %d shapes, %.0f %% of the multiply-adds. Times: median "
                + "[range] of the iterations; peak: of the probe on both sides of each.%n", chosen.size(), all.size(), 100.0 * covered / Math.max(1, macs));
    }

    private static Map<String, RunResult> run(List<Shapes.Use> chosen, List<String> sets, Options options) throws RunnerException {
        Map<String, RunResult> results = new HashMap<>();
        for (Shapes.Use use : chosen) {
            System.err.println(use.shape().text());
            var jmh = new OptionsBuilder().include(Pattern.quote(KernelBenchmark.class.getName() + ".kernel"))
                    .param("shape", use.shape().text()).param("kernels", sets.toArray(String[]::new))
                    .forks(options.number("forks", 1)).warmupIterations(3).measurementIterations(options.number("iterations", 5))
                    .warmupTime(TimeValue.milliseconds(options.number("millis", 500)))
                    .measurementTime(TimeValue.milliseconds(options.number("millis", 500)))
                    .jvmArgsAppend(options.jvm("jvm").toArray(String[]::new))
                    .verbosity(VerboseMode.SILENT).shouldFailOnError(true).build();
            for (RunResult result : new Runner(jmh).run()) {
                BenchmarkParams params = result.getParams();
                results.put(key(use, params.getParam("kernels")), result);
            }
        }
        return results;
    }

    private static String key(Shapes.Use use, String kernels) {
        return kernels + ' ' + use.shape().text();
    }

    private static Object[] row(Shapes.Use use, RunResult vector, RunResult scalar) {
        List<Object> cells = new ArrayList<>(List.of(use.shape().text(), use.role(), use.count()));
        double vectorNanos = Double.NaN;
        if (vector == null) {
            cells.addAll(List.of("", "", "", ""));
        } else {
            vectorNanos = Statistics.median(values(vector, null));
            double gigaflops = 2.0 * use.shape().macs() / vectorNanos;
            boolean product = use.shape().macs() > 0;
            cells.add(micros(vector));
            cells.add(product ? String.format(Locale.ROOT, "%.1f", gigaflops) : "");
            cells.add(product ? String.format(Locale.ROOT, "%.0f %%", 100 * gigaflops / peak(vector)) : "");
            cells.add(String.format(Locale.ROOT, "%.1f", use.shape().bytes() / vectorNanos));
        }
        cells.add(scalar == null ? "" : micros(scalar));
        cells.add(scalar == null || vector == null ? "" : String.format(Locale.ROOT, "%.1f", Statistics.median(values(scalar, null)) / vectorNanos));
        return cells.toArray();
    }

    private static Spread micros(RunResult result) {
        double[] nanos = values(result, null);
        for (int i = 0; i < nanos.length; i++) {
            nanos[i] /= 1e3;
        }
        return Spread.ofRange(nanos);
    }

    /** GFLOP/s of the probe: the median, so that one disturbed probe does not count. */
    private static double peak(RunResult result) {
        double[] before = values(result, "before");
        double[] after = values(result, "after");
        double[] probes = new double[before.length];
        for (int i = 0; i < probes.length; i++) {
            probes[i] = (before[i] + after[i]) / 2e3;
        }
        return Statistics.median(probes);
    }

    /** One value an iteration, of all forks. @param counter of {@link KernelBenchmark.Clock}, or null for nanoseconds a call */
    private static double[] values(RunResult result, String counter) {
        return result.getBenchmarkResults().stream().flatMap(fork -> fork.getIterationResults().stream())
                .mapToDouble(iteration -> counter == null ? iteration.getPrimaryResult().getScore() : score(iteration, counter)).toArray();
    }

    private static double score(IterationResult iteration, String counter) {
        return iteration.getSecondaryResults().get(counter).getScore();
    }
}
