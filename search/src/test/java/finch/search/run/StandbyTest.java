package finch.search.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

class StandbyTest {
    private static EvaluationBatch batch() {
        return new EvaluationBatch(null, null, null, null, true);
    }

    @Test
    void nobody_takes_a_batch_while_nobody_is_awake() {
        Standby standby = Standby.of(1);

        assertThat(standby.hand(batch())).isFalse();
        assertThat(standby.next()).as("nor later").isNull();
        assertThat(standby.hand(batch())).isFalse();
    }

    @Test
    void with_more_threads_than_processors_nobody_stays_awake() {
        Standby standby = Standby.of(Runtime.getRuntime().availableProcessors() + 1);
        int[] looks = {0};

        assertThat(standby.awaits(() -> ++looks[0] > 1)).isFalse();
        assertThat(looks[0]).isOne();
    }

    /** Also one that is handed over in the moment in which the last worker falls asleep. */
    @RepeatedTest(3)
    void each_batch_that_is_taken_is_taken_once() throws InterruptedException {
        Standby standby = Standby.of(1);
        Queue<EvaluationBatch> taken = new ConcurrentLinkedQueue<>();
        AtomicBoolean ended = new AtomicBoolean();
        Thread[] workers = new Thread[2];
        for (int i = 0; i < workers.length; i++) {
            workers[i] = Thread.ofPlatform().start(() -> {
                while (!ended.get()) {
                    EvaluationBatch batch = standby.next();
                    if (batch != null) {
                        taken.add(batch);
                    }
                }
            });
        }
        List<EvaluationBatch> handed = new ArrayList<>();
        Random random = new Random(1);
        for (int i = 0; i < 2000; i++) {
            EvaluationBatch batch = batch();
            if (standby.hand(batch)) {
                handed.add(batch);
            }
            long until = System.nanoTime() + random.nextInt(20_000) * (i % 50 == 0 ? 60L : 1);
            while (System.nanoTime() < until) {
                Thread.onSpinWait();
            }
        }
        ended.set(true);
        for (Thread worker : workers) {
            worker.join();
        }
        for (EvaluationBatch left = standby.next(); left != null; left = standby.next()) {
            taken.add(left);
        }
        assertThat(handed).isNotEmpty();
        assertThat(taken).containsExactlyInAnyOrderElementsOf(handed);
    }
}
