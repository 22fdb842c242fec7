package finch.space.staged;

import finch.space.Activation;
import finch.space.Gate;
import finch.space.staged.SlotTable.Alternative;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiConsumer;

/** Compares a block of a foreign architecture with a slot, property by property. */
final class SlotCheck {
    /** Other kinds of block agree in little, and shapes tell which slot a block belongs to: they count more than a kernel. */
    private static final int WRONG_KIND = 4;
    private static final int WRONG_STRIDE = 4;
    private static final int WRONG_OUT = 3;

    private final Automaton automaton;
    private final SlotTable slot;
    private final SpaceDefinition.Slot choices;
    private final int width;
    private final int in;
    private final int[] block;

    SlotCheck(Automaton automaton, SlotTable slot, SpaceDefinition.Slot choices, int width, Word word, int i) {
        this.automaton = automaton;
        this.slot = slot;
        this.choices = choices;
        this.width = width;
        this.in = word.in(i);
        this.block = Arrays.copyOfRange(word.blocks, i * Word.FIELDS, (i + 1) * Word.FIELDS);
    }

    /** The choice of the type that the block resembles most. */
    int nearest() {
        int best = 0;
        for (int a = 1; a < slot.alternatives().length; a++) {
            if (cost(slot.alternatives()[a]) < cost(slot.alternatives()[best])) {
                best = a;
            }
        }
        return best;
    }

    /** Properties that do not fit the nearest type, weighted. */
    int cost() {
        return cost(slot.alternatives()[nearest()]);
    }

    private int cost(Alternative a) {
        int[] cost = {rightKind(a) ? 0 : WRONG_KIND - 1};
        report(a, (misfit, _) -> cost[0] += misfit == choices.stride() ? WRONG_STRIDE : misfit == choices.out() ? WRONG_OUT : 1);
        return cost[0];
    }

    private boolean rightKind(Alternative a) {
        return a.blockKind() == block[Word.KIND];
    }

    /** Tells each choice of which no value fits, and what the block has. */
    void report(Alternative a, BiConsumer<Choices<?>, String> misfit) {
        if (!rightKind(a)) {
            misfit.accept(choices.type(), BlockKind.values()[block[Word.KIND]].formatName());
            return;
        }
        Operation bundle = choices.type().values().get(List.of(slot.alternatives()).indexOf(a));
        boolean same = block[Word.STRIDE] == Word.ONE && block[Word.OUT] == in;
        check(slot.outs()[width], block[Word.OUT], choices.out(), block[Word.OUT], misfit);
        check(slot.strides(), block[Word.STRIDE], choices.stride(), Word.extent(block[Word.STRIDE]), misfit);
        if (a.kind() == BlockKind.IDENTITY) {
            if (block[Word.KERNEL] != Word.ONE || block[Word.ACTIVATION] != Activation.LINEAR.ordinal() || same) {
                misfit.accept(choices.type(), "conv");
            }
            return;
        }
        check(a.kernels(), block[Word.KERNEL], bundle.kernel().isPresent() ? choices.type() : choices.kernel(),
                (bundle.kernel().isPresent() ? "kernel " : "") + Word.extent(block[Word.KERNEL]), misfit);
        int inside = in;
        if (a.kind().hasExpansion()) {
            inside = block[Word.EXPANDED];
            int[] possible = a.expands().stream()
                    .mapToInt(e -> automaton.definition().rules().expandedChannels(e, automaton.widths()[width], in)).toArray();
            check(possible, inside, bundle.expand().isPresent() ? choices.type() : choices.expand(),
                    inside + " channels expanded from " + in + " (a ratio of "
                            + new BigDecimal(inside / (double) in).round(new MathContext(4)).stripTrailingZeros().toPlainString() + ")", misfit);
            boolean skip = (block[Word.FLAGS] & Word.NO_SKIP) == 0;
            if (same && !has(slot.skips(), skip)) {
                misfit.accept(choices.skip(), Boolean.toString(skip));
            }
            boolean force = (block[Word.FLAGS] & Word.FORCE_EXPAND) != 0;
            if (a.kind() == BlockKind.INVERTED_RESIDUAL && inside == in && !has(slot.forces(), force)) {
                misfit.accept(choices.forceExpand(), Boolean.toString(force));
            }
        }
        if (a.kind().hasSqueeze()) {
            squeeze(a, bundle, inside, misfit);
        }
        check(a.activations(), block[Word.ACTIVATION], bundle.activation().isPresent() ? choices.type() : choices.activation(),
                Activation.values()[block[Word.ACTIVATION]].formatName(), misfit);
    }

    private void squeeze(Alternative a, Operation bundle, int inside, BiConsumer<Choices<?>, String> misfit) {
        int squeeze = block[Word.SQUEEZE];
        int[] possible = new int[a.squeeze().size()];
        Arrays.setAll(possible, c -> a.squeezed(c, in, inside));
        check(possible, squeeze, bundle.squeeze().isPresent() ? choices.type() : choices.squeeze(),
                squeeze == 0 ? "none" : squeeze + " channels of " + inside + " expanded and " + in + " input", misfit);
        if (squeeze > 0) {
            check(a.gates(), block[Word.GATE], bundle.gate().isPresent() ? choices.type() : choices.gate(),
                    block[Word.GATE] < 0 ? "a gate that is nowhere in the space" : text(automaton.gates().get(block[Word.GATE])), misfit);
        }
    }

    private static void check(int[] values, int wanted, Choices<?> choices, Object found, BiConsumer<Choices<?>, String> misfit) {
        if (Arrays.stream(values).noneMatch(v -> v == wanted)) {
            misfit.accept(choices, found.toString());
        }
    }

    private static String text(Gate gate) {
        return switch (gate) {
            case Gate.Sigmoid() -> "sigmoid";
            case Gate.HardSigmoid(double slope) -> gate.equals(Gate.HARD_SIGMOID) ? "hard-sigmoid" : "hard-sigmoid " + slope;
        };
    }

    private static boolean has(boolean[] values, boolean wanted) {
        return values[0] == wanted || values.length > 1;
    }
}
