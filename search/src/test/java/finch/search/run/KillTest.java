package finch.search.run;

import static org.assertj.core.api.Assertions.assertThat;

import finch.accuracy.AccuracyEstimator;
import finch.search.ToyCatalog;
import finch.search.ToyServices;
import finch.search.config.ConfigReader;
import finch.search.config.SearchConfig;
import finch.space.SearchSpace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Kills a search in another JVM, really, again and again. */
class KillTest {
    private static final String CONFIG = "schema: 1\nname: toy\nspace: toy8\nseed-with: [toy-reference]\nstop: { evaluations: 900 }\n"
            + "constraints: { latency: { at-most: 1.0 x toy-reference } }\nalgorithm: ";

    /** A search with evaluations slow enough to be caught in. */
    static final class Victim {
        private Victim() {}

        public static void main(String[] arguments) throws IOException {
            ToyServices slow = new ToyServices() {
                @Override
                public AccuracyEstimator accuracy(SearchConfig.Accuracy choice, SearchSpace space) throws IOException {
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
            Path folder = Path.of(arguments[0]);
            if (Files.exists(folder.resolve("manifest.json"))) {
                SearchRun.resume(folder, 2, slow, RunListener.SILENT, () -> false, new ToyCatalog());
            } else {
                SearchRun.start(config(arguments[1]), folder, 2, slow, RunListener.SILENT, () -> false);
            }
        }
    }

    private static SearchConfig config(String algorithm) {
        return ConfigReader.parse("c.yaml", CONFIG + algorithm, Path.of("."), List.of(), new ToyCatalog());
    }

    private static Process victim(Path folder, String algorithm) throws IOException {
        return new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1", "-Xmx128m",
                "-cp", System.getProperty("java.class.path"), Victim.class.getName(), folder.toString(), algorithm)
                .redirectErrorStream(true).redirectOutput(folder.resolveSibling("victim.log").toFile()).start();
    }

    @ParameterizedTest
    @ValueSource(strings = {"{ type: nsga2 }", "{ type: regularized-evolution }", "{ type: scalarized, target: 1.0 x toy-reference }",
            "{ type: surrogate, batch: 60, pool: 200 }"})
    void a_killed_search_loses_no_journalled_evaluation_and_resumes_to_the_same_result(String algorithm, @TempDir Path temp) throws Exception {
        SearchRun.start(config(algorithm), temp.resolve("whole"), 1, new ToyServices(), RunListener.SILENT, () -> false);
        Path folder = temp.resolve("killed");
        Random random = new Random(4);
        int kept = 0;
        for (int kill = 0; kill < (algorithm.contains("nsga2") ? 4 : 2); kill++) {
            Process process = victim(folder, algorithm);
            int enough = kept + 20 + random.nextInt(150);
            while (process.isAlive() && lines(folder) < enough) {
                Thread.sleep(1);
            }
            assertThat(process.isAlive()).as("killed while it ran: %s", Files.readString(temp.resolve("victim.log"))).isTrue();
            process.destroyForcibly().waitFor();
            assertThat(lines(folder)).isGreaterThanOrEqualTo(enough);
            kept = lines(folder);
        }
        RunResult result = SearchRun.resume(folder, 1, new ToyServices(), RunListener.SILENT, () -> false, new ToyCatalog());

        assertThat(result.status()).isEqualTo(RunStatus.FINISHED);
        assertThat(Files.readString(folder.resolve("front.json"))).isEqualTo(Files.readString(temp.resolve("whole/front.json")));
        assertThat(withoutTiming(folder)).isEqualTo(withoutTiming(temp.resolve("whole")));
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
