package finch.search.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import finch.accuracy.EstimateInterruptedException;
import finch.search.ToySpace;
import finch.search.config.Objective;
import finch.search.config.StoppingRule;
import finch.search.evolve.Candidate;
import finch.search.evolve.Estimate;
import finch.search.evolve.Evaluation;
import finch.search.evolve.Outcome;
import finch.search.evolve.ParetoFront;
import finch.space.Architecture;
import finch.space.Genome;
import finch.space.NotInSpaceException;
import finch.space.SearchSpace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a kill would find of evaluations that are finished while another goes on. */
class EvaluationLoopTest {
    private static final SearchSpace SPACE = new ToySpace(8);
    /** So many quick ones make a search believe that all are: their average is below a millisecond even if the first takes seconds. */
    private static final int QUICK = 4000;
    private static final List<Genome> GENOMES = new Random(3).ints().mapToObj(seed -> SPACE.canonical(SPACE.random(new Random(seed)))).distinct()
            .limit(QUICK + 500).toList();
    /** Longer than what is not worth to be parked. */
    private static final long LONG_MILLIS = 60;
    /** Waiting ends then with a failure. */
    private static final long SECONDS = 60;

    @TempDir
    private Path temp;

    private Runnable executed = () -> { };
    private final ExecutorService threads = new ThreadPoolExecutor(2, 2, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(),
            Thread.ofPlatform().daemon().factory()) {
        @Override
        public void execute(Runnable task) {
            super.execute(task);
            executed.run();
        }
    };

    @AfterEach
    void stop() {
        threads.shutdownNow();
    }

    private Path file() {
        return temp.resolve("journal.jsonl");
    }

    private void search(Function<Architecture, Evaluation> evaluator, boolean dear, int... batches) throws IOException {
        search(evaluator, dear, () -> false, batches);
    }

    private void search(Function<Architecture, Evaluation> evaluator, boolean dear, BooleanSupplier cancelled, int... batches) throws IOException {
        try (Journal journal = Journal.open(file(), warning -> { })) {
            EvaluationLoop loop = new EvaluationLoop(SPACE, evaluator, journal, new ParetoFront(List.of(Objective.TOP1)),
                    new Stopper(new StoppingRule.Evaluations(10_000), (quantity, limit) -> 0), cancelled, RunListener.SILENT,
                    new EvaluationLoop.Workers(threads, 2, dear));
            int next = 0;
            for (int batch = 0; batch < batches.length; batch++) {
                loop.evaluate(batch, GENOMES.subList(next, next + batches[batch]).stream().map(g -> new Candidate(g, List.of(), "random", 1)).toList());
                next += batches[batch];
            }
        }
    }

    /** The place of a candidate among those proposed, from 0. */
    private static int number(Architecture architecture) {
        try {
            return GENOMES.indexOf(SPACE.encode(architecture));
        } catch (NotInSpaceException e) {
            throw new AssertionError(e);
        }
    }

    private static Evaluation answer() {
        return new Evaluation.Measured(Map.of(Objective.TOP1, Estimate.exact(70)));
    }

