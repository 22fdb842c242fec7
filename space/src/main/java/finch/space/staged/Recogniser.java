package finch.space.staged;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Finds the first path of an automaton that spells a word, by following all paths at once. Which one is first depends on
 * the word alone, so it is the canonical genome of all paths that spell it.
 */
final class Recogniser {
    private static final long[] NO_MASKS = {};

    /** A position before slot {@code block} of a stage, and how it was reached. After the last stage, {@code stage} is their number. */
    static final class Node {
        final int width;
        final int stage;
        final int block;
        final long[] masks;
        /** Where it came from, with what in the slot between; -1 for leaving a stage. */
        final Node parent;
        final int alternative;
        /** The block spelled on the way, -1 if none was. */
        final int spelled;

        Node(int width, int stage, int block, long[] masks, Node parent, int alternative, int spelled) {
            this.width = width;
            this.stage = stage;
            this.block = block;
            this.masks = masks;
            this.parent = parent;
            this.alternative = alternative;
            this.spelled = spelled;
        }

        boolean samePlace(Node other) {
            return width == other.width && stage == other.stage && block == other.block && Arrays.equals(masks, other.masks);
        }
    }

    private final Automaton automaton;
    private final StageTable[] stages;

    Recogniser(Automaton automaton) {
        this.automaton = automaton;
        this.stages = automaton.stages();
    }

    /** The canonical genome of a word, without its resolution; empty if no path spells the word. */
    Optional<int[]> genome(Word word) {
        List<Node> frontier = start(word);
        for (int i = 0; i < word.length && !frontier.isEmpty(); i++) {
            frontier = step(frontier, word.in(i), word.blocks, i);
        }
        int in = word.in(word.length);
        for (Node node : closure(frontier, in, null, 0)) {
            if (node.stage == stages.length) {
                int[] genome = new int[automaton.decisions().size()];
                if (head(node.width, word, in, new Matcher(genome).from(NO_MASKS))) {
                    write(node, word, genome);
                    return Optional.of(genome);
                }
            }
        }
        return Optional.empty();
    }

    List<Node> start(Word word) {
        List<Node> nodes = new ArrayList<>();
        for (int w = 0; w < automaton.widths().length; w++) {
            if (stem(w, word, new Matcher(null).from(NO_MASKS))) {
                nodes.add(new Node(w, 0, 0, open(0), null, -1, -1));
            }
        }
        return nodes;
    }

    private boolean stem(int width, Word word, Matcher matcher) {
        return matcher.value(automaton.stemOut(), automaton.stemOuts()[width], word.stem[0])
                && matcher.value(automaton.stemKernel(), automaton.stemKernels(), word.stem[1])
                && matcher.value(automaton.stemStride(), automaton.stemStrides(), word.stem[2])
                && matcher.value(automaton.stemActivation(), automaton.stemActivations(), word.stem[3]);
    }

    private boolean head(int width, Word word, int in, Matcher matcher) {
        int[] conv = new int[automaton.headConv().size()];
        for (int i = 0; i < conv.length; i++) {
            conv[i] = automaton.headConv(i, width, in);
        }
        return matcher.value(automaton.headConv(), conv, word.head[0])
                && matcher.value(automaton.headHidden(), automaton.hidden()[width], word.head[1])
                && (word.head[0] == 0 && word.head[1] == 0
                        || matcher.value(automaton.headActivation(), automaton.headActivations(), word.head[2]));
    }

    private long[] open(int stage) {
        return stage < stages.length ? stages[stage].open() : NO_MASKS;
    }

    /** The positions after block {@code i} of a word that has {@code in} channels before it. */
    List<Node> step(List<Node> frontier, int in, int[] word, int i) {
        List<Node> next = new ArrayList<>(4);
        Matcher matcher = new Matcher(null);
        for (Node node : closure(frontier, in, word, i * Word.FIELDS)) {
            if (node.stage == stages.length || node.block == stages[node.stage].slots().length) {
                continue;
            }
            SlotTable slot = stages[node.stage].slots()[node.block];
            for (int a = 0; a < slot.alternatives().length; a++) {
                if (matcher.from(node.masks).block(slot, a, node.width, in, word, i * Word.FIELDS)) {
                    addIfNew(next, new Node(node.width, node.stage, node.block + 1, matcher.masks(), node, a, i));
                }
            }
        }
        return next;
    }

    /**
     * These positions and those reached from them without spelling a block, most preferred first.
     *
     * @param word with the block to come at {@code base}, so that positions where it does not fit can be left out; null for
     *             all positions
     */
    List<Node> closure(List<Node> frontier, int in, int[] word, int base) {
        List<Node> reached = new ArrayList<>(4);
        for (int i = 0; i < frontier.size(); i++) {
            reach(frontier.get(i), in, word, base, reached);
        }
        return reached;
    }

    private void reach(Node node, int in, int[] word, int base, List<Node> reached) {
        if (!addIfNew(reached, node) || node.stage == stages.length) {
            return;
        }
        StageTable stage = stages[node.stage];
        if (stage.depthChoice()[node.block] >= 0 && !hopeless(node, word, base)) {
            reach(new Node(node.width, node.stage + 1, 0, open(node.stage + 1), node, -1, -1), in, word, base, reached);
        }
        if (node.block < stage.slots().length && stage.slots()[node.block].mayBeNothing()) {
            SlotTable slot = stage.slots()[node.block];
            for (int a = 0; a < slot.alternatives().length; a++) {
                Matcher matcher = new Matcher(null).from(node.masks);
                if (matcher.nothing(slot, a, node.width, in)) {
                    reach(new Node(node.width, node.stage, node.block + 1, matcher.masks(), node, a, -1), in, word, base, reached);
                }
            }
        }
    }

    /** Whether the block to come would have to begin the next stage and cannot. */
    private boolean hopeless(Node node, int[] word, int base) {
        return word != null && node.stage + 1 < stages.length && stages[node.stage + 1].neverEmpty()
                && !stages[node.stage + 1].slots()[0].mayHave(node.width, word[base + Word.OUT], word[base + Word.STRIDE]);
    }

    private static boolean addIfNew(List<Node> nodes, Node node) {
        for (int i = 0; i < nodes.size(); i++) {
            if (nodes.get(i).samePlace(node)) {
                return false;
            }
        }
        nodes.add(node);
        return true;
    }

    /** Walks back to the start and writes the choices on the way. */
    private void write(Node end, Word word, int[] genome) {
        Matcher matcher = new Matcher(genome);
        int before = word.length;
        Node node = end;
        for (; node.parent != null; node = node.parent) {
            Node parent = node.parent;
            StageTable stage = stages[parent.stage];
            if (node.stage != parent.stage) {
                put(genome, stage.depth(), stage.depthChoice()[parent.block]);
                for (Gene gene : stage.shared()) {
                    put(genome, gene, gene.first(parent.masks));
                }
                continue;
            }
            SlotTable slot = stage.slots()[parent.block];
            matcher.from(parent.masks);
            if (node.spelled >= 0) {
                before = node.spelled;
                matcher.block(slot, node.alternative, node.width, word.in(before), word.blocks, before * Word.FIELDS);
            } else {
                matcher.nothing(slot, node.alternative, node.width, word.in(before));
            }
        }
        put(genome, automaton.width(), node.width);
        stem(node.width, word, matcher.from(NO_MASKS));
    }

    private static void put(int[] genome, Gene gene, int choice) {
        if (gene.decision() >= 0) {
            genome[gene.decision()] = choice;
        }
    }
}
