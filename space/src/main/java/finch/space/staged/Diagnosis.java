package finch.space.staged;

import finch.space.Architecture;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Says why an architecture is not in a space: lays its blocks on the slots so that as few properties as possible do not
 * fit (a shortest path over the slots), and names those.
 */
final class Diagnosis {
    private static final int NO_SLOT = 8;
    private static final int WRONG_DEPTH = 6;

    /** The cheapest way found to a place. @param cost properties that do not fit, weighted */
    private record Way(int cost, Way before, int stage, int block, int read, boolean extra) {}

    private final Automaton automaton;
    private final SpaceDefinition space;
    private final Architecture architecture;
    private final Word word;
    private final List<String> reasons = new ArrayList<>();

    Diagnosis(Automaton automaton, Architecture architecture) {
        this.automaton = automaton;
        this.space = automaton.definition();
        this.architecture = architecture;
        this.word = Word.of(architecture, automaton.gates());
    }

    /** One sentence per decision that does not fit; never empty. */
    List<String> reasons() {
        frame();
        Way best = null;
        int width = 0;
        for (int w = 0; w < automaton.widths().length; w++) {
            Way way = laid(w);
            if (best == null || way.cost + outside(w, false) < best.cost + outside(width, false)) {
                best = way;
                width = w;
            }
        }
        outside(width, true);
        explain(best, width);
        if (reasons.isEmpty()) {
            reasons.add("each block fits a slot, but no one choice of the width multiplier and of what a stage shares fits them all");
        }
        return reasons;
    }

    private void frame() {
        expect("channels", architecture.channels(), space.channels());
        expect("classes", architecture.classes(), space.classes());
        expect("padding", architecture.padding().formatName(), space.padding().formatName());
        if (!space.resolution().values().contains(architecture.resolution())) {
            reasons.add(sentence(space.resolution(), architecture.resolution()));
        }
        if (architecture.head().hidden() > 0) {
            expect("head.hidden-bias", architecture.head().hiddenBias(), space.hiddenBias());
        }
    }

    private void expect(String key, Object found, Object allowed) {
        if (!found.equals(allowed)) {
            reasons.add(key + " is " + found + "; the space has " + allowed);
        }
    }

    private static String sentence(Choices<?> choices, Object found) {
        return choices.name() + " is " + found + "; " + allowed(choices);
    }

    private static String allowed(Choices<?> choices) {
        return (choices.isFree() ? "choices are " : "the space has only ") + String.join(", ", choices.texts());
    }

    /** Reports stem and head if asked to; answers how many of their properties do not fit. */
    private int outside(int w, boolean report) {
        int in = word.in(word.length);
        int[] conv = new int[automaton.headConv().size()];
        Arrays.setAll(conv, i -> automaton.headConv(i, w, in));
        int wrong = 0;
        var stem = architecture.stem();
        wrong += check(space.stem().out(), automaton.stemOuts()[w], word.stem[0], stem.out(), report);
        wrong += check(space.stem().kernel(), automaton.stemKernels(), word.stem[1], stem.kernel(), report);
        wrong += check(space.stem().stride(), automaton.stemStrides(), word.stem[2], stem.stride(), report);
        wrong += check(space.stem().activation(), automaton.stemActivations(), word.stem[3], stem.activation().formatName(), report);
        wrong += check(space.head().conv(), conv, word.head[0], word.head[0], report);
        wrong += check(space.head().hidden(), automaton.hidden()[w], word.head[1], word.head[1], report);
        if (word.head[0] > 0 || word.head[1] > 0) {
            wrong += check(space.head().activation(), automaton.headActivations(), word.head[2],
                    architecture.head().activation().formatName(), report);
        }
        return wrong;
    }

    private int check(Choices<?> choices, int[] values, int wanted, Object found, boolean report) {
        if (has(values, wanted)) {
            return 0;
        }
        if (report) {
            reasons.add(sentence(choices, found));
        }
        return 1;
    }

    private static boolean has(int[] values, int wanted) {
        return Arrays.stream(values).anyMatch(v -> v == wanted);
    }

    // --- laying blocks on slots ---

