package finch.space.staged;

import finch.space.Activation;
import finch.space.staged.Recogniser.Node;
import finch.space.staged.SlotTable.Alternative;
import java.math.BigInteger;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Counts the different words of an automaton: a dynamic program over the sets of positions the recogniser may be in.
 *
 * <p>From one set, blocks that lead to the same set are counted together. Since the properties of a block fit or do not
 * fit independently of each other, once the input channels are known, the values of a property are grouped by where they
 * fit, and one representative of each combination of groups is followed.
 */
final class Counter {
    /** Properties that depend on each other are looked at together. */
    private enum Aspect { SHAPE, KERNEL, ACTIVATION, INSIDE }

    private record Key(int in, IntBuffer places, LongBuffer masks) {}

    /** A block that a position allows: a position and a choice of the type there. */
    private record Site(Node node, SlotTable slot, Alternative alternative) {}

    /** Values of one aspect that fit at the same places: how many, and one of them as written in a word. */
    private record Group(int size, int[] representative) {}

    private final Automaton automaton;
    private final Recogniser recogniser;
    private final Map<Key, BigInteger> known = new HashMap<>();

    Counter(Automaton automaton) {
        this.automaton = automaton;
        this.recogniser = new Recogniser(automaton);
    }

    BigInteger words() {
        Set<List<Integer>> stems = new HashSet<>();
        BigInteger sum = BigInteger.ZERO;
        for (int[] outs : automaton.stemOuts()) {
            for (int out : outs) {
                for (int kernel : automaton.stemKernels()) {
                    for (int stride : automaton.stemStrides()) {
                        for (int activation : automaton.stemActivations()) {
                            if (stems.add(List.of(out, kernel, stride, activation))) {
                                Word word = new Word(0);
                                word.stem(out, kernel, stride, activation);
                                sum = sum.add(from(recogniser.start(word), out));
                            }
                        }
                    }
                }
            }
        }
        return sum.multiply(BigInteger.valueOf(automaton.resolutions().size()));
    }

    /** The number of ways to go on: blocks and head. */
    private BigInteger from(List<Node> frontier, int in) {
        Key key = key(frontier, in);
        BigInteger count = known.get(key);
        if (count == null) {
            List<Node> closure = recogniser.closure(frontier, in, null, 0);
            count = BigInteger.valueOf(heads(closure, in));
            for (BlockKind kind : BlockKind.values()) {
                List<Site> sites = sites(closure, kind);
                if (!sites.isEmpty()) {
                    count = count.add(blocks(kind, sites, frontier, in));
                }
            }
            known.put(key, count);
        }
        return count;
    }

    private static Key key(List<Node> frontier, int in) {
        IntBuffer places = IntBuffer.allocate(3 * frontier.size());
        LongBuffer masks = LongBuffer.allocate(frontier.stream().mapToInt(n -> n.masks.length).sum());
        for (Node n : frontier) {
            places.put(n.width).put(n.stage).put(n.block);
            masks.put(n.masks);
        }
        return new Key(in, places.flip(), masks.flip());
    }

    private long heads(List<Node> closure, int in) {
        Set<List<Integer>> heads = new HashSet<>();
        for (Node node : closure) {
            if (node.stage == automaton.stages().length) {
                for (int c = 0; c < automaton.headConv().size(); c++) {
                    int conv = automaton.headConv(c, node.width, in);
                    for (int hidden : automaton.hidden()[node.width]) {
                        for (int activation : automaton.headActivations()) {
                            boolean plain = conv == 0 && hidden == 0;
                            heads.add(List.of(conv, hidden, plain ? Activation.LINEAR.ordinal() : activation));
                        }
                    }
                }
            }
        }
        return heads.size();
    }

    private List<Site> sites(List<Node> closure, BlockKind kind) {
        List<Site> sites = new ArrayList<>();
        for (Node node : closure) {
            if (node.stage < automaton.stages().length
                    && node.block < automaton.stages()[node.stage].slots().length) {
                SlotTable slot = automaton.stages()[node.stage].slots()[node.block];
                for (int a = 0; a < slot.alternatives().length; a++) {
                    Alternative alternative = slot.alternatives()[a];
                    if (alternative.blockKind() == kind.ordinal() && slot.type().allows(node.masks, a)) {
                        sites.add(new Site(node, slot, alternative));
                    }
                }
            }
        }
        return sites;
    }

    private BigInteger blocks(BlockKind kind, List<Site> sites, List<Node> frontier, int in) {
        int[] word = new int[Word.FIELDS];
        word[Word.KIND] = kind.ordinal();
        BigInteger sum = BigInteger.ZERO;
        List<Group> kernels = groups(Aspect.KERNEL, sites, in);
        List<Group> activations = groups(Aspect.ACTIVATION, sites, in);
        List<Group> insides = groups(Aspect.INSIDE, sites, in);
        for (Group shape : groups(Aspect.SHAPE, sites, in)) {
            for (Group kernel : kernels) {
                for (Group activation : activations) {
                    for (Group inside : insides) {
                        for (int f = 1; f < Word.FIELDS; f++) {
                            word[f] = shape.representative[f] | kernel.representative[f] | activation.representative[f]
                                    | inside.representative[f];
                        }
                        List<Node> next = recogniser.step(frontier, in, word, 0);
                        if (!next.isEmpty()) {
                            long size = (long) shape.size * kernel.size * activation.size * inside.size;
                            sum = sum.add(from(next, word[Word.OUT]).multiply(BigInteger.valueOf(size)));
                        }
                    }
                }
            }
        }
        return sum;
    }

