package finch.space;

/** Checks that the block records share. */
final class Blocks {
    private Blocks() {}

    static void check(Extent kernel, Extent stride, int out) {
        if (kernel.height() % 2 == 0 || kernel.width() % 2 == 0) {
            throw new IllegalArgumentException("kernel must be odd, not " + kernel + ". Maybe use 3, 5 or 7.");
        }
        if (stride.height() > 8 || stride.width() > 8) {
            throw new IllegalArgumentException("stride must be at most 8, not " + stride);
        }
        positive("out", out);
    }

    static void positive(String name, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + " must be at least 1, not " + value);
        }
    }

    /** The block with the flags that change nothing at their defaults. */
    static Block canonical(Block block, int in) {
        boolean skippable = block.stride().isOne() && block.out() == in;
        return switch (block) {
            case Block.InvertedResidual b -> {
                boolean force = b.forceExpand() && b.expanded() == in;
                boolean skip = b.skip() || !skippable;
                yield force == b.forceExpand() && skip == b.skip() ? b : new Block.InvertedResidual(b.kernel(), b.stride(), b.expanded(),
                        b.out(), b.squeeze(), b.activation(), force, skip);
            }
            case Block.FusedInvertedResidual b -> b.skip() || skippable ? b : new Block.FusedInvertedResidual(b.kernel(), b.stride(),
                    b.expanded(), b.out(), b.squeeze(), b.activation(), true);
            case Block.DepthwiseSeparable b -> b;
            case Block.Convolution b -> b;
        };
    }
}
