package finch.accuracy;

import finch.space.Activation;
import finch.space.Architecture;
import finch.space.Block;
import finch.space.Extent;
import finch.space.Head;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a surrogate speaks for: shapes of which the data holds examples, and every feature within the data's range and a
 * little more. Everything else is answered by silence, so that a search cannot run off to where nothing is known. The
 * margins are judgement: wide enough that the neighbours of the published networks are inside.
 *
 * @param levels     total strides at which there must be blocks; the last is the network's
 * @param blockKinds kinds of blocks seen, e.g. {@code inverted-residual}
 * @param expansion  channels inside an inverted residual over its input channels
 * @param narrowing  least output channels of a block over those of the block before
 * @param heads      head shapes seen, e.g. {@code inverted-residual, conv, hidden}, with the ranges of their sizes
 * @param low        least value of each feature
 * @param high       greatest value of each feature
 */
record Domain(List<Integer> channels, List<Integer> classes, Range resolution, Range stemChannels, List<Integer> stemStrides,
              List<Integer> levels, List<String> blockKinds, List<Integer> kernels, List<String> activations,
              Range expansion, double narrowing, Map<String, HeadSizes> heads, double[] low, double[] high) {
    private static final double MARGIN = 0.1;
    /** Local features are clamped and kernels vanish: beyond the data they promise nothing. */
    private static final double LOCAL_MARGIN = 0.35;
    /** Head sizes and narrowing are no features: within this factor of the data they are taken to make no difference. */
    private static final double HEAD_MARGIN = 0.25;
    /** Features vary at least this much around the data, so that a constant one does not forbid rounding. */
    private static final double LEAST_MARGIN = 0.05;

    /** A closed interval. */
    record Range(double low, double high) {
        static Range of(Collection<Double> values) {
            return new Range(values.stream().mapToDouble(v -> v).min().orElseThrow(),
                    values.stream().mapToDouble(v -> v).max().orElseThrow());
        }

        Range widened(double margin) {
            return new Range(low * (1 - margin), high * (1 + margin));
        }

        boolean holds(double value) {
            return value >= low && value <= high;
        }

        @Override
        public String toString() {
            return text(low) + " to " + text(high);
        }
    }

    /**
     * @param width     features that the classifier reads
     * @param convRatio channels of the head's convolution over those of the last block, 0 without one
     */
    record HeadSizes(Range width, Range convRatio) {
        HeadSizes {
            Objects.requireNonNull(width);
            Objects.requireNonNull(convRatio);
        }
    }

    /** @throws NullPointerException if a part is missing @throws IllegalArgumentException if there are no levels; files from elsewhere may be anything */
    Domain {
        channels = List.copyOf(channels);
        classes = List.copyOf(classes);
        Objects.requireNonNull(resolution);
        Objects.requireNonNull(stemChannels);
        stemStrides = List.copyOf(stemStrides);
        levels = List.copyOf(levels);
        blockKinds = List.copyOf(blockKinds);
        kernels = List.copyOf(kernels);
        activations = List.copyOf(activations);
        Objects.requireNonNull(expansion);
        heads = Collections.unmodifiableMap(new TreeMap<>(heads));
        heads.forEach((shape, sizes) -> Objects.requireNonNull(sizes));
        Objects.requireNonNull(low);
        Objects.requireNonNull(high);
        if (levels.isEmpty()) {
            throw new IllegalArgumentException("a domain has levels");
        }
    }

    static Domain of(Features features, List<Architecture> data, double[][] raw) {
        TreeSet<Integer> channels = new TreeSet<>();
        TreeSet<Integer> classes = new TreeSet<>();
        TreeSet<Integer> stemStrides = new TreeSet<>();
        TreeSet<Integer> kernels = new TreeSet<>();
        TreeSet<String> kinds = new TreeSet<>();
        TreeSet<String> activations = new TreeSet<>();
        List<Double> sides = new ArrayList<>();
        List<Double> stems = new ArrayList<>();
        List<Double> expansions = new ArrayList<>(List.of(1.0));
        double narrowing = 1;
        Map<String, List<Double>> widths = new TreeMap<>();
        Map<String, List<Double>> ratios = new TreeMap<>();
        for (Architecture a : data) {
            channels.add(a.channels());
            classes.add(a.classes());
            stemStrides.add(a.stem().stride().height());
            sides.add((double) a.resolution().height());
            stems.add((double) a.stem().out());
            int in = a.stem().out();
            for (int i = 0; i < a.blocks().size(); i++) {
                Block b = a.blocks().get(i);
                if (b instanceof Block.InvertedResidual r) {
                    expansions.add((double) r.expanded() / in);
                }
                // V2 and its kin narrow the stem's output once
                narrowing = i > 0 ? Math.min(narrowing, (double) b.out() / in) : narrowing;
                in = b.out();
                kernels.add(b.kernel().height());
                kinds.add(kind(b));
                activations.add(b.activation().formatName());
            }
            String shape = shape(a);
            widths.computeIfAbsent(shape, k -> new ArrayList<>()).add(width(a));
            ratios.computeIfAbsent(shape, k -> new ArrayList<>()).add(convRatio(a));
        }
        Map<String, HeadSizes> heads = new TreeMap<>();
        widths.forEach((shape, w) -> heads.put(shape,
                new HeadSizes(Range.of(w).widened(HEAD_MARGIN), Range.of(ratios.get(shape)).widened(HEAD_MARGIN))));
        double[] low = raw[0].clone();
        double[] high = raw[0].clone();
        for (double[] row : raw) {
            for (int i = 0; i < row.length; i++) {
                low[i] = Math.min(low[i], row[i]);
                high[i] = Math.max(high[i], row[i]);
            }
        }
        for (int i = 0; i < low.length; i++) {
            if (features.countsBlocks(i)) {
                // one block less or more
                low[i] = Math.log(Math.max(1, Math.pow(2, low[i]) - 1)) / Math.log(2) - LEAST_MARGIN;
                high[i] = Math.log(Math.pow(2, high[i]) + 1) / Math.log(2) + LEAST_MARGIN;
            } else {
                // the first of a level's three local features is its number of blocks
                boolean blocks = i >= features.globals() && (i - features.globals()) % 3 == 0;
                double margin = Math.max(blocks ? 1 + LEAST_MARGIN : LEAST_MARGIN,
                        (i < features.globals() ? MARGIN : LOCAL_MARGIN) * (high[i] - low[i]));
                low[i] -= margin;
                high[i] += margin;
            }
        }
        return new Domain(List.copyOf(channels), List.copyOf(classes), Range.of(sides), Range.of(stems),
                List.copyOf(stemStrides), features.levels(), List.copyOf(kinds), List.copyOf(kernels),
                List.copyOf(activations), Range.of(expansions).widened(MARGIN), narrowing * (1 - HEAD_MARGIN), heads, low, high);
    }

    /** What is outside, as the end of a sentence; empty if nothing is. */
    Optional<String> outside(Architecture a) {
        Extent r = a.resolution();
        if (!channels.contains(a.channels())) {
            return Optional.of(a.channels() + " input channels; the data has " + channels);
        }
        if (!classes.contains(a.classes())) {
            return Optional.of(a.classes() + " classes; the data has " + classes);
        }
        if (!r.isSquare() || !resolution.holds(r.height())) {
            return Optional.of("resolution " + r + "; the data has squares of " + resolution + " pixels");
        }
        if (!stemChannels.holds(a.stem().out()) || !a.stem().stride().isSquare()
                || !stemStrides.contains(a.stem().stride().height())) {
            return Optional.of("a stem of " + a.stem().out() + " channels and stride " + a.stem().stride()
                    + "; the data has " + stemChannels + " channels and stride " + stemStrides);
        }
        Optional<String> blocks = blocksOutside(a);
        return blocks.isPresent() ? blocks : headOutside(a);
    }

    private Optional<String> blocksOutside(Architecture a) {
        int stride = a.stem().stride().height();
        int seen = 0;
        int number = 0;
        int in = a.stem().out();
        for (Block b : a.blocks()) {
            number++;
            if (!blockKinds.contains(kind(b))) {
                return Optional.of("a block of type " + kind(b) + " (block " + number + "); the data has " + blockKinds);
            }
            if (!b.kernel().isSquare() || !kernels.contains(b.kernel().height())) {
                return Optional.of("kernel " + b.kernel() + " (block " + number + "); the data has " + kernels);
            }
            if (!activations.contains(b.activation().formatName())) {
                return Optional.of("activation " + b.activation().formatName() + " (block " + number + "); the data has "
                        + activations);
            }
            if (!b.stride().isSquare()) {
                return Optional.of("stride " + b.stride() + " (block " + number + "); the data has square strides");
            }
            if (b instanceof Block.InvertedResidual r && !expansion.holds((double) r.expanded() / in)) {
                return Optional.of("an expansion of " + text((double) r.expanded() / in) + " (block " + number + "); the data has "
                        + expansion);
            }
            if (number > 1 && b.out() < narrowing * in) {
                return Optional.of("a block much narrower than the one before (block " + number + ": " + in + " to " + b.out()
                        + " channels)");
            }
            in = b.out();
            stride *= b.stride().height();
            int level = levels.indexOf(stride);
            seen |= level < 0 ? 0 : 1 << level;
        }
        if (stride != levels.getLast() || seen != (1 << levels.size()) - 1) {
            return Optional.of("its total strides; the data has blocks at each of " + levels + " and ends at the last");
        }
        return Optional.empty();
    }

    private Optional<String> headOutside(Architecture a) {
        String shape = shape(a);
        HeadSizes sizes = heads.get(shape);
        if (sizes == null) {
            return Optional.of("a head of the form \"" + shape + "\"; the data has " + heads.keySet());
        }
        if (!sizes.width().holds(width(a))) {
            return Optional.of("a classifier that reads " + text(width(a)) + " features; the data has " + sizes.width()
                    + " behind this form of head");
        }
        if (!sizes.convRatio().holds(convRatio(a))) {
            return Optional.of("a head convolution of " + text(convRatio(a)) + " times the last block's channels; the data has "
                    + sizes.convRatio());
        }
        return Optional.empty();
    }

    /** The first feature that is out of range. @param names of the features: a search asks often, and they take longer to spell than to compare */
    Optional<String> outside(double[] raw, List<String> names) {
        for (int i = 0; i < raw.length; i++) {
            if (raw[i] < low[i] || raw[i] > high[i]) {
                return Optional.of(names.get(i) + " of " + text(raw[i]) + "; the data has " + text(low[i]) + " to "
                        + text(high[i]));
            }
        }
        return Optional.empty();
    }

    static String kind(Block block) {
        return switch (block) {
            case Block.InvertedResidual b -> "inverted-residual";
            case Block.FusedInvertedResidual b -> "fused-inverted-residual";
            case Block.DepthwiseSeparable b -> "depthwise-separable";
            case Block.Convolution b -> "conv";
        };
    }

    private static String shape(Architecture a) {
        Head head = a.head();
        String last = a.blocks().isEmpty() ? "stem" : kind(a.blocks().getLast());
        boolean active = head.activation() != Activation.LINEAR || head.conv() == 0;
        return last + (head.conv() > 0 ? ", conv" : "") + (head.hidden() > 0 ? ", hidden" : "") + (active ? "" : ", linear");
    }

    private static double width(Architecture a) {
        return a.head().hidden() > 0 ? a.head().hidden() : a.head().conv() > 0 ? a.head().conv() : lastOut(a);
    }

    private static double convRatio(Architecture a) {
        return (double) a.head().conv() / lastOut(a);
    }

    private static int lastOut(Architecture a) {
        return a.blocks().isEmpty() ? a.stem().out() : a.blocks().getLast().out();
    }

    private static String text(double value) {
        return value == Math.rint(value) ? Long.toString((long) value) : String.format(java.util.Locale.ROOT, "%.2f", value);
    }
}
