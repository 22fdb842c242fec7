package finch.accuracy;

import finch.space.Activation;
import finch.space.Architecture;
import finch.space.Block;
import finch.space.Extent;
import finch.space.Gate;
import finch.space.Head;
import finch.space.Padding;
import finch.space.SqueezeExcite;
import finch.space.Stem;
import finch.space.format.Problems;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Evaluations of subnets of the once-for-all MobileNetV3 super-network (Cai et al. 2020, arXiv 1908.09791) at width 1:
 * a CSV file with the columns {@code ks} and {@code e} (kernel and expansion of each active block), {@code d} (depths of
 * the five stages), {@code r} (resolution) and {@code imagenet_top1}; more columns may follow.
 */
final class OnceForAllTable {
    private static final int[] WIDTHS = {24, 40, 80, 112, 160};
    private static final int[] STRIDES = {2, 2, 2, 1, 2};
    private static final boolean[] SQUEEZE = {false, true, false, true, true};
    private static final List<String> COLUMNS = List.of("ks", "e", "d", "r", "imagenet_top1");

    private OnceForAllTable() {}

    static boolean isOne(List<String> header) {
        return header.containsAll(COLUMNS);
    }

    /**
     * One evaluation.
     *
     * @param line   1-based
     * @param top1   in percent
     * @param search that came upon it
     * @param key    of the subnet
     */
    record Subnet(int line, Architecture architecture, double top1, String search, String key) {}

    static List<Observation> read(Path file, String recipe) throws IOException {
        return of(file.toString(), CsvTable.read(file)).stream().map(s -> new Observation(s.architecture(), s.top1(), recipe, s.search(), s.key(), "")).toList();
    }

    static List<Subnet> of(String name, CsvTable table) {
        Problems problems = new Problems(name);
        List<Subnet> rows = new ArrayList<>();
        for (CsvTable.Row row : table.rows()) {
            try {
                int[] kernels = numbers(row, "ks");
                int[] expansions = numbers(row, "e");
                int[] depths = numbers(row, "d");
                Architecture a = architecture(kernels, expansions, depths, Integer.parseInt(row.get("r")));
                double top1 = PlainText.percentage(row.get("imagenet_top1"))
                        .orElseThrow(() -> new IllegalArgumentException("imagenet_top1 is \"" + row.get("imagenet_top1") + "\""));
                rows.add(new Subnet(row.line(), a, top1, row.get("search"),
                        row.get("ks") + "|" + row.get("e") + "|" + row.get("d") + "|" + row.get("r")));
            } catch (IllegalArgumentException e) {
                problems.add(row.line(), "", e.getMessage() + ". ks and e need one number per active block, d five depths,"
                        + " r a resolution, imagenet_top1 a percentage from 0 to 100.");
            }
        }
        problems.throwIfAny();
        return rows;
    }

    private static int[] numbers(CsvTable.Row row, String column) {
        String[] parts = row.get(column).split("-");
        int[] numbers = new int[parts.length];
        for (int i = 0; i < parts.length; i++) {
            numbers[i] = Integer.parseInt(parts[i]);
        }
        return numbers;
    }

    private static Architecture architecture(int[] kernels, int[] expansions, int[] depths, int resolution) {
        int active = 0;
        for (int depth : depths) {
            active += depth;
        }
        if (depths.length != WIDTHS.length || kernels.length != active || expansions.length != active) {
            throw new IllegalArgumentException("depths " + active + " in " + depths.length + " stages do not fit "
                    + kernels.length + " kernels and " + expansions.length + " expansions");
        }
        List<Block> blocks = new ArrayList<>();
        blocks.add(block(3, 1, 16, 16, false, Activation.RELU));
        int in = 16;
        int at = 0;
        for (int stage = 0; stage < WIDTHS.length; stage++) {
            for (int i = 0; i < depths[stage]; i++, at++) {
                blocks.add(block(kernels[at], i == 0 ? STRIDES[stage] : 1, divisible(in * expansions[at]), WIDTHS[stage],
                        SQUEEZE[stage], stage < 2 ? Activation.RELU : Activation.HARD_SWISH));
                in = WIDTHS[stage];
            }
        }
        return new Architecture("", Extent.square(resolution), 3, 1000, Padding.SYMMETRIC,
                new Stem(16, Extent.square(3), Extent.square(2), Activation.HARD_SWISH), blocks,
                new Head(960, 1280, false, Activation.HARD_SWISH));
    }

    private static Block block(int kernel, int stride, int expanded, int out, boolean squeeze, Activation activation) {
        return new Block.InvertedResidual(Extent.square(kernel), Extent.square(stride), expanded, out,
                squeeze ? Optional.of(new SqueezeExcite(divisible(expanded / 4), Gate.HARD_SIGMOID)) : Optional.empty(),
                activation, false, true);
    }

    /** The nearest multiple of 8, never below nine tenths. */
    private static int divisible(int value) {
        int rounded = Math.max(8, (value + 4) / 8 * 8);
        return rounded < 0.9 * value ? rounded + 8 : rounded;
    }
}
