package finch.engine.kernel;

/**
 * What happens to a finished sum on the spot: while it is in a register, or, for the hard-swish of products, while its
 * panel is in the nearest cache. The others of {@link Epilogue.Kind}, and residual sums, take a pass of their own.
 */
final class Finish {
    static final int PLAIN = 0;
    static final int CLAMP = 1;
    static final int HARD_SWISH = 2;
    static final int RELU = 3;

    private Finish() {}

    /** The part of an epilogue that is done on the spot: all of it, or {@link #PLAIN} nothing. */
    static int of(Epilogue epilogue, Slice residual) {
        if (residual != null) {
            return PLAIN;
        }
        return switch (epilogue.kind()) {
            case CLAMP -> epilogue.low() == 0 && epilogue.high() == Float.POSITIVE_INFINITY ? RELU : CLAMP;
            case HARD_SWISH -> HARD_SWISH;
            case NONE, HARD_SIGMOID, SIGMOID, SWISH -> PLAIN;
        };
    }
}
