package finch.search.cli;

import finch.search.run.ReachableRange;
import finch.space.Architecture;
import finch.space.Genome;
import finch.space.network.Network;
import finch.space.staged.StagedSpace;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/**
 * The networks at the ends of a space. Which choices are cheap depends on the others, so that they are searched for and not put together from
 * the cheapest choice of every decision.
 *
 * @param fewestParams and the others: of the fewest and most parameters, and of the fewest and most multiply-adds; where one network is an end
 *                     of both, it is given for both
 * @param proved       whether every genome was looked at; otherwise there may be networks further out
 * @param unmakable    why some genomes that were looked at make no network; empty if all do
 */
record SpaceEnds(Architecture fewestParams, Architecture mostParams, Architecture fewestMacs, Architecture mostMacs, boolean proved, Optional<String> unmakable) {
    /** @throws IllegalArgumentException if no network that was looked at can be made, saying why */
    static SpaceEnds of(StagedSpace space) {
        return new Search(space).ends();
    }

    private static final class Search {
        private static final long[] NONE = {};

        private final StagedSpace space;
        /** Parameters and multiply-adds: the searches for both look at much the same. */
        private final Map<Genome, long[]> costs = new HashMap<>();
        private Optional<String> unmakable = Optional.empty();

        Search(StagedSpace space) {
            this.space = space;
        }

        SpaceEnds ends() {
            ReachableRange params;
            ReachableRange macs;
            try {
                params = range(0);
                macs = range(1);
            } catch (IllegalStateException e) {
                throw new IllegalArgumentException(unmakable.orElseThrow(), e);
            }
            List<Architecture> least = ends(params.cheapest(), macs.cheapest());
            List<Architecture> most = ends(params.dearest(), macs.dearest());
            return new SpaceEnds(least.getFirst(), most.getFirst(), least.getLast(), most.getLast(), params.exact() && macs.exact(), unmakable);
        }

        /** Ends of the parameters and of the multiply-adds, one for both where one is an end of both. */
        private List<Architecture> ends(Genome params, Genome macs) {
            boolean sameParams = costs.get(macs)[0] == costs.get(params)[0];
            boolean sameMacs = costs.get(params)[1] == costs.get(macs)[1];
            return List.of(space.decode(sameParams ? macs : params), space.decode(sameMacs && !sameParams ? params : macs));
        }

        private ReachableRange range(int cost) {
            ToDoubleFunction<Genome> quantity = genome -> {
                long[] found = costs.computeIfAbsent(genome, this::costs);
                return found == NONE ? Double.NaN : found[cost];
            };
            return ReachableRange.of(space, quantity, List.of(space.smallest(), space.largest()));
        }

        private long[] costs(Genome genome) {
            try {
                Network network = Network.of(space.decode(genome));
                return new long[] {network.params(), network.macs()};
            } catch (IllegalArgumentException e) {
                unmakable = unmakable.or(() -> Optional.of(e.getMessage()));
                return NONE;
            }
        }
    }
}
