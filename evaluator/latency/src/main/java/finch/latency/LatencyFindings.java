package finch.latency;

import finch.latency.LatencyFinding.Expected;
import finch.space.Activation;
import finch.space.Architecture;
import finch.space.Block;
import finch.space.Extent;
import finch.space.Head;
import finch.space.Stem;
import finch.space.format.References;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.UnaryOperator;

/**
 * The networks of the ablations that the MobileNet papers time. Where they give none of a network's layers it is built from a reference by the change that
 * the text names. Figures are of the MobileNetV3 paper (Howard et al. 2019, arXiv 1905.02244v5) if nothing else is said.
 */
final class LatencyFindings {
    private static final Architecture LARGE = References.resolve("mobilenetv3-large");
    private static final Architecture SMALL = References.resolve("mobilenetv3-small");
    private static final Architecture V2 = References.resolve("mobilenetv2");
    private static final Architecture V1 = References.resolve("mobilenetv1");
    private static final Architecture V1_STANDARD = with(V1, "standard convolutions", V1.stem(), V1.blocks().stream()
            .map(b -> (Block) new Block.Convolution(b.kernel(), b.stride(), b.out(), b.activation())).toList(), V1.head());

    static final List<LatencyFinding> ALL = List.of(
            less("large-v2", "MobileNetV3-Large is 20 % faster than MobileNetV2", LARGE, V2, "51 : 64 ms, Pixel 1, table 3", 51.0 / 64),
            less("small-v2", "MobileNetV3-Small takes about the time of MobileNetV2 x0.35", SMALL, References.resolve("mobilenetv2@0.35"), "15.8 : 16.6 ms, Pixel 1, table 3",
                    15.8 / 16.6),
            less("small-large", "MobileNetV3-Small takes a third of the time of Large", SMALL, LARGE, "15.8 : 51 ms, Pixel 1, table 3", 15.8 / 51),
            less("last-stage", "the efficient last stage saves 7 ms, 11 %, and 30 M multiply-adds", LARGE, originalLastStage(),
                    "-7 ms, 11 %, section 5.1 (first version of the paper: -10 ms, 15 %)", 0.89),
            less("stem", "16 filters in the stem with h-swish save 2 ms beside 32 with ReLU", LARGE, stemOf32(), "-2 ms, section 5.1 (first version: -3 ms)", 51.0 / 53),
            less("relu", "ReLU everywhere saves 1 ms beside h-swish in the later half", activated(LARGE, "relu", a -> Activation.RELU), LARGE, "50.5 : 51.4 ms, Pixel 1, table 5",
                    50.5 / 51.4),
            less("later-half", "h-swish in the later half only saves 2 ms beside h-swish everywhere", LARGE, activated(LARGE, "h-swish everywhere", a -> Activation.HARD_SWISH),
                    "51.4 : 53.5 ms, Pixel 1, table 5", 51.4 / 53.5),
            unpublished("swish", "h-swish is much cheaper than swish", LARGE, activated(LARGE, "swish", a -> a == Activation.HARD_SWISH ? Activation.SWISH : a), "section 5.2, no figure"),
            new LatencyFinding("squeeze-excite", "squeeze-excite costs no discernible time", LARGE, withoutSqueeze(), Expected.ALIKE, "section 5.3, no figure", OptionalDouble.empty()),
            unpublished("separable", "depthwise separable convolutions take 8 to 9 times fewer multiply-adds than standard ones", V1, V1_STANDARD,
                    "MobileNetV1 (arXiv 1704.04861), section 3.1, multiply-adds only"),
            unpublished("spatially-separable", "standard convolutions in two, along rows and along columns, take more time than depthwise separable ones", V1, spatiallySeparable(),
                    "MobileNetV1, section 2, no figure"));

    private static final List<String> WIDTHS = List.of("1.0", "0.75", "0.5", "0.25");
    private static final List<Integer> RESOLUTIONS = List.of(224, 192, 160, 128);

    private LatencyFindings() {}

