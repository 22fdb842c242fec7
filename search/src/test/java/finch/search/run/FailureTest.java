package finch.search.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import finch.accuracy.AccuracyEstimate;
import finch.accuracy.AccuracyEstimator;
import finch.accuracy.EstimateFailedException;
import finch.accuracy.EstimateUnwritableException;
import finch.search.ToyCatalog;
import finch.search.ToyServices;
import finch.search.config.Accuracy;
import finch.search.config.ConfigReader;
import finch.search.config.SearchConfig;
import finch.search.evolve.Evaluation;
import finch.space.Architecture;
import finch.space.SearchSpace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Estimators that throw, lie or do not come back. */
class FailureTest {
    private static final Evaluation OVERDUE = new Evaluation.Failed("the accuracy estimator took longer than accuracy.timeout, PT0.2S");

    @TempDir
    private Path temp;

    private final List<String> warnings = new ArrayList<>();
    private final RunListener listener = new RunListener() {
        @Override
        public void warning(String message) {
            warnings.add(message);
        }
    };

    private static SearchConfig config(String more, String... overrides) {
        return ConfigReader.parse("c.yaml", "schema: 1\nname: toy\nspace: toy4\nseed-with: [toy-reference]\nstop: { evaluations: 60 }\n" + more,
                Path.of("."), List.of(overrides), new ToyCatalog());
    }

    /** The toy services with another estimator, made from the toy one. */
    private static ToyServices services(UnaryOperator<AccuracyEstimator> change) {
        return new ToyServices() {
            @Override
            public AccuracyEstimator accuracy(Accuracy choice, SearchSpace space) throws IOException {
                return change.apply(super.accuracy(choice, space));
            }
        };
    }

    private static boolean isReference(Architecture architecture) {
        return architecture.anonymous().equals(new ToyCatalog().network("toy-reference").anonymous());
    }

    private RunResult start(SearchConfig config, String folder, int threads, ToyServices services) throws IOException {
        return SearchRun.start(config, temp.resolve(folder), threads, services, listener, () -> false);
    }

