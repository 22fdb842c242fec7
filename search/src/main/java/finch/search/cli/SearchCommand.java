package finch.search.cli;

import finch.search.config.ConfigReader;
import finch.search.config.Objective;
import finch.search.config.SearchConfig;
import finch.search.config.ShippedCatalog;
import finch.search.run.ClusterAddress;
import finch.search.run.RunResult;
import finch.search.run.SearchRun;
import finch.space.format.Suggestions;
import finch.space.format.TextFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "search", description = "Runs a search as its config says. The first search on a machine calibrates it for 45 s.",
        footer = {"  finch search configs/mobilenetv3-small.yaml", "  finch search quickstart --seed 7 --out runs/seven --set stop.evaluations=500"})
final class SearchCommand implements Callable<Integer> {
    @Parameters(paramLabel = "CONFIG", description = "A search config (.yaml), or the name of a shipped one (finch list configs).")
    private String config;

    @Option(names = "--seed", paramLabel = "N", description = "Seed instead of the config's; one seed repeats a run bit for bit.")
    private Long seed;

    @Option(names = "--out", paramLabel = "DIR", description = "The run folder. Default: runs/NAME, then runs/NAME-2, … here.")
    private Path out;

    @Option(names = "--set", paramLabel = "KEY=VALUE", description = "Overrides a key of the config, e.g. --set stop.evaluations=500.")
    private List<String> overrides = new ArrayList<>();

    @Mixin
    private RunOptions options;

    private final Terminal terminal;

    SearchCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws Exception {
        SearchConfig search = read();
        if (seed != null && seed < 0) {
            throw new UsageException("--seed must be at least 0, not " + seed);
        }
        SearchConfig seeded = seed == null ? search : search.withSeed(seed);
        int threads = options.threads();
        AtomicReference<Path> folder = new AtomicReference<>(out == null ? null : terminal.resolve(out));
        Optional<ClusterAddress> cluster = options.cluster(terminal);
        if (cluster.isPresent() && !seeded.asksAccuracies()) {
            terminal.message("this search asks for no accuracies: workers will have nothing to do");
        }
        return new Session(terminal, options.json(), cluster).run(() -> Optional.ofNullable(folder.get()), (services, listener, cancelled) -> {
            if (seeded.uses(Objective.LATENCY)) {
                // before anything is made: a calibration that is interrupted leaves no run behind
                services.latency(seeded.device(), seeded.space().space());
            }
            return out == null ? SearchRun.start(seeded, Runs.parent(terminal), folder::set, threads, services, listener, cancelled)
                    : SearchRun.start(seeded, folder.get(), threads, services, listener, cancelled);
        });
    }

    private SearchConfig read() throws IOException {
        Path file = file();
        return ConfigReader.parse(terminal.relative(file), TextFile.read(file), file.toAbsolutePath().getParent(),
                overrides, new ShippedCatalog());
    }

    /** The file named, here or in Finch's own folder, or the shipped config of that name. */
    private Path file() throws IOException {
        Path here = terminal.resolve(Path.of(config));
        Optional<Path> found = Stream.concat(Stream.of(here), Home.folder().map(home -> home.resolve(config)).stream())
                .filter(Files::isRegularFile).findFirst();
        if (found.isPresent()) {
            return found.get();
        }
        List<Path> shipped = Home.configs();
        List<String> names = shipped.stream().map(Home::baseName).toList();
        return shipped.stream().filter(path -> Home.baseName(path).equals(config)).findFirst().orElseThrow(() -> new UsageException(
                config + ": there is no such file" + (names.isEmpty() ? "" : ". " + Suggestions.nearest(Home.baseName(Path.of(config)), names)
                        .map(n -> "Maybe you meant " + n + ". ").orElse("") + "Shipped configs: " + String.join(", ", names))));
    }

    /** Options of every command that runs a search. */
    static final class RunOptions {
        @Option(names = "--threads", paramLabel = "N", description = "Evaluation workers; they never change a result. Default: one"
                + " per processor.")
        private Integer threads;

        @Option(names = "--cluster", paramLabel = "HOST:PORT", description = "Listen here for workers (finch worker --join HOST:PORT), which estimate accuracies in place of this"
                + " process.")
        private String cluster;

        @Mixin
        private ClusterOptions clusterOptions;

        @Option(names = "--json", description = "Print one JSON object about the run.")
        private boolean json;

        /** @throws UsageException if what is given does not make an address */
        Optional<ClusterAddress> cluster(Terminal terminal) throws IOException {
            if (cluster == null) {
                if (clusterOptions.isGiven()) {
                    throw new UsageException("--keys, --trust and --password-file are of a cluster; give --cluster HOST:PORT too");
                }
                return Optional.empty();
            }
            return Optional.of(clusterOptions.address(terminal, "--cluster", cluster, System.getenv()));
        }

        int threads() {
            if (threads == null) {
                return Runtime.getRuntime().availableProcessors();
            }
            if (threads < 1 || threads > 1024) {
                throw new UsageException("--threads must be from 1 to 1024, not " + threads);
            }
            return threads;
        }

        boolean json() {
            return json;
        }
    }
}
