package finch.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Places spans of floats in one array, so that spans live at the same time do not overlap. The smallest array is NP-hard
 * to find; spans placed one after another, each in the tightest gap that fits (Pisarchyk and Lee 2020, arXiv 2001.03288),
 * come near, but no order of them is best for every network. So several orders are tried, then the best of them with the
 * span that stands highest moved to the front, as often as that was worth it on real networks.
 */
final class Packing {
    /**
     * Floats that keep one place.
     *
     * @param first the first step during which others must not touch them
     * @param last  the last such step
     */
    record Span(int floats, int first, int last) {
        boolean meets(Span other) {
            return other.first <= last && first <= other.last;
        }
    }

    private static final int REPAIRS = 24;

    private final List<Span> spans;
    private final int start;
    private final int[] loads;
    /** Least floats in all: what is live at the busiest step. */
    private final int least;
    private int[] best;
    private int bestEnd = Integer.MAX_VALUE;
    private Integer[] bestOrder;

    private Packing(List<Span> spans, int start) {
        this.spans = spans;
        this.start = start;
        this.loads = loads(spans);
        this.least = Math.addExact(start, Arrays.stream(loads).max().orElse(0));
    }

    /** @param offsets of the spans @param end one past the last float */
    record Result(int[] offsets, int end) {}

    /**
     * @param start the first usable offset
     * @throws ArithmeticException if the floats exceed an int
     */
    static Result of(List<Span> spans, int start) {
        Packing packing = new Packing(spans, start);
        packing.search();
        return new Result(packing.best, packing.bestEnd);
    }

    /** Floats live at each step. */
    private static int[] loads(List<Span> spans) {
        int[] loads = new int[spans.stream().mapToInt(Span::last).max().orElse(0) + 1];
        for (Span span : spans) {
            for (int step = span.first(); step <= span.last(); step++) {
                loads[step] = Math.addExact(loads[step], span.floats());
            }
        }
        return loads;
    }

    private void search() {
        if (spans.isEmpty()) {
            best = new int[0];
            bestEnd = start;
            return;
        }
        Comparator<Integer> bySize = Comparator.comparingInt(i -> -spans.get(i).floats());
        Comparator<Integer> byStart = Comparator.comparingInt(i -> spans.get(i).first());
        Comparator<Integer> byLife = Comparator.comparingInt(i -> spans.get(i).first() - spans.get(i).last());
        int[] busiest = busiest();
        Comparator<Integer> byLoad = Comparator.comparingInt(i -> -busiest[i]);
        for (Comparator<Integer> order : List.of(bySize.thenComparing(byStart), byLoad.thenComparing(bySize), byLife.thenComparing(bySize),
                byStart.thenComparing(bySize), byStart.reversed().thenComparing(bySize))) {
            if (done()) {
                return;
            }
            Integer[] indices = IntStream.range(0, spans.size()).boxed().toArray(Integer[]::new);
            Arrays.sort(indices, order);
            attempt(indices);
        }
        Integer[] order = bestOrder;
        for (int repair = 0; repair < REPAIRS && !done(); repair++) {
            order = raised(order, attempt(order));
        }
    }

    private boolean done() {
        return bestEnd <= least;
    }

    /** The largest load of a step in which each span is live. */
    private int[] busiest() {
        return spans.stream().mapToInt(span -> Arrays.stream(loads, span.first(), span.last() + 1).max().orElseThrow()).toArray();
    }

    private static Integer[] raised(Integer[] order, int index) {
        List<Integer> raised = new ArrayList<>(List.of(order));
        raised.remove(Integer.valueOf(index));
        raised.addFirst(index);
        return raised.toArray(Integer[]::new);
    }

    /** Places all spans in an order; answers the one that ends last. */
    private int attempt(Integer[] order) {
        int[] offsets = new int[spans.size()];
        List<Integer> placed = new ArrayList<>(); // by offset
        int end = start;
        int highest = order[0];
        for (int index : order) {
            int at = gap(spans.get(index), placed, offsets);
            offsets[index] = at;
            int position = placed.size();
            while (position > 0 && offsets[placed.get(position - 1)] > at) {
                position--;
            }
            placed.add(position, index);
            int last = Math.addExact(at, spans.get(index).floats());
            if (last > end) {
                end = last;
                highest = index;
            }
        }
        if (end < bestEnd) {
            best = offsets;
            bestEnd = end;
            bestOrder = order;
        }
        return highest;
    }

    private int gap(Span span, List<Integer> placed, int[] offsets) {
        int tightest = -1;
        long leastSlack = Long.MAX_VALUE;
        int cursor = start;
        for (int other : placed) {
            Span rival = spans.get(other);
            if (rival.meets(span)) {
                long slack = (long) offsets[other] - cursor - span.floats();
                if (slack >= 0 && slack < leastSlack) {
                    tightest = cursor;
                    leastSlack = slack;
                }
                cursor = Math.max(cursor, ArenaLayout.align(Math.addExact(offsets[other], rival.floats())));
            }
        }
        return tightest >= 0 ? tightest : cursor;
    }
}
