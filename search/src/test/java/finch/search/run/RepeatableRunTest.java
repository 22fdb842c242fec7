package finch.search.run;

import static org.assertj.core.api.Assertions.assertThat;

import finch.search.ToyCatalog;
import finch.search.ToyServices;
import finch.search.config.ConfigReader;
import finch.search.config.SearchConfig;
import finch.search.evolve.Evaluation;
import finch.search.evolve.Refit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** One result whatever the threads and the interruptions, for every algorithm. */
class RepeatableRunTest {
    /** Every case of {@link SearchConfig.Algorithm}, as a config writes it. */
    static final List<String> ALGORITHMS = List.of(
            "{ type: nsga2 }",
            "{ type: nsga3, population: 30 }",
            "{ type: regularized-evolution, population: 40, sample: 8 }",
            "{ type: scalarized, target: 1.0 x toy-reference }",
            "{ type: scalarized, target: 2 M, cost: macs, form: hard }",
            "{ type: surrogate, initial: 20, batch: 30, pool: 60 }",
            "{ type: netadapt, from: toy-large, target: 0.5 x toy-reference, cost: macs, step: 0.005 }",
            "[{ type: random, evaluations: 100 }, { type: netadapt, target: 0.7 x toy-reference }, { type: surrogate, evaluations: 70 },"
                    + " { type: netadapt, target: 0.5 x toy-large, cost: macs }, { type: nsga2, evaluations: 200 }]",
            "{ type: random }",
            "{ type: exhaustive, batch: 40 }");

    @TempDir
    private Path temp;

    static List<String> algorithms() {
        Set<Class<?>> named = new HashSet<>();
        for (String algorithm : ALGORITHMS) {
            named.add(config(algorithm).algorithm().getClass());
        }
        assertThat(named).as("all algorithms are tested").containsExactlyInAnyOrder(SearchConfig.Algorithm.class.getPermittedSubclasses());
        return ALGORITHMS;
    }

    private static SearchConfig config(String algorithm) {
        String space = algorithm.contains("exhaustive") ? "toy3" : "toy8";
        return ConfigReader.parse("c.yaml", "schema: 1\nname: toy\nspace: " + space + "\nseed-with: [toy-reference]\nstop: { evaluations: 230 }\n"
                + "objectives: [top1, latency, macs]\nconstraints: { latency: { at-most: 2.0 x toy-reference }, macs: { at-most: 6 M } }\nalgorithm: "
                + algorithm + "\n", Path.of("."), List.of(), new ToyCatalog());
    }

    private RunResult start(SearchConfig config, String folder, int threads) throws IOException {
        return SearchRun.start(config, temp.resolve(folder), threads, new ToyServices(), RunListener.SILENT, () -> false);
    }

    private String front(String folder) throws IOException {
        return Files.readString(temp.resolve(folder).resolve("front.json"));
    }

    /** The journal without its timing fields. */
    private List<String> journal(String folder) throws IOException {
        return Files.readAllLines(temp.resolve(folder).resolve("journal.jsonl")).stream()
                .map(line -> line.replaceFirst(",\"timing\":\\{[^}]*}", "")).toList();
    }

    @ParameterizedTest
    @MethodSource("algorithms")
    void front_and_journal_are_equal_for_any_number_of_threads(String algorithm) throws IOException {
        SearchConfig config = config(algorithm);
        for (int threads : new int[] {1, 2, 8}) {
            start(config, "run" + threads, threads);
        }

        assertThat(journal("run2")).isEqualTo(journal("run1")).hasSizeBetween(algorithm.startsWith("{ type: netadapt") ? 20 : 230, 230);
        assertThat(journal("run8")).isEqualTo(journal("run1"));
        assertThat(front("run8")).isEqualTo(front("run1")).isEqualTo(front("run2"));
        List<String> hashes = Journal.read(temp.resolve("run1/journal.jsonl")).stream().map(JournalEntry::hash).toList();
        assertThat(new HashSet<>(hashes)).as("no architecture is evaluated twice").hasSameSizeAs(hashes);
    }

