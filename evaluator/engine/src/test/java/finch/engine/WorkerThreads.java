package finch.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/** The engine's threads of this JVM, as anyone can see them. */
final class WorkerThreads {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private WorkerThreads() {}

    static Set<Thread> alive() {
        return Thread.getAllStackTraces().keySet().stream().filter(thread -> thread.getName().startsWith("finch-inference-")).collect(Collectors.toSet());
    }

    /** Those started since. */
    static Set<Thread> since(Set<Thread> before) {
        return alive().stream().filter(thread -> !before.contains(thread)).collect(Collectors.toSet());
    }

    static void assertGone(Set<Thread> threads) {
        await("workers end", () -> threads.stream().noneMatch(Thread::isAlive));
    }

    static void awaitAsleep(Thread thread) {
        await(thread.getName() + " sleeps", () -> thread.getState() == Thread.State.WAITING);
    }

    /** The CPU time that a thread takes in half a second in which nobody asks anything of it. */
    static Duration idleTime(Thread thread) throws InterruptedException {
        long before = ManagementFactory.getThreadMXBean().getThreadCpuTime(thread.threadId());
        Thread.sleep(500);
        return Duration.ofNanos(ManagementFactory.getThreadMXBean().getThreadCpuTime(thread.threadId()) - before);
    }

    static void await(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as(what).isLessThan(end);
            Thread.yield();
        }
    }
}
