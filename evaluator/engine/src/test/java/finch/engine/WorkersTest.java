package finch.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import finch.engine.kernel.Slice;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.Test;

class WorkersTest {
    /** Counts its runs and throws in some parts. */
    private static final class Counting extends Step {
        private final IntPredicate fails;
        private final AtomicIntegerArray runs = new AtomicIntegerArray(8);

        Counting(IntPredicate fails) {
            super("counting");
            this.fails = fails;
        }

        @Override
        void run(Slice[] tensors, Scratch scratch, int part, int parts) {
            runs.incrementAndGet(part);
            if (fails.test(part)) {
                throw new IllegalArgumentException("in part " + part);
            }
        }
    }

    private static void run(Workers workers, Step step, int parts) {
        workers.run(step, new Slice[0], new Scratch[parts]);
    }

    /** Each part ran once more; nothing of an earlier failure comes up again. */
    private static void assertSound(Workers workers, int parts) {
        Counting step = new Counting(part -> false);
        for (int i = 0; i < 100; i++) {
            run(workers, step, parts);
        }
        for (int part = 0; part < parts; part++) {
            assertThat(step.runs.get(part)).isEqualTo(100);
        }
    }

    @Test
    void a_failure_in_a_worker_reaches_the_caller_as_the_cause() {
        try (Workers workers = new Workers(2)) {
            assertThatThrownBy(() -> run(workers, new Counting(part -> part == 1), 2)).isInstanceOf(IllegalStateException.class)
                    .hasMessage("step counting failed in a worker thread").hasRootCauseMessage("in part 1");
            assertSound(workers, 2);
        }
    }

    @Test
    void a_failure_in_the_callers_part_comes_as_it_is_when_the_workers_are_done() {
        try (Workers workers = new Workers(3)) {
            Counting step = new Counting(part -> part == 0);
            assertThatThrownBy(() -> run(workers, step, 3)).isInstanceOf(IllegalArgumentException.class).hasMessage("in part 0").hasNoSuppressedExceptions();
            assertThat(step.runs.get(1) + step.runs.get(2)).isEqualTo(2);
            assertSound(workers, 3);
        }
    }

    @Test
    void failures_in_all_parts_come_together() {
        try (Workers workers = new Workers(3)) {
            assertThatThrownBy(() -> run(workers, new Counting(part -> true), 3)).hasMessage("in part 0")
                    .satisfies(e -> assertThat(e.getSuppressed()).hasSize(1).allSatisfy(other -> assertThat(other.getSuppressed()).hasSize(1)));
            assertSound(workers, 3);
        }
    }

    @Test
    void one_exception_thrown_in_all_parts_comes_once() {
        RuntimeException same = new IllegalArgumentException("the same");
        Step step = new Step("same") {
            @Override
            void run(Slice[] tensors, Scratch scratch, int part, int parts) {
                throw same;
            }
        };
        try (Workers workers = new Workers(3)) {
            assertThatThrownBy(() -> run(workers, step, 3)).isSameAs(same).hasNoSuppressedExceptions();
            assertSound(workers, 3);
        }
    }

    @Test
    void idle_workers_sleep_even_after_an_interrupt() throws InterruptedException {
        Set<Thread> before = WorkerThreads.alive();
        try (Workers workers = new Workers(2)) {
            assertSound(workers, 2);
            Thread worker = WorkerThreads.since(before).iterator().next();
            WorkerThreads.awaitAsleep(worker);
            assertThat(WorkerThreads.idleTime(worker)).isLessThan(Duration.ofMillis(100));
            worker.interrupt();
            WorkerThreads.await("the interrupt is cleared", () -> !worker.isInterrupted());
            assertThat(WorkerThreads.idleTime(worker)).isLessThan(Duration.ofMillis(100));
            assertThat(worker.isAlive()).isTrue();
            assertSound(workers, 2);
        }
    }

    @Test
    void a_worker_interrupted_while_it_works_goes_on() {
        Step interrupting = new Step("interrupting") {
            @Override
            void run(Slice[] tensors, Scratch scratch, int part, int parts) {
                if (part > 0) {
                    Thread.currentThread().interrupt();
                }
            }
        };
        try (Workers workers = new Workers(2)) {
            for (int i = 0; i < 50; i++) {
                run(workers, interrupting, 2);
            }
            assertSound(workers, 2);
        }
    }

    @Test
    void threads_that_the_system_did_give_end_when_it_gives_no_more() {
        List<Thread> given = new ArrayList<>();
        assertThatThrownBy(() -> new Workers(4, work -> {
            if (given.size() == 2) {
                throw new OutOfMemoryError("unable to create native thread");
            }
            given.add(Thread.ofPlatform().daemon().unstarted(work));
            return given.getLast();
        })).isInstanceOf(IllegalStateException.class).hasMessageContaining("cannot start the 3 threads").hasMessageContaining("fewer threads");
        assertThat(given).hasSize(2);
        WorkerThreads.assertGone(Set.copyOf(given));
    }
}
