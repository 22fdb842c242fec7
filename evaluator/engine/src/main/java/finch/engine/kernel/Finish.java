package finch.engine.kernel;

/**
 * What the generated tiles do with a finished sum while it is in a register. The others of {@link Epilogue.Kind}, and
 * residual sums, take a pass of their own behind plain tiles.
 */
final class Finish {
    static final int PLAIN = 0;
    static final int CLAMP = 1;
    static final int HARD_SWISH = 2;

    private Finish() {}

    /** The tiles' part of an epilogue; {@link #PLAIN} leaves all of it to the pass. */
    static int of(Epilogue epilogue, Slice residual) {
        if (residual != null) {
            return PLAIN;
        }
        return switch (epilogue.kind()) {
            case CLAMP -> Elementary.clampsBits(epilogue) ? CLAMP : PLAIN;
            case HARD_SWISH -> HARD_SWISH;
            case NONE, HARD_SIGMOID, SIGMOID, SWISH -> PLAIN;
        };
    }
}
