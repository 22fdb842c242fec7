package finch.search.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import finch.accuracy.AccuracyEstimator;
import finch.search.ToyCatalog;
import finch.search.ToyServices;
import finch.search.config.Accuracy;
import finch.search.config.ConfigReader;
import finch.search.config.SearchConfig;
import finch.search.evolve.Evaluation;
import finch.space.SearchSpace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Kills a search in another JVM, really, again and again; and fills its disk. */
class KillTest {
    private static final String CONFIG = "schema: 1\nname: toy\nspace: toy8\nseed-with: [toy-reference]\n"
            + "constraints: { latency: { at-most: 1.0 x toy-reference } }\n";
    private static final String NSGA2 = "algorithm: { type: nsga2 }";

    /** A search with evaluations slow enough to be caught in. */
    static final class Victim {
        private Victim() {}

        /** @param arguments folder, threads, config, and after how many evaluations in all it waits to be killed, so that none comes to its end before */
        public static void main(String[] arguments) throws IOException {
            ToyServices slow = new ToyServices() {
                @Override
                public AccuracyEstimator accuracy(Accuracy choice, SearchSpace space) throws IOException {
                    AccuracyEstimator toy = super.accuracy(choice, space);
                    return architecture -> {
                        long end = System.nanoTime() + 1_000_000;
                        while (System.nanoTime() < end) {
                            Thread.onSpinWait();
                        }
                        return toy.estimate(architecture);
                    };
                }
            };
            long last = Long.parseLong(arguments[3]);
            RunListener waiting = new RunListener() {
                @Override
                public void evaluated(long count, long limit, int generation, int frontSize, Evaluation evaluation) {
                    while (count >= last) {
                        LockSupport.park();
                    }
                }
            };
            Path folder = Path.of(arguments[0]);
            int threads = Integer.parseInt(arguments[1]);
            if (Files.exists(folder.resolve("manifest.json"))) {
                SearchRun.resume(folder, threads, slow, waiting, () -> false, new ToyCatalog());
            } else {
                SearchRun.start(config(arguments[2]), folder, threads, slow, waiting, () -> false);
            }
        }
    }

    private static SearchConfig config(String more) {
        return ConfigReader.parse("c.yaml", CONFIG + more, Path.of("."), List.of(), new ToyCatalog());
    }

