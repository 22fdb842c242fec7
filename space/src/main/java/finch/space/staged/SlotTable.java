package finch.space.staged;

import finch.space.Activation;
import java.util.List;

/**
 * A slot of a stage, its choices as numbers and its genes. Immutable after construction.
 *
 * @param outs         output channels, by width multiplier and choice
 * @param alternatives by choice of the type
 * @param mayBeNothing whether one of them is an identity
 */
record SlotTable(Gene type, Alternative[] alternatives, Gene stride, int[] strides, Gene out, int[][] outs,
                 Gene skip, boolean[] skips, Gene forceExpand, boolean[] forces, boolean mayBeNothing) {
    /**
     * What one choice of the type means: its own properties where it is a bundle, else those of the slot.
     *
     * @param insides channel counts by width multiplier and input channels; null for impossible inputs
     */
    record Alternative(BlockKind kind, Gene kernel, int[] kernels, Gene expand, List<Amount> expands,
                       Inside[][] insides, Gene squeeze, List<Amount> squeezes, Gene gate, int[] gates,
                       Gene activation, int[] activations, Rules rules) {
        /** The kind of block of an architecture that this becomes. */
        int blockKind() {
            return (kind == BlockKind.IDENTITY ? BlockKind.CONV : kind).ordinal();
        }

        /** Null for inputs that cannot be. */
        Inside inside(int width, int in) {
            return in < insides[width].length ? insides[width][in] : null;
        }

        int squeezed(int choice, int in, int inside) {
            return rules.squeezedChannels(squeezes.get(choice), in, inside);
        }
    }

    /**
     * Channel counts inside a block for one input.
     *
     * @param expanded by choice of the expansion; the input channels alone for kinds without one
     * @param squeezed by choice of the expansion and of squeeze-excite
     */
    record Inside(int[] expanded, int[][] squeezed) {}

    /** Whether something here could have this output and stride. */
    boolean mayHave(int width, int channels, int strideCode) {
        return contains(outs[width], channels) && contains(strides, strideCode);
    }

    private static boolean contains(int[] values, int wanted) {
        for (int value : values) {
            if (value == wanted) {
                return true;
            }
        }
        return false;
    }

    /** Writes the block that a genome puts here; false where it is an identity and leaves nothing. */
    boolean spell(int[] genome, int width, int in, int[] word, int base) {
        Alternative a = alternatives[type.read(genome)];
        int strideCode = strides[stride.read(genome)];
        int channels = outs[width][out.read(genome)];
        boolean same = strideCode == Word.ONE && channels == in;
        word[base + Word.STRIDE] = strideCode;
        word[base + Word.OUT] = channels;
        word[base + Word.KIND] = a.blockKind();
        word[base + Word.EXPANDED] = 0;
        word[base + Word.SQUEEZE] = 0;
        word[base + Word.GATE] = 0;
        word[base + Word.FLAGS] = 0;
        if (a.kind == BlockKind.IDENTITY) {
            word[base + Word.KERNEL] = Word.ONE;
            word[base + Word.ACTIVATION] = Activation.LINEAR.ordinal();
            return !same;
        }
        word[base + Word.KERNEL] = a.kernels[a.kernel.read(genome)];
        word[base + Word.ACTIVATION] = a.activations[a.activation.read(genome)];
        if (!a.kind.hasSqueeze()) {
            return true;
        }
        Inside table = a.inside(width, in);
        int e = 0;
        if (a.kind.hasExpansion()) {
            e = a.expand.read(genome);
            int inside = table.expanded[e];
            word[base + Word.EXPANDED] = inside;
            int flags = same && !skips[skip.read(genome)] ? Word.NO_SKIP : 0;
            if (a.kind == BlockKind.INVERTED_RESIDUAL && inside == in && forces[forceExpand.read(genome)]) {
                flags |= Word.FORCE_EXPAND;
            }
            word[base + Word.FLAGS] = flags;
        }
        int squeezed = table.squeezed[e][a.squeeze.read(genome)];
        word[base + Word.SQUEEZE] = squeezed;
        word[base + Word.GATE] = squeezed == 0 ? 0 : a.gates[a.gate.read(genome)];
        return true;
    }
}
