package finch.search.run;

import finch.accuracy.AccuracyDifference;
import finch.accuracy.AccuracyEstimator;
import finch.accuracy.Surrogate;
import finch.search.config.Bound;
import finch.search.config.Catalog;
import finch.search.config.ConfigReader;
import finch.search.config.ConfigWriter;
import finch.search.config.NetworkReference;
import finch.search.config.Objective;
import finch.search.config.SearchConfig;
import finch.search.config.SearchConfig.Device;
import finch.search.config.SearchConfig.SeedNetwork;
import finch.search.config.ShippedCatalog;
import finch.search.config.StoppingRule;
import finch.search.evolve.Estimate;
import finch.search.evolve.Evaluation;
import finch.search.evolve.ParetoFront;
import finch.search.evolve.Refit;
import finch.search.evolve.SearchAlgorithm;
import finch.search.evolve.SearchProblem;
import finch.space.Architecture;
import finch.space.Genome;
import finch.space.NotInSpaceException;
import finch.space.SearchSpace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/** Runs and resumes searches. */
public final class SearchRun {
    private final SearchConfig config;
    private final RunFolder folder;
    private final int threads;
    private final SearchServices services;
    private final RunListener listener;
    private final BooleanSupplier cancelled;
    private final Map<NetworkReference, Optional<Genome>> genomes = new LinkedHashMap<>();
    private AccuracyEstimator accuracy;
    private AccuracyEstimator limitedAccuracy;

    private SearchRun(SearchConfig config, Path folder, int threads, SearchServices services, RunListener listener, BooleanSupplier cancelled) {
        this.config = config;
        this.folder = new RunFolder(folder);
        this.threads = threads;
        this.services = services;
        this.listener = listener;
        this.cancelled = cancelled;
    }

    /**
     * Runs a search to its end in a new run folder. An unreachable bound is told in the result, without a folder.
     *
     * @param folder    must not exist or be empty
     * @param threads   evaluation workers; never changes a result
     * @param cancelled asked between evaluations; true finishes those in hand and leaves a resumable run
     * @throws IllegalArgumentException if folder, seed networks or estimators cannot be used, with a message for people
     */
    public static RunResult start(SearchConfig config, Path folder, int threads, SearchServices services, RunListener listener,
                                  BooleanSupplier cancelled) throws IOException {
        requireEmpty(folder);
        return new SearchRun(config, folder, threads, services, listener, cancelled).start();
    }

    /**
     * Goes on with a run that was interrupted or killed: the search runs again from its start, with the journal's
     * evaluations as answers, so nothing but the journal is needed. A finished run is left as it is.
     *
     * @param folder a run folder
     * @throws IllegalArgumentException if it is none, or its journal or profile is damaged
     */
    public static RunResult resume(Path folder, int threads, SearchServices services, RunListener listener,
                                   BooleanSupplier cancelled, Catalog catalog) throws IOException {
        RunFolder files = new RunFolder(folder);
        if (!Files.isRegularFile(files.config()) || !Files.isRegularFile(files.manifest())) {
            throw new IllegalArgumentException(folder + " is no run folder: config.yaml or manifest.json is not there");
        }
        Manifest manifest = Manifest.read(files);
        RunStatus status = manifest.status();
        if (status == RunStatus.FINISHED || status == RunStatus.INFEASIBLE) {
            return new RunResult(folder, status, manifest.count("evaluated"), manifest.count("proposed"), (int) manifest.count("front"), manifest.message());
        }
        SearchConfig config = ConfigReader.read(files.config(), List.of(), catalog);
        return new SearchRun(config, folder, threads, services, listener, cancelled).resume(manifest);
    }

    /** {@link #resume(Path, int, SearchServices, RunListener, BooleanSupplier, Catalog)} with the shipped spaces and references. */
    public static RunResult resume(Path folder, int threads, SearchServices services, RunListener listener,
                                   BooleanSupplier cancelled) throws IOException {
        return resume(folder, threads, services, listener, cancelled, new ShippedCatalog());
    }

