package finch.search.run;

import static org.assertj.core.api.Assertions.assertThat;

import finch.search.ToySpace;
import finch.search.config.Objective;
import finch.search.config.StoppingRule;
import finch.search.evolve.Candidate;
import finch.search.evolve.Estimate;
import finch.search.evolve.Evaluation;
import finch.search.evolve.ParetoFront;
import finch.space.Architecture;
import finch.space.Genome;
import finch.space.SearchSpace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a kill would find of evaluations that are finished while another goes on. */
class EvaluationLoopTest {
    private static final SearchSpace SPACE = new ToySpace(8);
    /** So many quick ones make a search believe that all are. */
    private static final int QUICK = 120;

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
        Random random = new Random(3);
        Set<Genome> genomes = new LinkedHashSet<>();
        try (Journal journal = Journal.open(file(), warning -> { })) {
            EvaluationLoop loop = new EvaluationLoop(SPACE, evaluator, journal, new ParetoFront(List.of(Objective.TOP1)),
                    new Stopper(new StoppingRule.Evaluations(1000), (quantity, limit) -> 0), () -> false, RunListener.SILENT,
                    new EvaluationLoop.Workers(threads, 2, dear));
            for (int batch = 0; batch < batches.length; batch++) {
                List<Candidate> candidates = new ArrayList<>();
                while (candidates.size() < batches[batch]) {
                    Genome genome = SPACE.canonical(SPACE.random(random));
                    if (genomes.add(genome)) {
                        candidates.add(new Candidate(genome, List.of(), "random", 1));
                    }
                }
                loop.evaluate(batch, candidates);
            }
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
        long end = System.nanoTime() + 5_000_000_000L;
        while (lines(file) < wanted && System.nanoTime() < end) {
            after(5);
        }
        return lines(file);
    }

    @Test
    void lines_that_took_a_millisecond_are_written_however_soon_they_follow_one_another() throws IOException {
        AtomicInteger calls = new AtomicInteger();
        AtomicInteger seen = new AtomicInteger();

        // the second and third are done, and too short to be parked, when the first is; the fourth takes hours
        search(architecture -> switch (calls.getAndIncrement()) {
            case 0 -> after(45);
            case 1, 2 -> after(15);
            default -> {
                seen.set((int) waitFor(file(), 3));
                yield answer();
            }
        }, true, 4);

        assertThat(seen).hasValue(3);
    }

    @Test
    void what_another_thread_has_finished_is_kept_while_the_journals_own_evaluates() throws Exception {
        Thread journalling = Thread.currentThread();
        CountDownLatch begun = new CountDownLatch(1);
        AtomicInteger calls = new AtomicInteger();
        AtomicInteger seen = new AtomicInteger(-1);
        Path parked = temp.resolve("journal.parked.jsonl");
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
                return after(100);
            }
            seen.set((int) waitFor(parked, 1));
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

    private static void await(CountDownLatch latch) {
        try {
            latch.await(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