    /** The cheapest way to read all blocks, for a width multiplier. Places are visited in an order that sees every way to them first. */
    private Way laid(int w) {
        Map<List<Integer>, Way> ways = new TreeMap<>(Diagnosis::compare);
        ways.put(List.of(0, 0, 0), new Way(0, null, 0, 0, 0, false));
        StageTable[] stages = automaton.stages();
        for (int s = 0; s <= stages.length; s++) {
            int slots = s < stages.length ? stages[s].slots().length : 0;
            for (int b = 0; b <= slots; b++) {
                for (int i = 0; i <= word.length; i++) {
                    Way way = ways.get(List.of(s, b, i));
                    if (way == null) {
                        continue;
                    }
                    if (i < word.length) {
                        reach(ways, way, s, b, i + 1, NO_SLOT, true);
                    }
                    if (s < stages.length) {
                        reach(ways, way, s + 1, 0, i, stages[s].depthChoice()[b] >= 0 ? 0 : WRONG_DEPTH, false);
                        if (b < slots) {
                            SlotTable slot = stages[s].slots()[b];
                            if (i < word.length) {
                                reach(ways, way, s, b + 1, i + 1, check(s, b, w, i).cost(), false);
                            }
                            if (slot.mayBeNothing()) {
                                reach(ways, way, s, b + 1, i, 0, false);
                            }
                        }
                    }
                }
            }
        }
        return ways.get(List.of(stages.length, 0, word.length));
    }

    private static int compare(List<Integer> a, List<Integer> b) {
        for (int i = 0; i < 3; i++) {
            int c = Integer.compare(a.get(i), b.get(i));
            if (c != 0) {
                return c;
            }
        }
        return 0;
    }

    private static void reach(Map<List<Integer>, Way> ways, Way from, int s, int b, int i, int cost, boolean extra) {
        Way way = new Way(from.cost + cost, from, s, b, i, extra);
        ways.merge(List.of(s, b, i), way, (x, y) -> x.cost <= y.cost ? x : y);
    }

    private void explain(Way end, int w) {
        List<Way> path = new ArrayList<>();
        for (Way way = end; way != null; way = way.before) {
            path.addFirst(way);
        }
        for (int k = 1; k < path.size(); k++) {
            Way before = path.get(k - 1);
            Way way = path.get(k);
            if (way.extra) {
                reasons.add("block " + way.read + " is one too many: " + (before.stage < automaton.stages().length
                        ? "stage " + (before.stage + 1) + " and those after it have no slot for it" : "no stage is left for it"));
            } else if (way.stage != before.stage) {
                if (automaton.stages()[before.stage].depthChoice()[before.block] < 0) {
                    reasons.add(sentence(space.stages().get(before.stage).depth(), before.block));
                }
                explainShared(path.subList(0, k), before.stage, w);
            } else if (way.read != before.read) {
                explainBlock(check(before.stage, before.block, w, before.read),
                        automaton.stages()[before.stage].slots()[before.block], before.read);
            }
        }
    }

    private void explainBlock(SlotCheck check, SlotTable slot, int i) {
        List<String> found = new ArrayList<>();
        check.report(slot.alternatives()[check.nearest()], (choices, what) -> found.add(sentence(choices, what)));
        found.forEach(reason -> reasons.add("block " + (i + 1) + ": " + reason));
    }

    /** A choice shared by a stage that fits each of its blocks, but not all of them. */
    private void explainShared(List<Way> path, int s, int w) {
        StageTable stage = automaton.stages()[s];
        long[] common = stage.open().clone();
        for (int k = 1; k < path.size(); k++) {
            Way before = path.get(k - 1);
            if (before.stage == s && !path.get(k).extra && path.get(k).read != before.read) {
                SlotTable slot = stage.slots()[before.block];
                SlotCheck check = check(s, before.block, w, before.read);
                Matcher matcher = new Matcher(null).from(stage.open());
                if (matcher.block(slot, check.nearest(), w, word.in(before.read), word.blocks, before.read * Word.FIELDS)) {
                    for (int m = 0; m < common.length; m++) {
                        common[m] &= matcher.masks()[m];
                    }
                }
            }
        }
        for (Gene gene : stage.shared()) {
            boolean none = true;
            for (int m = gene.mask(); m < gene.mask() + gene.words(); m++) {
                none &= common[m] == 0;
            }
            if (none) {
                reasons.add(automaton.decisions().get(gene.decision()).name()
                        + " is one choice for all blocks of the stage, but no choice fits them all; choices are "
                        + String.join(", ", automaton.decisions().get(gene.decision()).choices()));
            }
        }
    }

    private SlotCheck check(int s, int b, int w, int i) {
        return new SlotCheck(automaton, automaton.stages()[s].slots()[b], space.stages().get(s).slots().get(b), w,
                word, i);
    }
}
