package finch.space.format;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessLockTest {
    @TempDir
    private Path folder;

    private static void quiet(String warning) {
        throw new AssertionError(warning);
    }

    @Test
    void one_at_a_time_has_it_and_a_passing_file_goes() throws IOException {
        Path file = folder.resolve("a.lock");
        try (ProcessLock _ = ProcessLock.takePassing(file, ProcessLockTest::quiet).orElseThrow()) {
            assertThat(ProcessLock.takePassing(file, ProcessLockTest::quiet)).isEmpty();
        }
        assertThat(file).doesNotExist();
        // as a kill leaves it
        Files.writeString(file, "");
        ProcessLock.takePassing(file, ProcessLockTest::quiet).orElseThrow().close();
        assertThat(file).doesNotExist();
        ProcessLock.take(file, ProcessLockTest::quiet).orElseThrow().close();
        assertThat(file).isEmptyFile();
    }

    /** A lock on a file that its holder has removed since it was opened would keep nobody out. */
    @Test
    void no_two_have_it_while_its_file_comes_and_goes() throws Exception {
        Path file = folder.resolve("a.lock");
        AtomicInteger inside = new AtomicInteger();
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            List<Future<Integer>> taken = new ArrayList<>();
            for (int t = 0; t < 4; t++) {
                taken.add(threads.submit(() -> {
                    int count = 0;
                    for (int i = 0; i < 500; i++) {
                        Optional<ProcessLock> lock = ProcessLock.takePassing(file, ProcessLockTest::quiet);
                        if (lock.isPresent()) {
                            assertThat(inside.incrementAndGet()).isEqualTo(1);
                            count++;
                            inside.decrementAndGet();
                            lock.get().close();
                        }
                    }
                    return count;
                }));
            }
            int all = 0;
            for (Future<Integer> each : taken) {
                all += each.get();
            }
            assertThat(all).isPositive();
        }
        assertThat(file).doesNotExist();
    }
}
