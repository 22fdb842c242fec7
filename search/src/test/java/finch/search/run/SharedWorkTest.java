package finch.search.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class SharedWorkTest {
    private final ExecutorService threads = Executors.newFixedThreadPool(3);

    @AfterEach
    void end() {
        threads.shutdownNow();
    }

    @Test
    void each_part_is_done_once() {
        for (int count : new int[] {0, 1, 8, 9, 1000}) {
            AtomicIntegerArray done = new AtomicIntegerArray(count);
            SharedWork.run(count, done::incrementAndGet, threads, 3);
            for (int i = 0; i < count; i++) {
                assertThat(done.get(i)).as("part %d of %d", i, count).isEqualTo(1);
            }
        }
    }

    @Test
    void other_threads_help() throws InterruptedException {
        Set<Thread> seen = ConcurrentHashMap.newKeySet();
        CountDownLatch all = new CountDownLatch(4);
        SharedWork.run(32, i -> {
            if (seen.add(Thread.currentThread())) {
                all.countDown();
            }
            try {
                all.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }, threads, 3);
        assertThat(seen).hasSize(4).contains(Thread.currentThread());
    }

    @Test
    void threads_that_are_busy_are_not_waited_for() {
        CountDownLatch never = new CountDownLatch(1);
        for (int i = 0; i < 3; i++) {
            threads.execute(() -> {
                try {
                    never.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
        }
        AtomicIntegerArray done = new AtomicIntegerArray(100);
        SharedWork.run(100, done::incrementAndGet, threads, 3);
        assertThat(IntStream.range(0, 100).map(done::get)).containsOnly(1);
        never.countDown();
    }

    @Test
    void a_failure_is_told_and_an_interruption_is_kept() {
        assertThatThrownBy(() -> SharedWork.run(100, i -> {
            if (i == 60) {
                throw new IllegalStateException("part 60");
            }
        }, threads, 3)).hasMessage("part 60");

        Thread.currentThread().interrupt();
        SharedWork.run(100, i -> { }, threads, 3);
        assertThat(Thread.interrupted()).isTrue();
    }
}
