package finch.search.run;

import finch.accuracy.AccuracyEstimator;
import finch.latency.LatencyModel;
import finch.search.config.ConfigReader;
import finch.search.config.Objective;
import finch.search.config.SearchConfig;
import finch.search.config.ShippedCatalog;
import finch.search.evolve.Candidate;
import finch.search.evolve.CandidateEvaluator;
import finch.search.evolve.Evaluation;
import finch.search.evolve.Outcome;
import finch.search.evolve.ParetoFront;
import finch.search.evolve.SearchAlgorithm;
import finch.search.evolve.SearchProblem;
import finch.space.SearchSpace;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What random search finds with as many evaluations as a run had, from the same seed networks and judged by the same
 * estimators: the baseline without which a search's result says little. Depends on the run's config, seed, data and device
 * profile alone, unless it is cut short.
 */
public final class RandomBaseline implements CandidateEvaluator {
    static final String FORMAT = "finch-baseline/1";
    private static final int BATCH = 50;

    private final SearchSpace space;
    private final ArchitectureEvaluator evaluator;
    private final ParetoFront front;
    private final ArrayNode improvements = JsonFile.object().putArray("improvements");
    private final long budget;
    private final long deadline;
    private final BooleanSupplier cancelled;
    private long evaluated;
    private long feasible;
    private boolean cutShort;

    private RandomBaseline(SearchConfig config, ArchitectureEvaluator evaluator, long budget, Duration limit, BooleanSupplier cancelled) {
        this.space = config.space().space();
        this.evaluator = evaluator;
        this.front = new ParetoFront(config.objectives());
        this.budget = budget;
        this.deadline = System.nanoTime() + limit.toNanos();
        this.cancelled = cancelled;
    }

    /**
     * Whether {@link #write} has something to do: not of an unfinished run, one that has a baseline or was random itself, or
     * one whose accuracies are too dear to ask for as many again.
     *
     * @throws IllegalArgumentException if manifest or config cannot be read
     */
    public static boolean isDue(RunFolder folder) throws IOException {
        return due(folder).isPresent();
    }

    private static Optional<SearchConfig> due(RunFolder folder) throws IOException {
        if (Files.exists(folder.baseline()) || !Manifest.read(folder).status().equals(RunStatus.FINISHED)) {
            return Optional.empty();
        }
        SearchConfig config = ConfigReader.read(folder.config(), List.of(), new ShippedCatalog());
        return config.algorithm() instanceof SearchConfig.Algorithm.Random || config.asksDearAccuracies() ? Optional.empty() : Optional.of(config);
    }

    /**
     * Writes {@code baseline.json} of a run where it {@linkplain #isDue is due}.
     *
     * @param limit     stops the baseline early; the file then says so
     * @param cancelled asked between evaluations; true leaves no file
     * @throws IllegalArgumentException if what the run was judged by cannot be read any more or has changed since
     */
    public static void write(RunFolder folder, SearchServices services, Duration limit, BooleanSupplier cancelled) throws IOException {
        Optional<SearchConfig> due = due(folder);
        if (due.isEmpty()) {
            return;
        }
        SearchConfig config = due.get();
        Optional<String> change = config.asksAccuracies() ? AccuracySource.change(JsonFile.read(folder.manifest())) : Optional.empty();
        if (change.isPresent()) {
            throw new IllegalArgumentException(change.get());
        }
        Manifest.read(folder).requireFiles(config);
        SearchSpace space = config.space().space();
        Optional<AccuracyEstimator> accuracy = config.asksAccuracies() ? Optional.of(services.accuracy(config.accuracy(), space)) : Optional.empty();
        LatencyModel latency = config.uses(Objective.LATENCY) ? services.latency(config.device(), space).model() : null;
        RandomBaseline baseline = new RandomBaseline(config, new ArchitectureEvaluator(config, rung -> accuracy.orElseThrow(), SearchRun.differences(accuracy.orElse(null)), latency,
                config.constraints()),
                Manifest.read(folder).count("evaluated"), limit, cancelled);
        SearchAlgorithm.of(new SearchConfig.Algorithm.Random(BATCH)).run(new SearchProblem(space, config.objectives(), config.seed(),
                new ReferenceNetworks(config, toldByTheRun -> { }).seeds()), baseline);
        if (!cancelled.getAsBoolean()) {
            JsonFile.write(folder.baseline(), baseline.json(config));
        }
    }

    @Override
    public List<Outcome> evaluate(int generation, List<Candidate> candidates) {
        List<Outcome> outcomes = new ArrayList<>();
        for (Candidate candidate : candidates) {
            cutShort = cutShort || System.nanoTime() > deadline;
            if (evaluated >= budget || cutShort || cancelled.getAsBoolean()) {
                return outcomes;
            }
            Evaluation evaluation = evaluator.evaluate(space.decode(candidate.genome()));
            evaluated++;
            if (evaluation instanceof Evaluation.Measured measured) {
                feasible++;
                if (front.add(evaluated, candidate.genome(), measured)) {
                    ObjectNode objectives = JsonFile.object();
                    measured.values().forEach((objective, estimate) -> JsonFile.put(objectives, objective.formatName(), estimate.value()));
                    improvements.addObject().put("evaluation", evaluated).set("objectives", objectives);
                }
            }
            outcomes.add(new Outcome(evaluated - 1, evaluation));
        }
        return outcomes;
    }

    private ObjectNode json(SearchConfig config) {
        ObjectNode root = JsonFile.object().put("format", FORMAT).put("algorithm", "random").put("seed", config.seed())
                .put("evaluated", evaluated).put("feasible", feasible).put("cutShort", cutShort && evaluated < budget);
        root.set("improvements", improvements);
        return root;
    }
}
