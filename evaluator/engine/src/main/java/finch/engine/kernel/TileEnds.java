package finch.engine.kernel;

/**
 * What only the end of a tile reads, where one loop runs through many tiles: some floats of an array, and integers as their bits. As parameters they
 * would live through the loop, which would move them, and the bases of arrays with them, between registers and stack. Of a stem's loop 20 of 99 instructions did.
 */
final class TileEnds {
    /** Limits of a clamp. */
    static final int LOW = 0, HIGH = 1;
    /** Integers: floats from a row of the result to the next row of the tile, and from a tile to the next. */
    static final int ROW = 2, STEP = 3;
    /** An integer: {@link #FORWARD}, and floats from a result to what {@link Finish#ADD} adds to it. */
    static final int ADDED = 4;
    /** Makes distances in both directions, of less than half as many, bits of a number. */
    static final int FORWARD = 1 << 30;
    /** Integers of a stem: floats of the weights of a row of taps, from its last term to the next row's first, and from a tile's first row of taps to behind its last. */
    static final int TAPS = 5, TAPS_APART = 6, WINDOW = 7;
    /** Where a panel's biases are. */
    static final int BIASES = 8;
    static final int FLOATS = BIASES + 3 * VectorWidth.LANES;

    private TileEnds() {}

    static void limits(float[] ends, int at, float low, float high) {
        ends[at + LOW] = low;
        ends[at + HIGH] = high;
    }

    static void results(float[] ends, int at, int row, int step) {
        set(ends, at, ROW, row);
        set(ends, at, STEP, step);
    }

    /** @param value without sign, and below the bits of infinity: a move of a NaN may change its bits */
    static void set(float[] ends, int at, int place, int value) {
        ends[at + place] = Float.intBitsToFloat(value);
    }

    static boolean reaches(int distance) {
        return Math.abs(distance) < FORWARD / 2;
    }

    static void added(float[] ends, int at, int distance) {
        set(ends, at, ADDED, FORWARD + distance);
    }

    static void biases(float[] ends, int at, float[] bias, int biasAt, int count) {
        System.arraycopy(bias, biasAt, ends, at + BIASES, count);
    }
}
