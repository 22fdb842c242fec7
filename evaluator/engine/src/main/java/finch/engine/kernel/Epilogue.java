package finch.engine.kernel;

/**
 * What happens to a finished sum: the element-wise function applied after bias and residual.
 *
 * <p>{@code low} and {@code high} are the bounds of {@link Kind#CLAMP}, slope and offset of {@link Kind#HARD_SIGMOID},
 * and unused otherwise.
 */
public record Epilogue(Kind kind, float low, float high) {
    /** The function. */
    public enum Kind { NONE, CLAMP, HARD_SWISH, HARD_SIGMOID, SIGMOID, SWISH }

    public static final Epilogue NONE = new Epilogue(Kind.NONE, 0, 0);
    public static final Epilogue RELU = new Epilogue(Kind.CLAMP, 0, Float.POSITIVE_INFINITY);
    public static final Epilogue HARD_SWISH = new Epilogue(Kind.HARD_SWISH, 0, 0);
    public static final Epilogue SIGMOID = new Epilogue(Kind.SIGMOID, 0, 0);
    public static final Epilogue SWISH = new Epilogue(Kind.SWISH, 0, 0);

    /** min(max(x, low), high). */
    public static Epilogue clamp(float low, float high) {
        return new Epilogue(Kind.CLAMP, low, high);
    }

    /** min(max(slope·x + offset, 0), 1). */
    public static Epilogue hardSigmoid(float slope, float offset) {
        return new Epilogue(Kind.HARD_SIGMOID, slope, offset);
    }
}