    private static ProcessBuilder victim(Path folder, int threads, String more, long last) {
        return new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1", "-Xmx128m",
                "-cp", System.getProperty("java.class.path"), Victim.class.getName(), folder.toString(), Integer.toString(threads), more, Long.toString(last))
                .redirectErrorStream(true).redirectOutput(folder.resolveSibling("victim.log").toFile());
    }

    @ParameterizedTest
    @ValueSource(strings = {NSGA2, "algorithm: { type: regularized-evolution }", "algorithm: { type: scalarized, target: 1.0 x toy-reference }",
            "algorithm: { type: surrogate, batch: 60, pool: 200 }"})
    void a_killed_search_loses_no_journalled_evaluation_and_resumes_to_the_same_result(String algorithm, @TempDir Path temp) throws Exception {
        String more = algorithm + "\nstop: { evaluations: 1500 }\n";
        SearchRun.start(config(more), temp.resolve("whole"), 1, new ToyServices(), RunListener.SILENT, () -> false);
        Path folder = temp.resolve("killed");
        Random random = new Random(4);
        int kept = 0;
        for (int kill = 0; kill < (algorithm.equals(NSGA2) ? 4 : 2); kill++) {
            int enough = kept + 20 + random.nextInt(150);
            // lines of a batch may wait to be written
            Process process = victim(folder, 2, more, enough + 150).start();
            while (process.isAlive() && lines(folder) < enough) {
                Thread.sleep(1);
            }
            assertThat(process.isAlive()).as("killed while it ran: %s", Files.readString(temp.resolve("victim.log"))).isTrue();
            process.destroyForcibly().waitFor();
            assertThat(lines(folder)).isGreaterThanOrEqualTo(enough);
            kept = lines(folder);
        }
        assertSame(SearchRun.resume(folder, 1, new ToyServices(), RunListener.SILENT, () -> false, new ToyCatalog()), folder, temp.resolve("whole"));
    }

    /** Any moment: while the JVM starts, before there is a folder, while the journal is replayed, between and within lines. */
    @Tag("slow")
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 8})
    void a_search_killed_at_twenty_random_moments_ends_in_the_same_bits(int threads, @TempDir Path temp) throws Exception {
        String more = NSGA2 + "\nstop: { evaluations: 10000 }\n";
        SearchRun.start(config(more), temp.resolve("whole"), 1, new ToyServices(), RunListener.SILENT, () -> false);
        Path folder = temp.resolve("killed");
        long seed = Long.getLong("finch.test.seed", System.nanoTime());
        Random random = new Random(seed);
        int most = 0;
        for (int kill = 0; kill < 20; kill++) {
            if (!Files.exists(folder.resolve("manifest.json"))) {
                // killed before it was a run that can be resumed: a user starts anew
                delete(folder);
            }
            // 20 times as many are less than 10000
            Process process = victim(folder, threads, more, lines(folder) + 400).start();
            if (kill % 4 == 3) {
                Thread.sleep(random.nextInt(1500));
            } else {
                int enough = lines(folder) + 1 + random.nextInt(100);
                while (process.isAlive() && lines(folder) < enough) {
                    Thread.sleep(0, random.nextInt(999_999));
                }
            }
            assertThat(process.isAlive()).as("killed while it ran, -Dfinch.test.seed=%d: %s", seed, Files.readString(temp.resolve("victim.log"))).isTrue();
            process.destroyForcibly().waitFor();
            assertThat(lines(folder)).as("nothing journalled is lost, -Dfinch.test.seed=%d", seed).isGreaterThanOrEqualTo(most);
            most = lines(folder);
        }
        assertThat(most).isBetween(100, 9999);
        assertSame(SearchRun.resume(folder, threads, new ToyServices(), RunListener.SILENT, () -> false, new ToyCatalog()), folder, temp.resolve("whole"));
    }

    /** The limit on a file's size does to the journal what a full disk does: a line is written half, then no more. */
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "the limit on a file's size is set by a shell's ulimit")
    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void a_full_disk_stops_the_search_and_what_is_there_resumes_to_the_same_result(int threads, @TempDir Path temp) throws Exception {
        String more = NSGA2 + "\nstop: { evaluations: 900 }\n";
        SearchRun.start(config(more), temp.resolve("whole"), 1, new ToyServices(), RunListener.SILENT, () -> false);
        Path folder = temp.resolve("full");
        ProcessBuilder victim = victim(folder, threads, more, Long.MAX_VALUE);
        List<String> command = new ArrayList<>(List.of("sh", "-c", "ulimit -f 200 && exec \"$@\"", "sh"));
        command.addAll(victim.command());

        Process process = victim.command(command).start();

        assertThat(process.waitFor()).isEqualTo(1);
        String told = Files.readString(temp.resolve("victim.log"));
        assertThat(told).contains("journal.jsonl cannot be written (", "What stands in it is kept: make room, then go on with finch resume.");
        byte[] journal = Files.readAllBytes(folder.resolve("journal.jsonl"));
        assertThat(journal.length).isIn(200 * 512, 200 * 1024);
        boolean torn = journal[journal.length - 1] != '\n';

        List<String> warnings = new ArrayList<>();
        RunResult result = SearchRun.resume(folder, threads, new ToyServices(), new RunListener() {
            @Override
            public void warning(String message) {
                warnings.add(message);
            }
        }, () -> false, new ToyCatalog());
        assertSame(result, folder, temp.resolve("whole"));
        assertThat(warnings).hasSize(torn ? 1 : 0).allMatch(w -> w.contains("the last line was torn"));
    }

    /** The lock is another process's, and a kill does not leave it behind. */
    @Test
    void a_folder_that_another_process_searches_in_is_refused_until_that_is_gone(@TempDir Path temp) throws Exception {
        String more = NSGA2 + "\nstop: { evaluations: 900 }\n";
        Path folder = temp.resolve("run");
        Process process = victim(folder, 1, more, 300).start();
        while (process.isAlive() && lines(folder) < 10) {
            Thread.sleep(1);
        }

        assertThatThrownBy(() -> SearchRun.resume(folder, 1, new ToyServices(), RunListener.SILENT, () -> false, new ToyCatalog())).isInstanceOf(IOException.class)
                .hasMessage(folder + " is in use: another Finch works in it. Wait until it has ended, or give another folder.");
        assertThat(process.isAlive()).as(Files.readString(temp.resolve("victim.log"))).isTrue();

        process.destroyForcibly().waitFor();
        assertThat(SearchRun.resume(folder, 1, new ToyServices(), RunListener.SILENT, () -> false, new ToyCatalog()).status()).isEqualTo(RunStatus.FINISHED);
    }

    private static void assertSame(RunResult result, Path folder, Path whole) throws IOException {
        assertThat(result.status()).isEqualTo(RunStatus.FINISHED);
        assertThat(Files.readString(folder.resolve("front.json"))).isEqualTo(Files.readString(whole.resolve("front.json")));
        assertThat(withoutTiming(folder)).isEqualTo(withoutTiming(whole));
    }

    private static void delete(Path folder) throws IOException {
        if (Files.exists(folder)) {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    private static int lines(Path folder) throws IOException {
        Path journal = folder.resolve("journal.jsonl");
        if (!Files.exists(journal)) {
            return 0;
        }
        int lines = 0;
        for (byte b : Files.readAllBytes(journal)) {
            lines += b == '\n' ? 1 : 0;
        }
        return lines;
    }

    private static List<String> withoutTiming(Path folder) throws IOException {
        return Files.readAllLines(folder.resolve("journal.jsonl")).stream().map(l -> l.replaceFirst(",\"timing\":\\{[^}]*}", "")).toList();
    }
}
