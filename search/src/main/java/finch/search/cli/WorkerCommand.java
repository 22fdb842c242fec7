package finch.search.cli;

import finch.search.config.ConfigReader;
import finch.search.config.SearchConfig;
import finch.search.config.ShippedCatalog;
import finch.search.run.ClusterAddress;
import finch.search.run.ClusterEngine;
import finch.search.run.EvaluationCluster;
import finch.search.run.EvaluationsStuckException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "worker", description = "Evaluates networks for a search on another machine (finch search --cluster).",
        footer = {"  finch worker --join 127.0.0.1:7077", "  finch worker --join search.example.org:7077 --keys worker.p12 --trust trust.p12 --slots 4"})
final class WorkerCommand implements Callable<Integer> {
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    @Option(names = "--join", paramLabel = "HOST:PORT", required = true, description = "Where the search listens. It need not be there yet.")
    private String join;

    @Option(names = "--slots", paramLabel = "N", description = "Evaluations at once. Default: one per processor.")
    private Integer slots;

    @Option(names = "--name", paramLabel = "NAME", description = "What the search calls this worker. Default: host and process.")
    private String name;

    @Option(names = "--trainer", paramLabel = "CONFIG", description = "This machine's copy of a search config: the trainers that it names (accuracy: command) may run here,"
            + " and no others.")
    private List<Path> trainers = new ArrayList<>();

    @Option(names = "--work", paramLabel = "DIR", description = "Where trainers leave their work. Default: a folder that is gone afterwards.")
    private Path work;

    @Option(names = "--patience", paramLabel = "DURATION", description = "How long to look for a search that is not there, e.g. PT1H. Default: PT10M.")
    private String patience;

    @Option(names = "--stay", description = "Wait for the next search when one has ended.")
    private boolean stay;

    @Mixin
    private ClusterOptions cluster;

    private final Terminal terminal;

    WorkerCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws Exception {
        ClusterAddress search = cluster.address(terminal, "--join", join, System.getenv());
        int atOnce = slots == null ? Math.min(EvaluationCluster.MOST_AT_ONCE, Runtime.getRuntime().availableProcessors()) : slots;
        if (atOnce < 1 || atOnce > EvaluationCluster.MOST_AT_ONCE) {
            throw new UsageException("--slots must be from 1 to " + EvaluationCluster.MOST_AT_ONCE + ", not " + atOnce);
        }
        Duration limit = patience();
        List<SearchConfig> own = new ArrayList<>();
        for (Path config : trainers) {
            own.add(ConfigReader.read(terminal.resolve(config), List.of(), new ShippedCatalog()));
        }
        ClusterEngine engine = ClusterOptions.engine();
        search.requireSafe();
        Path folder = work == null ? Files.createTempDirectory("finch-worker-") : Files.createDirectories(terminal.resolve(work));
        try {
            return work(engine, search, new ClusterEngine.WorkerSettings(name == null ? host() + "-" + ProcessHandle.current().pid() : name, atOnce, own, folder, limit, stay));
        } finally {
            if (work == null) {
                delete(folder);
            }
        }
    }

    private int work(ClusterEngine engine, ClusterAddress search, ClusterEngine.WorkerSettings settings) throws IOException {
        Progress progress = new Progress(terminal);
        try (Interruption interruption = Interruption.watch(terminal)) {
            ClusterEngine.WorkEnd end = engine.work(search, settings, new EvaluatorServices(progress, interruption), new ShippedCatalog(), interruption::requested,
                    message -> progress.message("finch: " + message));
            return switch (end) {
                case DONE -> {
                    terminal.message("the search has ended");
                    yield ExitCode.DONE;
                }
                case CANCELLED -> {
                    terminal.message("interrupted; what was being evaluated goes to others");
                    yield ExitCode.INTERRUPTED;
                }
                case ALONE -> {
                    terminal.error("finch: there was no search at " + search + " for " + settings.patience());
                    yield ExitCode.FAILED;
                }
            };
        } catch (EvaluationsStuckException e) {
            terminal.error("finch: " + e.getMessage());
            return ExitCode.FAILED;
        }
    }

    private Duration patience() {
        try {
            Duration asked = patience == null ? PATIENCE : Duration.parse(patience);
            if (!asked.isNegative()) {
                return asked;
            }
        } catch (DateTimeParseException e) {
            // told below
        }
        throw new UsageException("--patience must be a duration such as PT10M, not " + patience);
    }

    private static String host() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "worker";
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
