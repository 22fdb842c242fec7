package finch.onnx;

import java.util.ArrayList;
import java.util.List;

/** The axes that nodes name. */
final class Axes {
    private Axes() {}

    /** The axes of a node, an attribute in old operator sets and an input in new ones; null for none. */
    static long[] of(Node node, Tensor input) {
        return input != null ? input.integers() : node.integers("axes");
    }

    /** An axis counted from the front. */
    static int at(long axis, int rank) {
        long positive = axis < 0 ? axis + rank : axis;
        if (positive < 0 || positive >= rank) {
            throw new UnreadableNodeException("axis " + axis + " of " + rank + " dimensions");
        }
        return (int) positive;
    }

    /** Counted from the front, the first one first. */
    static List<Integer> sorted(long[] axes, int rank) {
        List<Integer> sorted = new ArrayList<>();
        for (long axis : axes) {
            sorted.add(at(axis, rank));
        }
        sorted.sort(null);
        return sorted;
    }
}
