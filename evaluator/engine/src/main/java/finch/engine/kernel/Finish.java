package finch.engine.kernel;

/**
 * What happens to a finished sum on the spot: while it is in a register, or, for the swishes of products, while its
 * panel is in the nearest cache. The others of {@link Epilogue.Kind}, and most residual sums, take a pass of their own.
 */
final class Finish {
    static final int PLAIN = 0;
    static final int CLAMP = 1;
    static final int HARD_SWISH = 2;
    static final int RELU = 3;
    static final int SWISH = 4;
    /** {@link #PLAIN}, and the sum with a residual that stands in the result's array: {@link PlaneMatmul#adds}. */
    static final int ADD = 5;

    private Finish() {}

    /** The part of an epilogue that is done on the spot: all of it, or {@link #PLAIN} nothing. */
    static int of(Epilogue epilogue, Slice residual) {
        if (residual != null) {
            return PLAIN;
        }
        return switch (epilogue.kind()) {
            case CLAMP -> epilogue.low() == 0 && epilogue.high() == Float.POSITIVE_INFINITY ? RELU : CLAMP;
            case HARD_SWISH -> HARD_SWISH;
            case SWISH -> SWISH;
            case NONE, HARD_SIGMOID, SIGMOID -> PLAIN;
        };
    }

    /** Depthwise kernels finish no swish. */
    static int ofDepthwise(Epilogue epilogue, Slice residual) {
        int finish = of(epilogue, residual);
        return finish == SWISH ? PLAIN : finish;
    }

    /** Whether products finish it in passes over panels, which depthwise kernels do over rows. */
    static boolean inPasses(int finish) {
        return finish == HARD_SWISH || finish == SWISH;
    }
}
