package finch.search.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import finch.search.ToyCatalog;
import finch.search.ToyServices;
import finch.search.config.ConfigReader;
import finch.search.config.SearchConfig;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Searches whose evaluations overlap and are journalled as they end. */
class InFlightRunTest {
    private static final String AGING = "algorithm: { type: regularized-evolution, population: 20, sample: 5, batch: 5, in-flight: 6 }\n";
    private static final String MODEL = "algorithm: { type: surrogate, initial: 15, batch: 5, pool: 60, in-flight: 6 }\n";
    private static final int EVALUATIONS = 80;

    @TempDir
    private Path temp;

    private static SearchConfig config(String algorithm) {
        return config(algorithm, "stop: { evaluations: " + EVALUATIONS + " }\n");
    }

    private static SearchConfig config(String algorithm, String stop) {
        return ConfigReader.parse("c.yaml", "schema: 1\nname: toy\nspace: toy8\nseed-with: [toy-reference]\nobjectives: [top1, macs]\n" + stop + algorithm,
                Path.of("."), List.of(), new ToyCatalog());
    }

    /** Evaluations that end in another order than they begin: an early one ends when many later ones have, and each third takes its time. */
    private static ToyServices uneven() {
        AtomicInteger calls = new AtomicInteger();
        CountDownLatch later = new CountDownLatch(30);
        return ToyServices.with(toy -> architecture -> {
            int call = calls.getAndIncrement();
            if (call == 2) {
                await(later);
            } else {
                sleep(call % 3 == 0 ? 6 : 1);
                later.countDown();
            }
            return toy.estimate(architecture);
        });
    }

    /** Only what the reference is worth is asked before a search goes on. */
    private static ToyServices notAskedAgain() {
        AtomicInteger calls = new AtomicInteger();
        return ToyServices.with(toy -> architecture -> {
            if (calls.getAndIncrement() > 0) {
                throw new AssertionError("evaluated, though the journal has it");
            }
            return toy.estimate(architecture);
        });
    }

