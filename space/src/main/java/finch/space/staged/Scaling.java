package finch.space.staged;

/** Whether the width multiplier changes a channel count. */
public enum Scaling {
    ALWAYS("always"),
    /** Multipliers above 1 widen, others leave the count as it is: the last convolution of MobileNetV2. */
    ABOVE_ONE("above-1"),
    NEVER("never");

    private final String formatName;

    Scaling(String formatName) {
        this.formatName = formatName;
    }

    public String formatName() {
        return formatName;
    }

    /** The factor that a multiplier means here. */
    public double factor(double multiplier) {
        return this == ALWAYS || this == ABOVE_ONE && multiplier > 1 ? multiplier : 1;
    }
}
