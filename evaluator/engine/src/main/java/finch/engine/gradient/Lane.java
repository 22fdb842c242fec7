package finch.engine.gradient;

import finch.engine.kernel.CacheLines;
import finch.engine.kernel.Slice;

/** Scratch of one thread. */
final class Lane {
    /** For the engine's kernels. */
    final Slice space;
    /** For results that are added to a tensor afterwards. */
    final float[] temporary;
    /** For windows gathered into rows, and for panels of weight gradients. */
    final float[] rows;
    final float[] panels;
    /** Points into one of these arrays; set by whoever uses it. */
    final Slice pointer = new Slice(null, 0);

    Lane(int space, int temporary, int rows, int panels) {
        this.space = new Slice(new float[Math.addExact(space, CacheLines.HEADER_GAP)], CacheLines.HEADER_GAP);
        this.temporary = new float[temporary];
        this.rows = new float[rows];
        this.panels = new float[panels];
    }

    /** Scratch that a stage needs, floats of each kind. */
    record Need(int space, int temporary, int rows, int panels) {
        static final Need NONE = new Need(0, 0, 0, 0);

        Need max(Need other) {
            return new Need(Math.max(space, other.space), Math.max(temporary, other.temporary), Math.max(rows, other.rows), Math.max(panels, other.panels));
        }

        Lane lane() {
            return new Lane(space, temporary, rows, panels);
        }
    }
}
