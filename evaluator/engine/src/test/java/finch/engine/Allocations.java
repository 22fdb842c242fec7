package finch.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import finch.space.network.Network;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Counts the bytes that running allocates, in the caller and in the workers, exactly.
 *
 * <p>Reading the counters allocates nothing, which {@link #assertCountersAreFree} shows, so nothing is subtracted. What a cold
 * engine allocates are vectors: as long as C2 has not compiled a kernel, each of its lane operations boxes its result, and
 * one that is called once a run, such as the pooling's, is compiled last: after some 800 runs it still showed as 1,152 bytes a run.
 * Beside that, something allocates 224 bytes once, mostly in the second hundred of runs, but once it came in a worker after
 * 200 clean runs; what it is has not been found. So an engine is warm when 200 runs in succession are clean, and then one of a
 * few thousands of runs must be: what allocates every thousandth run, or more often, does not pass.
 */
final class Allocations {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int ROUND = 50;
    private static final int CLEAN_ROUNDS = 4;
    private static final int MOST_ROUNDS = 200;
    private static final int RUNS = 1000;
    private static final int ATTEMPTS = 3;

    private Allocations() {}

    static void assertCountersAreFree() {
        List<Thread> self = List.of(Thread.currentThread());
        long[] first = new long[1];
        long[] second = new long[1];
        for (int i = 0; i < 20; i++) {
            read(self, first);
            read(self, second);
            assertThat(second).as("bytes allocated by reading the counters").isEqualTo(first);
        }
    }

    /** After warm-up, 1000 runs must allocate nothing in any thread. */
    static void assertNone(Network network, int threads) {
        Set<Thread> others = WorkerThreads.alive();
        try (Inference inference = Plan.compile(network, Weights.seeded(network, 1), PlanOptions.defaults().withThreads(threads)).newInference()) {
            List<Thread> own = new ArrayList<>(WorkerThreads.since(others));
            own.addFirst(Thread.currentThread());
            assertThat(own).hasSize(threads);
            float[] input = WholeNetworkTest.input(network, 1, 1);
            float[] output = new float[network.output().size()];
            assertThat(inference.warmUp(Duration.ofMinutes(2))).as("warm-up of %s", network.name()).isTrue();
            int clean = 0;
            for (int round = 0; clean < CLEAN_ROUNDS; round++) {
                assertThat(round).as("rounds of %d runs of %s that still allocate", ROUND, network.name()).isLessThan(MOST_ROUNDS);
                clean = sum(bytes(inference, own, input, output, ROUND)) == 0 ? clean + 1 : 0;
            }
            long[] bytes = bytes(inference, own, input, output, RUNS);
            for (int attempt = 1; attempt < ATTEMPTS && sum(bytes) != 0; attempt++) {
                bytes = bytes(inference, own, input, output, RUNS);
            }
            assertThat(bytes).as("bytes per thread in %d runs of %s with %d threads", RUNS, network.name(), threads)
                    .containsOnly(0);
        }
    }

    private static long[] bytes(Inference inference, List<Thread> threads, float[] input, float[] output, int runs) {
        long[] before = new long[threads.size()];
        long[] bytes = new long[threads.size()];
        read(threads, before);
        for (int run = 0; run < runs; run++) {
            inference.run(input, output);
        }
        read(threads, bytes);
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] -= before[i];
        }
        return bytes;
    }

    private static void read(List<Thread> threads, long[] bytes) {
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = THREADS.getThreadAllocatedBytes(threads.get(i).threadId());
        }
    }

    private static long sum(long[] bytes) {
        long sum = 0;
        for (long b : bytes) {
            sum += b;
        }
        return sum;
    }
}
