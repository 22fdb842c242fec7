package finch.accuracy;

import finch.space.Activation;
import finch.space.Architecture;
import finch.space.Block;
import finch.space.SqueezeExcite;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * What the surrogate sees of an architecture: a vector of numbers, computed in one pass over the blocks.
 *
 * <p>A <em>level</em> is the set of blocks whose output has one total stride. <em>Global</em> features describe size and
 * style of the whole network (they differ between published families); <em>local</em> ones are sums over the blocks of
 * a level: how many, how much larger than 3 the kernels, how strong the expansion. A level whose blocks have two widths
 * in the data is split smoothly by width, so that the two 1/16 stages of MobileNetV3 are told apart without asking
 * where a stage begins.
 *
 * @param levels total strides of the levels, ascending; every architecture it speaks for has blocks at each
 * @param split  whether a level's local features are split by width
 */
record Features(List<Integer> levels, List<Boolean> split) {
    /** The first features are sizes: resolution, width and multiply-adds. */
    static final int SIZES = 3;
    /** Sizes, and kinds of blocks and activations, over the whole network. */
    static final int SHARES = 8;
    private static final String[] SHARE_NAMES = {"log2 resolution", "log2 width", "log2 multiply-adds of the blocks at 224",
        "share of squeeze-excite", "share of swish", "mean kernel", "share of depthwise-separable blocks",
        "share of full convolutions"};
    /** log2(112/80): a block this much wider than the narrowest of its level counts as fully wide. */
    private static final double FULLY_WIDE = Math.log(112.0 / 80.0) / Math.log(2);
    private static final double[] LOG2 = logs(8192);

    Features {
        levels = List.copyOf(levels);
        split = List.copyOf(split);
    }

    /** The levels at which every architecture has blocks; split where the widths of a level differ in any of {@code dense}. */
    static Features of(List<Architecture> all, List<Architecture> dense) {
        TreeSet<Integer> common = null;
        for (Architecture a : all) {
            TreeSet<Integer> strides = new TreeSet<>();
            int stride = a.stem().stride().height();
            for (Block b : a.blocks()) {
                stride *= b.stride().height();
                strides.add(stride);
            }
            if (common == null) {
                common = strides;
            } else {
                common.retainAll(strides);
            }
        }
        if (common == null || common.isEmpty()) {
            throw new IllegalArgumentException("the architectures have no total stride in common at which all have blocks;"
                    + " a surrogate needs networks of one shape");
        }
        List<Integer> levels = List.copyOf(common);
        List<Boolean> split = new ArrayList<>();
        for (int level : levels) {
            split.add(dense.stream().anyMatch(a -> widthsDiffer(a, level)));
        }
        return new Features(levels, split);
    }

    private static boolean widthsDiffer(Architecture a, int level) {
        int stride = a.stem().stride().height();
        int width = 0;
        for (Block b : a.blocks()) {
            stride *= b.stride().height();
            if (stride == level) {
                if (width != 0 && b.out() != width) {
                    return true;
                }
                width = b.out();
            }
        }
        return false;
    }

    int globals() {
        return SHARES + 2 * levels.size();
    }

    /** Whether the feature is the logarithm of a number of blocks. */
    boolean countsBlocks(int feature) {
        return feature >= SHARES + levels.size() && feature < globals();
    }

    int size() {
        int parts = 0;
        for (boolean s : split) {
            parts += s ? 2 : 1;
        }
        return globals() + 3 * parts;
    }

    List<String> names() {
        List<String> names = new ArrayList<>(List.of(SHARE_NAMES));
        levels.forEach(l -> names.add("log2 inner channels at 1/" + l));
        levels.forEach(l -> names.add("log2 blocks at 1/" + l));
        for (int i = 0; i < levels.size(); i++) {
            for (String part : split.get(i) ? List.of(", narrow", ", wide") : List.of("")) {
                names.add("blocks at 1/" + levels.get(i) + part);
                names.add("kernels at 1/" + levels.get(i) + part);
                names.add("expansions at 1/" + levels.get(i) + part);
            }
        }
        return names;
    }

