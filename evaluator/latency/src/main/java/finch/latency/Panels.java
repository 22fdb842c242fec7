package finch.latency;

/** How the engine's products cut output channels into panels, and rows into register tiles (see {@code finch.engine.kernel}). */
final class Panels {
    /** Vectors of 512 bits come with 32 registers, which hold panels of up to four vectors, others with 16, which hold two. */
    private static final int WIDE_LANES = 16;
    /** Rows of a register tile of so many vectors. */
    private static final int[] TILE_ROWS = {0, 6, 6, 5, 5};

    private Panels() {}

    /** The most vectors of a panel. */
    static int most(int lanes) {
        return lanes >= WIDE_LANES ? 4 : 2;
    }

    /** Vectors of the next panel. @param left of the channels @param masked whether the last vector is not full */
    static int next(int left, boolean masked, int most) {
        if (most == 2) {
            return Math.min(left, 2);
        }
        if (masked && (left == 4 || left == 8)) {
            return left == 4 ? 2 : 3;
        }
        return left == 4 || left >= 7 ? 4 : Math.min(left, 3);
    }

    static int tileRows(int vectors) {
        return TILE_ROWS[vectors];
    }
}
