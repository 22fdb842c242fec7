package finch.search.config;

import finch.search.config.SearchConfig.Algorithm;
import finch.space.format.SourceNode;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Reads {@code algorithm:}. */
final class AlgorithmReader {
    private static final Map<String, String> TYPES = ConfigKeys.ALGORITHMS.stream()
            .collect(Collectors.toMap(t -> t, t -> t, (a, b) -> a, LinkedHashMap::new));
    private static final Map<String, Objective> COSTS = Arrays.stream(Objective.values()).filter(o -> o != Objective.TOP1)
            .collect(Collectors.toMap(Objective::formatName, o -> o, (a, b) -> a, LinkedHashMap::new));
    private static final Map<String, Reward.Form> FORMS = Arrays.stream(Reward.Form.values())
            .collect(Collectors.toMap(Reward.Form::formatName, f -> f, (a, b) -> a, LinkedHashMap::new));

    private final BoundReader bounds;

    AlgorithmReader(BoundReader bounds) {
        this.bounds = bounds;
    }

    Algorithm algorithm(SourceNode node) {
        if (!node.isMapping()) {
            return Algorithm.DEFAULT;
        }
        String type = node.get("type").map(n -> n.asChoice(TYPES, "")).orElse("nsga2");
        return switch (type) {
            case "nsga2" -> {
                only(node, ConfigKeys.NSGA2);
                yield breeding(node);
            }
            case "regularized-evolution" -> regularizedEvolution(node);
            case "scalarized" -> {
                only(node, ConfigKeys.SCALARIZED);
                Algorithm.Nsga2 breeding = breeding(node);
                yield reward(node).<Algorithm>map(reward -> new Algorithm.Scalarized(reward, breeding)).orElse(Algorithm.DEFAULT);
            }
            case "surrogate" -> {
                only(node, ConfigKeys.MODEL);
                Algorithm.Surrogate d = Algorithm.Surrogate.DEFAULT;
                yield new Algorithm.Surrogate(integer(node, "initial", ConfigKeys.MIN_INITIAL, ConfigKeys.MAX_BATCH, d.initial()),
                        integer(node, "batch", 1, ConfigKeys.MAX_BATCH, d.batch()), integer(node, "pool", 1, ConfigKeys.MAX_BATCH, d.pool()));
            }
            case "random" -> {
                only(node, ConfigKeys.RANDOM);
                yield new Algorithm.Random(integer(node, "batch", 1, ConfigKeys.MAX_BATCH, Algorithm.Random.DEFAULT.batch()));
            }
            case "exhaustive" -> {
                only(node, ConfigKeys.RANDOM);
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

    private static Algorithm regularizedEvolution(SourceNode node) {
        only(node, ConfigKeys.REGULARIZED_EVOLUTION);
        Algorithm.RegularizedEvolution d = Algorithm.RegularizedEvolution.DEFAULT;
        int population = integer(node, "population", 2, ConfigKeys.MAX_POPULATION, d.population());
        int sample = integer(node, "sample", 1, ConfigKeys.MAX_POPULATION, Math.min(population, d.sample()));
        if (sample > population) {
            node.get("sample").ifPresent(n -> n.problem("must be at most the population, which is " + population + ", not " + sample));
        }
        return new Algorithm.RegularizedEvolution(population, Math.min(sample, population), integer(node, "batch", 1, ConfigKeys.MAX_BATCH, d.batch()),
                number(node, "mutation", ConfigKeys.MIN_MUTATION, ConfigKeys.MAX_MUTATION, d.mutation()));
    }

    private Optional<Reward> reward(SourceNode node) {
        Objective cost = node.get("cost").map(n -> n.asChoice(COSTS, Objective.LATENCY)).orElse(Objective.LATENCY);
        Reward.Form form = node.get("form").map(n -> n.asChoice(FORMS, Reward.Form.SOFT)).orElse(Reward.Form.SOFT);
        double w = number(node, "w", -ConfigKeys.MAX_REWARD_EXPONENT, -ConfigKeys.MIN_REWARD_EXPONENT, form.defaultW());
        return node.require("target", "the " + cost.formatName() + " that networks should have, e.g. " + BoundReader.example(cost)
                + ", or a multiple of a network's, e.g. 1.0 x mobilenetv3-large")
                .flatMap(n -> bounds.limit(n, cost)).map(target -> new Reward(cost, target, form, w));
    }

    private static int integer(SourceNode node, String key, int min, int max, int fallback) {
        return node.get(key).map(n -> n.asInt(min, max, fallback)).orElse(fallback);
    }

    private static double number(SourceNode node, String key, double min, double max, double fallback) {
        return node.get(key).map(n -> n.asDouble(min, max, fallback)).orElse(fallback);
    }

    private static void only(SourceNode node, List<String> keys) {
        node.onlyKeys(keys.toArray(String[]::new));
    }
}
