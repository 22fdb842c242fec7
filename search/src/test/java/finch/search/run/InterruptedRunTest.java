package finch.search.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import finch.search.ToyCatalog;
import finch.search.ToyServices;
import finch.search.config.ConfigReader;
import finch.search.config.SearchConfig;
import finch.search.evolve.Evaluation;
import finch.space.Architecture;
import finch.space.SearchSpace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is broken off is no outcome: nothing of it is kept, and the run resumes to the result of one that was not. */
class InterruptedRunTest {
    private static final String TIME_LIMIT = "accuracy: { type: surrogate, timeout: PT20M }\n";

    @TempDir
    private Path temp;

    private static SearchConfig config(String more) {
        return ConfigReader.parse("c.yaml", "schema: 1\nname: toy\nspace: toy4\nseed-with: [toy-reference]\nstop: { evaluations: 60 }\n" + more,
                Path.of("."), List.of(), new ToyCatalog());
    }

    private RunResult start(SearchConfig config, String folder, int threads, ToyServices services) throws IOException {
        return SearchRun.start(config, temp.resolve(folder), threads, services, RunListener.SILENT, () -> false);
    }

    private void assertResumesToTheSame(SearchConfig config, int threads) throws IOException {
        start(config, "whole", 1, new ToyServices());
        RunResult resumed = SearchRun.resume(temp.resolve("run"), threads, new ToyServices(), RunListener.SILENT, () -> false, new ToyCatalog());
        assertThat(resumed.status()).isEqualTo(RunStatus.FINISHED);
        assertThat(journal("run")).isEqualTo(journal("whole"));
        assertThat(Files.readString(temp.resolve("run/front.json"))).isEqualTo(Files.readString(temp.resolve("whole/front.json")));
        assertThat(temp.resolve("run/journal.parked.jsonl")).doesNotExist();
    }

    private List<String> journal(String folder) throws IOException {
        return Files.readAllLines(temp.resolve(folder).resolve("journal.jsonl")).stream().map(l -> l.replaceFirst(",\"timing\":\\{[^}]*}", "")).toList();
    }

