package finch.search.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * How many candidates a second a search of {@code configs/mobilenetv3-large.yaml} gets through, from proposal to journal,
 * with the estimators that it has, a heap of 1 GiB and the launcher's garbage collector; whole runs, each in a JVM of its own:
 *
 * <pre>{@code
 * mvn -q -Ppeers -pl search/bench -am test -Dtest=ThroughputTable -Dsurefire.failIfNoSpecifiedTests=false
 * }</pre>
 *
 * <p>A million evaluations, or as many as {@code -Dfinch.test.jvmArgs=-Dfinch.bench.evaluations=N} says; the latency model of
 * {@code runs/example/}, or of a profile, {@code -Dfinch.bench.profile=FILE}. The first rows
 * are of a JVM that still compiles. Processor time counts compiler and collector too, and is what to compare on a machine
 * that is not idle.
 */
class ThroughputTable {
    private static final Path ROOT = Path.of(System.getProperty("finch.root", "../.."));

    @TempDir
    private Path temp;

    @Test
    void candidates_per_second() throws Exception {
        long evaluations = Long.getLong("finch.bench.evaluations", 1_000_000);
        System.out.printf(Locale.ROOT, "%nconfigs/mobilenetv3-large.yaml, -Xmx1g, %d processors%n%n", Runtime.getRuntime().availableProcessors());
        System.out.println("| threads | evaluations | candidates/s | in the last tenth | processor us each, in the last tenth | heap, MiB at most | front |");
        System.out.println("|---|---|---|---|---|---|---|");
        for (int threads : new int[] {1, 2}) {
            for (String line : run(threads, evaluations)) {
                String[] f = line.split(" ");
                double count = Double.parseDouble(f[0]);
                System.out.printf(Locale.ROOT, "| %d | %,.0f | %,.0f | %,.0f | %.1f | %s | %s |%n", threads, count, count / Double.parseDouble(f[1]),
                        0.1 * count / Double.parseDouble(f[2]), Double.parseDouble(f[3]) / (0.1 * count) * 1e6, f[4], f[5]);
            }
        }
    }

    private List<String> run(int threads, long evaluations) throws Exception {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx1g",
                // as the launcher does
                "-XX:+UseParallelGC", "-XX:+IgnoreUnrecognizedVMOptions", "-XX:+UseTransparentHugePages", "-XX:ObjectAlignmentInBytes=64", "--add-modules", "jdk.incubator.vector",
                "-cp", System.getProperty("java.class.path"), WholeRun.class.getName(),
                ROOT.resolve("configs/mobilenetv3-large.yaml").toString(), temp.resolve("run" + threads).toString(), Integer.toString(threads)));
        command.addAll(List.of("stop.evaluations=" + evaluations, "stop.wall-clock=P1D", "front.measure=false", "export.pick=none",
                "device.profile=" + ROOT.resolve(System.getProperty("finch.bench.profile", "runs/example/device-profile.json")).toAbsolutePath().normalize()));
        Process process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output.lines().filter(line -> line.matches("[0-9. ]+")).toList();
    }
}
