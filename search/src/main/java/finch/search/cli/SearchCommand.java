package finch.search.cli;

import finch.search.config.ConfigReader;
import finch.search.config.ConfigWriter;
import finch.search.config.Objective;
import finch.search.config.SearchConfig;
import finch.search.config.SearchConfig.Device;
import finch.search.config.ShippedCatalog;
import finch.search.report.ShellWord;
import finch.search.run.ClusterAddress;
import finch.search.run.RunFolder;
import finch.search.run.SearchRun;
import finch.space.format.Problem;
import finch.space.format.Suggestions;
import finch.space.format.TextFile;
import finch.training.JsonTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "search", description = "Runs a search as its config says. The first search on a machine calibrates it for 45 s.",
        footer = {"  finch search configs/mobilenetv3-small.yaml", "  finch search quickstart --seed 7 --out runs/seven --set stop.evaluations=500",
                "  finch search configs/cifar10.yaml --data cifar10 --resume"})
final class SearchCommand implements Callable<Integer> {
    @Parameters(paramLabel = "CONFIG", description = "A search config (.yaml), or the name of a shipped one (finch list configs).")
    private String config;

    @Option(names = "--seed", paramLabel = "N", description = "Seed instead of the config's; one seed repeats a run bit for bit.")
    private Long seed;

    @Option(names = "--out", paramLabel = "DIR", description = "The run folder. Default: runs/NAME, then runs/NAME-2, … here.")
    private Path out;

    @Option(names = "--set", paramLabel = "KEY=VALUE", description = "Overrides a key of the config, e.g. --set stop.evaluations=500.")
    private List<String> overrides = new ArrayList<>();

    @Option(names = "--data", paramLabel = "NAME|DIR", description = "Labelled images instead of those of the config's super-network and its final trainings: a folder, an archive, or the name of a set.")
    private String data;

    @Option(names = "--resume", description = "Go on with the run in the run folder, by default runs/NAME, if there is one of this config; a finished one is left as it is. So the same command"
            + " starts a run and goes on with it.")
    private boolean resume;

    @Mixin
    private RunOptions options;

    private final Terminal terminal;

    SearchCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws Exception {
        withData();
        SearchConfig search = read();
        if (seed != null && seed < 0) {
            throw new UsageException("--seed must be at least 0, not " + seed);
        }
        SearchConfig seeded = seed == null ? search : search.withSeed(seed);
        int threads = options.threads();
        AtomicReference<Path> folder = new AtomicReference<>(out != null ? terminal.resolve(out) : resume ? Runs.parent(terminal).resolve(seeded.name()) : null);
        if (resume && SearchRun.isRun(folder.get())) {
            requireSame(seeded, folder.get());
            return ResumeCommand.resume(terminal, folder.get(), options);
        }
        Optional<ClusterAddress> cluster = options.cluster(terminal);
        if (cluster.isPresent() && !seeded.asksAccuracies()) {
            terminal.message("this search asks for no accuracies: workers will have nothing to do");
        }
        return new Session(terminal, options.json(), cluster).run(() -> Optional.ofNullable(folder.get()), (services, listener, cancelled) -> {
            // the folder is chosen later, and will have no super-network of its own: as one that is not there
            SearchRun.checkTrainings(seeded, Optional.ofNullable(folder.get()), services);
            if (seeded.uses(Objective.LATENCY)) {
                // before anything is made: a calibration that is interrupted leaves no run behind
                services.latency(seeded.device(), seeded.space().space());
            }
            return folder.get() == null ? SearchRun.start(seeded, Runs.parent(terminal), folder::set, threads, services, listener, cancelled)
                    : SearchRun.start(seeded, folder.get(), threads, services, listener, cancelled);
        });
    }

    /** A path is one of the working directory here, and of the config's folder in the config. */
    private void withData() throws IOException {
        if (data != null) {
            if (data.isBlank()) {
                throw new UsageException("--data needs a folder, an archive or a name");
            }
            Path path = terminal.resolve(Path.of(data));
            String value = JsonTree.line(Files.exists(path) ? path.toAbsolutePath().normalize().toString() : data);
            Path file = file();
            List<String> keys = ConfigReader.dataKeys(terminal.relative(file), TextFile.read(file), overrides);
            if (keys.isEmpty()) {
                throw new UsageException("--data: " + terminal.relative(file) + " has neither a super-network nor final trainings, which are what images are for");
            }
            keys.forEach(key -> overrides.add(key + "=" + value));
        }
    }

    /** Going on with a run of another config would not be what the command says. */
    private void requireSame(SearchConfig wanted, Path folder) throws IOException {
        SearchConfig begun = ConfigReader.read(new RunFolder(folder).config(), List.of(), new ShippedCatalog());
        // the run has a copy of its profile; another one that is asked for would be another device
        Device device = wanted.device();
        Optional<Path> profile = device.profile().isPresent() && !sameFile(device.profile(), begun.device().profile()) ? device.profile() : begun.device().profile();
        String now = ConfigWriter.toYaml(wanted.in(folder).withDevice(new Device(device.runtime(), device.threads(), profile, device.calibrationBudget())), folder);
        String before = ConfigWriter.toYaml(begun, folder);
        if (!now.equals(before)) {
            List<String> was = before.lines().toList();
            List<String> is = now.lines().toList();
            String differing = IntStream.range(0, Math.min(was.size(), is.size())).filter(i -> !was.get(i).equals(is.get(i))).mapToObj(i -> was.get(i).strip() + " became " + is.get(i).strip())
                    .findFirst().orElse("it has more or fewer keys");
            throw new UsageException(terminal.relative(folder) + " is a run of another config: " + Problem.visible(differing) + ". Name another folder with --out, or go on with it as it is:"
                    + " finch resume " + ShellWord.of(terminal.relative(folder)));
        }
    }

    private static boolean sameFile(Optional<Path> wanted, Optional<Path> begun) throws IOException {
        return begun.isPresent() && Files.isRegularFile(wanted.get()) && Files.isRegularFile(begun.get()) && Files.mismatch(wanted.get(), begun.get()) < 0;
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
        @Option(names = "--threads", paramLabel = "N", description = "Evaluation workers; they change no result, but that of an algorithm with"
                + " in-flight. Default: one per processor.")
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
            return Threads.of(threads);
        }

        boolean json() {
            return json;
        }
    }
}
