package finch.engine.kernel;

/** Scalar forms of the epilogues, step by step the same arithmetic as the vector forms. */
final class Elementary {
    static final float LOG2E = 1.44269504f;
    static final float LN2 = 0.6931472f;
    /** 1.5·2^23: a sum with it has no bits for fractions. */
    static final float ROUNDER = 12582912f;
    /** Of 1 + r + P2·r² + … + P5·r⁵, whose largest relative error against the exponential for r in ±ln 2/2 is the least with such terms: 1.05e-7. */
    static final float P2 = 0.4999923f;
    static final float P3 = 0.16667116f;
    static final float P4 = 0.04189032f;
    static final float P5 = 0.00831244f;
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
     * 1 + e to the -x. The power is within 2.5 units in the last place for x in ±50, and within 4 for others, which are clamped to ±87: -x = n·ln 2 + r, a
     * polynomial of the r in ±ln 2/2, and n added to the exponent. Its terms are summed in pairs, since vectors wait for one another: twenty cycles less
     * than one after another. For the same reason r has its sign changed, which is a change of coefficients' signs, and ln 2 is no sum of two parts: rounded
     * it is 2e-9 off, n times.
     */
    private static float onePlusExpOfMinus(float x) {
        float power = clamp(x, EXP_LOW, EXP_HIGH);
        float n = Math.fma(power, -LOG2E, ROUNDER) - ROUNDER;
        float q = Math.fma(n, LN2, power);
        float square = q * q;
        float p = Math.fma(q, -P3, P2);
        p = Math.fma(Math.fma(q, -P5, P4), square, p);
        p = Math.fma(p, square, 1f - q);
        return p * Float.intBitsToFloat(((int) n + 127) << 23) + 1f;
    }
}
