package finch.search.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import finch.accuracy.AccuracyEstimator;
import finch.latency.Measurement;
import finch.search.config.Accuracy;
import finch.search.config.ConfigReader;
import finch.search.config.SearchConfig;
import finch.search.config.ShippedCatalog;
import finch.search.run.ClusterAddress;
import finch.search.run.ClusterEngine;
import finch.search.run.DeviceLatency;
import finch.search.run.EvaluationCluster;
import finch.search.run.RunListener;
import finch.search.run.RunResult;
import finch.search.run.SearchRun;
import finch.search.run.SearchServices;
import finch.space.Architecture;
import finch.space.SearchSpace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;

/** Searches and workers of the tests, in this JVM and in others. */
final class Processes {
    /** Nobody is taken for gone or slow only because the machine of the tests has other things to do. */
    static final Timing CALM = new Timing(Duration.ofSeconds(10), Duration.ofSeconds(30), 3, Duration.ofHours(1), Duration.ofMillis(200));
    /** As the real one, but quicker to see that somebody is gone or slow. */
    static final Timing QUICK = new Timing(Duration.ofMillis(300), Duration.ofMillis(1500), 3, Duration.ofSeconds(2), Duration.ofMillis(200));
    static final String CONFIG = "schema: 1\nname: clustered\nspace: mobilenetv3\nobjectives: [top1, macs]\naccuracy: { type: surrogate }\nfront: { measure: false }\n"
            + "export: { pick: none }\n";

    private static final int MOST_WAITS = 30_000;

    private Processes() {}

    static SearchConfig config(String more) {
        return ConfigReader.parse("c.yaml", CONFIG + more, Path.of("."), List.of(), new ShippedCatalog());
    }

    /** The estimator, here or at workers. */
    static SearchServices services(AccuracyEstimator estimator, Optional<EvaluationCluster> cluster) {
        SearchServices plain = SearchServices.of(estimator);
        return new SearchServices() {
            @Override
            public AccuracyEstimator accuracy(Accuracy choice, SearchSpace space) throws IOException {
                return plain.accuracy(choice, space);
            }

            @Override
            public Optional<EvaluationCluster> cluster() {
                return cluster;
            }

            @Override
            public DeviceLatency latency(SearchConfig.Device device, SearchSpace space) throws IOException {
                return plain.latency(device, space);
            }

            @Override
            public List<Measurement> time(List<Architecture> networks, SearchConfig.Device device, int runs) {
                return plain.time(networks, device, runs);
            }

            @Override
            public void exportOnnx(Architecture architecture, long weightSeed, Path file) throws IOException {
                plain.exportOnnx(architecture, weightSeed, file);
            }
        };
    }

    /** What the cluster must tell too: the same search in one process. */
    static RunResult alone(String more, Path folder) throws IOException {
        return SearchRun.start(config(more), folder, 2, services(new TestEstimator(0, Optional.empty(), "alone"), Optional.empty()), RunListener.SILENT, () -> false);
    }

    static AccuracyEstimator notHere() {
        return architecture -> {
            throw new AssertionError("estimated in the search's own process");
        };
    }

    /** A worker in a JVM of its own. */
    static final class WorkerMain {
        private WorkerMain() {}

        /** @param arguments port, name, slots, milliseconds of an evaluation, diary, folder */
        public static void main(String[] arguments) throws IOException {
            TestEstimator estimator = new TestEstimator(Long.parseLong(arguments[3]), Optional.of(Path.of(arguments[4])), arguments[1]);
            ClusterEngine.WorkEnd end = new GrpcEngine(CALM).work(new ClusterAddress("127.0.0.1", Integer.parseInt(arguments[0]), Optional.empty()),
                    new ClusterEngine.WorkerSettings(arguments[1], Integer.parseInt(arguments[2]), List.of(), Path.of(arguments[5]), Duration.ofMinutes(5), false),
                    services(estimator, Optional.empty()), new ShippedCatalog(), () -> false, System.out::println);
            System.exit(end == ClusterEngine.WorkEnd.DONE ? 0 : 1);
        }
    }

    /** A search in a JVM of its own, to be killed. */
    static final class SearchMain {
        private SearchMain() {}

        /** @param arguments port, run folder, what its config says beyond the usual */
        public static void main(String[] arguments) throws IOException {
            Path folder = Path.of(arguments[1]);
            try (ClusterEngine.Listening cluster = new GrpcEngine(CALM).listen(new ClusterAddress("127.0.0.1", Integer.parseInt(arguments[0]), Optional.empty()), () -> false,
                    System.out::println)) {
                SearchServices services = services(notHere(), Optional.of(cluster));
                if (Files.exists(folder.resolve("manifest.json"))) {
                    SearchRun.resume(folder, 1, services, RunListener.SILENT, () -> false);
                } else {
                    SearchRun.start(config(arguments[2]), folder, 1, services, RunListener.SILENT, () -> false);
                }
            }
        }
    }

    private static Process java(Path log, Class<?> main, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC",
                "-Xmx128m", "--sun-misc-unsafe-memory-access=allow", "-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile())).start();
    }

    static Process worker(Path temp, int port, String name, int slots, long millis) throws IOException {
        return java(temp.resolve(name + ".log"), WorkerMain.class, Integer.toString(port), name, Integer.toString(slots), Long.toString(millis),
                temp.resolve("diary").toString(), temp.resolve(name).toString());
    }

    static Process search(Path temp, int port, Path folder, String more) throws IOException {
        return java(temp.resolve("search.log"), SearchMain.class, Integer.toString(port), folder.toString(), more);
    }

    static void signal(Process process, String name) throws Exception {
        assertThat(new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor()).isZero();
    }

    /** Something that comes to be. */
    @FunctionalInterface
    interface Check {
        boolean holds() throws Exception;
    }

    /** Waits, counted and not timed: a machine that was stopped for a while has not waited. @param what is told if it was in vain */
    static void await(Check check, Callable<String> what) throws Exception {
        for (int waited = 0; !check.holds(); waited++) {
            if (waited == MOST_WAITS) {
                fail("waited in vain: " + what.call());
            }
            Thread.sleep(5);
        }
    }

    /** What comes of it. */
    static <T> T result(CompletableFuture<T> future, Callable<String> what) throws Exception {
        await(future::isDone, what);
        return future.get();
    }

    static void assertEnds(Process process, int code, Path log) throws Exception {
        await(() -> !process.isAlive(), () -> log + " has not ended: " + Files.readString(log));
        assertThat(process.exitValue()).as(Files.readString(log)).isEqualTo(code);
    }

    static List<String> diary(Path temp) throws IOException {
        Path diary = temp.resolve("diary");
        return Files.exists(diary) ? Files.readAllLines(diary) : List.of();
    }

    /** The journal without what was timed. */
    static List<String> journal(Path folder) throws IOException {
        Path journal = folder.resolve("journal.jsonl");
        return Files.exists(journal) ? Files.readAllLines(journal).stream().map(line -> line.replaceFirst(",\"timing\":\\{[^}]*}", "")).toList() : List.of();
    }

    static void assertSame(Path folder, Path alone) throws IOException {
        assertThat(Files.readString(folder.resolve("front.json"))).isEqualTo(Files.readString(alone.resolve("front.json")));
        assertThat(journal(folder)).isEqualTo(journal(alone));
    }
}
