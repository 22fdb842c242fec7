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
 * until its last evaluation is journalled, ends of generations included, where slots stand idle.
 */
class ScalingTable {
    private static final long MILLIS = 200;
    private static final int WORKERS = 3;
    private static final int ROUNDS = 25;

    @TempDir
    private Path temp;

    @Test
    void prints_how_busy_the_slots_are() throws Exception {
        List<String> table = new ArrayList<>();
        for (int slots = 2; slots <= 32; slots *= 2) {
            double seconds = seconds(slots);
            double efficiency = ROUNDS * MILLIS / 1000.0 / seconds;
            table.add(String.format(Locale.ROOT, "| %d | %d | %.2f | %.1f | %.3f |", slots, ROUNDS * slots, seconds, ROUNDS * slots / seconds, efficiency));
        }
        System.out.println("| slots | evaluations | seconds | evaluations/s | efficiency |\n|---|---|---|---|---|\n" + String.join("\n", table));
    }

    /** Generations of five evaluations a slot. */
    private double seconds(int slots) throws Exception {
        String more = "algorithm: { type: random, batch: " + 5 * slots + " }\nstop: { evaluations: " + ROUNDS * slots + " }\n";
        Path folder = temp.resolve("slots-" + slots);
        List<String> told = new CopyOnWriteArrayList<>();
        List<Process> workers = new ArrayList<>();
        long[] times = new long[2];
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
                    times[1] = System.nanoTime();
                }
            }, () -> false);
        } finally {
            workers.forEach(Process::destroyForcibly);
        }
        assertThat(Processes.journal(folder)).hasSize(ROUNDS * slots);
        return (times[1] - times[0]) / 1e9;
    }
}
