package finch.engine.kernel;

/** Derivatives of the epilogues. At a corner the slope of the outer piece counts: 0 where the function is constant, 1 of hard-swish at 3. */
final class Slopes {
    private Slopes() {}

    static float of(Epilogue epilogue, float x) {
        return switch (epilogue.kind()) {
            case NONE -> 1f;
            case CLAMP -> x > epilogue.low() && x < epilogue.high() ? 1f : 0f;
            case HARD_SWISH -> x <= -3f ? 0f : x >= 3f ? 1f : Math.fma(x, 1f / 3f, 0.5f);
            case HARD_SIGMOID -> {
                float y = x * epilogue.low() + epilogue.high();
                yield y > 0f && y < 1f ? epilogue.low() : 0f;
            }
            case SIGMOID -> {
                float s = Elementary.sigmoid(x);
                yield s * (1f - s);
            }
            case SWISH -> {
                float s = Elementary.sigmoid(x);
                yield Math.fma(x * s, 1f - s, s);
            }
        };
    }
}
