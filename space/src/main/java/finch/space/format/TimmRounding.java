package finch.space.format;

import finch.space.Channels;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Optional;
import java.util.function.DoubleToIntFunction;

/** How timm turns ratios of block strings into channel counts, and the ratios that give a wanted count. */
final class TimmRounding {
    private static final int MAX_DECIMALS = 9;
    private static final BigDecimal QUARTER = new BigDecimal("0.25");

    private TimmRounding() {}

    /** Channels inside a block: make_divisible(in_chs * exp_ratio) of timm's _efficientnet_blocks.py. */
    static int expanded(int in, double ratio) {
        return Channels.makeDivisible(in * ratio, 8);
    }

    /**
     * Squeezed channels.
     *
     * @param mid      channels that are squeezed
     * @param expRatio the expansion ratio as written, 1 for blocks that have none
     * @param fromExp  whether the ratio is of the expanded channels (se_from_exp) and not of the block's input
     * @param eights   whether rd_round_fn is round_channels and not Python's round, which takes ties to the even side
     */
    static int squeezed(int mid, double seRatio, double expRatio, boolean fromExp, boolean eights) {
        double channels = mid * (fromExp ? seRatio : seRatio / expRatio);
        return eights ? Channels.makeDivisible(channels, 8) : (int) Math.rint(channels);
    }

    /** The expansion ratio to write, if any gives the count. */
    static Optional<String> expansionRatio(int in, int expanded) {
        return ratio((double) expanded / in, r -> expanded(in, r), expanded, Optional.empty());
    }

    /** The squeeze ratio to write, if any gives the count; a quarter where that does. */
    static Optional<String> squeezeRatio(int mid, double expRatio, boolean fromExp, boolean eights, int squeeze) {
        double exact = (double) squeeze / mid * (fromExp ? 1 : expRatio);
        return ratio(exact, r -> squeezed(mid, r, expRatio, fromExp, eights), squeeze, Optional.of(QUARTER));
    }

    /** Prefers what people write: the favourite, an exact ratio of up to two decimals, then the shortest one that works. */
    private static Optional<String> ratio(double exact, DoubleToIntFunction channels, int wanted, Optional<BigDecimal> favourite) {
        if (favourite.isPresent() && channels.applyAsInt(favourite.get().doubleValue()) == wanted) {
            return Optional.of(favourite.get().toPlainString());
        }
        BigDecimal two = BigDecimal.valueOf(exact).setScale(2, RoundingMode.HALF_UP);
        for (int decimals = 2; decimals <= MAX_DECIMALS; decimals++) {
            BigDecimal candidate = decimals == 2 ? two : BigDecimal.valueOf(exact).setScale(decimals, RoundingMode.HALF_UP);
            if (candidate.signum() > 0 && channels.applyAsInt(candidate.doubleValue()) == wanted) {
                String text = candidate.stripTrailingZeros().toPlainString();
                return Optional.of(text);
            }
        }
        return Optional.empty();
    }
}
