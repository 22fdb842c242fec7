package finch.search.evolve;

import finch.search.config.SearchConfig;
import io.jenetics.engine.Engine;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Proposes candidates until the evaluator stops it. Deterministic: the same problem and outcomes give the same
 * proposals, which is what makes a journal enough to resume from.
 */
public interface SearchAlgorithm {
    /**
     * Runs the search.
     *
     * @return why it ended by itself, e.g. {@code space exhausted}; empty where the evaluator stopped it
     */
    String run(SearchProblem problem, CandidateEvaluator evaluator);

    /** Version of Jenetics, for manifests. */
    static String libraryVersion() {
        return Optional.ofNullable(Engine.class.getPackage().getImplementationVersion()).orElse("unknown");
    }

    /** The algorithm that a config chooses. */
    static SearchAlgorithm of(SearchConfig.Algorithm choice) {
        return switch (choice) {
            case SearchConfig.Algorithm.Nsga2 nsga2 -> new Nsga2(nsga2);
            case SearchConfig.Algorithm.Nsga3 nsga3 -> new Nsga3(nsga3);
            case SearchConfig.Algorithm.RegularizedEvolution aging -> new RegularizedEvolution(aging);
            case SearchConfig.Algorithm.Scalarized scalarized -> new Scalarized(scalarized);
            case SearchConfig.Algorithm.Exhaustive exhaustive -> new Exhaustive(exhaustive.batch());
            case SearchConfig.Algorithm.Surrogate surrogate -> new ModelSearch(surrogate);
            case SearchConfig.Algorithm.NetAdapt alone -> new Pipeline(List.of(new SearchConfig.Algorithm.Pipeline.Stage(alone, OptionalLong.empty())));
            case SearchConfig.Algorithm.Pipeline pipeline -> new Pipeline(pipeline.stages());
            case SearchConfig.Algorithm.Random random -> new RandomSearch(random.batch());
        };
    }
}