    @ParameterizedTest
    @MethodSource("algorithms")
    void a_run_cut_at_any_byte_resumes_to_the_same_result(String algorithm) throws IOException {
        start(config(algorithm), "whole", 1);
        byte[] journal = Files.readAllBytes(temp.resolve("whole/journal.jsonl"));
        Random random = new Random(7);
        int cuts = algorithm.contains("surrogate") ? 3 : algorithm.contains("nsga2") ? 20 : 6; // a surrogate fits for seconds
        for (int i = 0; i < cuts; i++) {
            String folder = "cut" + i;
            int length = i == 0 ? 0 : i == 1 ? journal.length - 1 : random.nextInt(journal.length);
            copyAsKilled(folder, Arrays.copyOf(journal, length));

            List<String> warnings = new ArrayList<>();
            RunResult result = SearchRun.resume(temp.resolve(folder), 1 + i % 3, new ToyServices(), new RunListener() {
                @Override
                public void warning(String message) {
                    warnings.add(message);
                }
            }, () -> false, new ToyCatalog());

            boolean torn = length > 0 && length < journal.length - 1 && journal[length - 1] != '\n' && journal[length] != '\n';
            assertThat(warnings).as("cut at %d", length).hasSize(torn ? 1 : 0);
            assertThat(result.status()).isEqualTo(RunStatus.FINISHED);
            assertThat(front(folder)).as("cut at %d", length).isEqualTo(front("whole"));
            assertThat(journal(folder)).as("cut at %d", length).isEqualTo(journal("whole"));
            byte[] resumed = Files.readAllBytes(temp.resolve(folder).resolve("journal.jsonl"));
            int kept = lastLineEnd(journal, length);
            assertThat(Arrays.copyOf(resumed, kept)).as("what was journalled stays as it was").isEqualTo(Arrays.copyOf(journal, kept));
        }
    }

    @Test
    void a_resumed_surrogate_search_has_the_same_hold_out_scores() throws IOException {
        start(config(ALGORITHMS.stream().filter(a -> a.contains("surrogate")).findFirst().orElseThrow()), "whole", 1);
        byte[] journal = Files.readAllBytes(temp.resolve("whole/journal.jsonl"));
        copyAsKilled("cut", Arrays.copyOf(journal, journal.length / 2));
        List<Refit> heard = new ArrayList<>();

        SearchRun.resume(temp.resolve("cut"), 1, new ToyServices(), new RunListener() {
            @Override
            public void refitted(Refit refit) {
                heard.add(refit);
            }
        }, () -> false, new ToyCatalog());

        List<String> lines = Files.readAllLines(temp.resolve("cut/refits.jsonl"));
        assertThat(lines).hasSameSizeAs(heard).hasSizeGreaterThan(5).isEqualTo(Files.readAllLines(temp.resolve("whole/refits.jsonl")));
        assertThat(lines.getFirst()).contains("\"objective\":\"top1\"", "\"heldOut\":0").doesNotContain("rmse");
        assertThat(lines.getLast()).contains("\"heldOut\":100", "\"rankCorrelation\":", "\"coverage90\":");
    }

    @Test
    void a_resumed_run_tells_once_what_the_journal_answered() throws IOException {
        start(config(ALGORITHMS.getFirst()), "whole", 1);
        byte[] journal = Files.readAllBytes(temp.resolve("whole/journal.jsonl"));
        int end = lastLineEnd(journal, journal.length / 2);
        copyAsKilled("cut", Arrays.copyOf(journal, end));
        long lines = Files.readAllLines(temp.resolve("cut/journal.jsonl")).size();
        List<String> heard = new ArrayList<>();

        SearchRun.resume(temp.resolve("cut"), 1, new ToyServices(), new RunListener() {
            @Override
            public void replayed(long count, long limit) {
                heard.add("replayed " + count + " of " + limit);
            }

            @Override
            public void evaluated(long count, long limit, int generation, int frontSize, Evaluation evaluation) {
                if (count == lines || count == lines + 1) {
                    heard.add("evaluated " + count);
                }
            }
        }, () -> false, new ToyCatalog());

        assertThat(heard).containsExactly("evaluated " + lines, "replayed " + lines + " of 230", "evaluated " + (lines + 1));
    }

    private static int lastLineEnd(byte[] journal, int length) {
        int end = length;
        while (end > 0 && journal[end - 1] != '\n') {
            end--;
        }
        return end;
    }

    /** The folder of the whole run as a kill during the search would have left it. */
    private void copyAsKilled(String folder, byte[] journal) throws IOException {
        Path target = Files.createDirectories(temp.resolve(folder));
        Files.copy(temp.resolve("whole/config.yaml"), target.resolve("config.yaml"));
        Files.copy(temp.resolve("whole/device-profile.json"), target.resolve("device-profile.json"));
        Files.writeString(target.resolve("manifest.json"), Files.readString(temp.resolve("whole/manifest.json")).replace("\"finished\"", "\"running\""));
        Files.write(target.resolve("journal.jsonl"), journal);
    }
}
