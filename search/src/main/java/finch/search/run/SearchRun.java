package finch.search.run;

import finch.accuracy.AccuracyEstimator;
import finch.accuracy.EstimateInterruptedException;
import finch.accuracy.Surrogate;
import finch.accuracy.TableEstimator;
import finch.search.config.Accuracy;
import finch.search.config.Bound;
import finch.search.config.Catalog;
import finch.search.config.ConfigReader;
import finch.search.config.ConfigWriter;
import finch.search.config.LadderAccuracy;
import finch.search.config.Objective;
import finch.search.config.SearchConfig;
import finch.search.config.SearchConfig.Device;
import finch.search.config.ShippedCatalog;
import finch.search.evolve.ParetoFront;
import finch.search.evolve.SearchProblem;
import finch.space.Genome;
import finch.training.DivergedException;
import finch.training.StoppedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Runs and resumes searches. */
public final class SearchRun {
    /** As it was given; what is relative to the run folder is not told yet. */
    private final SearchConfig given;
    private SearchConfig config;
    private RunFolder folder;
    private final int threads;
    private final SearchServices services;
    private final RunListener listener;
    private final BooleanSupplier cancelled;
    /** What decides: without a ladder the one there is, else its last rung. */
    private AccuracyEstimator accuracy;
    /** With their time limits, the one that decides first, then those of the ladder. */
    private List<AccuracyEstimator> limited = List.of();
    /** Without them: of the rungs, or the one there is. */
    private final List<AccuracyEstimator> estimators = new ArrayList<>();

    private SearchRun(SearchConfig config, Path folder, int threads, SearchServices services, RunListener listener, BooleanSupplier cancelled) {
        this.given = config;
        this.config = config.in(folder);
        this.folder = new RunFolder(folder);
        this.threads = threads;
        this.services = services;
        this.listener = listener;
        this.cancelled = cancelled;
    }

    /**
     * Runs a search to its end in a new run folder. A bound that surely cannot be reached is told in the result, without a folder.
     *
     * @param folder    must not exist or be empty
     * @param threads   evaluation workers; never changes a result, unless the algorithm has evaluations in flight, which is told by the order in which they end
     * @param cancelled asked between evaluations; true finishes those in hand and leaves a resumable run
     * @throws IllegalArgumentException if folder, seed networks or estimators cannot be used, with a message for people
     * @throws EstimateInterruptedException if the thread is interrupted before there is a run folder; later it ends the search as {@code cancelled} does
     */
    public static RunResult start(SearchConfig config, Path folder, int threads, SearchServices services, RunListener listener,
                                  BooleanSupplier cancelled) throws IOException {
        new RunFolder(folder).requireEmpty();
        return new SearchRun(config, folder, threads, services, listener, cancelled).start(() -> new RunFolder(folder));
    }

    /**
     * {@link #start(SearchConfig, Path, int, SearchServices, RunListener, BooleanSupplier)} in {@code parent/name}, or {@code parent/name-2}, … where that is
     * taken. It is taken when the machine is calibrated and bounds are priced, which may last: of two searches that are begun together each gets its own.
     *
     * @param parent where run folders are, made if need be
     * @param taken  told which folder it is
     */
    public static RunResult start(SearchConfig config, Path parent, Consumer<Path> taken, int threads, SearchServices services, RunListener listener,
                                  BooleanSupplier cancelled) throws IOException {
        Path first = parent.resolve(config.name());
        return new SearchRun(config, first, threads, services, listener, cancelled).start(new FolderChoice.Fresh(parent, config.name(), taken));
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
        if (files.isUnbegun()) {
            return begin(folder, threads, services, listener, cancelled, catalog);
        }
        if (!Files.isRegularFile(files.config()) || !Files.isRegularFile(files.manifest())) {
            throw new IllegalArgumentException(folder + " is no run folder: config.yaml or manifest.json is not there");
        }
        Manifest before = Manifest.read(files);
        if (before.hasEnded()) {
            // also where nothing can be written or locked
            return ended(folder, before);
        }
        try (RunLock _ = RunLock.take(files, listener::warning)) {
            Manifest manifest = Manifest.read(files);
            if (manifest.hasEnded()) {
                return ended(folder, manifest);
            }
            manifest.requireConfig(files);
            SearchConfig config = ConfigReader.read(files.config(), List.of(), catalog);
            return new SearchRun(config, folder, threads, services, listener, cancelled).resume(manifest);
        }
    }