    /** Runs a search in a thread that the estimator, asked for the n-th time, interrupts before it waits for its own interruption. */
    private RunResult interrupted(SearchConfig config, int threads, int n) throws InterruptedException {
        AtomicInteger calls = new AtomicInteger();
        AtomicReference<Thread> searching = new AtomicReference<>();
        AtomicReference<RunResult> result = new AtomicReference<>();
        ToyServices interrupting = ToyServices.with(toy -> architecture -> {
            if (calls.incrementAndGet() == n) {
                searching.get().interrupt();
                if (Thread.currentThread() == searching.get() || config.asksDearAccuracies() && threads == 1) {
                    try {
                        new CountDownLatch(1).await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                        throw new IllegalStateException("woken", e);
                    }
                }
            }
            return toy.estimate(architecture);
        });
        searching.set(new Thread(() -> {
            try {
                RunResult ended = start(config, "run", threads, interrupting);
                assertThat(Thread.currentThread().isInterrupted()).as("tells whom it works for").isTrue();
                result.set(ended);
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }));
        searching.get().start();
        searching.get().join();
        return result.get();
    }

    @ParameterizedTest
    @CsvSource({"1, ''", "3, ''", "1, '" + TIME_LIMIT + "'", "3, '" + TIME_LIMIT + "'"})
    void an_interrupted_search_fails_no_evaluation(int threads, String more) throws Exception {
        SearchConfig config = config(more.replace("\\n", "\n"));

        RunResult result = interrupted(config, threads, 20);

        assertThat(result.status()).isEqualTo(RunStatus.INTERRUPTED);
        assertThat(result.evaluated()).isBetween(10L, 40L);
        assertThat(Journal.read(temp.resolve("run/journal.jsonl"))).hasSize((int) result.evaluated()).extracting(JournalEntry::evaluation)
                .doesNotHaveAnyElementsOfTypes(Evaluation.Failed.class);
        assertResumesToTheSame(config, threads);
    }

    /** An estimate that fails from its interruption, after the search has left it behind. */
    @Test
    void what_fails_behind_a_search_that_has_failed_is_not_kept() throws Exception {
        SearchConfig config = config("algorithm: { type: random, batch: 10 }\n");
        start(config, "undisturbed", 1, new ToyServices());
        SearchSpace space = config.space().space();
        Architecture late = space.decode(new GenomeText(space).parse(Journal.read(temp.resolve("undisturbed/journal.jsonl")).get(25).genome()));
        CountDownLatch waiting = new CountDownLatch(1);
        AtomicReference<Thread> worker = new AtomicReference<>();
        ToyServices slow = ToyServices.with(toy -> architecture -> {
            if (architecture.equals(late)) {
                try {
                    // long enough to be parked
                    Thread.sleep(100);
                    worker.set(Thread.currentThread());
                    waiting.countDown();
                    new CountDownLatch(1).await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException("woken", e);
                }
            }
            return toy.estimate(architecture);
        });
        RunListener broken = new RunListener() {
            @Override
            public void evaluated(long count, long limit, int generation, int frontSize, Evaluation evaluation) {
                // in the batch of the late one, and before it
                if (count > 22) {
                    try {
                        waiting.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                    throw new IllegalStateException("the listener is broken");
                }
            }
        };

        assertThatThrownBy(() -> SearchRun.start(config, temp.resolve("run"), 2, slow, broken, () -> false)).hasMessage("the listener is broken");
        // it parks, or does not, before it ends
        worker.get().join();

        assertThat(temp.resolve("run/journal.parked.jsonl")).doesNotExist();
        assertResumesToTheSame(config, 2);
    }

    @Test
    void a_run_is_resumable_before_a_dear_estimate_of_a_reference() throws Exception {
        SearchConfig config = config(TIME_LIMIT + "constraints: { top1: { at-least: 0.9 x toy-reference } }\n");

        RunResult result = interrupted(config, 1, 1);

        assertThat(result.status()).isEqualTo(RunStatus.INTERRUPTED);
        assertThat(Manifest.read(new RunFolder(temp.resolve("run"))).status()).isEqualTo(RunStatus.INTERRUPTED);
        assertThat(temp.resolve("run/journal.jsonl")).isEmptyFile();
        assertResumesToTheSame(config, 1);
    }

    @Test
    void a_bound_without_a_limit_that_only_a_dear_estimate_could_tell_fails_the_run_which_can_be_resumed() throws Exception {
        SearchConfig config = config(TIME_LIMIT + "constraints: { top1: { at-least: 0.9 x toy-reference } }\n");
        ToyServices failing = ToyServices.with(toy -> architecture -> {
            throw new IllegalStateException("no licence");
        });

        RunResult result = start(config, "run", 1, failing);

        assertThat(result.status()).isEqualTo(RunStatus.FAILED);
        assertThat(result.message()).isEqualTo("top1: there is no estimate for toy-reference (IllegalStateException: no licence). Give an absolute limit, or another network.");
        assertThat(Manifest.read(new RunFolder(temp.resolve("run"))).message()).isEqualTo(result.message());
        assertResumesToTheSame(config, 1);
    }

    @Test
    void an_unreachable_bound_is_refused_before_a_dear_estimate_is_asked_for() throws IOException {
        AtomicInteger asked = new AtomicInteger();
        ToyServices counting = ToyServices.with(toy -> architecture -> {
            asked.incrementAndGet();
            return toy.estimate(architecture);
        });

        RunResult result = start(config(TIME_LIMIT + "constraints: { params: { at-most: 1 }, top1: { at-least: 0.9 x toy-reference } }\n"), "run", 1, counting);

        assertThat(result.status()).isEqualTo(RunStatus.INFEASIBLE);
        assertThat(asked).hasValue(0);
        assertThat(temp.resolve("run")).doesNotExist();
    }
}
