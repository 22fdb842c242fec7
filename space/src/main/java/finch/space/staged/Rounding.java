package finch.space.staged;

/** How a product of channels and a factor becomes a whole number, at least 1. */
public sealed interface Rounding {
    /** The whole part, as in MobileNetV1 ({@code int(channels * multiplier)}). */
    Rounding DOWN = new Down();

    int apply(double channels);

    record Down() implements Rounding {
        @Override
        public int apply(double channels) {
            return Math.max(1, (int) channels);
        }
    }

    /**
     * The nearest multiple of {@code divisor}, at least {@code divisor} and never below 0.9 times the channels: the
     * {@code make_divisible} of MobileNetV2 and V3 (TF-slim, torchvision and Keras agree on it).
     */
    record DivisibleBy(int divisor) implements Rounding {
        public DivisibleBy {
            if (divisor < 1) {
                throw new IllegalArgumentException("divisor must be at least 1, not " + divisor);
            }
        }

        @Override
        public int apply(double channels) {
            int rounded = Math.max(divisor, (int) (channels + divisor / 2.0) / divisor * divisor);
            return rounded < 0.9 * channels ? rounded + divisor : rounded;
        }
    }
}
