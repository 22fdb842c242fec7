package finch.search.cluster;

import static finch.search.cluster.Processes.assertEnds;
import static finch.search.cluster.Processes.assertSame;
import static finch.search.cluster.Processes.diary;
import static finch.search.cluster.Processes.journal;
import static finch.search.cluster.Processes.worker;
import static org.assertj.core.api.Assertions.assertThat;

import finch.search.run.ClusterAddress;
import finch.search.run.ClusterEngine;
import finch.search.run.RunListener;
import finch.search.run.EvaluationJob;
import finch.search.run.RunResult;
import finch.search.run.RunStatus;
import finch.search.run.SearchRun;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Searches with three workers in processes of their own, some of which are killed, stopped or late. */
class ClusterSearchTest {
    private static final String NSGA2 = "algorithm: { type: nsga2, population: 24, offspring: 24 }\nstop: { evaluations: 120 }\n";

    @TempDir
    private Path temp;
    private final List<Process> processes = new ArrayList<>();
    private final List<String> told = new CopyOnWriteArrayList<>();
    private final AtomicBoolean cancelled = new AtomicBoolean();

    @AfterEach
    void end_what_is_left() {
        processes.forEach(Process::destroyForcibly);
    }

    private Process started(Process process) {
        processes.add(process);
        return process;
    }

