package finch.search.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import finch.search.evolve.Evaluation;
import finch.search.run.ClusterAddress;
import finch.search.run.ClusterEngine;
import finch.search.run.EvaluationJob;
import finch.search.run.RunListener;
import finch.search.run.SearchRun;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Evaluations that sleep for 200 ms, on 2 to 32 slots of three workers beside the search: four processes. The time is that from when the search begins to propose
 * until its last evaluation is journalled. In batches that includes the ends of generations, where slots stand idle; in flight, twice as many networks
 * are proposed as there are slots. {@code -Dfinch.scaling.rounds=50} evaluates more a slot.
 */
class ScalingTable {
    private static final long MILLIS = 200;
    private static final int WORKERS = 3;
    private static final int ROUNDS = Integer.getInteger("finch.scaling.rounds", 25);
    /** Evaluations of a slot while its JVM is cold. */
    private static final int COLD = 5;

    @TempDir
    private Path temp;

    @Test
    void prints_how_busy_the_slots_are() throws Exception {
        List<String> table = new ArrayList<>();
        for (int slots = 2; slots <= 32; slots *= 2) {
            String more = "stop: { evaluations: " + ROUNDS * slots + " }\n";
            table.add(row("in batches", slots, "algorithm: { type: random, batch: " + 5 * slots + " }\n" + more));
            table.add(row("in flight", slots, "algorithm: { type: regularized-evolution, population: " + 2 * slots + ", sample: 4, in-flight: " + 2 * slots + " }\n" + more));
        }
        System.out.println("| slots | evaluations | | seconds | evaluations/s | efficiency | without the first " + COLD + " of a slot |\n|---|---|---|---|---|---|---|\n"
                + String.join("\n", table));
    }

    private String row(String how, int slots, String more) throws Exception {
        long[] ended = ended(slots, how, more);
        double seconds = (ended[ROUNDS * slots] - ended[0]) / 1e9;
        double warm = (ended[ROUNDS * slots] - ended[COLD * slots]) / 1e9;
        return String.format(Locale.ROOT, "| %d | %d | %s | %.2f | %.1f | %.3f | %.3f |", slots, ROUNDS * slots, how, seconds, ROUNDS * slots / seconds,
                ROUNDS * MILLIS / 1e3 / seconds, (ROUNDS - COLD) * MILLIS / 1e3 / warm);
    }

    /** When the search began, and when each of its evaluations came into the journal, in nanoseconds. */
    private long[] ended(int slots, String how, String more) throws Exception {
        Path folder = temp.resolve(slots + " " + how);
        List<String> told = new CopyOnWriteArrayList<>();
        List<Process> workers = new ArrayList<>();
        long[] times = new long[1 + ROUNDS * slots];
        try (ClusterEngine.Listening cluster = new GrpcEngine().listen(new ClusterAddress("127.0.0.1", 0, Optional.empty()), () -> false, told::add)) {
            int processes = Math.min(WORKERS, slots);
            for (int i = 0; i < processes; i++) {
                workers.add(Processes.worker(temp, cluster.address().port(), "w" + slots + "-" + i, (slots + i) / processes, MILLIS));
            }
            cluster.begin(EvaluationJob.of(Processes.config(more)));
            while (told.stream().filter(line -> line.contains(" joined ")).count() < processes) {
                Thread.sleep(10);
            }
            SearchRun.start(Processes.config(more), folder, 1, Processes.services(Processes.notHere(), Optional.of(cluster)), new RunListener() {
                @Override
                public void stage(String name, String detail) {
                    if (name.equals("searching")) {
                        times[0] = System.nanoTime();
                    }
                }

                @Override
                public void evaluated(long count, long limit, int generation, int frontSize, Evaluation evaluation) {
                    times[(int) count] = System.nanoTime();
                }
            }, () -> false);
        } finally {
            workers.forEach(Process::destroyForcibly);
        }
        assertThat(Processes.journal(folder)).hasSize(ROUNDS * slots);
        return times;
    }
}
