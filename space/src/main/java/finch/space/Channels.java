package finch.space;

/** The rounding of channel counts that the MobileNet family's codes share. */
public final class Channels {
    private Channels() {}

    /**
     * The multiple of {@code divisor} nearest to {@code value} (ties upwards), at least {@code divisor}, and one step
     * more where that would lose over a tenth of the value (make_divisible of TF-slim's mobilenet.py and its copies).
     */
    public static int makeDivisible(double value, int divisor) {
        int rounded = Math.max(divisor, (int) (value + divisor / 2.0) / divisor * divisor);
        return rounded < 0.9 * value ? rounded + divisor : rounded;
    }
}
