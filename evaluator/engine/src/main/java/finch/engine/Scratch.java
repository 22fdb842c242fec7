package finch.engine;

import finch.engine.kernel.Slice;

/** What one thread of an inference works with beside the tensors: space in the arena, and objects to point into it, so that running allocates nothing. */
final class Scratch {
    /** This thread's space. */
    final Slice space;
    /** Where a stage of a {@link ChainStep} reads. */
    final Slice from;
    /** Where it writes. */
    final Slice to;
    /** Rows that each stage of a chain has done. */
    final int[] done = new int[Chain.LONGEST];

    Scratch(float[] arena, int offset) {
        space = new Slice(arena, offset);
        from = new Slice(arena, offset);
        to = new Slice(arena, offset);
    }

    /** Points {@link #from} at what a stage reads, and returns it. */
    Slice reads(float[] array, int offset, int panelPixels) {
        from.array = array;
        from.offset = offset;
        from.panelPixels = panelPixels;
        return from;
    }
}
