package finch.engine;

import finch.engine.kernel.ConvGeometry;
import finch.space.network.Layer;
import finch.space.network.Network;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Cuts the groups of a network into {@link Chain}s so that the fewest floats go through the slow caches: what stands between two
 * chains is written and read there if it is large; within a chain weights are read again for each band.
 */
final class Chains {
    /**
     * What is known of the caches.
     *
     * @param budget  floats of the rows and weights of a chain that a second level cache keeps, beside what passes through
     * @param near    a tensor of more floats has left that cache before it is read
     * @param farCost a float through the cache behind it, in floats through it
     * @param share   the rings of a chain are at most this part of the tensors that it spares
     */
    record Caches(int budget, int near, int farCost, int share) {
        /** 512 KB, as most have at least. */
        static final Caches USUAL = new Caches(96 * 1024, 32 * 1024, 3, 4);
    }

    private final Caches caches;
    private final Network network;
    private final List<Fusion.Group> groups;
    private final int[] readers;

    private Chains(Network network, List<Fusion.Group> groups, Caches caches) {
        this.caches = caches;
        this.network = network;
        this.groups = groups;
        this.readers = new int[network.layers().size() + 1];
        for (Layer layer : network.layers()) {
            layer.inputs().forEach(tensor -> readers[tensor]++);
        }
        readers[groups.getLast().output()]++; // the caller
    }

    /** Every group by itself. */
    static List<Chain> singles(List<Fusion.Group> groups) {
        return groups.stream().map(group -> new Chain(List.of(group))).toList();
    }

    /**
     * The chains of a network.
     *
     * @param images how many of the groups run image by image; the others stay single
     */
    static List<Chain> of(Network network, List<Fusion.Group> groups, int images, Caches caches) {
        List<Chain> chains = new ArrayList<>(images == 0 ? List.of() : new Chains(network, groups, caches).cut(images));
        chains.addAll(singles(groups.subList(images, groups.size())));
        return chains;
    }

    /** The cheapest cut, by dynamic programming over where the last chain begins. */
    private List<Chain> cut(int images) {
        long[] cost = new long[images + 1];
        int[] begin = new int[images + 1];
        Arrays.fill(cost, Long.MAX_VALUE);
        cost[0] = 0;
        for (int end = 1; end <= images; end++) {
            for (int first = end - 1; first >= 0 && end - first <= Chain.LONGEST; first--) {
                if (end - first > 1 && !joined(groups.get(first), groups.get(first + 1))) {
                    break;
                }
                long chain = end - first == 1 ? 0 : cost(groups.subList(first, end));
                if (chain == Long.MAX_VALUE) {
                    continue;
                }
                long total = cost[first] + chain + passed(groups.get(end - 1).output());
                if (total < cost[end]) {
                    cost[end] = total;
                    begin[end] = first;
                }
            }
        }
        List<Chain> chains = new ArrayList<>();
        for (int end = images; end > 0; end = begin[end]) {
            chains.addFirst(new Chain(groups.subList(begin[end], end)));
        }
        return chains;
    }

    /** Whether the second group can read the first one's rows as they are made. */
    private boolean joined(Fusion.Group first, Fusion.Group second) {
        if (!(first.main() instanceof Layer.Convolution) || !(second.main() instanceof Layer.Convolution next)) {
            return false;
        }
        ConvGeometry g = KernelForm.geometry(next);
        return next.source() == first.output() && readers(first) == 1 && second.residual() != first.output() && (g.isPointwise() || g.isDepthwise());
    }

    /** Groups and callers that read a group's output. */
    private int readers(Fusion.Group group) {
        return readers[group.output()];
    }

    /** What the chain costs itself; without end where it does not fit. */
    private long cost(List<Fusion.Group> members) {
        List<ConvGeometry> geometries = new Chain(members).geometries();
        Chain.Bands bands = Chain.bands(geometries);
        long held = bands.floats(geometries);
        long rings = held;
        long spared = 0;
        long cost = 0;
        for (int i = 0; i < geometries.size(); i++) {
            ConvGeometry g = geometries.get(i);
            held += g.weights();
            cost += (long) g.weights() * (Math.ceilDiv(g.outHeight(), bands.burst()[i]) - 1);
            if (i < geometries.size() - 1) {
                spared += (long) g.outPixels() * g.outChannels();
            }
        }
        // of small images the rings hold nearly all, for each thread
        return held > caches.budget() || rings * caches.share() > spared ? Long.MAX_VALUE : cost + 2 * spared;
    }

    /** What it costs to pass a tensor from one chain to another. */
    private long passed(int tensor) {
        long floats = network.shape(tensor).size();
        return 2 * floats * (floats > caches.near() ? caches.farCost() : 1);
    }
}