    private List<Group> groups(Aspect aspect, List<Site> sites, int in) {
        // buffers compare by what they hold, and are one small object each: a space may have very many of these
        Map<IntBuffer, int[]> values = new LinkedHashMap<>();
        for (Site site : sites) {
            for (int[] value : values(aspect, site, in)) {
                values.putIfAbsent(IntBuffer.wrap(value), value);
            }
        }
        Map<LongBuffer, List<int[]>> bySignature = new LinkedHashMap<>();
        for (int[] value : values.values()) {
            bySignature.computeIfAbsent(LongBuffer.wrap(signature(aspect, sites, in, value)), _ -> new ArrayList<>()).add(value);
        }
        return bySignature.values().stream().map(g -> new Group(g.size(), g.getFirst())).toList();
    }

    /** Where a value fits, and what it leaves open there; what has the same signature is counted together. */
    private static long[] signature(Aspect aspect, List<Site> sites, int in, int[] value) {
        int length = 1;
        for (Site site : sites) {
            length += 1 + site.node.masks.length;
        }
        long[] signature = new long[length];
        if (aspect == Aspect.SHAPE) {
            signature[0] = value[Word.OUT]; // the next block's input: always matters
        }
        int at = 1;
        for (Site site : sites) {
            Matcher matcher = new Matcher(null).from(site.node.masks);
            if (fits(aspect, matcher, site, in, value)) {
                signature[at] = 1;
                System.arraycopy(matcher.masks(), 0, signature, at + 1, site.node.masks.length);
            }
            at += 1 + site.node.masks.length;
        }
        return signature;
    }

    private static boolean fits(Aspect aspect, Matcher matcher, Site site, int in, int[] value) {
        int width = site.node.width;
        return switch (aspect) {
            case SHAPE -> matcher.shape(site.slot, site.alternative, width, in, value, 0);
            case KERNEL -> matcher.kernel(site.alternative, value[Word.KERNEL]);
            case ACTIVATION -> matcher.activation(site.alternative, value[Word.ACTIVATION]);
            case INSIDE -> matcher.inside(site.slot, site.alternative, width, in, value, 0);
        };
    }

    /** What a site could write of an aspect, narrowed by no masks; the rest of each word is 0. */
    private List<int[]> values(Aspect aspect, Site site, int in) {
        Alternative a = site.alternative;
        boolean identity = a.kind() == BlockKind.IDENTITY;
        List<int[]> values = new ArrayList<>();
        switch (aspect) {
            case KERNEL -> {
                for (int kernel : identity ? new int[] {Word.ONE} : a.kernels()) {
                    values.add(word(Word.KERNEL, kernel));
                }
            }
            case ACTIVATION -> {
                for (int act : identity ? new int[] {Activation.LINEAR.ordinal()} : a.activations()) {
                    values.add(word(Word.ACTIVATION, act));
                }
            }
            case SHAPE -> shapes(site, in, values);
            case INSIDE -> insides(site, in, values);
        }
        return values;
    }

    private static void shapes(Site site, int in, List<int[]> values) {
        for (int stride : site.slot.strides()) {
            for (int out : site.slot.outs()[site.node.width]) {
                boolean canSkip = site.alternative.kind().hasExpansion() && stride == Word.ONE && out == in;
                for (boolean skip : canSkip ? site.slot.skips() : new boolean[] {true}) {
                    int[] value = word(Word.STRIDE, stride);
                    value[Word.OUT] = out;
                    value[Word.FLAGS] = skip ? 0 : Word.NO_SKIP;
                    values.add(value);
                }
            }
        }
    }

    private static void insides(Site site, int in, List<int[]> values) {
        Alternative a = site.alternative;
        if (!a.kind().hasSqueeze()) {
            values.add(new int[Word.FIELDS]);
            return;
        }
        SlotTable.Inside table = a.inside(site.node.width, in);
        for (int e = 0; e < table.expanded().length; e++) {
            int inside = table.expanded()[e];
            boolean canForce = a.kind() == BlockKind.INVERTED_RESIDUAL && inside == in;
            for (boolean force : canForce ? site.slot.forces() : new boolean[] {false}) {
                for (int squeezed : table.squeezed()[e]) {
                    for (int gate : squeezed > 0 ? a.gates() : new int[] {0}) {
                        int[] value = word(Word.EXPANDED, a.kind().hasExpansion() ? inside : 0);
                        value[Word.SQUEEZE] = squeezed;
                        value[Word.GATE] = gate;
                        value[Word.FLAGS] = force ? Word.FORCE_EXPAND : 0;
                        values.add(value);
                    }
                }
            }
        }
    }

    private static int[] word(int field, int value) {
        int[] word = new int[Word.FIELDS];
        word[field] = value;
        return word;
    }
}