    private static void requireEmpty(Path folder) throws IOException {
        if (Files.isRegularFile(folder)) {
            throw new IllegalArgumentException(folder + " is a file; a run needs a folder");
        }
        if (Files.isDirectory(folder)) {
            try (Stream<Path> files = Files.list(folder)) {
                if (files.findAny().isPresent()) {
                    throw new IllegalArgumentException(folder + " is not empty. Go on with finch resume " + folder + ", or give another folder.");
                }
            }
        }
    }

    private RunResult start() throws IOException {
        Optional<DeviceLatency> device = latency(config.device());
        if (config.constraints().stream().anyMatch(bound -> bound.quantity() == Objective.TOP1)) {
            loadAccuracy();
        }
        ArchitectureEvaluator evaluator = evaluator(device);
        encodeReferences();
        listener.stage("pricing", "the reachable range of each bound");
        BoundPricing pricing = new BoundPricing(config.space().space(), evaluator,
                genomes.values().stream().flatMap(Optional::stream).distinct().toList(),
                // who needs a time limit is not asked for thousands of networks before the search, and neither is a trainer
                quantity -> quantity == Objective.TOP1
                        && (config.accuracy().timeLimit().isPresent() || config.accuracy() instanceof SearchConfig.Accuracy.Command));
        Optional<String> refusal = pricing.refusal();
        if (refusal.isPresent()) {
            return new RunResult(folder.path(), RunStatus.INFEASIBLE, 0, 0, 0, refusal.get());
        }
        // only now, since a latency bound that cannot be reached is refused without it
        loadAccuracy();
        List<ReferencePoint> references = references(evaluator);
        Files.createDirectories(folder.path());
        SearchConfig resolved = config;
        if (device.isPresent()) {
            JsonFile.writeText(folder.deviceProfile(), device.get().profile());
            Device d = config.device();
            resolved = config.withDevice(new Device(d.runtime(), d.threads(), Optional.of(folder.deviceProfile()), d.calibrationBudget()));
        }
        String yaml = ConfigWriter.toYaml(resolved, folder.path());
        JsonFile.writeText(folder.config(), yaml);
        Manifest manifest = Manifest.create(folder, config, yaml, device);
        manifest.reachable(pricing.toJson());
        return run(manifest, evaluator, references);
    }

    private RunResult resume(Manifest manifest) throws IOException {
        if (manifest.profileSha256().isPresent()) {
            String actual = JsonFile.sha256(Files.readAllBytes(folder.deviceProfile()));
            if (!actual.equals(manifest.profileSha256().get())) {
                throw new IllegalArgumentException(folder.deviceProfile() + " is not the profile that the run began with. Put it back, or start a new run.");
            }
        }
        loadAccuracy();
        ArchitectureEvaluator evaluator = evaluator(latency(config.device()));
        encodeReferences();
        return run(manifest, evaluator, references(evaluator));
    }

    private Optional<DeviceLatency> latency(Device device) throws IOException {
        return config.uses(Objective.LATENCY) ? Optional.of(services.latency(device, config.space().space())) : Optional.empty();
    }

    private void loadAccuracy() throws IOException {
        if (accuracy == null && config.uses(Objective.TOP1)) {
            accuracy = services.accuracy(config, folder.path());
            if (!(accuracy instanceof Surrogate) && config.constraints().stream().anyMatch(bound -> new ResolvedBound(bound, 0).isOnDifference())) {
                throw new IllegalArgumentException("constraints.top1: bound-on: interval, relative to a network, needs accuracy: { type: surrogate },"
                        + " which knows how sure a difference is. Use bound-on: value.");
            }
            limitedAccuracy = config.accuracy().timeLimit().<AccuracyEstimator>map(limit -> new TimeLimitedEstimator(accuracy, limit)).orElse(accuracy);
        }
    }

    private ArchitectureEvaluator evaluator(Optional<DeviceLatency> device) {
        return new ArchitectureEvaluator(config, () -> limitedAccuracy, (first, second) -> differences(accuracy).between(first, second), device.map(DeviceLatency::model).orElse(null));
    }

