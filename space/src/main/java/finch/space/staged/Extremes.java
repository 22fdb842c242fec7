package finch.space.staged;

import finch.space.Genome;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** The genomes of the cheapest and the dearest choice of every decision, looked at one by one. */
final class Extremes {
    private final Automaton automaton;
    private final int sign;
    private final int[] genome;

    private Extremes(Automaton automaton, int sign) {
        this.automaton = automaton;
        this.sign = sign;
        this.genome = new int[automaton.decisions().size()];
    }

    static Genome smallest(Automaton automaton) {
        return new Extremes(automaton, 1).genome();
    }

    static Genome largest(Automaton automaton) {
        return new Extremes(automaton, -1).genome();
    }

    private Genome genome() {
        SpaceDefinition space = automaton.definition();
        choose(automaton.resolution(), space.resolution(), e -> e.area());
        choose(automaton.width(), space.width(), m -> m);
        choose(automaton.stemOut(), space.stem().out(), c -> c);
        choose(automaton.stemKernel(), space.stem().kernel(), e -> e.area());
        choose(automaton.stemStride(), space.stem().stride(), e -> -e.area());
        for (int s = 0; s < automaton.stages().length; s++) {
            StageTable table = automaton.stages()[s];
            SpaceDefinition.Stage stage = space.stages().get(s);
            choose(table.depth(), stage.depth(), d -> d);
            for (int b = 0; b < table.slots().length; b++) {
                slot(table.slots()[b], stage.slots().get(b));
            }
        }
        // 1000 input channels stand for "many": only the order of the amounts matters
        choose(automaton.headConv(), space.head().conv(), a -> channels(a, 1000, 1000));
        choose(automaton.headHidden(), space.head().hidden(), a -> channels(a, 1000, 1000));
        return Genome.of(genome);
    }

    private void slot(SlotTable table, SpaceDefinition.Slot slot) {
        choose(table.type(), slot.type(), Extremes::cost);
        choose(table.stride(), slot.stride(), e -> -e.area());
        choose(table.out(), slot.out(), c -> c);
        int out = slot.out().values().get(table.out().read(genome));
        for (SlotTable.Alternative a : table.alternatives()) {
            choose(a.kernel(), slot.kernel(), e -> e.area());
            choose(a.expand(), slot.expand(), x -> channels(x, out, out));
            choose(a.squeeze(), slot.squeeze(), x -> channels(x, out, 4 * out));
        }
    }

    /** Kinds from cheap to dear, then the properties of a bundle. */
    private static double cost(Operation o) {
        int kind = switch (o.kind()) {
            case IDENTITY -> 0;
            case DEPTHWISE_SEPARABLE -> 1;
            case INVERTED_RESIDUAL -> 2;
            case CONV -> 3;
            case FUSED_INVERTED_RESIDUAL -> 4;
        };
        double expand = o.expand().map(e -> channels(e, 32, 32)).orElse(0.0);
        return 1e9 * kind + 1e3 * expand + o.kernel().map(k -> (double) k.area()).orElse(0.0);
    }

    private static double channels(Amount amount, int in, int expanded) {
        return switch (amount) {
            case Amount.None _ -> 0;
            case Amount.Channels(int count) -> count;
            case Amount.OfInput(double ratio) -> ratio * in;
            case Amount.OfExpanded(double ratio) -> ratio * expanded;
        };
    }

    private <T> void choose(Gene gene, Choices<T> choices, ToDoubleFunction<T> cost) {
        if (gene.decision() < 0) {
            return;
        }
        List<T> values = choices.values();
        int best = 0;
        for (int i = 1; i < values.size(); i++) {
            if (sign * cost.applyAsDouble(values.get(i)) < sign * cost.applyAsDouble(values.get(best))) {
                best = i;
            }
        }
        genome[gene.decision()] = best;
    }
}
