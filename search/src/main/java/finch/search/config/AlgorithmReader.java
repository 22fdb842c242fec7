package finch.search.config;

import finch.search.config.SearchConfig.Algorithm;
import finch.space.format.SourceNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Reads {@code algorithm:}. */
final class AlgorithmReader {
    private static final Map<String, String> TYPES = ConfigKeys.ALGORITHMS.stream()
            .collect(Collectors.toMap(t -> t, t -> t, (a, b) -> a, LinkedHashMap::new));
    private static final Map<String, Objective> COSTS = Arrays.stream(Objective.values()).filter(o -> !o.ofAccuracy())
            .collect(Collectors.toMap(Objective::formatName, o -> o, (a, b) -> a, LinkedHashMap::new));
    private static final Map<String, Reward.Form> FORMS = Arrays.stream(Reward.Form.values())
            .collect(Collectors.toMap(Reward.Form::formatName, f -> f, (a, b) -> a, LinkedHashMap::new));

    private final BoundReader bounds;
    private final Function<SourceNode, Optional<NetworkReference>> networks;

    /** @param networks reads a network's name, reporting one that does not exist */
    AlgorithmReader(BoundReader bounds, Function<SourceNode, Optional<NetworkReference>> networks) {
        this.bounds = bounds;
        this.networks = networks;
    }

    /** One algorithm, or a list of them that go one after another. */
    Algorithm algorithm(SourceNode node) {
        if (node.kind() != SourceNode.Kind.SEQUENCE) {
            return node.isMapping() ? single(node, false, true) : Algorithm.DEFAULT;
        }
        List<Algorithm.Pipeline.Stage> stages = new ArrayList<>();
        for (SourceNode item : node.items()) {
            if (item.isMapping()) {
                Algorithm algorithm = single(item, true, stages.isEmpty());
                stages.add(new Algorithm.Pipeline.Stage(algorithm, evaluations(item)));
            }
        }
        if (node.items().isEmpty()) {
            node.problem("needs at least one algorithm");
        }
        boolean complete = !stages.isEmpty() && !(stages.getFirst().algorithm() instanceof Algorithm.NetAdapt n && n.from().isEmpty());
        return complete ? new Algorithm.Pipeline(stages) : Algorithm.DEFAULT;
    }

    private static OptionalLong evaluations(SourceNode item) {
        Optional<SourceNode> limit = item.get(ConfigKeys.STAGE_EVALUATIONS);
        String type = item.get("type").map(SourceNode::text).orElse("nsga2");
        if (limit.isEmpty() && !ConfigKeys.ENDING_BY_THEMSELVES.contains(type)) {
            item.require(ConfigKeys.STAGE_EVALUATIONS, "after how many evaluations of its own the next algorithm goes on, e.g. 1000");
        }
        return limit.map(n -> OptionalLong.of(n.asLong(1, Long.MAX_VALUE, 1))).orElse(OptionalLong.empty());
    }

    /** @param staged whether it is one of a list @param first whether nothing comes before it */
    private Algorithm single(SourceNode node, boolean staged, boolean first) {
        String type = node.get("type").map(n -> n.asChoice(TYPES, "")).orElse("nsga2");
        return switch (type) {
            case "nsga2" -> {
                only(node, staged, ConfigKeys.NSGA2);
                yield breeding(node);
            }
            case "nsga3" -> {
                only(node, staged, ConfigKeys.NSGA3);
                yield new Algorithm.Nsga3(breeding(node), node.get("divisions")
                        .map(n -> OptionalInt.of(n.asInt(1, ConfigKeys.MAX_DIVISIONS, 1))).orElse(OptionalInt.empty()));
            }
            case "regularized-evolution" -> regularizedEvolution(node, staged);
            case "scalarized" -> {
                only(node, staged, ConfigKeys.SCALARIZED);
                Algorithm.Nsga2 breeding = breeding(node);
                yield reward(node).<Algorithm>map(reward -> new Algorithm.Scalarized(reward, breeding)).orElse(Algorithm.DEFAULT);
            }
            case "netadapt" -> {
                only(node, staged, ConfigKeys.NETADAPT);
                yield netAdapt(node, first);
            }
            case "surrogate" -> {
                only(node, staged, ConfigKeys.MODEL);
                Algorithm.Surrogate d = Algorithm.Surrogate.DEFAULT;
                yield new Algorithm.Surrogate(integer(node, "initial", ConfigKeys.MIN_INITIAL, ConfigKeys.MAX_BATCH, d.initial()),
                        integer(node, "batch", 1, ConfigKeys.MAX_BATCH, d.batch()), integer(node, "pool", 1, ConfigKeys.MAX_BATCH, d.pool()),
                        inFlight(node, staged));
            }
            case "random" -> {
                only(node, staged, ConfigKeys.RANDOM);
                yield new Algorithm.Random(integer(node, "batch", 1, ConfigKeys.MAX_BATCH, Algorithm.Random.DEFAULT.batch()));
            }
            case "exhaustive" -> {
                only(node, staged, ConfigKeys.RANDOM);
                yield new Algorithm.Exhaustive(integer(node, "batch", 1, ConfigKeys.MAX_BATCH, Algorithm.Exhaustive.DEFAULT.batch()));
            }
            default -> Algorithm.DEFAULT;
        };
    }

