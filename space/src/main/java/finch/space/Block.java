package finch.space;

import java.util.Objects;
import java.util.Optional;

/** One block between stem and head. Channel counts are after rounding, never ratios; every convolution is batch-normalised. */
public sealed interface Block {
    /** Taps of the block's spatial convolution. */
    Extent kernel();

    Extent stride();

    /** Output channels. */
    int out();

    Activation activation();

    /** Empty where the block has none, or its type can have none. */
    Optional<SqueezeExcite> squeeze();

    /** Channels at the block's spatial convolution, the widest inside. @param in channels that enter the block */
    default int inside(int in) {
        return switch (this) {
            case InvertedResidual b -> b.expanded();
            case FusedInvertedResidual b -> b.expanded();
            case DepthwiseSeparable _ -> in;
            case Convolution b -> b.out();
        };
    }

    /**
     * Expand 1x1 → depthwise → squeeze-excite → linear 1x1 projection (Sandler et al. 2018, arXiv 1801.04381, table 1;
     * squeeze-excite as in arXiv 1905.02244, figure 4).
     *
     * @param expanded    channels inside the block; no expand convolution when they equal the input channels
     * @param forceExpand keep the expand convolution even then
     * @param skip        add the input where stride is 1 and shapes agree
     */
    record InvertedResidual(Extent kernel, Extent stride, int expanded, int out, Optional<SqueezeExcite> squeeze,
                            Activation activation, boolean forceExpand, boolean skip) implements Block {
        public InvertedResidual {
            Blocks.check(kernel, stride, out);
            Blocks.positive("expanded", expanded);
            Objects.requireNonNull(squeeze);
            Objects.requireNonNull(activation);
        }
    }

    /**
     * Full k×k convolution to {@code expanded} → optional squeeze-excite → linear 1x1 projection
     * (Gupta and Akin 2020, arXiv 2003.02838).
     */
    record FusedInvertedResidual(Extent kernel, Extent stride, int expanded, int out, Optional<SqueezeExcite> squeeze,
                                 Activation activation, boolean skip) implements Block {
        public FusedInvertedResidual {
            Blocks.check(kernel, stride, out);
            Blocks.positive("expanded", expanded);
            Objects.requireNonNull(squeeze);
            Objects.requireNonNull(activation);
        }
    }

    /** Depthwise + activation → optional squeeze-excite → pointwise + activation, no skip (Howard et al. 2017, arXiv 1704.04861, table 1). */
    record DepthwiseSeparable(Extent kernel, Extent stride, int out, Optional<SqueezeExcite> squeeze,
                              Activation activation) implements Block {
        public DepthwiseSeparable {
            Blocks.check(kernel, stride, out);
            Objects.requireNonNull(squeeze);
            Objects.requireNonNull(activation);
        }
    }

    /** A standard convolution + activation, no skip. */
    record Convolution(Extent kernel, Extent stride, int out, Activation activation) implements Block {
        public Convolution {
            Blocks.check(kernel, stride, out);
            Objects.requireNonNull(activation);
        }

        @Override
        public Optional<SqueezeExcite> squeeze() {
            return Optional.empty();
        }
    }
}
