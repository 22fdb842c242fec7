package finch.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import finch.engine.kernel.KernelSet;
import finch.engine.kernel.Kernels;
import finch.space.Extent;
import finch.space.network.Network;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Threads, interrupts, closing and failures around one inference. */
class ConcurrentUseTest {
    private static final Network NETWORK = Network.of(TestNetworks.mobileNetV3Small().atResolution(Extent.square(48)));
    private static final Weights WEIGHTS = Weights.seeded(NETWORK, 1);
    private static final float[] INPUT = WholeNetworkTest.input(NETWORK, 1, 2);
    private static final float[] EXPECTED = WholeNetworkTest.run(NETWORK, WEIGHTS, PlanOptions.defaults(), INPUT);

    private static Plan plan(int threads) {
        return Plan.compile(NETWORK, WEIGHTS, PlanOptions.defaults().withThreads(threads));
    }

    /** The usual kernels, but something happens before each pooling, which each thread does a part of. */
    private static Plan plan(int threads, Runnable beforePooling) {
        Kernels sound = KernelSet.AUTO.kernels();
        Kernels kernels = (Kernels) Proxy.newProxyInstance(Kernels.class.getClassLoader(), new Class<?>[] {Kernels.class}, (_, method, arguments) -> {
            if (method.getName().equals("globalAverage")) {
                beforePooling.run();
            }
            try {
                return method.invoke(sound, arguments);
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        });
        return Plan.compile(NETWORK, WEIGHTS, PlanOptions.defaults().withThreads(threads), kernels, Chains.Caches.USUAL);
    }

    private static void assertRuns(Inference inference) {
        float[] output = new float[EXPECTED.length];
        inference.run(INPUT, output);
        assertThat(output).containsExactly(EXPECTED);
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void one_plan_serves_many_threads_at_once(int threads) throws Exception {
        Plan plan = plan(threads);
        List<Callable<Boolean>> callers = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            float[] input = WholeNetworkTest.input(NETWORK, 1, i % 4);
            float[] wanted = WholeNetworkTest.run(NETWORK, WEIGHTS, PlanOptions.defaults(), input);
            callers.add(() -> {
                try (Inference inference = plan.newInference()) {
                    float[] output = new float[wanted.length];
                    for (int run = 0; run < 20; run++) {
                        inference.run(input, output);
                        assertThat(output).containsExactly(wanted);
                    }
                    return true;
                }
            });
        }
        try (var pool = Executors.newFixedThreadPool(4)) {
            for (Future<Boolean> answer : pool.invokeAll(callers)) {
                assertThat(answer.get()).isTrue();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void a_second_thread_is_refused_and_the_first_not_disturbed(int threads) throws Exception {
        CountDownLatch within = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        Plan plan = plan(threads, () -> {
            within.countDown();
            await(go);
        });
        try (Inference inference = plan.newInference(); var pool = Executors.newSingleThreadExecutor()) {
            Future<?> first = pool.submit(() -> assertRuns(inference));
            await(within);
            try {
                assertThatThrownBy(() -> inference.run(INPUT, new float[EXPECTED.length])).isInstanceOf(IllegalStateException.class)
                        .hasMessage("this inference of network v3-small is running in another thread; maybe give each thread one of its own");
                assertThatThrownBy(() -> inference.time(INPUT, new long[plan.stepNames().size()])).isInstanceOf(IllegalStateException.class);
            } finally {
                go.countDown();
            }
            first.get();
            assertRuns(inference);
        }
    }

    @Test
    void a_run_goes_to_its_end_when_another_thread_closes() throws Exception {
        CountDownLatch within = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        Plan plan = plan(2, () -> {
            within.countDown();
            await(go);
        });
        Set<Thread> before = WorkerThreads.alive();
        Inference inference = plan.newInference();
        Set<Thread> workers = WorkerThreads.since(before);
        try (var pool = Executors.newSingleThreadExecutor()) {
            Future<?> first = pool.submit(() -> assertRuns(inference));
            await(within);
            inference.close();
            go.countDown();
            first.get();
            WorkerThreads.assertGone(workers);
            assertThatThrownBy(() -> assertRuns(inference)).isInstanceOf(IllegalStateException.class).hasMessage("this inference is closed");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void an_interrupted_thread_runs_to_the_end_and_stays_interrupted(int threads) {
        try (Inference inference = plan(threads).newInference()) {
            Thread.currentThread().interrupt();
            try {
                for (int run = 0; run < 20; run++) {
                    assertRuns(inference);
                }
            } finally {
                assertThat(Thread.interrupted()).isTrue();
            }
        }
    }

    @Test
    void interrupted_workers_go_on() {
        Set<Thread> before = WorkerThreads.alive();
        try (Inference inference = plan(3).newInference()) {
            Set<Thread> workers = WorkerThreads.since(before);
            assertThat(workers).hasSize(2);
            for (int run = 0; run < 20; run++) {
                workers.forEach(Thread::interrupt);
                assertRuns(inference);
            }
            assertThat(workers).allMatch(Thread::isAlive);
        }
    }

    @Test
    void closing_ends_the_worker_threads_and_refuses_runs() {
        Set<Thread> before = WorkerThreads.alive();
        Inference inference = plan(3).newInference();
        Set<Thread> workers = WorkerThreads.since(before);
        assertThat(workers).hasSize(2);
        assertRuns(inference);
        inference.close();
        WorkerThreads.assertGone(workers);
        inference.close();
        assertThatThrownBy(() -> assertRuns(inference)).isInstanceOf(IllegalStateException.class).hasMessage("this inference is closed");
        assertThatThrownBy(() -> inference.time(INPUT, new long[plan(1).stepNames().size()])).isInstanceOf(IllegalStateException.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void after_a_failed_step_the_next_run_is_as_any_other(int threads) {
        AtomicReference<RuntimeException> failure = new AtomicReference<>();
        Plan plan = plan(threads, () -> {
            RuntimeException e = failure.get();
            if (e != null) {
                throw e;
            }
        });
        try (Inference inference = plan.newInference()) {
            for (int i = 0; i < 3; i++) {
                failure.set(new IllegalArgumentException("on purpose"));
                assertThatThrownBy(() -> assertRuns(inference)).hasStackTraceContaining("on purpose");
                assertThatThrownBy(() -> inference.time(INPUT, new long[plan.stepNames().size()])).hasStackTraceContaining("on purpose");
                failure.set(null);
                assertRuns(inference);
            }
        }
    }
}
