package finch.space.staged;

import finch.space.Activation;
import finch.space.Decision;
import finch.space.Gate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.ToIntFunction;

/** Turns a definition into an {@link Automaton}: names the decisions, finds what is shared, computes channel counts. */
final class Compiler {
    private final SpaceDefinition space;
    private final double[] widths;
    private final List<Gate> gates;
    private final List<Decision> decisions = new ArrayList<>();
    private final Map<String, Choices<?>> named = new HashMap<>();

    private Compiler(SpaceDefinition space) {
        this.space = space;
        this.widths = space.width().values().stream().mapToDouble(w -> w).toArray();
        Set<Gate> all = new LinkedHashSet<>();
        for (var stage : space.stages()) {
            for (var slot : stage.slots()) {
                all.addAll(slot.gate().values());
                slot.type().values().forEach(o -> o.gate().ifPresent(all::add));
            }
        }
        this.gates = List.copyOf(all);
    }

    /** @throws IllegalArgumentException if two different choices have one name */
    static Automaton compile(SpaceDefinition space) {
        return new Compiler(space).automaton();
    }

    private Automaton automaton() {
        Gene resolution = gene(space.resolution());
        Gene width = gene(space.width());
        var stem = space.stem();
        Gene stemOut = gene(stem.out());
        Gene stemKernel = gene(stem.kernel());
        Gene stemStride = gene(stem.stride());
        Gene stemActivation = gene(stem.activation());
        Rules rules = space.rules();
        int[][] stemOuts = byWidth(stem.out(), (c, w) -> Rules.scaled(c, rules.stem(), w, rules.out()));
        List<Set<Integer>> in = new ArrayList<>();
        for (int[] outs : stemOuts) {
            in.add(setOf(outs));
        }
        List<StageTable> stages = new ArrayList<>();
        for (var stage : space.stages()) {
            stages.add(stage(stage, in));
        }
        var head = space.head();
        int[][] hidden = new int[widths.length][];
        for (int w = 0; w < widths.length; w++) {
            double multiplier = widths[w];
            hidden[w] = codes(head.hidden(), a -> rules.hiddenUnits(a, multiplier));
        }
        int maxBlocks = stages.stream().mapToInt(s -> s.slots().length).sum();
        return new Automaton(space, decisions, resolution, width, widths, stemOut, stemOuts,
                stemKernel, codes(stem.kernel(), Word::code), stemStride, codes(stem.stride(), Word::code),
                stemActivation, codes(stem.activation(), Activation::ordinal), stages.toArray(StageTable[]::new),
                gene(head.conv()), gene(head.hidden()), hidden,
                gene(head.activation()), codes(head.activation(), Activation::ordinal), gates, maxBlocks);
    }

    private StageTable stage(SpaceDefinition.Stage stage, List<Set<Integer>> in) {
        Gene depth = gene(stage.depth());
        int[] depths = codes(stage.depth(), d -> d);
        int deepest = Arrays.stream(depths).max().orElseThrow();
        List<SpaceDefinition.Slot> slots = stage.slots().subList(0, deepest);
        Map<String, Gene> shared = shared(slots);
        int words = shared.values().stream().mapToInt(Gene::words).sum();
        long[] open = new long[words];
        for (Gene gene : shared.values()) {
            for (int i = 0; i < gene.size(); i++) {
                open[gene.mask() + i / 64] |= 1L << i;
            }
        }
        int[] depthChoice = new int[deepest + 1];
        Arrays.fill(depthChoice, -1);
        for (int i = 0; i < depths.length; i++) {
            depthChoice[depths[i]] = i;
        }
        List<Set<Integer>> after = emptySets();
        List<SlotTable> tables = new ArrayList<>();
        for (int b = 0; b <= deepest; b++) {
            if (depthChoice[b] >= 0) {
                for (int w = 0; w < widths.length; w++) {
                    after.get(w).addAll(in.get(w));
                }
            }
            if (b < deepest) {
                SlotTable table = slot(slots.get(b), shared, in);
                tables.add(table);
                for (int w = 0; w < widths.length; w++) {
                    in.set(w, setOf(table.outs()[w]));
                }
            }
        }
        for (int w = 0; w < widths.length; w++) {
            in.set(w, after.get(w));
        }
        boolean neverEmpty = depthChoice[0] < 0 && !tables.getFirst().mayBeNothing();
        return new StageTable(depth, depths, depthChoice, tables.toArray(SlotTable[]::new), shared.values().toArray(Gene[]::new),
                open, neverEmpty);
    }

    /** Genes of the free choices that several slots hold, by name, in the order of the properties. */
    private Map<String, Gene> shared(List<SpaceDefinition.Slot> slots) {
        Map<String, Integer> uses = new HashMap<>();
        slots.forEach(slot -> slot.all().forEach(c -> uses.merge(c.name(), 1, Integer::sum)));
        Map<String, Gene> shared = new LinkedHashMap<>();
        int mask = 0;
        for (var slot : slots) {
            for (Choices<?> choices : slot.all()) {
                if (choices.isFree() && uses.get(choices.name()) > 1 && !shared.containsKey(choices.name())) {
                    Gene plain = gene(choices);
                    Gene gene = new Gene(plain.decision(), plain.size(), mask);
                    shared.put(choices.name(), gene);
                    mask += gene.words();
                } else if (shared.containsKey(choices.name())) {
                    same(choices);
                }
            }
        }
        return shared;
    }

