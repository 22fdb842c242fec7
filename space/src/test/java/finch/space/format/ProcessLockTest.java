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

    /** Locks of one process are kept apart by the JVM itself, whatever the operating system holds; only another process tells. */
    @Test
    void another_process_is_kept_out_until_the_first_has_ended() throws Exception {
        Path file = folder.resolve("a.lock");
        Process holder = process("hold", file);
        assertThat(answer(holder)).isEqualTo("has it");
        assertThat(ProcessLock.takePassing(file, ProcessLockTest::quiet)).isEmpty();
        assertThat(ProcessLock.take(file, ProcessLockTest::quiet)).isEmpty();
        holder.destroyForcibly().waitFor();
        try (ProcessLock _ = ProcessLock.takePassing(file, ProcessLockTest::quiet).orElseThrow()) {
            assertThat(answer(process("try", file))).isEqualTo("refused");
            assertThat(ProcessLock.takePassing(file, ProcessLockTest::quiet)).as("a second part of this process").isEmpty();
            assertThat(answer(process("try", file))).as("after that").isEqualTo("refused");
        }
        assertThat(answer(process("try", file))).isEqualTo("has it");
    }

    private static Process process(String what, Path file) throws IOException {
        return new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp", System.getProperty("java.class.path"),
                Other.class.getName(), what, file.toString()).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    }

    private static String answer(Process process) throws IOException {
        return process.inputReader().readLine();
    }

    /** The other process. */
    static final class Other {
        private Other() {}

        public static void main(String[] arguments) throws IOException {
            Optional<ProcessLock> lock = ProcessLock.takePassing(Path.of(arguments[1]), ProcessLockTest::quiet);
            System.out.println(lock.isPresent() ? "has it" : "refused");
            if (arguments[0].equals("hold")) {
                // until it is killed
                System.in.read();
            }
            if (lock.isPresent()) {
                lock.get().close();
            }
        }
    }
}
