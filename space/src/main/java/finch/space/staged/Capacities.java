package finch.space.staged;

import finch.space.Extent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Finds the {@link Capacity} of a space in the tables of its automaton, which hold every channel count that can be. */
final class Capacities {
    private static final Comparator<Extent> BY_AREA = Comparator.comparingInt(Extent::area).thenComparingInt(Extent::height);

    private final Automaton automaton;

    private Capacities(Automaton automaton) {
        this.automaton = automaton;
    }

    static Capacity of(Automaton automaton) {
        return new Capacities(automaton).capacity();
    }

    private Capacity capacity() {
        List<Capacity.Part> parts = new ArrayList<>();
        for (int s = 0; s < automaton.stages().length; s++) {
            SlotTable[] slots = automaton.stages()[s].slots();
            for (int b = 0; b < slots.length; b++) {
                parts.addAll(slot(new Place(s + 1, b + 1), slots[b]));
            }
        }
        Set<Integer> before = beforeHead();
        int conv = 0;
        for (int in : before) {
            for (int w = 0; w < automaton.widths().length; w++) {
                for (int choice = 0; choice < automaton.definition().head().conv().size(); choice++) {
                    conv = Math.max(conv, automaton.headConv(choice, w, in));
                }
            }
        }
        return new Capacity(most(automaton.stemOuts()), kernels(automaton.stemKernels()), parts, before.stream().mapToInt(in -> in).max().orElseThrow(), conv,
                most(automaton.hidden()));
    }

    private static List<Capacity.Part> slot(Place place, SlotTable slot) {
        Map<BlockKind, Capacity.Part> parts = new EnumMap<>(BlockKind.class);
        for (SlotTable.Alternative a : slot.alternatives()) {
            boolean identity = a.kind() == BlockKind.IDENTITY;
            BlockKind kind = identity ? BlockKind.CONV : a.kind();
            int in = 0;
            int inside = 0;
            int squeeze = 0;
            for (SlotTable.Inside[] byInput : a.insides()) {
                for (int channels = 0; channels < byInput.length; channels++) {
                    if (byInput[channels] != null) {
                        in = Math.max(in, channels);
                        inside = Math.max(inside, most(byInput[channels].expanded()));
                        squeeze = Math.max(squeeze, a.kind().hasSqueeze() ? most(byInput[channels].squeezed()) : 0);
                    }
                }
            }
            int out = most(slot.outs());
            Capacity.Part part = new Capacity.Part(place, kind, kernels(identity ? new int[] {Word.ONE} : a.kernels()), in, kind == BlockKind.CONV ? out : inside, squeeze, out);
            parts.merge(kind, part, Capacities::joined);
        }
        return List.copyOf(parts.values());
    }

    private static Capacity.Part joined(Capacity.Part a, Capacity.Part b) {
        Set<Extent> kernels = new TreeSet<>(BY_AREA);
        kernels.addAll(a.kernels());
        kernels.addAll(b.kernels());
        return new Capacity.Part(a.place(), a.kind(), List.copyOf(kernels), Math.max(a.in(), b.in()), Math.max(a.inside(), b.inside()),
                Math.max(a.squeeze(), b.squeeze()), Math.max(a.out(), b.out()));
    }

    /** Channels that can enter the head: outputs of every slot that can be the last one that leaves a block. */
    private Set<Integer> beforeHead() {
        Set<Integer> channels = new TreeSet<>();
        for (int s = automaton.stages().length - 1; s >= 0; s--) {
            StageTable stage = automaton.stages()[s];
            for (int depth : stage.depths()) {
                for (int b = depth - 1; b >= 0; b--) {
                    add(channels, stage.slots()[b].outs());
                    if (!stage.slots()[b].mayBeNothing()) {
                        break;
                    }
                }
            }
            if (stage.neverEmpty()) {
                return channels;
            }
        }
        add(channels, automaton.stemOuts());
        return channels;
    }

    private static void add(Set<Integer> channels, int[][] byWidth) {
        Arrays.stream(byWidth).forEach(outs -> Arrays.stream(outs).forEach(channels::add));
    }

    private static int most(int[]... values) {
        return Arrays.stream(values).flatMapToInt(Arrays::stream).max().orElse(0);
    }

    private static List<Extent> kernels(int[] codes) {
        return Arrays.stream(codes).mapToObj(Word::extent).distinct().sorted(BY_AREA).toList();
    }
}