    /** Whether {@link #resume} has something to do or to tell here. */
    public static boolean isRun(Path folder) {
        RunFolder files = new RunFolder(folder);
        return Files.isRegularFile(files.manifest()) || files.isUnbegun();
    }

    private static RunResult begin(Path folder, int threads, SearchServices services, RunListener listener, BooleanSupplier cancelled, Catalog catalog)
            throws IOException {
        RunFolder files = new RunFolder(folder);
        SearchConfig config = ConfigReader.read(files.config(), List.of(), catalog);
        SearchRun run = new SearchRun(config, folder, threads, services, listener, cancelled);
        return run.start(() -> files);
    }

    /** What a run that has ended told at its end. */
    public static RunResult ended(Path folder, Manifest manifest) {
        return new RunResult(folder, manifest.status(), manifest.count("evaluated"), manifest.count("proposed"), (int) manifest.count("front"), manifest.message());
    }

    /** {@link #resume(Path, int, SearchServices, RunListener, BooleanSupplier, Catalog)} with the shipped spaces and references. */
    public static RunResult resume(Path folder, int threads, SearchServices services, RunListener listener,
                                   BooleanSupplier cancelled) throws IOException {
        return resume(folder, threads, services, listener, cancelled, new ShippedCatalog());
    }

    private RunResult start(FolderChoice choice) throws IOException {
        Optional<DeviceLatency> device = latency(config.device());
        Map<Boolean, List<Bound>> isDear = config.constraints().stream()
                .collect(Collectors.partitioningBy(bound -> bound.quantity() == Objective.TOP1 && config.asksDearAccuracies()));
        if (isDear.get(false).stream().anyMatch(bound -> bound.quantity() == Objective.TOP1)) {
            loadAccuracy();
        }
        ReferenceNetworks networks = new ReferenceNetworks(config, listener::warning);
        listener.stage("pricing", "the reachable range of each bound");
        BoundPricing pricing = new BoundPricing(config.space().space(), evaluator(device, isDear.get(false)), networks.genomes(),
                accuracy instanceof TableEstimator table ? Optional.of(table.architectures()) : Optional.empty(), isDear.get(true));
        Optional<String> refusal = pricing.refusal();
        if (refusal.isPresent()) {
            return new RunResult(folder.path(), RunStatus.INFEASIBLE, 0, 0, 0, refusal.get());
        }
        pricing.doubts().forEach(listener::warning);
        folder = choice.take();
        config = given.in(folder.path());
        boolean begun = false;
        try {
            // only now, since a latency bound that cannot be reached is refused without it
            if (!superNetworks().areMissing()) {
                loadAccuracy();
            }
            Files.createDirectories(folder.path());
            try (RunLock _ = RunLock.take(folder, listener::warning)) {
                // another may have begun a run here meanwhile
                if (!folder.isUnbegun()) {
                    folder.requireEmpty();
                }
                Manifest manifest = created(device, pricing);
                begun = true;
                return session(manifest, device, networks);
            }
        } finally {
            if (!begun) {
                choice.leave(folder);
            }
        }
    }

    /** Makes the folder one that can be resumed from here on. */
    private Manifest created(Optional<DeviceLatency> device, BoundPricing pricing) throws IOException {
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
        manifest.accuracy(AccuracyFacts.of(config.accuracy(), estimators));
        return manifest;
    }

    private RunResult resume(Manifest manifest) throws IOException {
        if (manifest.profileSha256().isPresent()) {
            String actual = JsonFile.sha256(Files.readAllBytes(folder.deviceProfile()));
            if (!actual.equals(manifest.profileSha256().get())) {
                throw new IllegalArgumentException(folder.deviceProfile() + " is not the profile that the run began with. Put it back, or start a new run.");
            }
        }
        manifest.requireFiles(config);
        if (config.asksAccuracies()) {
            manifest.requireAccuracySources(config);
        }
        if (!superNetworks().areMissing()) {
            loadAccuracy();
            manifest.accuracy(AccuracyFacts.of(config.accuracy(), estimators));
        }
        return session(manifest, latency(config.device()), new ReferenceNetworks(config, listener::warning));
    }

    private SuperNetworks superNetworks() {
        return new SuperNetworks(config, services, listener);
    }

