package finch.search.config;

import finch.search.config.SearchConfig.Algorithm;
import finch.space.NotInSpaceException;
import finch.space.SearchSpace;
import java.math.BigInteger;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** What parts of a config cannot stand together; each answer says why and a way out. */
final class Compatibility {
    static final String NO_BOUND_ON_SCORES = "a score has neither unit nor zero, so that a limit on it, or a multiple of one, means nothing. Bound costs instead.";

    private static final String NO_LADDER_IN_FLIGHT = "networks rise on a ladder batch by batch, and with in-flight there are no batches. Leave in-flight out.";

    private Compatibility() {}

    /** What an algorithm cannot do with these objectives or this space. */
    static Optional<String> ofAlgorithm(Algorithm algorithm, List<Objective> objectives, SearchSpace space) {
        return switch (algorithm) {
            case Algorithm.Exhaustive e when space.size().compareTo(BigInteger.valueOf(Algorithm.Exhaustive.MOST)) > 0 ->
                    Optional.of("exhaustive goes through at most " + Algorithm.Exhaustive.MOST + " architectures, but " + space.name() + " has "
                            + space.size() + ". Freeze some decisions, or use another algorithm.");
            case Algorithm.Scalarized s -> missing("the reward", s.reward().cost(), objectives);
            case Algorithm.NetAdapt n -> missing("netadapt", n.cost(), objectives).or(() -> n.from().flatMap(from -> outside(from, space)));
            case Algorithm.Pipeline p -> p.stages().stream().flatMap(s -> ofAlgorithm(s.algorithm(), objectives, space).stream()).findFirst();
            default -> Optional.empty();
        };
    }

    private static Optional<String> missing(String who, Objective cost, List<Objective> objectives) {
        return objectives.containsAll(List.of(Objective.TOP1, cost)) ? Optional.empty()
                : Optional.of(who + " needs top1 and " + cost.formatName() + " among the objectives, which are "
                        + objectives.stream().map(Objective::formatName).collect(Collectors.joining(", ")));
    }

    private static Optional<String> outside(NetworkReference network, SearchSpace space) {
        try {
            space.encode(network.architecture());
            return Optional.empty();
        } catch (NotInSpaceException e) {
            return Optional.of("from: " + network.spec() + " is " + e.getMessage());
        }
    }

    /** What an algorithm cannot do on a ladder. */
    static Optional<String> ofLadder(Algorithm algorithm, Accuracy accuracy) {
        if (!(accuracy instanceof LadderAccuracy ladder)) {
            return Optional.empty();
        }
        return switch (algorithm) {
            case Algorithm.NetAdapt n -> Optional.of("netadapt goes on from one network to the next by the difference of their accuracies, and on a ladder most have no figure"
                    + " of the last rung. Use another algorithm, or the last rung alone.");
            case Algorithm.Scalarized s when ladder.rungs().stream().anyMatch(rung -> rung.accuracy().tells() != Objective.TOP1) ->
                    Optional.of("the reward multiplies top1, and a rung of the ladder tells a score. Use nsga2, or rungs that tell top1.");
            case Algorithm.RegularizedEvolution a when a.inFlight().isPresent() -> Optional.of(NO_LADDER_IN_FLIGHT);
            case Algorithm.Surrogate a when a.inFlight().isPresent() -> Optional.of(NO_LADDER_IN_FLIGHT);
            case Algorithm.Pipeline p -> p.stages().stream().flatMap(s -> ofLadder(s.algorithm(), accuracy).stream()).findFirst();
            default -> Optional.empty();
        };
    }

    /** What cannot be optimised, since the estimator does not tell it. */
    static Optional<String> ofObjectives(List<Objective> objectives, Accuracy accuracy) {
        Objective told = accuracy.tells();
        return objectives.stream().filter(Objective::ofAccuracy).filter(asked -> asked != told).findFirst()
                .map(asked -> told == Objective.SCORE ? "top1 is an accuracy, and accuracy tells a score here, from which no accuracy follows. Write score instead of top1."
                        : "score is what proxies and ensembles by ranks tell, and accuracy tells top1 here. Write top1 instead of score.");
    }

    /** What cannot be bounded. */
    static Optional<String> ofBounds(List<Objective> bounded, Accuracy accuracy) {
        if (bounded.contains(Objective.SCORE)) {
            return Optional.of(NO_BOUND_ON_SCORES);
        }
        return bounded.contains(Objective.TOP1) && accuracy.tells() == Objective.SCORE
                ? Optional.of("top1 is an accuracy, and accuracy tells a score here. Leave the bound out, or bound costs.") : Optional.empty();
    }
}
