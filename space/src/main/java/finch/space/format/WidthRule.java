package finch.space.format;

import finch.space.Architecture;
import finch.space.Block;
import finch.space.Channels;
import finch.space.Gate;
import finch.space.Head;
import finch.space.SqueezeExcite;
import finch.space.Stem;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.DoubleUnaryOperator;

/**
 * How one code base derives a network's channel counts at other widths from those at width 1. The codes agree at width
 * 1 (PaddleClas excepted) and differ elsewhere.
 *
 * @param stemWidth from the width to the one that scales the stem
 */
record WidthRule(Rounding rounding, DoubleUnaryOperator stemWidth, Expansion expansion, Squeeze squeeze,
                 Features conv, Features hidden, boolean paddle) {
    /** How a scaled count becomes a whole number. */
    enum Rounding {
        /** {@link Channels#makeDivisible} by 8. */
        EIGHTS,
        /** {@link #EIGHTS} of the whole part where a block's output is meant; stem and last convolution keep the fraction (MobileNetV2 in Keras). */
        EIGHTS_OF_WHOLE,
        /** Rounded down, at least 8 (MobileNetV1: TF-slim depth_multiplier with min_depth 8). */
        DOWN_TO_8,
        /** Rounded down (MobileNetV1 in Keras: int(filters * alpha)). */
        DOWN;

        int of(double value) {
            return switch (this) {
                case EIGHTS -> Channels.makeDivisible(value, 8);
                case EIGHTS_OF_WHOLE -> Channels.makeDivisible((int) value, 8);
                case DOWN_TO_8 -> Math.max((int) value, 8);
                case DOWN -> Math.max((int) value, 1);
            };
        }

        /** The rounding of the stem and of the last convolution, beside that of the blocks. */
        Rounding around() {
            return this == EIGHTS_OF_WHOLE ? EIGHTS : this;
        }
    }

    /** Where the channels inside a block come from. */
    enum Expansion {
        /** The ratio at width 1 times the scaled input channels. */
        RATIO,
        /** The same with the ratio written with two decimals, as timm's block strings have it (3.67 for 88/24). */
        RATIO_OF_TWO_DECIMALS,
        /** The count at width 1 times the width. */
        COUNT
    }

    /** Where the squeezed channels come from. */
    enum Squeeze {
        /** A quarter of the expanded channels, rounded to eights. */
        QUARTER_OF_EXPANDED,
        /** The whole part of a quarter of the expanded channels, rounded to eights (torchvision). */
        WHOLE_QUARTER_OF_EXPANDED,
        /** The whole part of a quarter of the expanded channels (PaddleClas). */
        BARE_QUARTER_OF_EXPANDED,
        /** A quarter of the block's input channels (MnasNet, EfficientNet). */
        QUARTER_OF_INPUT
    }

    /** How the head's counts follow. */
    enum Features { FIXED, SCALED, SCALED_ABOVE_ONE, FOUR_TIMES_LAST, SIX_TIMES_LAST, ALWAYS_1280 }

    /** MobileNetV1 of TF-slim. */
    static final WidthRule V1_TFSLIM = plain(Rounding.DOWN_TO_8, Features.FIXED);
    static final WidthRule V1_KERAS = plain(Rounding.DOWN, Features.FIXED);
    /** MobileNetV2 nearly everywhere: the last convolution never shrinks below 1280. */
    static final WidthRule V2 = plain(Rounding.EIGHTS, Features.SCALED_ABOVE_ONE);
    /** MobileNetV2 of Keras: {@code _make_divisible(int(filters * alpha), 8)} in the blocks. */
    static final WidthRule V2_KERAS = plain(Rounding.EIGHTS_OF_WHOLE, Features.SCALED_ABOVE_ONE);
    /** MobileNetV2 of TF-slim without finegrain_classification_mode. */
    static final WidthRule V2_SCALED = plain(Rounding.EIGHTS, Features.SCALED);
    /** MnasNet, MobileNetEdgeTPU: the head stays. */
    static final WidthRule FIXED_HEAD = plain(Rounding.EIGHTS, Features.FIXED);
    /** EfficientNet's round_filters: stem and head scale too. */
    static final WidthRule EFFICIENTNET = plain(Rounding.EIGHTS, Features.SCALED);
    /** EfficientNet of torchvision: the last convolution has four times the channels of the last block, after their rounding. */
    static final WidthRule EFFICIENTNET_TORCHVISION = plain(Rounding.EIGHTS, Features.FOUR_TIMES_LAST);
    /** EfficientNet-Lite: stem and head stay. */
    static final WidthRule EFFICIENTNET_LITE = new WidthRule(Rounding.EIGHTS, w -> 1, Expansion.RATIO,
            Squeeze.QUARTER_OF_INPUT, Features.FIXED, Features.FIXED, false);

    static final WidthRule V3_TFSLIM = new WidthRule(Rounding.EIGHTS, w -> w, Expansion.RATIO,
            Squeeze.QUARTER_OF_EXPANDED, Features.SCALED, Features.FIXED, false);
    /** TF-slim without finegrain_classification_mode. */
    static final WidthRule V3_TFSLIM_SCALED = new WidthRule(Rounding.EIGHTS, w -> w, Expansion.RATIO,
            Squeeze.QUARTER_OF_EXPANDED, Features.SCALED, Features.SCALED, false);
    static final WidthRule V3_KERAS = new WidthRule(Rounding.EIGHTS, w -> 1, Expansion.RATIO,
            Squeeze.QUARTER_OF_EXPANDED, Features.SIX_TIMES_LAST, Features.SCALED_ABOVE_ONE, false);
    static final WidthRule V3_TORCHVISION = new WidthRule(Rounding.EIGHTS, w -> w, Expansion.COUNT,
            Squeeze.WHOLE_QUARTER_OF_EXPANDED, Features.SIX_TIMES_LAST, Features.SCALED, false);
    static final WidthRule V3_TIMM = new WidthRule(Rounding.EIGHTS, w -> w < 0.75 ? 1 : w, Expansion.RATIO_OF_TWO_DECIMALS,
            Squeeze.QUARTER_OF_EXPANDED, Features.SCALED, Features.FIXED, false);
    /** PaddleClas also keeps the expand convolution of the first block, gates with slope 0.2 and gives the hidden layer no bias. */
    static final WidthRule V3_PADDLE = new WidthRule(Rounding.EIGHTS, w -> w, Expansion.COUNT,
            Squeeze.BARE_QUARTER_OF_EXPANDED, Features.SCALED, Features.ALWAYS_1280, true);

    private static WidthRule plain(Rounding rounding, Features conv) {
        return new WidthRule(rounding, w -> w, Expansion.RATIO, Squeeze.QUARTER_OF_INPUT, conv, Features.FIXED, false);
    }

    /** @param base the network at width 1 */
    Architecture scale(Architecture base, double width) {
        Stem stem = base.stem();
        int in = stem.out();
        int newIn = rounding.around().of(in * stemWidth.applyAsDouble(width));
        Stem newStem = new Stem(newIn, stem.kernel(), stem.stride(), stem.activation());
        List<Block> blocks = new ArrayList<>();
        for (Block block : base.blocks()) {
            blocks.add(scale(block, in, newIn, width));
            in = block.out();
            newIn = blocks.getLast().out();
        }
        Head head = base.head();
        Head newHead = new Head(features(conv, head.conv(), newIn, width), features(hidden, head.hidden(), newIn, width),
                head.hiddenBias() && !paddle, head.activation());
        return new Architecture(base.name(), base.resolution(), base.channels(), base.classes(), base.padding(), newStem,
                blocks, newHead);
    }

    private Block scale(Block block, int in, int newIn, double width) {
        int out = rounding.of(block.out() * width);
        return switch (block) {
            case Block.InvertedResidual b -> {
                int expanded = expanded(b.expanded(), in, newIn, width);
                yield new Block.InvertedResidual(b.kernel(), b.stride(), expanded, out, squeeze(b.squeeze(), newIn, expanded),
                        b.activation(), b.forceExpand() || paddle && expanded == newIn, b.skip());
            }
            case Block.FusedInvertedResidual b -> {
                int expanded = expanded(b.expanded(), in, newIn, width);
                yield new Block.FusedInvertedResidual(b.kernel(), b.stride(), expanded, out,
                        squeeze(b.squeeze(), newIn, expanded), b.activation(), b.skip());
            }
            case Block.DepthwiseSeparable b -> new Block.DepthwiseSeparable(b.kernel(), b.stride(), out,
                    squeeze(b.squeeze(), newIn, newIn), b.activation());
            case Block.Convolution b -> new Block.Convolution(b.kernel(), b.stride(), out, b.activation());
        };
    }

    private int expanded(int expanded, int in, int newIn, double width) {
        if (expanded == in && !paddle) {
            return newIn; // no expansion: the depthwise convolution works on the input itself
        }
        double ratio = (double) expanded / in;
        return rounding.of(switch (expansion) {
            case RATIO -> newIn * ratio;
            case RATIO_OF_TWO_DECIMALS -> newIn * (Math.round(100 * ratio) / 100.0);
            case COUNT -> expanded * width;
        });
    }

    private Optional<SqueezeExcite> squeeze(Optional<SqueezeExcite> base, int in, int expanded) {
        return base.map(se -> new SqueezeExcite(switch (squeeze) {
            case QUARTER_OF_EXPANDED -> Channels.makeDivisible(expanded / 4.0, 8);
            case WHOLE_QUARTER_OF_EXPANDED -> Channels.makeDivisible(expanded / 4, 8);
            case BARE_QUARTER_OF_EXPANDED -> Math.max(1, expanded / 4);
            case QUARTER_OF_INPUT -> Math.max(1, in / 4);
        }, paddle ? new Gate.HardSigmoid(0.2) : se.gate()));
    }

    private int features(Features rule, int atOne, int last, double width) {
        if (atOne == 0) {
            return 0;
        }
        return switch (rule) {
            case FIXED -> atOne;
            case SCALED -> rounding.around().of(atOne * width);
            case SCALED_ABOVE_ONE -> width > 1 ? rounding.around().of(atOne * width) : atOne;
            case FOUR_TIMES_LAST -> 4 * last;
            case SIX_TIMES_LAST -> 6 * last;
            case ALWAYS_1280 -> 1280;
        };
    }
}