    private static void sleep(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private RunResult start(SearchConfig config, String folder, int threads, ToyServices services) throws IOException {
        return SearchRun.start(config, temp.resolve(folder), threads, services, RunListener.SILENT, () -> false);
    }

    private RunResult resume(String folder, int threads, ToyServices services) throws IOException {
        return SearchRun.resume(temp.resolve(folder), threads, services, RunListener.SILENT, () -> false, new ToyCatalog());
    }

    private List<JournalEntry> journal(String folder) throws IOException {
        return Journal.read(temp.resolve(folder).resolve("journal.jsonl"));
    }

    private List<String> lines(String folder) throws IOException {
        return Files.readAllLines(temp.resolve(folder).resolve("journal.jsonl"));
    }

    private static List<String> withoutTimes(List<String> lines) {
        return lines.stream().map(line -> line.replaceFirst(",\"timing\":\\{[^}]*}", "")).toList();
    }

    private String front(String folder) throws IOException {
        return Files.readString(temp.resolve(folder).resolve("front.json"));
    }

    /** The run as a kill would leave it when so many lines stood in the journal. */
    private void killed(String from, String to, int lines) throws IOException {
        Path folder = Files.createDirectories(temp.resolve(to));
        Files.copy(temp.resolve(from).resolve("config.yaml"), folder.resolve("config.yaml"));
        String manifest = Files.readString(temp.resolve(from).resolve("manifest.json"));
        Files.writeString(folder.resolve("manifest.json"), manifest.replace("\"status\" : \"finished\"", "\"status\" : \"running\""));
        String journal = lines(from).stream().limit(lines).map(line -> line + "\n").reduce("", String::concat);
        Files.writeString(folder.resolve("journal.jsonl"), journal, StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @ValueSource(strings = {AGING, MODEL})
    void the_journal_alone_tells_how_such_a_search_went(String algorithm) throws IOException {
        assertThat(start(config(algorithm), "run", 4, uneven()).status()).isEqualTo(RunStatus.FINISHED);

        assertThat(journal("run")).hasSize(EVALUATIONS).extracting(JournalEntry::hash).doesNotHaveDuplicates();
        List<Integer> generations = journal("run").stream().map(JournalEntry::generation).toList();
        assertThat(generations).as("long ones have ended behind later ones").isNotEqualTo(generations.stream().sorted().toList());
        killed("run", "again", EVALUATIONS);
        RunResult again = resume("again", 1, notAskedAgain());
        assertThat(again.status()).isEqualTo(RunStatus.FINISHED);
        assertThat(again.evaluated()).isEqualTo(EVALUATIONS);
        assertThat(front("again")).isEqualTo(front("run"));
        assertThat(lines("again")).isEqualTo(lines("run"));
    }

    @ParameterizedTest
    @ValueSource(strings = {AGING, MODEL})
    void with_one_worker_evaluations_end_as_they_began_and_a_killed_run_goes_on_to_the_same_result(String algorithm) throws IOException {
        start(config(algorithm), "whole", 1, new ToyServices());
        for (int kept : new int[] {0, 1, 17, 40, 79}) {
            killed("whole", "cut" + kept, kept);
            assertThat(resume("cut" + kept, 1, new ToyServices()).status()).isEqualTo(RunStatus.FINISHED);
            assertThat(withoutTimes(lines("cut" + kept))).isEqualTo(withoutTimes(lines("whole")));
            assertThat(front("cut" + kept)).isEqualTo(front("whole"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {AGING, MODEL})
    void a_killed_run_keeps_what_had_ended_and_begins_again_with_what_was_in_flight(String algorithm) throws IOException {
        start(config(algorithm), "run", 4, uneven());
        killed("run", "cut", 37);

        assertThat(resume("cut", 3, uneven()).evaluated()).isEqualTo(EVALUATIONS);

        assertThat(lines("cut").subList(0, 37)).isEqualTo(lines("run").subList(0, 37));
        assertThat(new HashSet<>(journal("cut").stream().map(JournalEntry::hash).toList())).hasSize(EVALUATIONS);
        assertThat(journal("cut").stream().map(JournalEntry::id).toList()).isSorted();
    }

    @ParameterizedTest
    @ValueSource(strings = {AGING, MODEL})
    void a_long_evaluation_holds_nobody(String algorithm) throws Exception {
        CountDownLatch others = new CountDownLatch(EVALUATIONS - 1);
        AtomicInteger calls = new AtomicInteger();
        ToyServices services = ToyServices.with(toy -> architecture -> {
            switch (calls.getAndIncrement()) {
                case 0 -> { } // before the search
                case 1 -> await(others);
                default -> others.countDown();
            }
            return toy.estimate(architecture);
        });

        start(config(algorithm), "run", 2, services);

        assertThat(journal("run")).hasSize(EVALUATIONS);
        assertThat(others.getCount()).isZero();
        // the other worker may still be on its way to the journal with its last
        assertThat(journal("run").subList(EVALUATIONS - 2, EVALUATIONS)).as("one of those with which it began").anyMatch(entry -> entry.generation() == 0);
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(60, TimeUnit.SECONDS)).as("the others have ended").isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void a_stopped_search_journals_what_workers_have_in_hand() throws IOException {
        AtomicBoolean cancelled = new AtomicBoolean();
        AtomicInteger begun = new AtomicInteger();
        ToyServices services = ToyServices.with(toy -> architecture -> {
            if (begun.incrementAndGet() == 30) {
                cancelled.set(true);
            }
            sleep(2);
            return toy.estimate(architecture);
        });

        RunResult result = SearchRun.start(config(AGING), temp.resolve("run"), 3, services, RunListener.SILENT, cancelled::get);

        assertThat(result.status()).isEqualTo(RunStatus.INTERRUPTED);
        assertThat(journal("run")).as("all that began in the search, and no more").hasSize(begun.get() - 1);
        assertThat(resume("run", 2, uneven()).evaluated()).isEqualTo(EVALUATIONS);
    }

    @Test
    void rules_by_generations_count_as_many_evaluations_as_in_batches() throws IOException {
        String stop = "stop: { generations: 4 }\n";
        start(config(AGING, stop), "flying", 4, uneven());
        start(config(AGING.replace(", in-flight: 6", ""), stop), "batches", 1, new ToyServices());

        assertThat(journal("flying")).hasSameSizeAs(journal("batches")).hasSize(20 + 4 * 5);
    }

    @Test
    void a_failure_that_stops_the_search_comes_after_what_had_ended() throws IOException {
        AtomicInteger calls = new AtomicInteger();
        ToyServices services = ToyServices.with(toy -> architecture -> {
            if (calls.incrementAndGet() == 25) {
                throw new EvaluationsStuckException("a test", "it cannot go on");
            }
            sleep(1);
            return toy.estimate(architecture);
        });

        RunResult result = start(config(AGING), "run", 3, services);

        assertThat(result.status()).isEqualTo(RunStatus.FAILED);
        assertThat(result.message()).contains("it cannot go on");
        assertThat(journal("run")).as("nothing that ended is lost").hasSize(calls.get() - 2);
    }

    @Test
    void the_journal_of_another_search_is_refused() throws IOException {
        start(config(AGING), "run", 1, new ToyServices());
        start(config(AGING, "seed: 5\nstop: { evaluations: " + EVALUATIONS + " }\n"), "other", 1, new ToyServices());
        killed("run", "mixed", 0);
        Files.copy(temp.resolve("other/journal.jsonl"), temp.resolve("mixed/journal.jsonl"), java.nio.file.StandardCopyOption.REPLACE_EXISTING);

        assertThatThrownBy(() -> resume("mixed", 1, new ToyServices())).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("of the journal is of genome").hasMessageContaining("Start a new run.");
    }
}
