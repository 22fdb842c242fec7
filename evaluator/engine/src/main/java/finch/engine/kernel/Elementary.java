package finch.engine.kernel;

/** Scalar forms of the epilogues, step by step the same arithmetic as the vector forms. */
final class Elementary {
    /** 1/ln 2 and ln 2 in two parts: the high part has few bits, so that n·LN2_HIGH is exact. */
    static final float LOG2E = 1.44269504f;
    static final float LN2_HIGH = 0.693359375f;
    static final float LN2_LOW = -2.12194440e-4f;
    /** exp stays a normal float between these. */
    static final float EXP_LOW = -87f;
    static final float EXP_HIGH = 87f;

    private Elementary() {}

    static float apply(Epilogue epilogue, float x) {
        return switch (epilogue.kind()) {
            case NONE -> x;
            case CLAMP -> clamp(x, epilogue.low(), epilogue.high());
            case HARD_SWISH -> hardSwish(x);
            case HARD_SIGMOID -> clamp(x * epilogue.low() + epilogue.high(), 0f, 1f);
            case SIGMOID -> sigmoid(x);
            case SWISH -> x * sigmoid(x);
        };
    }

    /**
     * The bound that x passes, or x. Comparisons, because a maximum of floats must order NaN and -0 and takes several
     * instructions; so NaN stays NaN, and -0 stays -0.
     */
    static float clamp(float x, float low, float high) {
        float raised = x < low ? low : x;
        return high < raised ? high : raised;
    }

    static float hardSwish(float x) {
        return x * clamp(x * (1f / 6f) + 0.5f, 0f, 1f);
    }

    static float sigmoid(float x) {
        return 1f / (1f + exp(-x));
    }

    /**
     * e to the x within 2 units in the last place, for x clamped to [-87, 87]: x = n·ln 2 + r, a Taylor polynomial of
     * degree 7 for the r in ±ln 2/2 (its remainder is below 2^-27), and n added to the exponent.
     */
    static float exp(float x) {
        float clamped = clamp(x, EXP_LOW, EXP_HIGH);
        int n = (int) Math.rint(clamped * LOG2E);
        float r = clamped - n * LN2_HIGH - n * LN2_LOW;
        float p = 1f / 5040f;
        p = p * r + 1f / 720f;
        p = p * r + 1f / 120f;
        p = p * r + 1f / 24f;
        p = p * r + 1f / 6f;
        p = p * r + 0.5f;
        p = p * r + 1f;
        p = p * r + 1f;
        return p * Float.intBitsToFloat((n + 127) << 23);
    }
}
