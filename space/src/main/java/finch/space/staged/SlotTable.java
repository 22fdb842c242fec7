package finch.space.staged;

import finch.space.Activation;
import java.util.List;

/**
 * A slot of a stage, its choices as numbers and its genes. Immutable after construction.
 *
 * @param outs         output channels, by width multiplier and choice
 * @param alternatives by choice of the type
 */
record SlotTable(Gene type, List<Alternative> alternatives, Gene stride, int[] strides, Gene out, int[][] outs,
                 Gene skip, boolean[] skips, Gene forceExpand, boolean[] forces) {
    /**
     * What one choice of the type means: its own properties where it is a bundle, else those of the slot.
     *
     * @param expanded channels inside, by width multiplier, input channels and choice; null for impossible inputs
     * @param squeezed squeezed channels of a choice from the input channels and those inside
     */
    record Alternative(BlockKind kind, Gene kernel, int[] kernels, Gene expand, List<Amount> expands,
                       int[][][] expanded, Gene squeeze, List<Amount> squeezes, Gene gate, int[] gates, Gene activation, int[] activations, Rules rules) {
        /** The kind of block of an architecture that this becomes. */
        int blockKind() {
            return (kind == BlockKind.IDENTITY ? BlockKind.CONV : kind).ordinal();
        }

        int[] expanded(int width, int in) {
            return in < expanded[width].length ? expanded[width][in] : null;
        }

        int squeezed(int choice, int in, int inside) {
            return rules.squeezedChannels(squeezes.get(choice), in, inside);
        }
    }

    /** Writes the block that a genome puts here; false where it is an identity and leaves nothing. */
    boolean spell(int[] genome, int width, int in, int[] word, int base) {
        Alternative a = alternatives.get(type.read(genome));
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
        int inside = in;
        if (a.kind.hasExpansion()) {
            inside = a.expanded[width][in][a.expand.read(genome)];
            word[base + Word.EXPANDED] = inside;
            int flags = same && !skips[skip.read(genome)] ? Word.NO_SKIP : 0;
            if (a.kind == BlockKind.INVERTED_RESIDUAL && inside == in && forces[forceExpand.read(genome)]) {
                flags |= Word.FORCE_EXPAND;
            }
            word[base + Word.FLAGS] = flags;
        }
        if (a.kind.hasSqueeze()) {
            int squeezed = a.squeezed(a.squeeze.read(genome), in, inside);
            word[base + Word.SQUEEZE] = squeezed;
            word[base + Word.GATE] = squeezed == 0 ? 0 : a.gates[a.gate.read(genome)];
        }
        return true;
    }
}
