package finch.space.staged;

import finch.space.Activation;
import finch.space.Architecture;
import finch.space.Block;
import finch.space.Extent;
import finch.space.Gate;
import finch.space.Head;
import finch.space.SqueezeExcite;
import finch.space.Stem;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * An architecture as whole numbers, in normal form: what has no effect (a skip that cannot be, the gate of no
 * squeeze-excite, the activation of an empty head) is 0. Mutable while it is written; equal networks give equal words.
 */
final class Word {
    /** Positions of a block's properties; extents are height·2^16 + width. */
    static final int KIND = 0;
    static final int KERNEL = 1;
    static final int STRIDE = 2;
    static final int OUT = 3;
    static final int EXPANDED = 4;
    static final int SQUEEZE = 5;
    static final int GATE = 6;
    static final int ACTIVATION = 7;
    static final int FLAGS = 8;
    static final int FIELDS = 9;

    /** Flags: a possible skip is left out; an expansion by 1 has a convolution. */
    static final int NO_SKIP = 1;
    static final int FORCE_EXPAND = 2;

    static final int ONE = code(Extent.square(1));
    private static final Activation[] ACTIVATIONS = Activation.values();
    private static final BlockKind[] KINDS = BlockKind.values();

    Extent resolution;
    final int[] stem = new int[4];
    final int[] head = new int[3];
    final int[] blocks;
    int length;

    Word(int maxBlocks) {
        blocks = new int[maxBlocks * FIELDS];
    }

    static int code(Extent e) {
        return e.height() << 16 | e.width();
    }

    static Extent extent(int code) {
        return new Extent(code >>> 16, code & 0xffff);
    }

    /** Channels that enter block {@code i}; after the last one, the head. */
    int in(int i) {
        return i == 0 ? stem[0] : blocks[(i - 1) * FIELDS + OUT];
    }

    void stem(int out, int kernel, int stride, int activation) {
        stem[0] = out;
        stem[1] = kernel;
        stem[2] = stride;
        stem[3] = activation;
    }

    void head(int conv, int hidden, int activation) {
        head[0] = conv;
        head[1] = hidden;
        head[2] = conv == 0 && hidden == 0 ? Activation.LINEAR.ordinal() : activation;
    }

    /** @param gates the gates a space knows; others become -1, which fits no space */
    static Word of(Architecture a, List<Gate> gates) {
        Word word = new Word(a.blocks().size());
        word.resolution = a.resolution();
        word.stem(a.stem().out(), code(a.stem().kernel()), code(a.stem().stride()), a.stem().activation().ordinal());
        for (Block block : a.blocks()) {
            word.add(block, gates);
        }
        word.head(a.head().conv(), a.head().hidden(), a.head().activation().ordinal());
        return word;
    }

    private void add(Block block, List<Gate> gates) {
        int in = in(length);
        int base = length++ * FIELDS;
        BlockKind kind = switch (block) {
            case Block.InvertedResidual b -> {
                blocks[base + EXPANDED] = b.expanded();
                squeeze(base, b.squeeze(), gates);
                flags(base, in, b.stride(), b.out(), b.skip());
                blocks[base + FLAGS] |= b.forceExpand() && b.expanded() == in ? FORCE_EXPAND : 0;
                yield BlockKind.INVERTED_RESIDUAL;
            }
            case Block.FusedInvertedResidual b -> {
                blocks[base + EXPANDED] = b.expanded();
                squeeze(base, b.squeeze(), gates);
                flags(base, in, b.stride(), b.out(), b.skip());
                yield BlockKind.FUSED_INVERTED_RESIDUAL;
            }
            case Block.DepthwiseSeparable b -> {
                squeeze(base, b.squeeze(), gates);
                yield BlockKind.DEPTHWISE_SEPARABLE;
            }
            case Block.Convolution _ -> BlockKind.CONV;
        };
        blocks[base + KIND] = kind.ordinal();
        blocks[base + KERNEL] = code(block.kernel());
        blocks[base + STRIDE] = code(block.stride());
        blocks[base + OUT] = block.out();
        blocks[base + ACTIVATION] = block.activation().ordinal();
    }

    private void squeeze(int base, Optional<SqueezeExcite> squeeze, List<Gate> gates) {
        blocks[base + SQUEEZE] = squeeze.map(SqueezeExcite::channels).orElse(0);
        blocks[base + GATE] = squeeze.map(s -> gates.indexOf(s.gate())).orElse(0);
    }

    private void flags(int base, int in, Extent stride, int out, boolean skip) {
        blocks[base + FLAGS] = stride.isOne() && out == in && !skip ? NO_SKIP : 0;
    }

    Architecture architecture(SpaceDefinition space, List<Gate> gates) {
        List<Block> list = new ArrayList<>(length);
        for (int i = 0; i < length; i++) {
            list.add(block(i * FIELDS, gates));
        }
        return new Architecture("", resolution, space.channels(), space.classes(), space.padding(),
                new Stem(stem[0], extent(stem[1]), extent(stem[2]), ACTIVATIONS[stem[3]]), list,
                new Head(head[0], head[1], head[1] == 0 || space.hiddenBias(), ACTIVATIONS[head[2]]));
    }

    private Block block(int base, List<Gate> gates) {
        Extent kernel = extent(blocks[base + KERNEL]);
        Extent stride = extent(blocks[base + STRIDE]);
        int out = blocks[base + OUT];
        int expanded = blocks[base + EXPANDED];
        Activation activation = ACTIVATIONS[blocks[base + ACTIVATION]];
        int squeezed = blocks[base + SQUEEZE];
        Optional<SqueezeExcite> squeeze = squeezed == 0 ? Optional.empty()
                : Optional.of(new SqueezeExcite(squeezed, gates.get(blocks[base + GATE])));
        boolean skip = (blocks[base + FLAGS] & NO_SKIP) == 0;
        boolean force = (blocks[base + FLAGS] & FORCE_EXPAND) != 0;
        return switch (KINDS[blocks[base + KIND]]) {
            case INVERTED_RESIDUAL ->
                    new Block.InvertedResidual(kernel, stride, expanded, out, squeeze, activation, force, skip);
            case FUSED_INVERTED_RESIDUAL ->
                    new Block.FusedInvertedResidual(kernel, stride, expanded, out, squeeze, activation, skip);
            case DEPTHWISE_SEPARABLE -> new Block.DepthwiseSeparable(kernel, stride, out, squeeze, activation);
            case CONV -> new Block.Convolution(kernel, stride, out, activation);
            case IDENTITY -> throw new IllegalStateException("an identity is no block of an architecture");
        };
    }
}