    private SlotTable slot(SpaceDefinition.Slot slot, Map<String, Gene> shared, List<Set<Integer>> in) {
        Rules rules = space.rules();
        Gene type = gene(slot.type(), shared);
        Gene kernel = gene(slot.kernel(), shared);
        Gene stride = gene(slot.stride(), shared);
        Gene out = gene(slot.out(), shared);
        Gene expand = gene(slot.expand(), shared);
        Gene squeeze = gene(slot.squeeze(), shared);
        Gene gate = gene(slot.gate(), shared);
        Gene activation = gene(slot.activation(), shared);
        Gene skip = gene(slot.skip(), shared);
        Gene force = gene(slot.forceExpand(), shared);
        List<SlotTable.Alternative> alternatives = new ArrayList<>();
        for (Operation o : slot.type().values()) {
            List<Amount> expands = o.expand().map(List::of).orElse(slot.expand().values());
            List<Amount> squeezes = o.squeeze().map(List::of).orElse(slot.squeeze().values());
            alternatives.add(new SlotTable.Alternative(o.kind(),
                    o.kernel().isPresent() ? Gene.FIXED : kernel,
                    o.kernel().map(k -> new int[] {Word.code(k)}).orElseGet(() -> codes(slot.kernel(), Word::code)),
                    o.expand().isPresent() ? Gene.FIXED : expand,
                    expands, insides(o.kind(), expands, squeezes, in),
                    o.squeeze().isPresent() ? Gene.FIXED : squeeze,
                    squeezes,
                    o.gate().isPresent() ? Gene.FIXED : gate,
                    o.gate().map(g -> new int[] {gates.indexOf(g)}).orElseGet(() -> codes(slot.gate(), gates::indexOf)),
                    o.activation().isPresent() ? Gene.FIXED : activation,
                    o.activation().map(a -> new int[] {a.ordinal()})
                            .orElseGet(() -> codes(slot.activation(), Activation::ordinal)),
                    rules));
        }
        return new SlotTable(type, alternatives.toArray(SlotTable.Alternative[]::new), stride, codes(slot.stride(), Word::code),
                out, byWidth(slot.out(), (c, w) -> Rules.scaled(c, rules.blockOut(), w, rules.out())),
                skip, booleans(slot.skip()), force, booleans(slot.forceExpand()),
                slot.type().values().stream().anyMatch(o -> o.kind() == BlockKind.IDENTITY));
    }

    /** Channels inside, by width multiplier and input channels; only for inputs that can be. */
    private SlotTable.Inside[][] insides(BlockKind kind, List<Amount> expands, List<Amount> squeezes, List<Set<Integer>> in) {
        SlotTable.Inside[][] table = new SlotTable.Inside[widths.length][];
        for (int w = 0; w < widths.length; w++) {
            table[w] = new SlotTable.Inside[in.get(w).stream().mapToInt(i -> i).max().orElse(0) + 1];
            for (int channels : in.get(w)) {
                table[w][channels] = inside(kind, expands, squeezes, widths[w], channels);
            }
        }
        return table;
    }

    private SlotTable.Inside inside(BlockKind kind, List<Amount> expands, List<Amount> squeezes, double multiplier, int in) {
        int[] expanded = kind.hasExpansion()
                ? expands.stream().mapToInt(a -> space.rules().expandedChannels(a, multiplier, in)).toArray() : new int[] {in};
        int[][] squeezed = new int[expanded.length][];
        for (int e = 0; e < expanded.length; e++) {
            int inside = expanded[e];
            squeezed[e] = squeezes.stream().mapToInt(a -> space.rules().squeezedChannels(a, in, inside)).toArray();
        }
        return new SlotTable.Inside(expanded, squeezed);
    }

    private Gene gene(Choices<?> choices, Map<String, Gene> shared) {
        Gene gene = shared.get(choices.name());
        return gene != null ? gene : gene(choices);
    }

    private Gene gene(Choices<?> choices) {
        same(choices);
        if (!choices.isFree()) {
            return Gene.FIXED;
        }
        decisions.add(new Decision(choices.name(), choices.texts()));
        return new Gene(decisions.size() - 1, choices.size(), -1);
    }

    private void same(Choices<?> choices) {
        Choices<?> other = named.putIfAbsent(choices.name(), choices);
        if (other != null && !other.equals(choices)) {
            throw new IllegalArgumentException("two different choices are named " + choices.name());
        }
    }

    private interface Scale {
        int channels(int count, double multiplier);
    }

    private int[][] byWidth(Choices<Integer> choices, Scale scale) {
        int[][] table = new int[widths.length][];
        for (int w = 0; w < widths.length; w++) {
            double multiplier = widths[w];
            table[w] = codes(choices, c -> scale.channels(c, multiplier));
        }
        return table;
    }

    private List<Set<Integer>> emptySets() {
        List<Set<Integer>> sets = new ArrayList<>();
        for (int w = 0; w < widths.length; w++) {
            sets.add(new TreeSet<>());
        }
        return sets;
    }

    private static Set<Integer> setOf(int[] values) {
        Set<Integer> set = new TreeSet<>();
        Arrays.stream(values).forEach(set::add);
        return set;
    }

    private static <T> int[] codes(Choices<T> choices, ToIntFunction<T> code) {
        return choices.values().stream().mapToInt(code).toArray();
    }

    private static boolean[] booleans(Choices<Boolean> choices) {
        boolean[] values = new boolean[choices.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = choices.values().get(i);
        }
        return values;
    }
}