    /**
     * That what a config wants to be trained can be, before a machine is calibrated and hours go by.
     *
     * @param folder the run folder, if it is known; else a new one
     * @throws IllegalArgumentException if images, space, recipes and baselines do not fit each other, with a message for people
     */
    public static void checkTrainings(SearchConfig config, Optional<Path> folder, SearchServices services) throws IOException {
        new SuperNetworks(folder.map(config::in).orElse(config), services, RunListener.SILENT).check();
        if (config.finals().isPresent()) {
            Finals.check(config.finals().get(), config.space().space(), services);
        }
    }

    /** The networks that the config names are estimated here: where trainers do it, only in a folder that can be resumed. */
    private RunResult session(Manifest manifest, Optional<DeviceLatency> device, ReferenceNetworks networks) throws IOException {
        manifest.sessionStarts(threads);
        Journal.create(folder.journal());
        Optional<Ending> early = prepare(manifest);
        if (early.isPresent()) {
            return endedBeforeSearch(manifest, early.get());
        }
        ArchitectureEvaluator evaluator;
        List<ReferencePoint> references;
        try {
            evaluator = evaluator(device, config.constraints());
            references = networks.points(evaluator, listener::warning);
        } catch (EstimateInterruptedException e) {
            return endedBeforeSearch(manifest, Ending.INTERRUPTED);
        } catch (IllegalArgumentException e) {
            return endedBeforeSearch(manifest, new Ending(RunStatus.FAILED, "a bound without a limit", e.getMessage()));
        }
        return search(manifest, evaluator, references, networks.seeds());
    }

    /** Trains the super-networks that are missing. @return how the run ended if it did */
    private Optional<Ending> prepare(Manifest manifest) throws IOException {
        SuperNetworks superNetworks = superNetworks();
        boolean missing = superNetworks.areMissing();
        try {
            superNetworks.prepare(folder);
        } catch (StoppedException e) {
            return Optional.of(Ending.INTERRUPTED);
        } catch (DivergedException e) {
            return Optional.of(new Ending(RunStatus.FAILED, "a training that diverged", "the super-network: " + e.getMessage()));
        }
        if (missing || manifest.lacksAccuracySources(config)) {
            loadAccuracy();
            manifest.accuracySources(config);
            manifest.accuracy(AccuracyFacts.of(config.accuracy(), estimators));
            manifest.write();
        }
        return Optional.empty();
    }

    private RunResult endedBeforeSearch(Manifest manifest, Ending ending) throws IOException {
        manifest.sessionEnds(ending.status(), ending.stoppedBy(), ending.message());
        return new RunResult(folder.path(), ending.status(), manifest.count("evaluated"), manifest.count("proposed"), (int) manifest.count("front"),
                ending.message());
    }

    private Optional<DeviceLatency> latency(Device device) throws IOException {
        return config.uses(Objective.LATENCY) ? Optional.of(services.latency(device, config.space().space())) : Optional.empty();
    }

    private void loadAccuracy() throws IOException {
        if (accuracy == null && config.asksAccuracies()) {
            List<AccuracyEstimator> all = new ArrayList<>();
            Optional<EvaluationCluster> cluster = services.cluster();
            if (cluster.isPresent()) {
                cluster.get().begin(EvaluationJob.of(config));
            }
            for (Accuracy choice : EvaluationJob.choices(config.accuracy())) {
                AccuracyEstimator estimator = services.accuracy(choice, config, folder.path());
                all.add(cluster.isPresent() ? new RemoteEstimator(cluster.get(), all.size(), estimator) : TimeLimitedEstimator.limited(estimator, choice));
                accuracy = estimator;
                estimators.add(estimator);
            }
            all.addFirst(all.getLast());
            limited = List.copyOf(all);
            if (!(accuracy instanceof Surrogate) && config.constraints().stream().anyMatch(Bound::isOnDifference)) {
                throw new IllegalArgumentException("constraints.top1: bound-on: interval, relative to a network, needs accuracy: { type: surrogate },"
                        + " which knows how sure a difference is. Use bound-on: value.");
            }
        }
    }

    private ArchitectureEvaluator evaluator(Optional<DeviceLatency> device, List<Bound> bounds) {
        return new ArchitectureEvaluator(config, rung -> limited.get(rung), (first, second) -> differences(accuracy).between(first, second),
                device.map(DeviceLatency::model).orElse(null), bounds);
    }

