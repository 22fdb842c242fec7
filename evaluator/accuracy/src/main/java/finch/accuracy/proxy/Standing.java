package finch.accuracy.proxy;

import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * What signals did where their rank correlation with trained accuracy was measured: 317 networks of NAS-Bench-Macro, see
 * {@code PROXIES.md}. Whoever lets a search follow a signal should know it.
 */
public final class Standing {
    /** Spearman's ρ that a signal must exceed to be followed without saying so. */
    public static final double BAR = 0.87;
    /** Where it was measured. */
    public static final String SPACE = "NAS-Bench-Macro";
    /** A combination by ranks, and its ρ on networks that did not choose it. */
    private static final Set<Signal> BY_RANKS = Set.of(Signal.NASWOT, Signal.TRAINABILITY, Signal.DEPTH);
    private static final double OF_BY_RANKS = 0.949;

    private Standing() {}

    /** Spearman's ρ of a signal with trained accuracy. */
    public static double of(Signal signal) {
        return switch (signal) {
            case NASWOT -> 0.882;
            case DEPTH -> 0.814;
            case GRAD_NORM -> 0.774;
            case SYNFLOW -> 0.716;
            case ZICO -> 0.710;
            case MACS -> 0.701;
            case SNIP -> 0.673;
            case EXPRESSIVITY -> 0.629;
            case TRAINABILITY -> 0.540;
            case PROGRESSIVITY -> 0.367;
            case PARAMS -> 0.278;
        };
    }

    /** ρ of a combination by ranks; empty where it was not measured. */
    public static OptionalDouble ofRanks(List<Signal> signals) {
        if (signals.size() == 1) {
            return OptionalDouble.of(of(signals.getFirst()));
        }
        return signals.size() == BY_RANKS.size() && BY_RANKS.containsAll(signals) ? OptionalDouble.of(OF_BY_RANKS) : OptionalDouble.empty();
    }

    /** Whether a measured correlation is enough. */
    public static boolean isStrong(double spearman) {
        return spearman > BAR;
    }

    /** {@code 0.88}: what messages say of a correlation. */
    public static String text(double spearman) {
        return String.format(Locale.ROOT, "%.3f", spearman);
    }
}
