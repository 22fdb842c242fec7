package finch.bench;

import finch.bench.Statistics.Spread;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * Prints how long fresh JVMs take to the first result and to full speed:
 * {@code StartUp [forks=5] [threads=1] [cap=30] [caches=no|yes] [NETWORK…]}. With the launcher's options; with its class cache
 * (an AOT cache whose profiles stay unused); and with the profiles too, which the launcher does not use where it times
 * networks. The caches are trained here, each by a run of the same network.
 */
public final class StartUp {
    /** What the launcher gives a command that runs kernels. */
    private static final List<String> LAUNCHER = List.of("-Xlog:disable", "-XX:+UseParallelGC", "-XX:+UseTransparentHugePages",
            "-XX:ObjectAlignmentInBytes=64");
    private static final List<String> NO_PROFILES = List.of("-XX:+UnlockDiagnosticVMOptions", "-XX:-AOTReplayTraining");

    private StartUp() {}

    /**
     * Of one fork, in milliseconds; from the launch where it says so, which includes the making of the process.
     *
     * @param toMain      from the launch to the program's first line
     * @param drawn       drawing weights and an image
     * @param compileCold compiling the plan, for the first time
     * @param firstRun    the first inference
     * @param firstResult from the launch to its end
     * @param near        from the launch until 9 successive runs had a median within 10 % of the steady one
     * @param runs        inferences until then; NaN, as {@code near}, where that never was
     * @param steadyRun   an inference at the end
     * @param compileWarm compiling the plan at the end
     * @param steady      1 if the end was steady, else 0
     */
    record Times(double toMain, double drawn, double compileCold, double firstRun, double firstResult, double near, double runs,
                 double steadyRun, double compileWarm, double steady) {
        static Times parse(String line) {
            double[] v = Arrays.stream(line.strip().split(" ")).mapToDouble(Double::parseDouble).toArray();
            return new Times(v[0], v[1], v[2], v[3], v[4], v[5], v[6], v[7], v[8], v[9]);
        }
    }

    /** See the class. */
    public static void main(String[] arguments) throws IOException {
        Options options = Options.of(arguments, "forks", "threads", "cap", "caches");
        int forks = options.number("forks", 5);
        Markdown table = new Markdown("network", "JVM", "to main ms", "plan, cold ms", "plan, warm ms", "first run ms", "first result ms",
                "within 10 % ms", "after runs", "steady run ms", "steady forks");
        Path folder = Files.createTempDirectory("finch-start-up");
        try {
            for (String network : options.wordsOr(List.of("mobilenetv3-large", "mobilenetv3-small"))) {
                List<String> program = List.of("network=" + network, "threads=" + options.number("threads", 1), "cap=" + options.number("cap", 30));
                Map<String, List<String>> modes = modes(network, options.text("caches", "yes").equals("yes"), program, folder);
                Map<String, List<Times>> times = new LinkedHashMap<>();
                for (int fork = 0; fork < forks; fork++) {
                    for (Map.Entry<String, List<String>> mode : modes.entrySet()) {
                        System.err.println(network + ", " + mode.getKey());
                        times.computeIfAbsent(mode.getKey(), name -> new ArrayList<>()).add(fork(mode.getValue(), program));
                    }
                }
                times.forEach((mode, all) -> table.row(network, mode, spread(all, Times::toMain), spread(all, Times::compileCold),
                        spread(all, Times::compileWarm), spread(all, Times::firstRun), spread(all, Times::firstResult), spread(all, Times::near),
                        spread(all, Times::runs), spread(all, Times::steadyRun),
                        (int) all.stream().mapToDouble(Times::steady).sum() + " of " + all.size()));
            }
        } finally {
            delete(folder);
        }
        System.out.println(table);
        System.out.println("Median [range] of " + forks + " fresh JVMs, started in turn. \"First result\" and \"within 10 %\" count from the launch of the "
                + "process, seeded weights drawn on the way; the second ends where 9 successive runs had a median within 10 % of the steady one.");
    }

    private static Map<String, List<String>> modes(String network, boolean caches, List<String> program, Path folder) throws IOException {
        Map<String, List<String>> modes = new LinkedHashMap<>();
        modes.put("no cache", LAUNCHER);
        if (caches) {
            System.err.println(network + ", training");
            Path cache = folder.resolve(network.replaceAll("[^a-z0-9.-]", "_") + ".aot");
            // the JVM that assembles the cache repeats its options, and more
            Fork.silently(command(join(LAUNCHER, List.of("-XX:AOTCacheOutput=" + cache)), program));
            List<String> cached = join(LAUNCHER, List.of("-XX:AOTMode=auto", "-XX:AOTCache=" + cache));
            modes.put("class cache", join(cached, NO_PROFILES));
            modes.put("class cache and profiles", cached);
        }
        return modes;
    }

    private static Times fork(List<String> jvm, List<String> program) throws IOException {
        return Times.parse(Fork.output(command(jvm, program)));
    }

    private static List<String> command(List<String> jvm, List<String> program) {
        long now = ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
        return Fork.command(jvm, StartUpProcess.class, join(program, List.of("launched=" + now)));
    }

    private static List<String> join(List<String> some, List<String> more) {
        List<String> all = new ArrayList<>(some);
        all.addAll(more);
        return all;
    }

    /** Of the forks that have a value: one that came near no steady state has none for when it did. */
    private static String spread(List<Times> all, ToDoubleFunction<Times> value) {
        double[] known = all.stream().mapToDouble(value).filter(x -> !Double.isNaN(x)).toArray();
        return known.length == 0 ? "not reached" : Spread.ofRange(known).toString();
    }

    private static void delete(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }
}
