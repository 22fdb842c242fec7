package finch.engine;

import finch.engine.kernel.Slice;
import java.util.List;

/** One kernel call of a plan, ready to run a share of its work. Stateless: where the tensors are is told at each run. */
abstract class Step {
    private final List<String> layers;

    Step(String layer) {
        this(List.of(layer));
    }

    Step(List<String> layers) {
        this.layers = List.copyOf(layers);
    }

    /** The names of the main layers, those that others are fused into, in order. */
    final List<String> layers() {
        return layers;
    }

    /** The main layers' names, joined by a plus. */
    final String name() {
        return String.join("+", layers);
    }

    /**
     * Computes the share {@code part} of {@code parts}.
     *
     * @param tensors by number
     * @param scratch this part's own
     */
    abstract void run(Slice[] tensors, Scratch scratch, int part, int parts);

    /** Where a share of {@code items} starts, in multiples of {@code grain}; the share ends where the next one starts. */
    static int bound(int items, int grain, int part, int parts) {
        int grains = Math.ceilDiv(items, grain);
        return (int) Math.min(items, (long) grains * part / parts * grain);
    }
}