    private List<JournalEntry> journal(String folder) throws IOException {
        return Journal.read(temp.resolve(folder).resolve("journal.jsonl"));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void a_run_that_fails_too_often_ends_in_the_midst_of_a_batch_and_again_when_resumed(int threads) throws IOException {
        ToyServices failing = services(toy -> architecture -> {
            throw new IllegalStateException("always");
        });
        SearchConfig config = config("algorithm: { type: exhaustive, batch: 1000 }\n", "stop={ evaluations: 1000, failed-share: 0.5 }");

        RunResult result = start(config, "run", threads, failing);

        assertThat(result.status()).isEqualTo(RunStatus.FAILED);
        assertThat(result.message()).startsWith("20 of 20 evaluations failed, more than the share that stop.failed-share: 0.5 allows");
        assertThat(journal("run")).hasSize(20);
        String front = Files.readString(temp.resolve("run/front.json"));
        for (int left : new int[] {20, 7}) {
            Path file = temp.resolve("run/journal.jsonl");
            Files.write(file, Files.readAllLines(file).subList(0, left));
            assertThat(SearchRun.resume(temp.resolve("run"), threads, failing, listener, () -> false, new ToyCatalog()).message()).isEqualTo(result.message());
            assertThat(journal("run")).hasSize(20);
            assertThat(Files.readString(temp.resolve("run/front.json"))).isEqualTo(front).containsPattern("\"generations\" : 1\\b");
        }
    }

    @Test
    void generations_are_counted_as_they_begin_however_the_search_ends() throws IOException {
        for (String stop : List.of("{ evaluations: 100 }", "{ evaluations: 90 }", "{ generations: 4 }")) {
            Path run = temp.resolve("by " + stop.replaceAll("[^a-z0-9]", ""));
            SearchRun.start(config("algorithm: { type: random, batch: 20 }\n", "stop=" + stop), run, 1, new ToyServices(), listener, () -> false);
            assertThat(Journal.read(run.resolve("journal.jsonl")).getLast().generation()).as(stop).isEqualTo(4);
            for (String file : List.of("front.json", "manifest.json")) {
                assertThat(Files.readString(run.resolve(file))).as("%s %s", stop, file).containsPattern("\"generations\" : 5\\b");
            }
        }
    }

    @Test
    void a_search_whose_time_is_up_at_once_has_failed_and_tells_nothing_of_bounds() throws IOException {
        RunResult result = start(config("", "stop={ wall-clock: PT0.000000001S }"), "run", 1, new ToyServices());

        assertThat(result.status()).isEqualTo(RunStatus.FAILED);
        assertThat(result.message()).startsWith("the search was ended by wall-clock: ").endsWith(" before anything was evaluated. Let it go on for longer.");
    }

    @Test
    void a_run_all_of_whose_evaluations_fail_has_failed_and_not_missed_its_bounds() throws IOException {
        ToyServices broken = services(toy -> architecture -> {
            throw new EstimateFailedException("the trainer ended with exit code 1");
        });

        RunResult result = start(config(""), "run", 1, broken);

        assertThat(result.status()).isEqualTo(RunStatus.FAILED);
        assertThat(result.status().exitCode()).isEqualTo(1);
        assertThat(result.message()).isEqualTo("all 60 evaluations failed, the last with: the trainer ended with exit code 1");
    }

    @Test
    void a_pick_beyond_the_front_is_told_when_all_else_is_done() throws IOException {
        RunResult result = start(config("export: { pick: front/999 }\n"), "run", 1, new ToyServices());

        assertThat(result.status()).isEqualTo(RunStatus.FINISHED);
        assertThat(warnings).anySatisfy(warning -> assertThat(warning).contains("export.pick: front/999: the front has").contains("finch export"));
        assertThat(temp.resolve("run/export")).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void files_that_cannot_be_written_end_the_run_and_are_no_outcome(int threads) throws IOException {
        AtomicInteger left = new AtomicInteger(20);
        ToyServices full = services(toy -> architecture -> {
            if (!isReference(architecture) && left.getAndDecrement() <= 0) {
                throw new EstimateUnwritableException("candidates/7 cannot be written (No space left on device). Make room, then go on.", new IOException("No space left on device"));
            }
            return toy.estimate(architecture);
        });

        RunResult result = start(config(""), "run", threads, full);

        assertThat(result.status()).isEqualTo(RunStatus.FAILED);
        assertThat(result.message()).contains("No space left on device").contains("Make room");
        assertThat(journal("run")).hasSizeBetween(1, 25).allMatch(entry -> !(entry.evaluation() instanceof Evaluation.Failed));

        RunResult resumed = SearchRun.resume(temp.resolve("run"), threads, new ToyServices(), listener, () -> false, new ToyCatalog());
        assertThat(resumed.status()).isEqualTo(RunStatus.FINISHED);
        start(config(""), "whole", threads, new ToyServices());
        assertThat(Files.readString(temp.resolve("run/front.json"))).isEqualTo(Files.readString(temp.resolve("whole/front.json")));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void an_estimate_that_takes_too_long_fails_its_evaluation_and_is_not_asked_for_again(int threads) throws IOException {
        AtomicInteger sleepers = new AtomicInteger();
        ToyServices slow = services(toy -> architecture -> {
            if (architecture.blocks().size() == 2 && !isReference(architecture) && sleepers.get() < 3) {
                sleepers.incrementAndGet();
                try {
                    new CountDownLatch(1).await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException("woken");
                }
            }
            return toy.estimate(architecture);
        });

        RunResult result = start(config("accuracy: { type: surrogate, timeout: PT0.2S }\n"), "run", threads, slow);

        assertThat(result.status()).isEqualTo(RunStatus.FINISHED);
        assertThat(journal("run")).hasSize(60).extracting(JournalEntry::evaluation).filteredOn(Evaluation.Failed.class::isInstance)
                .hasSizeGreaterThanOrEqualTo(sleepers.get()).hasSizeGreaterThanOrEqualTo(3).containsOnly(OVERDUE);
        assertThat(new HashSet<>(journal("run").stream().map(JournalEntry::hash).toList())).hasSize(60);

        // the journal remembers: no estimate is asked for again, and none fails now
        Files.writeString(temp.resolve("run/manifest.json"), Files.readString(temp.resolve("run/manifest.json")).replace("\"finished\"", "\"running\""));
        String front = Files.readString(temp.resolve("run/front.json"));
        AtomicInteger asked = new AtomicInteger();
        SearchRun.resume(temp.resolve("run"), threads, services(toy -> architecture -> {
            asked.incrementAndGet();
            return toy.estimate(architecture);
        }), listener, () -> false, new ToyCatalog());
        assertThat(asked).as("the reference alone").hasValue(1);
        assertThat(Files.readString(temp.resolve("run/front.json"))).isEqualTo(front);
    }

    @Test
    void estimates_that_cannot_be_stopped_stop_the_search_when_they_are_many() throws IOException {
        CountDownLatch end = new CountDownLatch(1);
        ToyServices stubborn = services(toy -> architecture -> {
            while (!isReference(architecture) && end.getCount() > 0) {
                try {
                    end.await();
                } catch (InterruptedException e) {
                    // on purpose
                }
            }
            return toy.estimate(architecture);
        });

        RunResult stuck = start(config("accuracy: { type: surrogate, timeout: PT0.02S }\n"), "run", 2, stubborn);

        assertThat(stuck.status()).isEqualTo(RunStatus.FAILED);
        assertThat(stuck.message()).contains("more than 16 estimates that took longer than accuracy.timeout, PT0.02S, do not heed interruption");
        assertThat(journal("run")).hasSizeBetween(17, 19);

        end.countDown();
        RunResult resumed = SearchRun.resume(temp.resolve("run"), 2, new ToyServices(), listener, () -> false, new ToyCatalog());
        assertThat(resumed.status()).isEqualTo(RunStatus.FINISHED);
        assertThat(resumed.evaluated()).isEqualTo(60);
    }

    @Test
    void a_reference_whose_estimate_fails_is_left_without_a_value_and_the_search_goes_on() throws IOException {
        ToyServices failing = services(toy -> architecture -> {
            if (isReference(architecture)) {
                throw new IllegalStateException("not that one");
            }
            return toy.estimate(architecture);
        });

        RunResult result = start(config("constraints: { latency: { at-most: 1.0 x toy-reference } }\n"), "run", 1, failing);

        assertThat(result.status()).isEqualTo(RunStatus.FINISHED);
        assertThat(warnings).contains("reference toy-reference: no top1: IllegalStateException: not that one");
        assertThat(journal("run").getFirst().evaluation()).isEqualTo(new Evaluation.Failed("IllegalStateException: not that one"));
        String front = Files.readString(temp.resolve("run/front.json"));
        assertThat(front.substring(front.indexOf("\"references\""))).contains("\"latency\"").doesNotContain("\"top1\"");
    }

    @Test
    void a_bound_on_a_reference_without_an_estimate_is_refused_with_the_reason() {
        ToyServices failing = services(toy -> architecture -> {
            throw new IllegalStateException("no licence");
        });

        assertThatThrownBy(() -> start(config("constraints: { top1: { at-least: 1.0 x toy-reference } }\n"), "run", 1, failing))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("top1: there is no estimate for toy-reference (IllegalStateException: no licence). Give an absolute limit, or another network.");
        assertThat(temp.resolve("run")).doesNotExist();
    }

    @Test
    void an_accuracy_bound_is_not_priced_with_an_estimator_that_needs_a_time_limit() throws IOException {
        AtomicInteger asked = new AtomicInteger();
        ToyServices counting = services(toy -> architecture -> {
            asked.incrementAndGet();
            return toy.estimate(architecture);
        });

        start(config("accuracy: { type: surrogate, timeout: PT5S }\nconstraints: { top1: { at-least: 50 % } }\n"), "run", 1, counting);

        assertThat(asked).as("60 evaluations and the reference").hasValue(61);
        assertThat(Files.readString(temp.resolve("run/manifest.json"))).contains("not priced");
    }

    @Test
    void errors_of_an_estimator_are_failures_too() throws IOException {
        ToyServices failing = services(toy -> architecture -> switch (architecture.blocks().size()) {
            case 1 -> throw new StackOverflowError();
            case 2 -> throw new NoClassDefFoundError("Missing");
            case 3 -> new AccuracyEstimate.Known(Double.POSITIVE_INFINITY, 0, 0, "toy", "toys");
            default -> toy.estimate(architecture);
        });

        start(config("algorithm: { type: random }\n", "seed-with=[]", "space=toy4"), "run", 2, failing);

        assertThat(journal("run")).extracting(JournalEntry::evaluation).contains(new Evaluation.Failed("NoClassDefFoundError: Missing"))
                .anyMatch(e -> e instanceof Evaluation.Failed f && f.reason().contains("answered Infinity"));
    }
}
