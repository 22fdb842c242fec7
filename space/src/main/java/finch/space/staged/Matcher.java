package finch.space.staged;

import finch.space.Activation;
import finch.space.staged.SlotTable.Alternative;

/**
 * Finds the choices that give a block. Choices of the block alone are written down (the first that fits); those shared by
 * a stage narrow its masks. Each {@code take} answers whether anything fits.
 */
final class Matcher {
    private static final int LINEAR = Activation.LINEAR.ordinal();

    private final int[] genome;
    private long[] masks = {};

    /** @param genome where choices go; null if only the masks matter */
    Matcher(int[] genome) {
        this.genome = genome;
    }

    /** Starts from these masks, which stay as they are. */
    Matcher from(long[] stageMasks) {
        if (masks.length != stageMasks.length) {
            masks = stageMasks.clone();
        } else {
            // most matches fail: no array for each
            System.arraycopy(stageMasks, 0, masks, 0, masks.length);
        }
        return this;
    }

    /** As they are now. */
    long[] masks() {
        return masks.length == 0 ? masks : masks.clone();
    }

    boolean block(SlotTable slot, int alternative, int width, int in, int[] word, int base) {
        Alternative a = slot.alternatives()[alternative];
        return a.blockKind() == word[base + Word.KIND]
                && shape(slot, a, width, in, word, base)
                && kernel(a, word[base + Word.KERNEL])
                && activation(a, word[base + Word.ACTIVATION])
                && inside(slot, a, width, in, word, base)
                && choose(slot.type(), alternative);
    }

    /** An identity that leaves nothing. */
    boolean nothing(SlotTable slot, int alternative, int width, int in) {
        return slot.alternatives()[alternative].kind() == BlockKind.IDENTITY
                && value(slot.stride(), slot.strides(), Word.ONE)
                && value(slot.out(), slot.outs()[width], in)
                && choose(slot.type(), alternative);
    }

    boolean choose(Gene gene, int choice) {
        if (!gene.isShared()) {
            put(gene, choice);
            return true;
        }
        boolean allowed = gene.allows(masks, choice);
        for (int k = 0; k < gene.words(); k++) {
            masks[gene.mask() + k] = k == choice / 64 && allowed ? 1L << choice : 0;
        }
        return allowed;
    }

    /** Stride, output and skip. */
    boolean shape(SlotTable slot, Alternative a, int width, int in, int[] word, int base) {
        int stride = word[base + Word.STRIDE];
        int out = word[base + Word.OUT];
        boolean same = stride == Word.ONE && out == in;
        if (a.kind() == BlockKind.IDENTITY && same) {
            return false;
        }
        return value(slot.out(), slot.outs()[width], out)
                && value(slot.stride(), slot.strides(), stride)
                && (!a.kind().hasExpansion() || !same
                        || flag(slot.skip(), slot.skips(), (word[base + Word.FLAGS] & Word.NO_SKIP) == 0));
    }

    boolean kernel(Alternative a, int kernel) {
        return a.kind() == BlockKind.IDENTITY ? kernel == Word.ONE : value(a.kernel(), a.kernels(), kernel);
    }

    boolean activation(Alternative a, int activation) {
        return a.kind() == BlockKind.IDENTITY ? activation == LINEAR : value(a.activation(), a.activations(), activation);
    }

    /** Expansion and squeeze-excite. */
    boolean inside(SlotTable slot, Alternative a, int width, int in, int[] word, int base) {
        if (!a.kind().hasSqueeze()) {
            return true;
        }
        SlotTable.Inside table = a.inside(width, in);
        if (table == null) {
            return false;
        }
        int e = 0;
        if (a.kind().hasExpansion()) {
            int channels = word[base + Word.EXPANDED];
            while (e < table.expanded().length && table.expanded()[e] != channels) {
                e++;
            }
            if (e == table.expanded().length || !value(a.expand(), table.expanded(), channels)) {
                return false;
            }
            if (a.kind() == BlockKind.INVERTED_RESIDUAL && channels == in
                    && !flag(slot.forceExpand(), slot.forces(), (word[base + Word.FLAGS] & Word.FORCE_EXPAND) != 0)) {
                return false;
            }
        }
        // equal channels inside have equal squeezed channels, whichever choice they come from
        int squeeze = word[base + Word.SQUEEZE];
        return value(a.squeeze(), table.squeezed()[e], squeeze)
                && (squeeze == 0 || value(a.gate(), a.gates(), word[base + Word.GATE]));
    }

    /** A choice with this value. */
    boolean value(Gene gene, int[] values, int wanted) {
        if (!gene.isShared()) {
            for (int i = 0; i < values.length; i++) {
                if (values[i] == wanted) {
                    put(gene, i);
                    return true;
                }
            }
            return false;
        }
        boolean any = false;
        for (int k = 0; k < gene.words(); k++) {
            long bits = 0;
            for (int i = 64 * k; i < Math.min(values.length, 64 * k + 64); i++) {
                bits |= values[i] == wanted ? 1L << i : 0;
            }
            any |= (masks[gene.mask() + k] &= bits) != 0;
        }
        return any;
    }

    private boolean flag(Gene gene, boolean[] values, boolean wanted) {
        // choices differ, so of two booleans exactly one fits
        return values[0] == wanted ? choose(gene, 0) : values.length > 1 && choose(gene, 1);
    }

    private void put(Gene gene, int choice) {
        if (genome != null && gene.decision() >= 0) {
            genome[gene.decision()] = choice;
        }
    }
}