    /** Work: three passes over the blocks, no logarithm of small numbers is computed twice. */
    double[] of(Architecture a) {
        int n = levels.size();
        double[] f = new double[size()];
        double resolution = 0.5 * (log2(a.resolution().height()) + log2(a.resolution().width())) - LOG2[224];
        int[] narrowest = narrowest(a);
        double[] width = new double[n];
        double[] inner = new double[n];
        int[] count = new int[n];
        int stride = a.stem().stride().height();
        int height = -(-a.resolution().height() / stride);
        int breadth = -(-a.resolution().width() / a.stem().stride().width());
        int in = a.stem().out();
        long macs = 0;
        for (Block b : a.blocks()) {
            stride *= b.stride().height();
            int outHeight = -(-height / b.stride().height());
            int outBreadth = -(-breadth / b.stride().width());
            int expanded = expanded(b, in);
            macs += macs(b, in, (long) height * breadth, (long) outHeight * outBreadth);
            double kernel = 0.5 * (0.5 * (b.kernel().height() + b.kernel().width()) - 3);
            f[3] += squeezed(b) ? 1 : 0;
            f[4] += b.activation() == Activation.SWISH || b.activation() == Activation.HARD_SWISH ? 1 : 0;
            f[5] += kernel;
            f[6] += b instanceof Block.DepthwiseSeparable ? 1 : 0;
            f[7] += b instanceof Block.Convolution || b instanceof Block.FusedInvertedResidual ? 1 : 0;
            int level = levels.indexOf(stride);
            if (level >= 0) {
                count[level]++;
                width[level] += log2(b.out());
                inner[level] += log2(expanded);
                double expansion = Math.max(-1, Math.min(3, log2(expanded) - log2(in)));
                local(f, level, wide(level, b.out(), narrowest), kernel, expansion);
            }
            height = outHeight;
            breadth = outBreadth;
            in = b.out();
        }
        f[0] = resolution;
        f[2] = Math.log(Math.max(1, macs)) / Math.log(2) - 2 * resolution;
        for (int i = SIZES; i < SHARES; i++) {
            f[i] /= Math.max(1, a.blocks().size());
        }
        for (int i = 0; i < n; i++) {
            int blocks = Math.max(1, count[i]);
            f[1] += width[i] / blocks / n;
            f[SHARES + i] = inner[i] / blocks;
            f[SHARES + n + i] = log2(blocks);
        }
        return f;
    }

    private double wide(int level, int out, int[] narrowest) {
        return split.get(level) ? Math.min(1, (log2(out) - log2(narrowest[level])) / FULLY_WIDE) : 0;
    }

    private void local(double[] f, int level, double wide, double kernel, double expansion) {
        int at = globals();
        for (int i = 0; i < level; i++) {
            at += split.get(i) ? 6 : 3;
        }
        f[at] += 1 - wide;
        f[at + 1] += (1 - wide) * kernel;
        f[at + 2] += (1 - wide) * expansion;
        if (split.get(level)) {
            f[at + 3] += wide;
            f[at + 4] += wide * kernel;
            f[at + 5] += wide * expansion;
        }
    }

    private int[] narrowest(Architecture a) {
        int[] narrowest = new int[levels.size()];
        int stride = a.stem().stride().height();
        for (Block b : a.blocks()) {
            stride *= b.stride().height();
            int level = levels.indexOf(stride);
            if (level >= 0) {
                narrowest[level] = narrowest[level] == 0 ? b.out() : Math.min(narrowest[level], b.out());
            }
        }
        return narrowest;
    }

    static int expanded(Block block, int in) {
        return switch (block) {
            case Block.InvertedResidual b -> b.expanded();
            case Block.FusedInvertedResidual b -> b.expanded();
            case Block.DepthwiseSeparable b -> in;
            case Block.Convolution b -> in;
        };
    }

    private static boolean squeezed(Block block) {
        return switch (block) {
            case Block.InvertedResidual b -> b.squeeze().isPresent();
            case Block.FusedInvertedResidual b -> b.squeeze().isPresent();
            case Block.DepthwiseSeparable b -> b.squeeze().isPresent();
            case Block.Convolution b -> false;
        };
    }

    private static long macs(Block block, int in, long inPixels, long outPixels) {
        long taps = block.kernel().area();
        return switch (block) {
            case Block.InvertedResidual b -> (b.expanded() != in || b.forceExpand() ? inPixels * in * b.expanded() : 0)
                    + outPixels * b.expanded() * (taps + b.out())
                    + squeezeMacs(b.squeeze(), b.expanded());
            case Block.FusedInvertedResidual b -> outPixels * b.expanded() * (taps * in + b.out())
                    + squeezeMacs(b.squeeze(), b.expanded());
            case Block.DepthwiseSeparable b -> outPixels * in * (taps + b.out())
                    + squeezeMacs(b.squeeze(), in);
            case Block.Convolution b -> outPixels * taps * in * b.out();
        };
    }

    /** No lambda: a search asks very often, and it would make a number object each time. */
    private static long squeezeMacs(Optional<SqueezeExcite> squeeze, int channels) {
        return squeeze.isPresent() ? 2L * squeeze.get().channels() * channels : 0;
    }

    private static double log2(int value) {
        return value < LOG2.length ? LOG2[value] : Math.log(value) / Math.log(2);
    }

    private static double[] logs(int n) {
        double[] logs = new double[n];
        for (int i = 1; i < n; i++) {
            logs[i] = Math.log(i) / Math.log(2);
        }
        return logs;
    }
}