    static List<List<Architecture>> multipliers() {
        return WIDTHS.stream().map(width -> RESOLUTIONS.stream().map(side -> References.resolve("mobilenetv1@" + width + "/" + side).named("mobilenetv1@" + width + "/" + side)).toList())
                .toList();
    }

    private static LatencyFinding less(String name, String claim, Architecture first, Architecture second, String published, double ratio) {
        return new LatencyFinding(name, claim, first, second, Expected.LESS, published, OptionalDouble.of(ratio));
    }

    private static LatencyFinding unpublished(String name, String claim, Architecture first, Architecture second, String published) {
        return new LatencyFinding(name, claim, first, second, Expected.LESS, published, OptionalDouble.empty());
    }

    private static Architecture with(Architecture a, String change, Stem stem, List<Block> blocks, Head head) {
        return new Architecture(a.name() + ", " + change, a.resolution(), a.channels(), a.classes(), a.padding(), stem, blocks, head);
    }

    /** Figure 5: 3x3 depthwise and a projection to 320 channels before pooling, and the 1280 features computed at 7x7 as MobileNetV2 does. */
    private static Architecture originalLastStage() {
        List<Block> blocks = new ArrayList<>(LARGE.blocks());
        blocks.add(new Block.InvertedResidual(Extent.square(3), Extent.square(1), LARGE.head().conv(), 320, Optional.empty(), Activation.HARD_SWISH, false, true));
        return with(LARGE, "original last stage", LARGE.stem(), blocks, new Head(LARGE.head().hidden(), 0, true, Activation.HARD_SWISH));
    }

    private static Architecture stemOf32() {
        List<Block> blocks = new ArrayList<>(LARGE.blocks());
        if (blocks.getFirst() instanceof Block.InvertedResidual b) {
            // as wide inside as what comes in: it has no expansion
            blocks.set(0, new Block.InvertedResidual(b.kernel(), b.stride(), 32, b.out(), b.squeeze(), b.activation(), false, b.skip()));
        }
        return with(LARGE, "stem of 32 with ReLU", new Stem(32, LARGE.stem().kernel(), LARGE.stem().stride(), Activation.RELU), blocks, LARGE.head());
    }

    private static Architecture activated(Architecture a, String change, UnaryOperator<Activation> activation) {
        List<Block> blocks = a.blocks().stream().map(block -> block instanceof Block.InvertedResidual b
                ? new Block.InvertedResidual(b.kernel(), b.stride(), b.expanded(), b.out(), b.squeeze(), activation.apply(b.activation()), b.forceExpand(), b.skip()) : block).toList();
        return with(a, change, new Stem(a.stem().out(), a.stem().kernel(), a.stem().stride(), activation.apply(a.stem().activation())), blocks,
                new Head(a.head().conv(), a.head().hidden(), a.head().hiddenBias(), activation.apply(a.head().activation())));
    }

    private static Architecture withoutSqueeze() {
        List<Block> blocks = LARGE.blocks().stream().map(block -> block instanceof Block.InvertedResidual b
                ? (Block) new Block.InvertedResidual(b.kernel(), b.stride(), b.expanded(), b.out(), Optional.empty(), b.activation(), b.forceExpand(), b.skip()) : block).toList();
        return with(LARGE, "without squeeze-excite", LARGE.stem(), blocks, LARGE.head());
    }

    /** Each 3x3 convolution of the standard form as a 3x1 and a 1x3 one. */
    private static Architecture spatiallySeparable() {
        List<Block> blocks = new ArrayList<>();
        for (Block block : V1_STANDARD.blocks()) {
            if (block instanceof Block.Convolution c) {
                blocks.add(new Block.Convolution(new Extent(c.kernel().height(), 1), new Extent(c.stride().height(), 1), c.out(), c.activation()));
                blocks.add(new Block.Convolution(new Extent(1, c.kernel().width()), new Extent(1, c.stride().width()), c.out(), c.activation()));
            } else {
                blocks.add(block);
            }
        }
        return with(V1_STANDARD, "spatially separable", V1_STANDARD.stem(), blocks, V1_STANDARD.head());
    }
}
