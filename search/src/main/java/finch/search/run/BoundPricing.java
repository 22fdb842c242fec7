package finch.search.run;

import finch.search.config.Bound;
import finch.search.config.Objective;
import finch.search.evolve.Estimate;
import finch.space.Genome;
import finch.space.SearchSpace;
import finch.space.network.Network;
import finch.space.staged.StagedSpace;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The reachable range of every bounded quantity, known before the first generation. */
final class BoundPricing {
    private final SearchSpace space;
    private final Map<ResolvedBound, ReachableRange> ranges = new LinkedHashMap<>();
    private final List<Bound> unpriced;

    /**
     * @param evaluator of the bounds to price
     * @param known     genomes that a range may be searched from
     * @param dear      bounds on what is not asked for of thousands of networks ahead
     */
    BoundPricing(SearchSpace space, ArchitectureEvaluator evaluator, List<Genome> known, List<Bound> dear) {
        this.space = space;
        this.unpriced = new ArrayList<>(dear);
        List<Genome> starts = new ArrayList<>(known);
        if (space instanceof StagedSpace staged) {
            starts.add(staged.smallest());
            starts.add(staged.largest());
        }
        for (ResolvedBound bound : evaluator.bounds()) {
            try {
                ranges.put(bound, ReachableRange.of(space, genome -> compared(bound, evaluator, genome), starts,
                        min -> bound.bound().side() == Bound.Side.AT_MOST && !bound.keeps(min)));
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

    /** Why no architecture of the space can keep the bounds, with what can be reached and the nearest network. */
    Optional<String> refusal() {
        List<String> reasons = new ArrayList<>();
        ranges.forEach((bound, range) -> {
            boolean atMost = bound.bound().side() == Bound.Side.AT_MOST;
            double nearest = atMost ? range.min() : range.max();
            if (!bound.keeps(nearest)) {
                Objective quantity = bound.bound().quantity();
                Genome genome = space.canonical(atMost ? range.cheapest() : range.dearest());
                Network network = Network.of(space.decode(genome));
                reasons.add("constraints." + quantity.formatName() + ": " + bound.limitText() + " cannot be reached in the space " + space.name()
                        + ". Reachable: " + quantity.format(range.min()) + " to " + quantity.format(range.max())
                        + (range.exact() ? "" : atMost ? " and more (the least was searched for, not proved)" : " (searched, not proved)")
                        + ". The nearest network is genome " + new GenomeText(space).of(genome)
                        + " with " + quantity.format(nearest) + ", " + Objective.MACS.format(network.macs()) + " multiply-adds, "
                        + Objective.PARAMS.format(network.params()) + " parameters.");
            }
        });
        return reasons.isEmpty() ? Optional.empty() : Optional.of(String.join("\n", reasons));
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
