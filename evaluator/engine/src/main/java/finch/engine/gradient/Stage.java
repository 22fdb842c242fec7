package finch.engine.gradient;

/** A piece of a pass that works image by image. Images are taken in chunks, whose size does not depend on the threads. */
abstract class Stage {
    /** The most floats of weight gradients that all chunks together may hold. */
    static final int PARTIAL_FLOATS = 1 << 22;

    /** Floats that it touches for each image. */
    final int floats;
    /** Rows that each image gives to its kernels. */
    final int rows;

    Stage(int floats, int rows) {
        this.floats = floats;
        this.rows = rows;
    }

    /** Works on the images {@code from} to {@code to}, the chunk of this number. */
    abstract void run(int from, int to, int chunk, Lane lane);

    /** Called once by one thread when all images went through this stage. */
    void finish(int chunks) {}

    /** Whether the next stage needs what {@link #finish} computes. */
    boolean barrier() {
        return false;
    }

    /** The most chunks that it wants to keep sums of. */
    int mostChunks() {
        return Integer.MAX_VALUE;
    }

    /** Told once, before anything runs: the most images of a chunk and the most chunks. What it returns is needed for each thread. */
    Lane.Need reserve(int images, int chunks) {
        return Lane.Need.NONE;
    }
}
