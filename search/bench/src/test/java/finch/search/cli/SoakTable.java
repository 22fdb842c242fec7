package finch.search.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whether a search that goes on for an hour stays as it was: a million evaluations, the report kept up to date, in a JVM with 1 GiB of heap that is looked at each
 * minute:
 *
 * <pre>{@code
 * mvn -q -Ppeers -pl search/bench -am test -Dtest=SoakTable -Dsurefire.failIfNoSpecifiedTests=false
 * }</pre>
 *
 * <p>{@code -Dfinch.test.jvmArgs="-Dfinch.bench.minutes=N -Dfinch.bench.evaluations=N"} takes other figures. Evaluations are held back so that they fill the time. Heap is
 * what is in use after a full collection. Processor time counts compiler, collector and reports.
 */
class SoakTable {
    private static final Path ROOT = Path.of(System.getProperty("finch.root", "../.."));
    private static final int ROWS = 20;
    /** A search remembers each network that it has seen, and the report reads what it shows. */
    private static final double MOST_BYTES_AN_EVALUATION = 200;

    @TempDir
    private Path temp;

    /** A line of {@link SoakRun}. */
    private record Sample(double seconds, long evaluated, long heapKiB, long otherKiB, long threads, long files, long cpuMicros, long reports, long journal, long report) {
        static Sample of(String line) {
            String[] f = line.split(" ");
            long[] n = Arrays.stream(f, 1, f.length).mapToLong(Long::parseLong).toArray();
            return new Sample(Double.parseDouble(f[0]), n[0], n[1], n[2], n[3], n[4], n[5], n[6], n[7], n[8]);
        }
    }

    @Test
    void a_long_search_stays_as_it_was() throws Exception {
        long evaluations = Long.getLong("finch.bench.evaluations", 1_000_000);
        double minutes = Double.parseDouble(System.getProperty("finch.bench.minutes", "60"));
        List<Sample> samples = samples(evaluations, minutes);
        Sample last = samples.getLast();
        System.out.printf(Locale.ROOT, "%n%,d evaluations in %.1f minutes, %d reports, -Xmx1g%n%n", last.evaluated(), last.seconds() / 60, last.reports());
        System.out.println("| minute | evaluations | a second, since the row before | processor us each | heap, MiB | classes and code, MiB | threads | open files | reports | journal, MB |");
        System.out.println("|---|---|---|---|---|---|---|---|---|---|");
        Sample before = samples.getFirst();
        for (int row = 1; row <= ROWS; row++) {
            Sample now = samples.get((samples.size() - 1) * row / ROWS);
            long count = now.evaluated() - before.evaluated();
            if (count > 0) {
                System.out.printf(Locale.ROOT, "| %.0f | %,d | %.0f | %.0f | %.1f | %.1f | %d | %d | %d | %.0f |%n", now.seconds() / 60, now.evaluated(),
                        count / (now.seconds() - before.seconds()), (now.cpuMicros() - before.cpuMicros()) / (double) count, now.heapKiB() / 1024.0, now.otherKiB() / 1024.0,
                        now.threads(), now.files(), now.reports(), now.journal() / 1e6);
                before = now;
            }
        }
        // a tenth of the time is enough to have everything loaded once
        Sample warm = samples.get(samples.size() / 10 + 1);
        double bytes = (last.heapKiB() - warm.heapKiB()) * 1024.0 / (last.evaluated() - warm.evaluated());
        System.out.printf(Locale.ROOT, "%nheap: %.1f bytes for each evaluation after the first tenth; files: %d then, %d at most later; threads: %d, %d%n", bytes, warm.files(),
                samples.stream().skip(samples.size() / 10 + 1).mapToLong(Sample::files).max().orElseThrow(), warm.threads(),
                samples.stream().skip(samples.size() / 10 + 1).mapToLong(Sample::threads).max().orElseThrow());
        assertThat(last.evaluated()).isEqualTo(evaluations);
        assertThat(last.reports()).isPositive();
        assertThat(bytes).isLessThan(MOST_BYTES_AN_EVALUATION);
        assertThat(last.threads()).isLessThanOrEqualTo(warm.threads());
        // a report that is being written, and the journal that it reads, are open for a moment
        assertThat(last.files()).isLessThanOrEqualTo(warm.files() + 2);
    }

    private List<Sample> samples(long evaluations, double minutes) throws Exception {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx1g", "-XX:+UseParallelGC", "--add-modules",
                "jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED", "-cp", System.getProperty("java.class.path"), SoakRun.class.getName(),
                ROOT.resolve("configs/mobilenetv3-large.yaml").toString(), temp.resolve("run").toString(), Double.toString(evaluations / minutes / 60),
                Long.toString(Math.max(1, Math.round(minutes)))));
        command.addAll(List.of("stop.evaluations=" + evaluations, "stop.wall-clock=P1D", "front.measure=false", "export.pick=none",
                "device.profile=" + ROOT.resolve("runs/example/device-profile.json").toAbsolutePath().normalize()));
        Process process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        List<Sample> samples = new ArrayList<>();
        try (BufferedReader lines = process.inputReader()) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.matches("[0-9. -]+")) {
                    System.out.println(line);
                    samples.add(Sample.of(line));
                }
            }
        }
        assertThat(process.waitFor()).as("%s", samples).isZero();
        return samples;
    }
}