    /** A search in this JVM that goes on while the test plays with its workers. */
    private CompletableFuture<RunResult> search(ClusterEngine.Listening cluster, String more, Path folder) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return SearchRun.start(Processes.config(more), folder, 1, Processes.services(Processes.notHere(), Optional.of(cluster)), RunListener.SILENT, cancelled::get);
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }, task -> Thread.ofPlatform().daemon().start(task));
    }

    private ClusterEngine.Listening listening() throws IOException {
        return listening(Processes.CALM);
    }

    private ClusterEngine.Listening listening(Timing timing) throws IOException {
        return new GrpcEngine(timing).listen(new ClusterAddress("127.0.0.1", 0, Optional.empty()), cancelled::get, told::add);
    }

    private void await(String what, Processes.Check check) throws Exception {
        Processes.await(check, () -> what + "; told: " + told);
    }

    private RunResult result(CompletableFuture<RunResult> search) throws Exception {
        return Processes.result(search, () -> "the search has not ended; told: " + told);
    }

    private long ended() throws IOException {
        return diary(temp).stream().filter(line -> line.contains(" ended ")).count();
    }

    /** How often each network was begun. */
    private Map<String, Long> begun() throws IOException {
        return diary(temp).stream().filter(line -> line.contains(" began ")).collect(Collectors.groupingBy(line -> line.replaceFirst(".* ", ""), Collectors.counting()));
    }

    /** What the worker had begun and not ended. */
    private Set<String> unfinished(String worker) throws IOException {
        Set<String> open = new HashSet<>();
        for (String line : diary(temp)) {
            String[] words = line.split(" ");
            if (words[0].equals(worker)) {
                if (words[1].equals("began")) {
                    open.add(words[2]);
                } else {
                    open.remove(words[words.length - 1]);
                }
            }
        }
        return open;
    }

    @ParameterizedTest
    @ValueSource(strings = {NSGA2, "algorithm: { type: regularized-evolution, population: 20, sample: 5 }\nstop: { evaluations: 90 }\n",
            "algorithm: { type: surrogate, initial: 30, batch: 15, pool: 60 }\nstop: { evaluations: 75 }\n", "algorithm: { type: random, batch: 40 }\nstop: { evaluations: 100 }\n"})
    void a_search_with_three_workers_is_bit_equal_to_the_search_in_one_process(String more) throws Exception {
        Processes.alone(more, temp.resolve("alone"));
        List<Process> workers = new ArrayList<>();
        try (ClusterEngine.Listening cluster = listening()) {
            for (int i = 0; i < 3; i++) {
                workers.add(started(worker(temp, cluster.address().port(), "w" + i, 1 + i, 5)));
            }
            // the first to come might do all before the others have started
            cluster.begin(EvaluationJob.of(Processes.config(more)));
            for (int i = 0; i < 3; i++) {
                Path log = temp.resolve("w" + i + ".log");
                await(log + " tells that it joined", () -> Files.readString(log).contains("joined the search"));
            }
            RunResult result = result(search(cluster, more, temp.resolve("clustered")));
            assertThat(result.status()).isEqualTo(RunStatus.FINISHED);
        }
        assertSame(temp.resolve("clustered"), temp.resolve("alone"));
        assertThat(journal(temp.resolve("alone"))).as("failures travel too").anyMatch(line -> line.contains("IllegalStateException: seventeen divides"))
                .anyMatch(line -> line.contains("nineteen divides"));
        assertThat(begun().values()).as("nothing is evaluated twice where nothing goes wrong").containsOnly(1L);
        assertThat(diary(temp).stream().map(line -> line.substring(0, 2)).distinct()).as("all had something to do").contains("w0", "w1", "w2");
        for (int i = 0; i < 3; i++) {
            assertEnds(workers.get(i), 0, temp.resolve("w" + i + ".log"));
        }
    }

    @Tag("slow")
    @Test
    void one_worker_and_then_another_is_killed_and_their_networks_are_evaluated_again_once() throws Exception {
        Processes.alone(NSGA2, temp.resolve("alone"));
        Set<String> lost = new HashSet<>();
        try (ClusterEngine.Listening cluster = listening()) {
            List<Process> workers = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                workers.add(started(worker(temp, cluster.address().port(), "w" + i, 2, 150)));
            }
            CompletableFuture<RunResult> search = search(cluster, NSGA2, temp.resolve("clustered"));
            await("all have begun", () -> diary(temp).stream().map(line -> line.substring(0, 2)).distinct().count() == 3);
            for (int victim = 0; victim < 2; victim++) {
                long before = ended();
                await("the search goes on", () -> ended() >= before + 8);
                String name = "w" + victim;
                await("the victim is evaluating", () -> !unfinished(name).isEmpty());
                workers.get(victim).destroyForcibly().waitFor();
                lost.addAll(unfinished(name));
            }
            RunResult result = result(search);
            assertThat(result.status()).isEqualTo(RunStatus.FINISHED);
        }
        assertSame(temp.resolve("clustered"), temp.resolve("alone"));
        assertThat(lost).isNotEmpty();
        assertThat(told).anyMatch(line -> line.startsWith("worker w0 is lost")).anyMatch(line -> line.startsWith("worker w1 is lost"));
        begun().forEach((network, times) -> {
            if (!lost.contains(network)) {
                assertThat(times).as("network %s was not lost", network).isEqualTo(1);
            } else {
                // twice; or once if the answer had left before the kill, and thrice if both victims had it
                assertThat(times).as("network %s was lost", network).isBetween(1L, 3L);
            }
        });
        assertThat(begun().entrySet().stream().filter(e -> lost.contains(e.getKey())).anyMatch(e -> e.getValue() > 1)).as("lost ones were evaluated again").isTrue();
    }

    @Tag("slow")
    @ParameterizedTest
    @ValueSource(strings = {"algorithm: { type: regularized-evolution, population: 20, sample: 5, in-flight: 12 }\nstop: { evaluations: 120 }\n",
            "algorithm: { type: surrogate, initial: 30, batch: 10, pool: 60, in-flight: 12 }\nstop: { evaluations: 90 }\n"})
    void a_search_in_flight_loses_a_worker_and_its_journal_tells_how_it_went(String more) throws Exception {
        Path folder = temp.resolve("clustered");
        try (ClusterEngine.Listening cluster = listening()) {
            List<Process> workers = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                workers.add(started(worker(temp, cluster.address().port(), "w" + i, 2, 60 + 40 * i)));
            }
            CompletableFuture<RunResult> search = search(cluster, more, folder);
            await("the victim is evaluating", () -> ended() > 20 && !unfinished("w1").isEmpty());
            workers.get(1).destroyForcibly().waitFor();
            assertThat(result(search).status()).isEqualTo(RunStatus.FINISHED);
        }
        assertThat(journal(folder)).hasSize(Integer.parseInt(more.replaceAll("(?s).*evaluations: (\\d+).*", "$1")));
        assertThat(told).anyMatch(line -> line.startsWith("worker w1 is lost"));

        String front = Files.readString(folder.resolve("front.json"));
        Path manifest = folder.resolve("manifest.json");
        Files.writeString(manifest, Files.readString(manifest).replace("\"status\" : \"finished\"", "\"status\" : \"running\""));
        Files.delete(folder.resolve("front.json"));
        List<String> before = journal(folder);
        assertThat(SearchRun.resume(folder, 1, Processes.services(Processes.notHere(), Optional.empty()), RunListener.SILENT, () -> false).status()).isEqualTo(RunStatus.FINISHED);
        assertThat(Files.readString(folder.resolve("front.json"))).isEqualTo(front);
        assertThat(journal(folder)).isEqualTo(before);
    }

    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "a process is stopped with a signal")
    @Tag("slow")
    @Test
    void a_worker_that_falls_silent_is_taken_for_lost_and_joins_again_when_it_can() throws Exception {
        String more = NSGA2.replace("120", "240");
        Processes.alone(more, temp.resolve("alone"));
        try (ClusterEngine.Listening cluster = listening(Processes.QUICK)) {
            List<Process> workers = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                workers.add(started(worker(temp, cluster.address().port(), "w" + i, 2, 300)));
            }
            CompletableFuture<RunResult> search = search(cluster, more, temp.resolve("clustered"));
            await("it is evaluating", () -> ended() > 10 && !unfinished("w1").isEmpty());
            Processes.signal(workers.get(1), "STOP");
            await("it is taken for lost", () -> told.stream().anyMatch(line -> line.startsWith("worker w1 is lost")));
            Processes.signal(workers.get(1), "CONT");
            await("it joins again", () -> told.stream().filter(line -> line.startsWith("worker w1 joined")).count() == 2);
            RunResult result = result(search);
            assertThat(result.status()).isEqualTo(RunStatus.FINISHED);
        }
        assertSame(temp.resolve("clustered"), temp.resolve("alone"));
        assertEnds(processes.get(1), 0, temp.resolve("w1.log"));
    }

    @Tag("slow")
    @Test
    void workers_that_a_network_cuts_off_are_taken_for_lost_and_join_again_when_it_heals() throws Exception {
        String more = NSGA2.replace("120", "240");
        Processes.alone(more, temp.resolve("alone"));
        try (ClusterEngine.Listening cluster = listening(Processes.QUICK); Relay relay = new Relay(cluster.address().port())) {
            started(worker(temp, cluster.address().port(), "w0", 2, 300));
            for (int i = 1; i < 3; i++) {
                started(worker(temp, relay.port(), "w" + i, 2, 300));
            }
            CompletableFuture<RunResult> search = search(cluster, more, temp.resolve("clustered"));
            await("both sides are evaluating", () -> ended() > 10 && !unfinished("w1").isEmpty() && !unfinished("w2").isEmpty());
            relay.cut();
            await("they are taken for lost", () -> List.of("w1", "w2").stream().allMatch(name -> told.stream().anyMatch(line -> line.startsWith("worker " + name + " is lost"))));
            long before = ended();
            await("the search goes on without them", () -> ended() > before + 3);
            relay.heal();
            await("they join again", () -> List.of("w1", "w2").stream().allMatch(name -> told.stream().filter(line -> line.startsWith("worker " + name + " joined")).count() >= 2));
            RunResult result = result(search);
            assertThat(result.status()).isEqualTo(RunStatus.FINISHED);
        }
        assertSame(temp.resolve("clustered"), temp.resolve("alone"));
        for (int i = 0; i < 3; i++) {
            assertEnds(processes.get(i), 0, temp.resolve("w" + i + ".log"));
        }
    }

    @Tag("slow")
    @Test
    void a_worker_that_is_slow_does_not_hold_the_generation() throws Exception {
        String more = "algorithm: { type: random, batch: 12 }\nstop: { evaluations: 36 }\n";
        Processes.alone(more, temp.resolve("alone"));
        try (ClusterEngine.Listening cluster = listening(Processes.QUICK)) {
            started(worker(temp, cluster.address().port(), "slow", 1, 600_000));
            CompletableFuture<RunResult> search = search(cluster, more, temp.resolve("clustered"));
            await("it has begun", () -> !unfinished("slow").isEmpty());
            started(worker(temp, cluster.address().port(), "w1", 2, 50));
            RunResult result = result(search);
            assertThat(result.status()).isEqualTo(RunStatus.FINISHED);
        }
        assertSame(temp.resolve("clustered"), temp.resolve("alone"));
        assertThat(told).anyMatch(line -> line.startsWith("worker slow has been evaluating a network for "));
        assertThat(diary(temp)).as("its evaluation was broken off when the other had answered").anyMatch(line -> line.startsWith("slow broke off"));
    }

    @Tag("slow")
    @Test
    void workers_may_come_before_the_search_or_in_its_midst() throws Exception {
        Processes.alone(NSGA2, temp.resolve("alone"));
        int port;
        try (ServerSocket socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        Process early = started(worker(temp, port, "w0", 1, 60));
        await("it looks for the search", () -> Files.exists(temp.resolve("w0.log")) && Files.readString(temp.resolve("w0.log")).contains("there is no search at"));
        try (ClusterEngine.Listening cluster = new GrpcEngine(Processes.CALM).listen(new ClusterAddress("127.0.0.1", port, Optional.empty()), cancelled::get, told::add)) {
            CompletableFuture<RunResult> search = search(cluster, NSGA2, temp.resolve("clustered"));
            await("it goes on with one", () -> ended() > 5);
            started(worker(temp, port, "w1", 2, 60));
            await("the other has work", () -> diary(temp).stream().anyMatch(line -> line.startsWith("w1 ended")));
            assertThat(result(search).status()).isEqualTo(RunStatus.FINISHED);
        }
        assertSame(temp.resolve("clustered"), temp.resolve("alone"));
        assertEnds(early, 0, temp.resolve("w0.log"));
    }

    @Tag("slow")
    @Test
    void the_search_is_killed_and_resumed_while_its_workers_wait() throws Exception {
        Processes.alone(NSGA2, temp.resolve("alone"));
        int port;
        try (ServerSocket socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        Path folder = temp.resolve("clustered");
        Process search = started(Processes.search(temp, port, folder, NSGA2));
        for (int i = 0; i < 3; i++) {
            started(worker(temp, port, "w" + i, 2, 100));
        }
        int kept = 0;
        for (int kill = 0; kill < 2; kill++) {
            int enough = kept + 20;
            await("the journal grows", () -> journal(folder).size() >= enough);
            search.destroyForcibly().waitFor();
            kept = journal(folder).size();
            assertThat(kept).as("killed in its midst").isBetween(20, 119);
            search = started(Processes.search(temp, port, folder, NSGA2));
        }
        assertEnds(search, 0, temp.resolve("search.log"));
        assertSame(folder, temp.resolve("alone"));
        for (int i = 0; i < 3; i++) {
            assertEnds(processes.get(1 + i), 0, temp.resolve("w" + i + ".log"));
        }
    }

    @Tag("slow")
    @Test
    void a_search_that_is_stopped_without_workers_leaves_a_run_that_goes_on_with_them() throws Exception {
        Processes.alone(NSGA2, temp.resolve("alone"));
        try (ClusterEngine.Listening cluster = listening()) {
            CompletableFuture<RunResult> search = search(cluster, NSGA2, temp.resolve("clustered"));
            await("it says what is missing", () -> told.stream().anyMatch(line -> line.startsWith("no worker is here; one is started with: finch worker --join 127.0.0.1:")));
            cancelled.set(true);
            assertThat(result(search).status()).isEqualTo(RunStatus.INTERRUPTED);
        }
        cancelled.set(false);
        try (ClusterEngine.Listening cluster = listening()) {
            started(worker(temp, cluster.address().port(), "w0", 4, 1));
            RunResult result = SearchRun.resume(temp.resolve("clustered"), 1, Processes.services(Processes.notHere(), Optional.of(cluster)), RunListener.SILENT, () -> false);
            assertThat(result.status()).isEqualTo(RunStatus.FINISHED);
        }
        assertSame(temp.resolve("clustered"), temp.resolve("alone"));
    }
}
