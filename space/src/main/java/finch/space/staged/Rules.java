package finch.space.staged;

/**
 * How ratios and width multipliers become channel counts.
 *
 * @param out               rounding of stem, block outputs and head
 * @param expanded          rounding of the channels inside a block
 * @param squeezeOfExpanded rounding of squeezed channels given as a ratio of the channels inside
 * @param squeezeOfInput    likewise of the block's input
 * @param stem              whether the width multiplier scales the stem; likewise the others, for exact counts
 */
public record Rules(Rounding out, Rounding expanded, Rounding squeezeOfExpanded, Rounding squeezeOfInput,
                    Scaling stem, Scaling blockOut, Scaling blockExpanded, Scaling headConv, Scaling headHidden) {
    /** Everything in multiples of 8 and scaled, as in MobileNetV2 and V3; a squeeze of the input is rounded down (MnasNet). */
    public static Rules standard() {
        Rounding eight = new Rounding.DivisibleBy(8);
        return new Rules(eight, eight, eight, Rounding.DOWN,
                Scaling.ALWAYS, Scaling.ALWAYS, Scaling.ALWAYS, Scaling.ALWAYS, Scaling.ALWAYS);
    }

    static int scaled(int count, Scaling scaling, double multiplier, Rounding rounding) {
        double factor = scaling.factor(multiplier);
        return factor == 1 ? count : rounding.apply(count * factor);
    }

    int expandedChannels(Amount amount, double multiplier, int in) {
        return switch (amount) {
            case Amount.Channels(int count) -> scaled(count, blockExpanded, multiplier, expanded);
            case Amount.OfInput(double ratio) -> ratio == 1 ? in : expanded.apply(in * ratio);
            case Amount.None _, Amount.OfExpanded _ -> throw new IllegalArgumentException("no expansion: " + amount);
        };
    }

    /** 0 for none. */
    int squeezedChannels(Amount amount, int in, int expandedChannels) {
        return switch (amount) {
            case Amount.None _ -> 0;
            case Amount.Channels(int count) -> count;
            case Amount.OfInput(double ratio) -> squeezeOfInput.apply(in * ratio);
            case Amount.OfExpanded(double ratio) -> squeezeOfExpanded.apply(expandedChannels * ratio);
        };
    }

    /** 0 for none. */
    int headChannels(Amount amount, double multiplier, int in) {
        return switch (amount) {
            case Amount.None _ -> 0;
            case Amount.Channels(int count) -> scaled(count, headConv, multiplier, out);
            case Amount.OfInput(double ratio) -> out.apply(in * ratio);
            case Amount.OfExpanded _ -> throw new IllegalArgumentException("the head has no expansion: " + amount);
        };
    }

    /** 0 for none. */
    int hiddenUnits(Amount amount, double multiplier) {
        return amount instanceof Amount.Channels(int count) ? scaled(count, headHidden, multiplier, out) : 0;
    }
}
