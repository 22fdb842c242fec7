package finch.engine.kernel;

/** Scalar forms of the epilogues, step by step the same arithmetic as the vector forms. */
final class Elementary {
    /** 1/ln 2 and ln 2 in two parts: the high part has few bits, so that n·LN2_HIGH is exact. */
    static final float LOG2E = 1.44269504f;
    static final float LN2_HIGH = 0.693359375f;
    static final float LN2_LOW = -2.12194440e-4f;
    /** 1.5·2^23: a sum with it has no bits for fractions. */
    static final float ROUNDER = 12582912f;
    /** Taylor coefficients of the exponential. */
    static final float P2 = 0.5f;
    static final float P3 = 1f / 6f;
    static final float P4 = 1f / 24f;
    static final float P5 = 1f / 120f;
    static final float P6 = 1f / 720f;
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
            case SWISH -> swish(x);
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
        return 1f / onePlusExpOfMinus(x);
    }

    /** x · sigmoid(x), with one division and no product. */
    static float swish(float x) {
        return x / onePlusExpOfMinus(x);
    }

    /**
     * 1 + e to the -x. The power is within 2 units in the last place, for -x clamped to [-87, 87]: -x = n·ln 2 + r, a Taylor
     * polynomial of degree 6 for the r in ±ln 2/2 (its remainder is below 2^-23), and n added to the exponent.
     */
    private static float onePlusExpOfMinus(float x) {
        float power = clamp(-x, EXP_LOW, EXP_HIGH);
        float n = Math.fma(power, LOG2E, ROUNDER) - ROUNDER;
        float r = Math.fma(n, -LN2_LOW, Math.fma(n, -LN2_HIGH, power));
        float p = Math.fma(r, P6, P5);
        p = Math.fma(p, r, P4);
        p = Math.fma(p, r, P3);
        p = Math.fma(p, r, P2);
        p = Math.fma(p, r, 1f);
        p = Math.fma(p, r, 1f);
        return p * Float.intBitsToFloat(((int) n + 127) << 23) + 1f;
    }
}
