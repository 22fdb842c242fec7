package finch.search.config;

import java.util.Objects;

/**
 * One number for accuracy and cost, {@code top1 · (cost / target)^w} (Tan et al. 2019, MnasNet, equation 2). Larger is better.
 *
 * @param cost   what stands against accuracy; anything but {@code top1}
 * @param target where the second factor is 1
 * @param w      negative: the exponent on both sides of the target if soft, only above it if hard
 */
public record Reward(Objective cost, Bound.Limit target, Form form, double w) {
    /** What networks below the target get. */
    public enum Form {
        /** More reward the cheaper, everywhere: α = β = w. MobileNetV3 has −0.07 for its large target, −0.15 for its small one. */
        SOFT("soft", -0.07),
        /** Nothing: α = 0, β = w. */
        HARD("hard", -1);

        private final String formatName;
        private final double defaultW;

        Form(String formatName, double defaultW) {
            this.formatName = formatName;
            this.defaultW = defaultW;
        }

        public String formatName() {
            return formatName;
        }

        public double defaultW() {
            return defaultW;
        }
    }

    public Reward {
        Objects.requireNonNull(target);
        Objects.requireNonNull(form);
        if (cost.ofAccuracy()) {
            throw new IllegalArgumentException("the reward weighs top1 against a cost, not against top1");
        }
        if (!(w < 0) || Double.isInfinite(w)) {
            throw new IllegalArgumentException("w must be less than 0, not " + w);
        }
    }

    /** The reward of a network. @param limit {@link #target()} in base units */
    public double of(double top1, double costValue, double limit) {
        double ratio = costValue / limit;
        return form == Form.HARD && ratio <= 1 ? top1 : top1 * StrictMath.pow(ratio, w);
    }
}
