package finch.search.config;

import static finch.search.config.ConfigSchema.described;
import static finch.search.config.ConfigSchema.integer;
import static finch.search.config.ConfigSchema.number;

import finch.search.config.SearchConfig.Algorithm;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** The schema of {@code algorithm:}. */
final class AlgorithmSchema {
    private AlgorithmSchema() {}

    static Object of(String type, String key) {
        boolean aging = type.equals("regularized-evolution");
        Algorithm.Nsga2 bred = Algorithm.Nsga2.DEFAULT;
        Algorithm.RegularizedEvolution aged = Algorithm.RegularizedEvolution.DEFAULT;
        return switch (key) {
            case "type" -> described(switch (type) {
                case "nsga2" -> "NSGA-II (Deb et al. 2002): spreads over the whole front.";
                case "regularized-evolution" -> "Aging evolution (Real et al. 2019); with several objectives each tournament weighs them at random.";
                case "scalarized" -> "One network near a target: the largest reward top1 * (cost / target)^w (Tan et al. 2019).";
                case "surrogate" -> "For evaluations that cost much: a Gaussian process over genomes proposes batches by expected hypervolume improvement.";
                case "random" -> "Uniform sampling without repeats, the baseline.";
                case "exhaustive" -> "Every architecture of a space of at most " + Algorithm.Exhaustive.MOST + ".";
                default -> throw new IllegalArgumentException("the schema does not know " + type);
            }, Map.of("const", type));
            case "population" -> described(aging ? "Networks alive. Default " + aged.population() + "." : "Parents kept. Default " + bred.population() + ".",
                    integer(2, ConfigKeys.MAX_POPULATION));
            case "offspring" -> described("Proposed each generation. Default " + bred.offspring() + ".", integer(1, ConfigKeys.MAX_POPULATION));
            case "crossover" -> described("Probability that a child has two parents. Default " + bred.crossover() + ".", number(0, 1));
            case "mutation" -> described("Expected number of genes reset in a child. Default " + (aging ? aged.mutation() : bred.mutation()) + ".",
                    number(ConfigKeys.MIN_MUTATION, ConfigKeys.MAX_MUTATION));
            case "seed-mutants" -> described("Share of the first population made of seed-with networks by mutation. Default " + bred.seedMutants() + ".", number(0, 1));
            case "sample" -> described("Drawn for each child, at most the population; the best is its parent. Default " + aged.sample() + ".",
                    integer(1, ConfigKeys.MAX_POPULATION));
            case "batch" -> described("Candidates proposed at a time. Default " + switch (type) {
                case "regularized-evolution" -> aged.batch();
                case "surrogate" -> Algorithm.Surrogate.DEFAULT.batch();
                case "exhaustive" -> Algorithm.Exhaustive.DEFAULT.batch();
                default -> Algorithm.Random.DEFAULT.batch();
            } + ".", integer(1, ConfigKeys.MAX_BATCH));
            case "initial" -> described("Drawn at random before the first fit. Default " + Algorithm.Surrogate.DEFAULT.initial() + ".",
                    integer(ConfigKeys.MIN_INITIAL, ConfigKeys.MAX_BATCH));
            case "pool" -> described("Genomes that a fit chooses from in a space of more than 20000. Default " + Algorithm.Surrogate.DEFAULT.pool() + ".",
                    integer(1, ConfigKeys.MAX_BATCH));
            case "cost" -> described("What stands against top1. Default latency.", Map.of("enum",
                    Arrays.stream(Objective.values()).filter(o -> o != Objective.TOP1).map(Objective::formatName).toList()));
            case "target" -> described("With its unit, or a multiple of a network's, e.g. 1.0 x mobilenetv3-large.",
                    Map.of("type", List.of("string", "number")));
            case "form" -> described("soft: w on both sides of the target. hard: w above it, nothing below. Default soft.",
                    Map.of("enum", Arrays.stream(Reward.Form.values()).map(Reward.Form::formatName).toList()));
            case "w" -> described("Exponent. Default " + Reward.Form.SOFT.defaultW() + ", hard " + Reward.Form.HARD.defaultW() + ".",
                    number(-ConfigKeys.MAX_REWARD_EXPONENT, -ConfigKeys.MIN_REWARD_EXPONENT));
            default -> throw new IllegalArgumentException("the schema does not know " + key);
        };
    }
}