    /** What tells how sure a difference of accuracies is. @param accuracy may be null */
    static ArchitectureEvaluator.Differences differences(AccuracyEstimator accuracy) {
        return accuracy instanceof Surrogate surrogate ? surrogate::difference : (first, second) -> Optional.empty();
    }

    /** Seed networks and those of relative bounds, each once, with their places in the space. */
    private void encodeReferences() {
        List<NetworkReference> networks = new ArrayList<>(config.seedWith().stream().map(SeedNetwork::network).toList());
        for (Bound bound : config.constraints()) {
            if (bound.limit() instanceof Bound.Limit.Relative relative) {
                networks.add(relative.network());
            }
        }
        networks.addAll(config.algorithmNetworks());
        for (NetworkReference network : networks) {
            if (genomes.keySet().stream().noneMatch(n -> n.spec().equals(network.spec()))) {
                genomes.put(network, encoded(network));
            }
        }
    }

    private List<ReferencePoint> references(ArchitectureEvaluator evaluator) {
        List<ReferencePoint> points = new ArrayList<>();
        genomes.forEach((network, genome) ->
                points.add(new ReferencePoint(network.name(), network.architecture(), genome, evaluator.estimates(network.architecture(),
                        problem -> listener.warning("reference " + network.name() + ": " + problem)))));
        return points;
    }

    private Optional<Genome> encoded(NetworkReference network) {
        SearchSpace space = config.space().space();
        try {
            return Optional.of(space.canonical(space.encode(network.architecture())));
        } catch (NotInSpaceException e) {
            Optional<SeedNetwork> seed = config.seedWith().stream().filter(s -> s.network().equals(network)).findFirst();
            if (seed.isPresent() && seed.get().required()) {
                throw new IllegalArgumentException("seed-with: " + network.spec() + " is " + e.getMessage()
                        + ". Give another space, or write { network: " + network.spec() + ", if-outside: skip }.", e);
            }
            if (seed.isPresent()) {
                listener.warning("seed-with: " + network.spec() + " is left out: " + e.getMessage());
            }
            return Optional.empty();
        }
    }

    private List<Genome> seeds(List<ReferencePoint> references) {
        return references.stream().filter(r -> config.seedWith().stream().anyMatch(s -> s.network().name().equals(r.name())))
                .flatMap(r -> r.genome().stream()).distinct().toList();
    }

    private RunResult run(Manifest manifest, ArchitectureEvaluator evaluator, List<ReferencePoint> references) throws IOException {
        manifest.sessionStarts(threads);
        ParetoFront front = new ParetoFront(config.objectives());
        NearestMiss nearest = new NearestMiss();
        ExecutorService workers = Executors.newFixedThreadPool(workers(), Thread.ofPlatform().daemon().name("evaluation-", 0).factory());
        try (Journal journal = Journal.open(folder.journal(), listener::warning); RefitLog refits = new RefitLog(folder.refits())) {
            listener.stage("searching", config.stop().toString());
            FrontRefresh refresh = new FrontRefresh();
            EvaluationLoop loop = new EvaluationLoop(config.space().space(), evaluator::evaluate, journal, front,
                    new Stopper(config.stop(), evaluator::limit), cancelled,
                    nearest.listening(refresh.listening(listener), refits), workers(), workers);
            refresh.begin(() -> {
                new FrontFiles(config, front, references, Optional.ofNullable(accuracy)).write(folder, loop.counts());
                listener.frontWritten(folder);
            });
            SearchProblem problem = new SearchProblem(config.space().space(), config.objectives(), config.seed(), seeds(references),
                    new Previews(config.space().space(), evaluator));
            Ending ending = ending(loop, problem, nearest);
            loop.requireAllReplayed();
            return ended(manifest, loop, front, references, nearest, ending);
        } catch (UncheckedIOException e) {
            throw new IOException(e.getMessage(), e.getCause());
        } finally {
            workers.shutdownNow();
        }
    }

