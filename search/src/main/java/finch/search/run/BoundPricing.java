package finch.search.run;

import finch.search.config.Bound;
import finch.search.config.Objective;
import finch.search.evolve.Estimate;
import finch.space.Architecture;
import finch.space.Genome;
import finch.space.NotInSpaceException;
import finch.space.SearchSpace;
import finch.space.network.Network;
import finch.space.staged.StagedSpace;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The reachable range of every bounded quantity, known before the first generation. */
final class BoundPricing {
    /** Latencies add up layer by layer, more for larger ones: a searched end of theirs may be off, but by no such factor. */
    private static final double FAR = 2;

    private final SearchSpace space;
    private final Map<ResolvedBound, ReachableRange> ranges = new LinkedHashMap<>();
    private final List<Bound> unpriced;

    /**
     * @param evaluator of the bounds to price
     * @param known     genomes that a range may be searched from
     * @param held      all networks that have an accuracy, where it is looked up in a table
     * @param dear      bounds on what is not asked for of thousands of networks ahead
     */
    BoundPricing(SearchSpace space, ArchitectureEvaluator evaluator, List<Genome> known, Optional<Collection<Architecture>> held,
                 List<Bound> dear) {
        this.space = space;
        this.unpriced = new ArrayList<>(dear);
        List<Genome> starts = new ArrayList<>(known);
        if (space instanceof StagedSpace staged) {
            starts.add(staged.smallest());
            starts.add(staged.largest());
        }
        for (ResolvedBound bound : evaluator.bounds()) {
            try {
                ToDoubleFunction<Genome> quantity = genome -> compared(bound, evaluator, genome);
                // accuracies have tops that a descent does not come to, but only so many stand in a table
                ranges.put(bound, held.isPresent() && bound.bound().quantity() == Objective.TOP1 ? ReachableRange.among(space, quantity, inside(held.get()))
                        : ReachableRange.of(space, quantity, starts, min -> bound.bound().side() == Bound.Side.AT_MOST && !bound.keeps(min)));
            } catch (IllegalStateException e) {
                unpriced.add(bound.bound());
            }
        }
    }

    /** NaN where there is no estimate; an estimator that throws is the search's to journal. */
    private double compared(ResolvedBound bound, ArchitectureEvaluator evaluator, Genome genome) {
        try {
            Optional<Estimate> estimate = evaluator.estimate(bound.bound().quantity(), space.decode(genome));
            return estimate.map(bound::compared).orElse(Double.NaN);
        } catch (RuntimeException e) {
            ArchitectureEvaluator.requireNotInterrupted(e);
            return Double.NaN;
        }
    }

    private List<Genome> inside(Collection<Architecture> architectures) {
        List<Genome> genomes = new ArrayList<>();
        for (Architecture architecture : architectures) {
            try {
                genomes.add(space.encode(architecture));
            } catch (NotInSpaceException e) {
                // a table may be of a larger space
            }
        }
        return genomes;
    }

    /** Why no architecture of the space can keep the bounds, with what can be reached and the nearest network. */
    Optional<String> refusal() {
        return Optional.of(told(true)).filter(reasons -> !reasons.isEmpty()).map(reasons -> String.join("\n", reasons));
    }

    /** Bounds that no network keeps that was looked at, though there may be one. */
    List<String> doubts() {
        return told(false);
    }

    private List<String> told(boolean surely) {
        List<String> reasons = new ArrayList<>();
        ranges.forEach((bound, range) -> {
            boolean atMost = bound.bound().side() == Bound.Side.AT_MOST;
            double nearest = atMost ? range.min() : range.max();
            if (!bound.keeps(nearest) && isSure(bound, range, nearest) == surely) {
                Objective quantity = bound.bound().quantity();
                Genome genome = space.canonical(atMost ? range.cheapest() : range.dearest());
                Network network = Network.of(space.decode(genome));
                reasons.add("constraints." + quantity.formatName() + ": " + bound.limitText() + (surely ? " cannot be reached" : " may be out of reach") + " in the space "
                        + space.name() + ". " + (surely ? "Reachable: " : "Found before the search: ") + quantity.format(range.min()) + " to " + quantity.format(range.max())
                        + (range.exact() ? "" : atMost ? " and more (the least was searched for, not proved)" : " (searched, not proved)")
                        + ". The nearest network is genome " + new GenomeText(space).of(genome)
                        + " with " + quantity.format(nearest) + ", " + Objective.MACS.format(network.macs()) + " multiply-adds, "
                        + Objective.PARAMS.format(network.params()) + " parameters." + (surely ? "" : " The search may find a better one, and goes on."));
            }
        });
        return reasons;
    }

    /** Whether what was looked at tells of the whole space: exact costs grow with every choice, so the ends of theirs are found. */
    private static boolean isSure(ResolvedBound bound, ReachableRange range, double nearest) {
        return range.exact() || switch (bound.bound().quantity()) {
            case MACS, PARAMS, WEIGHT_BYTES, PEAK_MEMORY -> true;
            case LATENCY -> Math.max(nearest / bound.limit(), bound.limit() / nearest) > FAR;
            case TOP1, SCORE -> false;
        };
    }

    ArrayNode toJson() {
        ArrayNode list = JsonFile.object().putArray("reachable");
        ranges.forEach((bound, range) -> {
            ObjectNode node = list.addObject().put("constraint", bound.bound().toString());
            JsonFile.put(node, "limit", bound.limit());
            JsonFile.put(node, "min", range.min());
            JsonFile.put(node, "max", range.max());
            node.put("unit", bound.bound().quantity().baseUnit()).put("how", range.exact() ? "exact" : "searched");
        });
        unpriced.forEach(bound -> list.addObject().put("constraint", bound.toString()).put("how", "not priced"));
        return list;
    }
}
