package finch.engine;

import finch.engine.kernel.CacheLines;
import finch.space.network.Layer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * Places the tensors of a plan in one array, so that tensors alive at the same time do not overlap ({@link Packing}). An
 * element-wise group writes over an input that dies there. Scratch stands among the tensors too: it is wanted by few
 * groups, mostly the stem, where little else is alive.
 */
final class ArenaLayout {
    private static final int NOWHERE = -1;

    private final int[] offsets;
    private final int[] scratch;
    private final int floats;

    private ArenaLayout(int[] offsets, int[] scratch, int floats) {
        this.offsets = offsets;
        this.scratch = scratch;
        this.floats = floats;
    }

    /** Where a tensor starts; negative for the network's input and for tensors that fusion removed. */
    int offset(int tensor) {
        return offsets[tensor];
    }

    /** Where each group's scratch starts; negative for those that need none. */
    int[] scratch() {
        return scratch;
    }

    /** Floats in all. */
    int floats() {
        return floats;
    }

    /** The first usable offset at or after {@code floats}: where a cache line starts. */
    static int align(int floats) {
        return Math.addExact(CacheLines.whole(floats - CacheLines.HEADER_GAP), CacheLines.HEADER_GAP);
    }

    /**
     * @param sizes     floats of each tensor
     * @param scratch   floats of scratch that each group, or one that comes after these, needs while it runs
     * @param reserved  floats kept free at the start
     * @param given     tensors that others wrote before the first group runs, to be placed too
     * @param elsewhere tensors that the groups write and that have a place outside
     * @param kept      a tensor that outlives the groups
     * @throws ArithmeticException if the floats exceed an int
     */
    static ArenaLayout of(List<Chain> chains, int[] sizes, int[] scratch, int reserved, Set<Integer> given, Set<Integer> elsewhere, int kept) {
        int[] lastUse = new int[sizes.length];
        for (int g = 0; g < chains.size(); g++) {
            for (int tensor : chains.get(g).inputs()) {
                lastUse[tensor] = g;
            }
        }
        lastUse[kept] = chains.size();
        List<Packing.Span> spans = new ArrayList<>();
        int[] scratchSpan = new int[scratch.length];
        for (int g = 0; g < scratch.length; g++) {
            scratchSpan[g] = scratch[g] == 0 ? NOWHERE : spans.size();
            if (scratch[g] > 0) {
                spans.add(new Packing.Span(scratch[g], g, g));
            }
        }
        int[] spanOf = new int[sizes.length];
        Arrays.fill(spanOf, NOWHERE);
        for (int tensor : given) {
            spanOf[tensor] = spans.size();
            spans.add(new Packing.Span(sizes[tensor], 0, lastUse[tensor]));
        }
        for (int g = 0; g < chains.size(); g++) {
            int output = chains.get(g).output();
            if (elsewhere.contains(output)) {
                continue;
            }
            int over = overwritten(chains.get(g), g, lastUse);
            int last = Math.max(lastUse[output], g);
            if (over > 0 && spanOf[over] != NOWHERE) {
                spanOf[output] = spanOf[over];
                Packing.Span span = spans.get(spanOf[over]);
                spans.set(spanOf[over], new Packing.Span(span.floats(), span.first(), last));
            } else {
                spanOf[output] = spans.size();
                spans.add(new Packing.Span(sizes[output], g, last));
            }
        }
        Packing.Result packed = Packing.of(spans, align(reserved));
        return new ArenaLayout(offsets(spanOf, packed), offsets(scratchSpan, packed), packed.end());
    }

    private static int[] offsets(int[] spans, Packing.Result packed) {
        return Arrays.stream(spans).map(span -> span == NOWHERE ? NOWHERE : packed.offsets()[span]).toArray();
    }

    /** The input that a group's output may take the place of, or {@link #NOWHERE}. */
    private static int overwritten(Chain group, int index, int[] lastUse) {
        int candidate = switch (group.main()) {
            case Layer.Scale s -> s.source();
            case Layer.Add a -> lastUse[a.left()] == index ? a.left() : a.right();
            case Layer.BatchNorm b -> b.source();
            case Layer.Activate a -> a.source();
            case Layer.Softmax s -> s.source();
            // a convolution may write its sums before it reads the residual
            case Layer.Convolution _, Layer.Dense _, Layer.GlobalAveragePool _, Layer.Pool _ -> NOWHERE;
        };
        return candidate > 0 && lastUse[candidate] == index ? candidate : NOWHERE;
    }
}