    /** What tells how sure a difference of accuracies is. @param accuracy may be null */
    static ArchitectureEvaluator.Differences differences(AccuracyEstimator accuracy) {
        return accuracy instanceof Surrogate surrogate ? surrogate::difference : (first, second) -> Optional.empty();
    }

    private RunResult search(Manifest manifest, ArchitectureEvaluator evaluator, List<ReferencePoint> references, List<Genome> seeds) throws IOException {
        ParetoFront front = new ParetoFront(config.objectives());
        NearestMiss nearest = new NearestMiss();
        ExecutorService workers = Executors.newFixedThreadPool(workers(), Thread.ofPlatform().daemon().name("evaluation-", 0).factory());
        try (Journal journal = Journal.open(folder.journal(), listener::warning); RefitLog refits = new RefitLog(folder.refits())) {
            listener.stage("searching", config.stop().toString());
            FrontRefresh refresh = new FrontRefresh();
            Optional<LadderAccuracy> rungs = config.asksAccuracies() && config.accuracy() instanceof LadderAccuracy ladder ? Optional.of(ladder) : Optional.empty();
            Stopper stopper = new Stopper(config.stop(), evaluator::limit);
            if (Files.isRegularFile(folder.finals())) {
                stopper.endedBefore();
            }
            EvaluationLoop loop = new EvaluationLoop(config.space().space(), evaluator::evaluate, rungs.map(r -> r.rungs().size()).orElse(0), journal, front, stopper, cancelled,
                    nearest.listening(refresh.listening(listener), refits), atWork(workers));
            refresh.begin(() -> {
                new FrontFiles(config, front, references, estimators).write(folder, loop.counts());
                listener.frontWritten(folder);
            });
            SearchProblem problem = new SearchProblem(config.space().space(), config.objectives(), config.seed(), seeds,
                    new Previews(config.space().space(), evaluator));
            try {
                Ending ending = Ending.of(config, loop, rungs, problem, nearest, listener);
                loop.requireAllReplayed();
                return ended(manifest, loop, front, references, nearest, ending, evaluator);
            } finally {
                if (loop.woken()) {
                    Thread.currentThread().interrupt();
                }
            }
        } catch (UncheckedIOException e) {
            throw new IOException(e.getMessage(), e.getCause());
        } finally {
            workers.shutdownNow();
        }
    }

    /** Trainers at once, where there are trainers: they have their processors elsewhere. In a cluster as many as are kept track of. */
    private int workers() {
        if (isRemote()) {
            return EvaluationCluster.MOST_AT_ONCE;
        }
        List<Accuracy> choices = EvaluationJob.choices(config.accuracy());
        int trainers = choices.stream().mapToInt(choice -> choice instanceof Accuracy.Command command ? command.parallel() : 0).max().orElse(0);
        return choices.stream().allMatch(Accuracy.Command.class::isInstance) ? trainers : Math.max(threads, trainers);
    }

    private boolean isRemote() {
        return config.asksAccuracies() && services.cluster().isPresent();
    }

    private EvaluationLoop.Workers atWork(ExecutorService threads) {
        return isRemote() ? new EvaluationLoop.Workers(threads, workers(), true, services.cluster().get())
                : new EvaluationLoop.Workers(threads, workers(), config.asksDearAccuracies());
    }

    private RunResult ended(Manifest manifest, EvaluationLoop loop, ParetoFront front, List<ReferencePoint> references, NearestMiss nearest,
                            Ending ending, ArchitectureEvaluator evaluator) throws IOException {
        RunCounts counts = loop.counts();
        FrontFiles files = new FrontFiles(config, front, references, estimators);
        files.write(folder, counts);
        Ending judged = ending.judged(config, counts, front.size(), nearest);
        RunStatus status = judged.status();
        String message = judged.message();
        if (status == RunStatus.FINISHED) {
            try {
                new Aftermath(config, folder, services, listener, evaluator::cost).run(files, front, references);
            } catch (StoppedException e) {
                status = RunStatus.INTERRUPTED;
                message = "interrupted while the best networks were trained";
            }
        }
        manifest.sessionEnds(status, ending.stoppedBy(), message, counts, front.size());
        return new RunResult(folder.path(), status, counts.evaluated(), counts.proposed(), front.size(), message);
    }
}
