package finch.engine;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;

/**
 * Repeats what is not compiled yet. Allocation tells: steps allocate nothing once the compiler has seen their vectors, and
 * an object for each vector before. Only this thread's is counted: the others call the same kernels. On a JVM that does not
 * count allocations, and for kernels without vectors, each step runs once.
 */
final class WarmUp {
    /** Time of one step before the next one's turn: the compiler works behind, so waiting for it here would be wasted. */
    private static final long SLICE_NANOS = 20_000_000;
    private static final java.lang.management.ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final long start = System.nanoTime();
    private final long most;
    /** Whether the last pass met a step that allocates; at first none is known not to. */
    private boolean cold = true;

    WarmUp(Duration most) {
        this.most = most.toNanos();
    }

    /** Whether another pass over all steps is worth it. Begins it. */
    boolean another() {
        boolean another = cold && inTime();
        if (another) {
            cold = false;
        }
        return another;
    }

    /** Whether the last pass met no step that allocates. */
    boolean warm() {
        return !cold;
    }

    /** Runs a step once, and again while it allocates, for at most a slice of time. */
    void repeat(Runnable step) {
        long end = System.nanoTime() + SLICE_NANOS;
        boolean allocates;
        do {
            long before = allocated();
            step.run();
            allocates = allocated() != before;
        } while (allocates && System.nanoTime() - end < 0 && inTime());
        cold |= allocates;
    }

    private boolean inTime() {
        return System.nanoTime() - start < most && !Thread.currentThread().isInterrupted();
    }

    private static long allocated() {
        return THREADS instanceof ThreadMXBean hotspot && hotspot.isThreadAllocatedMemoryEnabled() ? hotspot.getCurrentThreadAllocatedBytes() : 0;
    }
}
