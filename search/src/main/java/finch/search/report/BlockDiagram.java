package finch.search.report;

import finch.space.Activation;
import finch.space.Architecture;
import finch.space.Block;
import finch.space.Extent;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Two networks block beside block, aligned by how far the image is reduced: the colour is the kernel, the length of a bar
 * the channels inside the block, its dark part those that leave it.
 */
final class BlockDiagram {
    static final String LEGEND = "Colour and number: the kernel, with the stride behind an arrow. Length of a bar: channels inside the block (expansion); "
            + "its dark part: channels out; the figures are inside → out. SE: squeeze-excite. RE, R6, HS, SW: ReLU, ReLU6, hard-swish, swish; –: none. "
            + "A tinted row differs from the other network's.";

    /** @param number from 1 @param in channels that enter @param reduction of the image's height after the block */
    private record Row(int number, Block block, int in, int reduction) {
        int inside() {
            return block.inside(in);
        }

        String kind() {
            return switch (block) {
                case Block.InvertedResidual _ -> "inverted residual";
                case Block.FusedInvertedResidual _ -> "fused inverted residual";
                case Block.DepthwiseSeparable _ -> "depthwise separable";
                case Block.Convolution _ -> "convolution";
            };
        }
    }

    private final int widest;

    private BlockDiagram(int widest) {
        this.widest = widest;
    }

    /** @param second what the first is compared with; may be missing */
    static String of(Architecture first, Optional<Architecture> second) {
        List<Architecture> networks = new ArrayList<>(List.of(first));
        second.ifPresent(networks::add);
        List<List<Row>> rows = networks.stream().map(BlockDiagram::rows).toList();
        int widest = rows.stream().flatMap(List::stream).mapToInt(r -> Math.max(r.inside(), r.block().out())).max().orElse(1);
        BlockDiagram diagram = new BlockDiagram(widest);
        StringBuilder html = new StringBuilder("<div class=\"nets\">\n");
        for (int n = 0; n < networks.size(); n++) {
            html.append(diagram.network(networks.get(n), rows.get(n), networks.size() == 1 ? rows.get(n) : rows.get(1 - n)));
        }
        return html.append("</div>\n").toString();
    }

    private static List<Row> rows(Architecture architecture) {
        List<Row> rows = new ArrayList<>();
        int in = architecture.stem().out();
        int reduction = architecture.stem().stride().height();
        for (Block block : architecture.blocks()) {
            reduction *= block.stride().height();
            rows.add(new Row(rows.size() + 1, block, in, reduction));
            in = block.out();
        }
        return rows;
    }

    private String network(Architecture network, List<Row> mine, List<Row> others) {
        StringBuilder html = new StringBuilder("<div>\n<h3>").append(Html.escape(network.name())).append("</h3>\n<ol class=\"net\" aria-label=\"")
                .append(Html.escape("Blocks of " + network.name())).append("\">\n");
        line(html, "Image " + network.resolution() + ", stem: " + network.stem().kernel().height() + "×" + network.stem().kernel().width() + " to " + network.stem().out() + " channels, "
                + network.stem().activation().formatName());
        for (int reduction : reductions(mine, others)) {
            List<Row> here = at(mine, reduction);
            List<Row> there = at(others, reduction);
            line(html, "1/" + reduction + " of the image: " + size(network.resolution(), reduction) + (here.isEmpty() ? ", no block" : ""));
            for (int i = 0; i < Math.max(here.size(), there.size()); i++) {
                boolean differs = i >= there.size() || i < here.size() && !there.get(i).block().equals(here.get(i).block());
                html.append(i < here.size() ? row(here.get(i), differs) : "<li class=\"blank\" aria-hidden=\"true\"></li>\n");
            }
        }
        line(html, "Head: " + (network.head().conv() == 0 ? "pooling" : "1×1 to " + network.head().conv() + ", pooling")
                + (network.head().hidden() == 0 ? "" : ", dense " + network.head().hidden()) + ", " + network.classes() + " classes");
        return html.append("</ol>\n</div>\n").toString();
    }

    private static void line(StringBuilder html, String text) {
        html.append("<li class=\"stage\">").append(Html.escape(text)).append("</li>\n");
    }

    private static List<Integer> reductions(List<Row> first, List<Row> second) {
        List<Row> all = new ArrayList<>(first);
        all.addAll(second);
        return all.stream().map(Row::reduction).distinct().sorted().toList();
    }

    private static List<Row> at(List<Row> rows, int reduction) {
        return rows.stream().filter(row -> row.reduction() == reduction).toList();
    }

    private static String size(Extent resolution, int reduction) {
        return (resolution.height() + reduction - 1) / reduction + " × " + (resolution.width() + reduction - 1) / reduction;
    }

    private String row(Row row, boolean differs) {
        Block block = row.block();
        int kernel = Math.max(block.kernel().height(), block.kernel().width());
        double length = 100.0 * Math.max(row.inside(), block.out()) / widest;
        double dark = 100.0 * block.out() / Math.max(row.inside(), block.out());
        String told = row.kind() + ", kernel " + block.kernel() + ", stride " + block.stride() + ", " + row.inside() + " channels inside, " + block.out() + " out, "
                + block.squeeze().map(s -> "squeeze-excite with " + s.channels() + ", ").orElse("") + block.activation().formatName();
        return "<li" + (differs ? " class=\"differs\"" : "") + " title=\"" + Html.escape(told) + "\"><span class=\"soft n\">" + row.number() + "</span><span class=\"k k" + kernel + "\">" + Html.escape(block.kernel().toString())
                + (block.stride().isOne() ? "" : "↓" + Html.escape(block.stride().toString())) + "</span>"
                + String.format(Locale.ROOT, "<span class=\"bar b%d\" style=\"width:%.1f%%\"><i style=\"width:%.1f%%\"></i></span>", kernel, length, dark)
                + "<span class=\"n\">" + row.inside() + "→" + block.out() + "</span>"
                + block.squeeze().map(s -> "<span class=\"tag\">SE</span>").orElse("<span class=\"tag off\" aria-hidden=\"true\"></span>")
                + "<span class=\"tag\">" + shortly(block.activation()) + "</span></li>\n";
    }

    static String shortly(Activation activation) {
        return switch (activation) {
            case LINEAR -> "–";
            case RELU -> "RE";
            case RELU6 -> "R6";
            case HARD_SWISH -> "HS";
            case SWISH -> "SW";
        };
    }
}