    /** Trainers at once, where there are trainers: they have their processors elsewhere. */
    private int workers() {
        return config.accuracy() instanceof SearchConfig.Accuracy.Command command ? command.parallel() : threads;
    }

    /** How a search ended. @param stoppedBy for the manifest */
    private record Ending(RunStatus status, String stoppedBy, String message) {}

    private Ending ending(EvaluationLoop loop, SearchProblem problem, NearestMiss nearest) {
        String ended;
        try {
            ended = SearchAlgorithm.of(config.algorithm()).run(problem, loop);
        } catch (TimeLimitedEstimator.StuckException e) {
            return new Ending(RunStatus.FAILED, "estimates that cannot be stopped", e.getMessage());
        }
        if (loop.interrupted()) {
            return new Ending(RunStatus.INTERRUPTED, "interrupted", "ended by interrupted");
        }
        String stoppedBy = loop.fired().map(StoppingRule::toString).orElse(ended);
        RunCounts counts = loop.counts();
        return loop.fired().filter(StoppingRule.FailedShare.class::isInstance).isEmpty()
                ? new Ending(RunStatus.FINISHED, stoppedBy, "ended by " + stoppedBy)
                : new Ending(RunStatus.FAILED, stoppedBy, counts.failed() + " of " + counts.evaluated() + " evaluations failed, more than the share that stop."
                        + stoppedBy + " allows; the last with: " + nearest.failure());
    }

    private RunResult ended(Manifest manifest, EvaluationLoop loop, ParetoFront front, List<ReferencePoint> references, NearestMiss nearest,
                            Ending ending) throws IOException {
        RunCounts counts = loop.counts();
        RunStatus status = ending.status();
        String message = ending.message();
        FrontFiles files = new FrontFiles(config, front, references, Optional.ofNullable(accuracy));
        files.write(folder, counts);
        if (status == RunStatus.FINISHED && front.size() == 0) {
            status = RunStatus.INFEASIBLE;
            message = "none of " + counts.evaluated() + " architectures keeps the bounds. " + nearest.text();
        } else if (status == RunStatus.FINISHED) {
            new Aftermath(config, folder, services, listener).run(files, front, references);
        }
        manifest.sessionEnds(status, ending.stoppedBy(), message, counts, front.size());
        return new RunResult(folder.path(), status, counts.evaluated(), counts.proposed(), front.size(), message);
    }

    /** The infeasible evaluation that misses its bounds least. */
    private static final class NearestMiss {
        private Evaluation.Infeasible nearest;
        private String failure = "";

        RunListener listening(RunListener listener, RefitLog refits) {
            return new RunListener() {
                @Override
                public void refitted(Refit refit) {
                    refits.add(refit);
                    listener.refitted(refit);
                }

                @Override
                public void replayed(long count, long limit) {
                    listener.replayed(count, limit);
                }

                @Override
                public void evaluated(long count, long limit, int generation, int frontSize, Evaluation evaluation) {
                    switch (evaluation) {
                        case Evaluation.Measured m -> { }
                        case Evaluation.Infeasible i -> nearest = nearest == null || i.totalViolation() < nearest.totalViolation() ? i : nearest;
                        case Evaluation.Failed f -> failure = f.reason();
                    }
                    listener.evaluated(count, limit, generation, frontSize, evaluation);
                }
            };
        }

        String failure() {
            return failure;
        }

        String text() {
            if (nearest == null) {
                return "All failed, the last with: " + failure;
            }
            StringBuilder text = new StringBuilder("The nearest one misses ");
            text.append(nearest.violations().stream().map(v -> v.constraint() + " (" + v.reason() + ")").reduce((a, b) -> a + ", " + b).orElseThrow());
            for (Map.Entry<Objective, Estimate> value : nearest.values().entrySet()) {
                text.append("; ").append(value.getKey().formatName()).append(' ').append(value.getKey().format(value.getValue().value()));
            }
            return text.append('.').toString();
        }
    }
}