    private static Algorithm.Nsga2 breeding(SourceNode node) {
        Algorithm.Nsga2 d = Algorithm.Nsga2.DEFAULT;
        return new Algorithm.Nsga2(
                integer(node, "population", 2, ConfigKeys.MAX_POPULATION, d.population()),
                integer(node, "offspring", 1, ConfigKeys.MAX_POPULATION, d.offspring()),
                number(node, "crossover", 0, 1, d.crossover()),
                number(node, "mutation", ConfigKeys.MIN_MUTATION, ConfigKeys.MAX_MUTATION, d.mutation()),
                number(node, "seed-mutants", 0, 1, d.seedMutants()));
    }

    private static Algorithm regularizedEvolution(SourceNode node, boolean staged) {
        only(node, staged, ConfigKeys.REGULARIZED_EVOLUTION);
        Algorithm.RegularizedEvolution d = Algorithm.RegularizedEvolution.DEFAULT;
        int population = integer(node, "population", 2, ConfigKeys.MAX_POPULATION, d.population());
        int sample = integer(node, "sample", 1, ConfigKeys.MAX_POPULATION, Math.min(population, d.sample()));
        if (sample > population) {
            node.get("sample").ifPresent(n -> n.problem("must be at most the population, which is " + population + ", not " + sample));
        }
        return new Algorithm.RegularizedEvolution(population, Math.min(sample, population), integer(node, "batch", 1, ConfigKeys.MAX_BATCH, d.batch()),
                number(node, "mutation", ConfigKeys.MIN_MUTATION, ConfigKeys.MAX_MUTATION, d.mutation()), inFlight(node, staged));
    }

    private static OptionalInt inFlight(SourceNode node, boolean staged) {
        Optional<SourceNode> count = node.get("in-flight");
        if (staged) {
            count.ifPresent(n -> n.problem("is for an algorithm that stands alone: one of a list works in batches"));
        }
        return count.map(n -> OptionalInt.of(n.asInt(1, ConfigKeys.MAX_IN_FLIGHT, 1))).orElse(OptionalInt.empty());
    }

    private Algorithm netAdapt(SourceNode node, boolean first) {
        Optional<SourceNode> seed = first
                ? node.require("from", "the network to start from, e.g. mobilenetv3-large or an architecture file; or let another algorithm come before")
                : node.get("from");
        Optional<NetworkReference> from = seed.flatMap(networks);
        Objective cost = cost(node);
        double step = number(node, "step", ConfigKeys.MIN_STEP, ConfigKeys.MAX_STEP, Algorithm.NetAdapt.DEFAULT_STEP);
        double headroom = number(node, "headroom", 1, ConfigKeys.MAX_HEADROOM, Algorithm.NetAdapt.DEFAULT_HEADROOM);
        return target(node, cost).<Algorithm>map(target -> new Algorithm.NetAdapt(from, cost, target, step, headroom)).orElse(Algorithm.DEFAULT);
    }

    private static Objective cost(SourceNode node) {
        return node.get("cost").map(n -> n.asChoice(COSTS, Objective.LATENCY)).orElse(Objective.LATENCY);
    }

    private Optional<Bound.Limit> target(SourceNode node, Objective cost) {
        return node.require("target", "the " + cost.formatName() + " that networks should have, e.g. " + BoundReader.example(cost)
                + ", or a multiple of a network's, e.g. 1.0 x mobilenetv3-large").flatMap(n -> bounds.limit(n, cost));
    }

    private Optional<Reward> reward(SourceNode node) {
        Objective cost = cost(node);
        Reward.Form form = node.get("form").map(n -> n.asChoice(FORMS, Reward.Form.SOFT)).orElse(Reward.Form.SOFT);
        double w = number(node, "w", -ConfigKeys.MAX_REWARD_EXPONENT, -ConfigKeys.MIN_REWARD_EXPONENT, form.defaultW());
        return target(node, cost).map(target -> new Reward(cost, target, form, w));
    }

    private static int integer(SourceNode node, String key, int min, int max, int fallback) {
        return node.get(key).map(n -> n.asInt(min, max, fallback)).orElse(fallback);
    }

    private static double number(SourceNode node, String key, double min, double max, double fallback) {
        return node.get(key).map(n -> n.asDouble(min, max, fallback)).orElse(fallback);
    }

    private static void only(SourceNode node, boolean staged, List<String> keys) {
        node.onlyKeys(Stream.concat(keys.stream(), staged ? Stream.of(ConfigKeys.STAGE_EVALUATIONS) : Stream.empty()).toArray(String[]::new));
    }
}
