package finch.search.config;

import static finch.search.config.ConfigSchema.described;
import static finch.search.config.ConfigSchema.integer;
import static finch.search.config.ConfigSchema.number;

import finch.search.config.SearchConfig.Algorithm;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The schema of {@code algorithm:}. */
final class AlgorithmSchema {
    private AlgorithmSchema() {}

    /** Each algorithm alone, and the list of several. */
    static List<Object> all() {
        List<Object> alone = new ArrayList<>();
        List<Object> staged = new ArrayList<>();
        for (String type : ConfigKeys.ALGORITHMS) {
            List<String> keys = switch (type) {
                case "nsga2" -> ConfigKeys.NSGA2;
                case "nsga3" -> ConfigKeys.NSGA3;
                case "regularized-evolution" -> ConfigKeys.REGULARIZED_EVOLUTION;
                case "scalarized" -> ConfigKeys.SCALARIZED;
                case "netadapt" -> ConfigKeys.NETADAPT;
                case "surrogate" -> ConfigKeys.MODEL;
                case "random", "exhaustive" -> ConfigKeys.RANDOM;
                default -> throw new IllegalArgumentException("the schema does not know " + type);
            };
            List<String> required = new ArrayList<>(type.equals("nsga2") ? List.of() : List.of("type"));
            required.addAll(keys.contains("target") ? List.of("target") : List.of());
            alone.add(ConfigSchema.object(keys, concat(required, type.equals("netadapt") ? "from" : ""), key -> of(type, key)));
            staged.add(ConfigSchema.object(concat(keys.stream().filter(key -> !key.equals("in-flight")).toList(), ConfigKeys.STAGE_EVALUATIONS),
                    concat(required, ConfigKeys.ENDING_BY_THEMSELVES.contains(type) ? "" : ConfigKeys.STAGE_EVALUATIONS), key -> of(type, key)));
        }
        alone.add(ConfigSchema.ordered("type", "array", "minItems", 1, "items", ConfigSchema.ordered("oneOf", staged)));
        return alone;
    }

    private static List<String> concat(List<String> keys, String more) {
        return more.isEmpty() ? keys : Stream.concat(keys.stream(), Stream.of(more)).toList();
    }

    private static Object of(String type, String key) {
        boolean aging = type.equals("regularized-evolution");
        Algorithm.Nsga2 bred = Algorithm.Nsga2.DEFAULT;
        Algorithm.RegularizedEvolution aged = Algorithm.RegularizedEvolution.DEFAULT;
        return switch (key) {
            case "type" -> described(switch (type) {
                case "nsga2" -> "NSGA-II (Deb et al. 2002): spreads over the whole front.";
                case "nsga3" -> "NSGA-III (Deb and Jain 2014): reference directions instead of crowding, for three objectives and more.";
                case "regularized-evolution" -> "Aging evolution (Real et al. 2019); with several objectives each tournament weighs them at random.";
                case "scalarized" -> "One network near a target: the largest reward top1 * (cost / target)^w (Tan et al. 2019).";
                case "netadapt" -> "Shrinks one network until it costs no more than the target, what loses least accuracy for its saving first"
                        + " (Howard et al. 2019, section 4.2).";
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
            case "in-flight" -> described("Evaluations kept going on at once, each end being answered by a new proposal, so that no worker waits for the end of a batch."
                    + " Results follow from the order in which evaluations end: a journal repeats them, a seed alone does not."
                    + " Not on a ladder, nor one of a list. Default none: " + (aging ? "children in batches." : "batches."), integer(1, ConfigKeys.MAX_IN_FLIGHT));
            case "cost" -> described("What stands against top1. Default latency.", Map.of("enum",
                    Arrays.stream(Objective.values()).filter(o -> !o.ofAccuracy()).map(Objective::formatName).toList()));
            case "from" -> described("The network that netadapt starts from; after another algorithm what that found.", Map.of("type", "string"));
            case "step" -> described("What each step saves at least, as a share of the first network's cost. Default " + Algorithm.NetAdapt.DEFAULT_STEP + ".",
                    number(ConfigKeys.MIN_STEP, ConfigKeys.MAX_STEP));
            case "divisions" -> described("Of each axis between reference directions. Default the most that give no more directions than the population.",
                    integer(1, ConfigKeys.MAX_DIVISIONS));
            case "headroom" -> described("After another algorithm: netadapt starts from a network that costs more than so many times the target. Default "
                    + Algorithm.NetAdapt.DEFAULT_HEADROOM + ".", number(1, ConfigKeys.MAX_HEADROOM));
            case ConfigKeys.STAGE_EVALUATIONS -> described("New architectures after which the next algorithm goes on.", ConfigSchema.integer(1));
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
