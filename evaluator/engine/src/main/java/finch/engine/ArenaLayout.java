package finch.engine;

import finch.space.network.Layer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/**
 * Places the tensors of a plan in one array, so that tensors alive at the same time do not overlap: the largest first,
 * each in the tightest gap that fits (the greedy-by-size strategy of Pisarchyk and Lee 2020, arXiv 2001.03288). An element-wise group
 * writes over an input that dies there.
 */
final class ArenaLayout {
    /** Offsets are this many floats past a multiple of {@link #LINE}: an array's header has 16 bytes, a cache line 64. */
    private static final int HEADER_GAP = 12;
    private static final int LINE = 16;

    private final int[] offsets;
    private final int floats;

    private ArenaLayout(int[] offsets, int floats) {
        this.offsets = offsets;
        this.floats = floats;
    }

    /** Where a tensor starts; negative for the network's input and for tensors that fusion removed. */
    int offset(int tensor) {
        return offsets[tensor];
    }

    /** Floats in all. */
    int floats() {
        return floats;
    }

    /** The first usable offset at or after {@code floats}. */
    static int align(int floats) {
        return Math.addExact(Math.ceilDiv(floats - HEADER_GAP, LINE) * LINE, HEADER_GAP);
    }

    /** Floats rounded up to whole cache lines. */
    static int lines(int floats) {
        return Math.multiplyExact(Math.ceilDiv(floats, LINE), LINE);
    }

    private record Span(int floats, int first, int last, int[] tensors) {}

    /**
     * @param sizes     floats of each tensor
     * @param reserved  floats kept free at the start
     * @param given     tensors that others wrote before the first group runs, to be placed too
     * @param elsewhere tensors that the groups write and that have a place outside
     * @param kept      a tensor that outlives the groups
     */
    static ArenaLayout of(List<Chain> chains, int[] sizes, int reserved, Set<Integer> given, Set<Integer> elsewhere, int kept) {
        int[] lastUse = new int[sizes.length];
        for (int g = 0; g < chains.size(); g++) {
            for (int tensor : chains.get(g).inputs()) {
                lastUse[tensor] = g;
            }
        }
        lastUse[kept] = chains.size();
        List<Span> spans = new ArrayList<>();
        int[] spanOf = new int[sizes.length];
        Arrays.fill(spanOf, -1);
        for (int tensor : given) {
            spanOf[tensor] = spans.size();
            spans.add(new Span(sizes[tensor], -1, lastUse[tensor], new int[] {tensor}));
        }
        for (int g = 0; g < chains.size(); g++) {
            int output = chains.get(g).output();
            if (elsewhere.contains(output)) {
                continue;
            }
            int over = overwritten(chains.get(g), g, lastUse);
            int last = Math.max(lastUse[output], g);
            if (over > 0 && spanOf[over] >= 0) {
                Span span = spans.get(spanOf[over]);
                int[] tensors = Arrays.copyOf(span.tensors(), span.tensors().length + 1);
                tensors[tensors.length - 1] = output;
                spanOf[output] = spanOf[over];
                spans.set(spanOf[over], new Span(span.floats(), span.first(), last, tensors));
            } else {
                spanOf[output] = spans.size();
                spans.add(new Span(sizes[output], g, last, new int[] {output}));
            }
        }
        return place(spans, sizes.length, reserved);
    }

    /** The input that a group's output may take the place of, or -1. */
    private static int overwritten(Chain group, int index, int[] lastUse) {
        int candidate = switch (group.main()) {
            case Layer.Scale s -> s.source();
            case Layer.Add a -> lastUse[a.left()] == index ? a.left() : a.right();
            case Layer.BatchNorm b -> b.source();
            case Layer.Activate a -> a.source();
            case Layer.Softmax s -> s.source();
            // a convolution may write its sums before it reads the residual
            case Layer.Convolution _, Layer.Dense _, Layer.GlobalAveragePool _, Layer.Pool _ -> -1;
        };
        return candidate > 0 && lastUse[candidate] == index ? candidate : -1;
    }

    private static ArenaLayout place(List<Span> spans, int tensors, int reserved) {
        int[] offsets = new int[tensors];
        Arrays.fill(offsets, -1);
        List<Span> bySize = new ArrayList<>(spans);
        bySize.sort(Comparator.comparingInt(Span::floats).reversed());
        List<Span> placed = new ArrayList<>();
        int start = align(reserved);
        int end = start;
        for (Span span : bySize) {
            int at = gap(span, placed, offsets, start);
            for (int tensor : span.tensors()) {
                offsets[tensor] = at;
            }
            placed.add(span);
            end = Math.max(end, Math.addExact(at, span.floats()));
        }
        return new ArenaLayout(offsets, end);
    }

    private static int gap(Span span, List<Span> placed, int[] offsets, int start) {
        List<Span> rivals = new ArrayList<>();
        for (Span other : placed) {
            if (other.first() <= span.last() && span.first() <= other.last()) {
                rivals.add(other);
            }
        }
        rivals.sort(Comparator.comparingInt(other -> offsets[other.tensors()[0]]));
        int best = -1;
        int bestSlack = Integer.MAX_VALUE;
        int cursor = start;
        for (Span rival : rivals) {
            int slack = offsets[rival.tensors()[0]] - cursor - span.floats();
            if (slack >= 0 && slack < bestSlack) {
                best = cursor;
                bestSlack = slack;
            }
            cursor = Math.max(cursor, align(Math.addExact(offsets[rival.tensors()[0]], rival.floats())));
        }
        return best >= 0 ? best : cursor;
    }
}