    private static Evaluation after(long millis) {
        try {
            Thread.sleep(millis);
            return answer();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Lines of the journal, or of what is parked. */
    private static long lines(Path file) {
        try {
            return Files.exists(file) ? Files.readString(file).chars().filter(c -> c == '\n').count() : 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @return what was seen at last */
    private static long waitFor(Path file, long wanted) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
        while (lines(file) < wanted && System.nanoTime() < end) {
            after(1);
        }
        return lines(file);
    }

    @Test
    void lines_that_took_a_millisecond_are_written_however_soon_they_follow_one_another() throws IOException {
        CountDownLatch last = new CountDownLatch(1);
        AtomicInteger seen = new AtomicInteger();

        // the second and third are done when the first is; the fourth takes hours
        search(architecture -> switch (number(architecture)) {
            case 0 -> {
                await(last);
                yield after(2);
            }
            case 1, 2 -> after(2);
            default -> {
                last.countDown();
                seen.set((int) waitFor(file(), 3));
                yield answer();
            }
        }, true, 4);

        assertThat(seen).hasValue(3);
    }

    private Path parked() {
        return temp.resolve("journal.parked.jsonl");
    }

    @Test
    void what_is_parked_outlives_a_session_that_stops_before_its_turn() throws IOException {
        search(architecture -> {
            if (number(architecture) > 0) {
                return after(LONG_MILLIS);
            }
            waitFor(parked(), 3);
            throw new EstimateInterruptedException(null);
        }, true, 4);
        assertThat(lines(file())).isZero();

        AtomicInteger asked = new AtomicInteger();
        search(architecture -> answer(), true, () -> asked.getAndIncrement() > 0, 4);
        assertThat(lines(file())).isEqualTo(1);
        assertThat(lines(parked())).isEqualTo(3);

        AtomicInteger evaluated = new AtomicInteger();
        asked.set(0);
        search(architecture -> {
            evaluated.incrementAndGet();
            return answer();
        }, true, () -> asked.getAndIncrement() > 1, 4);
        assertThat(lines(file())).isBetween(2L, 3L);
        assertThat(lines(parked())).as("what is in the journal is not parked any more").isEqualTo(4 - lines(file()));

        search(architecture -> {
            evaluated.incrementAndGet();
            return answer();
        }, true, 4);
        assertThat(evaluated).hasValue(0);
        assertThat(lines(file())).isEqualTo(4);
        assertThat(parked()).doesNotExist();
    }

    @Test
    void an_evaluation_that_cannot_be_parked_is_told_when_all_in_hand_are_journalled() throws IOException {
        CountDownLatch evaluated = new CountDownLatch(1);
        AtomicReference<Thread> worker = new AtomicReference<>();

        assertThatThrownBy(() -> search(architecture -> {
            if (number(architecture) == 0) {
                await(evaluated);
                // it has failed to park, takes no other candidate and waits for work
                while (worker.get().getState() != Thread.State.WAITING) {
                    after(1);
                }
                return answer();
            }
            createDirectory(parked());
            worker.set(Thread.currentThread());
            evaluated.countDown();
            return after(LONG_MILLIS);
        }, true, 40)).hasMessageStartingWith(file() + " cannot be written (journal.parked.jsonl: ").hasMessageEndingWith(
                "What stands in it is kept: make room, then go on with finch resume.");

        Files.delete(parked());
        assertThat(Journal.read(file())).extracting(JournalEntry::id).containsExactly(0L, 1L);
    }

    @Test
    void what_is_finished_when_another_evaluation_cannot_be_stopped_is_kept() throws IOException {
        CountDownLatch stuck = new CountDownLatch(1);

        assertThatThrownBy(() -> search(architecture -> switch (number(architecture)) {
            case 0 -> {
                await(stuck);
                yield after(LONG_MILLIS);
            }
            case 1 -> answer();
            default -> {
                stuck.countDown();
                throw new TimeLimitedEstimator.StuckException(Duration.ofSeconds(1));
            }
        }, true, 40)).isInstanceOf(TimeLimitedEstimator.StuckException.class);

        assertThat(Journal.read(file())).extracting(JournalEntry::id).containsExactly(0L, 1L);
    }

    private static void createDirectory(Path folder) {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void what_another_thread_has_finished_is_kept_while_the_journals_own_evaluates() throws Exception {
        Thread journalling = Thread.currentThread();
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch joined = new CountDownLatch(1);
        AtomicInteger calls = new AtomicInteger();
        AtomicInteger seen = new AtomicInteger(-1);
        executed = () -> {
            if (calls.get() >= QUICK) {
                // the worker has the first of the second batch, on which the journal waits
                await(begun);
            }
        };

        search(architecture -> {
            if (calls.incrementAndGet() <= QUICK) {
                return answer();
            }
            if (Thread.currentThread() != journalling) {
                begun.countDown();
                await(joined);
                return after(LONG_MILLIS);
            }
            joined.countDown();
            seen.set((int) waitFor(parked(), 1));
            return answer();
        }, false, QUICK, 2);

        assertThat(seen).as("seen by the journal's thread, which took part").hasValue(1);
        assertThat(begun.getCount()).isZero();
        assertThat(lines(file())).isEqualTo(QUICK + 2);
    }

    @Test
    void the_journals_thread_takes_no_part_where_an_evaluation_may_be_dear() throws IOException {
        Thread journalling = Thread.currentThread();
        AtomicInteger own = new AtomicInteger();
        CountDownLatch part = new CountDownLatch(1);
        search(architecture -> {
            own.addAndGet(Thread.currentThread() == journalling ? 1 : 0);
            // a thread that could take part comes to do so
            while (number(architecture) == QUICK && own.get() == 0 && journalling.getState() != Thread.State.WAITING) {
                after(1);
            }
            return answer();
        }, true, QUICK, 500);
        assertThat(own).hasValue(0);

        Files.delete(file());
        AtomicInteger calls = new AtomicInteger();
        search(architecture -> {
            if (Thread.currentThread() == journalling) {
                part.countDown();
            } else if (calls.incrementAndGet() > QUICK) {
                await(part);
            }
            return answer();
        }, false, QUICK, 500);
        assertThat(part.getCount()).as("where all are cheap it does").isZero();
    }

    private static List<Candidate> candidates(int from, int to) {
        return GENOMES.subList(from, to).stream().map(g -> new Candidate(g, List.of(), "random", 1)).toList();
    }

    /** @param ahead what is told of before the second generation is asked for, given its candidates */
    private List<Integer> evaluatedAhead(int limit, UnaryOperator<List<Candidate>> ahead, List<Outcome> outcomes) throws IOException {
        List<Integer> begun = Collections.synchronizedList(new ArrayList<>());
        Thread journalling = Thread.currentThread();
        try (Journal journal = Journal.open(file(), warning -> { })) {
            EvaluationLoop loop = new EvaluationLoop(SPACE, architecture -> {
                int number = number(architecture);
                if (number >= QUICK && Thread.currentThread() != journalling) {
                    begun.add(number);
                }
                return answer();
            }, journal, new ParetoFront(List.of(Objective.TOP1)), new Stopper(new StoppingRule.Evaluations(limit), (quantity, most) -> 0), () -> false,
                    RunListener.SILENT, new EvaluationLoop.Workers(threads, 2, false));
            loop.evaluate(0, candidates(0, QUICK));
            List<Candidate> second = candidates(QUICK, QUICK + 20);
            List<Candidate> told = ahead.apply(second);
            told.forEach(candidate -> loop.expect(1, candidate));
            // of those that may be evaluated at all
            long may = Math.min(told.size(), Math.max(0, limit - QUICK));
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
            while (begun.size() < may && System.nanoTime() < end) {
                after(1);
            }
            List<Integer> before = List.copyOf(begun);
            outcomes.addAll(loop.evaluate(1, second));
            return before;
        }
    }

    @Test
    void candidates_told_of_ahead_are_evaluated_while_others_are_made() throws IOException {
        List<Outcome> outcomes = new ArrayList<>();

        List<Integer> before = evaluatedAhead(10_000, second -> second, outcomes);

        assertThat(before).hasSize(20);
        assertThat(outcomes).extracting(Outcome::id).containsExactlyElementsOf(LongStream.range(QUICK, QUICK + 20).boxed().toList());
        assertThat(Journal.read(file())).extracting(JournalEntry::id).containsExactlyElementsOf(LongStream.range(0, QUICK + 20).boxed().toList());
        assertThat(Journal.read(file()).subList(QUICK, QUICK + 20)).extracting(JournalEntry::hash)
                .containsExactlyElementsOf(GENOMES.subList(QUICK, QUICK + 20).stream().map(new GenomeText(SPACE)::hash).toList());
    }

    @Test
    void what_was_told_of_ahead_and_is_not_asked_for_leaves_no_trace() throws IOException {
        List<Outcome> outcomes = new ArrayList<>();

        evaluatedAhead(10_000, second -> candidates(QUICK + 30, QUICK + 50), outcomes);

        assertThat(Journal.read(file()).subList(QUICK, QUICK + 20)).extracting(JournalEntry::hash)
                .containsExactlyElementsOf(GENOMES.subList(QUICK, QUICK + 20).stream().map(new GenomeText(SPACE)::hash).toList());
    }

    @Test
    void no_more_begin_ahead_than_a_rule_lets_evaluate() throws IOException {
        List<Outcome> outcomes = new ArrayList<>();

        List<Integer> before = evaluatedAhead(QUICK + 5, second -> second, outcomes);

        assertThat(before).containsExactlyInAnyOrderElementsOf(IntStream.range(QUICK, QUICK + 5).boxed().toList());
        assertThat(outcomes).hasSize(5);
        assertThat(Journal.read(file())).hasSize(QUICK + 5);

        Files.delete(file());
        outcomes.clear();
        assertThat(evaluatedAhead(QUICK, second -> second, outcomes)).isEmpty();
        assertThat(outcomes).isEmpty();
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(SECONDS, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
