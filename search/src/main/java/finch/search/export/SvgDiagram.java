package finch.search.export;

import finch.space.Architecture;
import finch.space.Block;
import finch.space.Extent;
import finch.space.SqueezeExcite;
import finch.space.network.Network;
import java.util.Locale;
import java.util.Optional;

/**
 * An architecture as a picture: one bar a block, its colour the kernel, its length the channels inside the block, its dark
 * part the channels that leave it.
 */
public final class SvgDiagram {
    private static final int WIDTH = 760;
    private static final int ROW = 24;
    private static final int LEFT = 92;
    private static final int BAR = 440;
    private static final int TOP = 58;

    private final Architecture architecture;
    private final int widest;
    private final StringBuilder svg = new StringBuilder();

    private SvgDiagram(Architecture architecture) {
        this.architecture = architecture;
        int in = architecture.stem().out();
        int most = Math.max(in, architecture.head().conv());
        for (Block block : architecture.blocks()) {
            most = Math.max(most, Math.max(block.inside(in), block.out()));
            in = block.out();
        }
        this.widest = most;
    }

    /** An SVG document that needs nothing else. */
    public static String write(Architecture architecture) {
        return new SvgDiagram(architecture).draw();
    }

    private String draw() {
        Network network = Network.of(architecture);
        int rows = architecture.blocks().size() + 2;
        int height = TOP + rows * ROW + 30;
        String name = architecture.name().isEmpty() ? "network" : architecture.name();
        svg.append("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 ").append(WIDTH).append(' ').append(height).append("\" width=\"").append(WIDTH)
                .append("\" height=\"").append(height).append("\" font-family=\"system-ui, sans-serif\" font-size=\"12\">\n<title>").append(escape(name))
                .append("</title>\n<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n");
        text(16, 26, "start", "#22262b", "font-size=\"17\" font-weight=\"600\"", name);
        text(16, 44, "start", "#5a6472", "", String.format(Locale.ROOT, "image %s, %,d parameters, %,d multiply-adds, %d classes", architecture.resolution(),
                network.params(), network.macs(), architecture.classes()));
        Extent reduction = architecture.stem().stride();
        int row = 0;
        row(row++, "stem", architecture.stem().kernel(), architecture.stem().out(), architecture.stem().out(), Optional.empty(),
                architecture.stem().activation().formatName(), reduction, !architecture.stem().stride().isOne());
        int in = architecture.stem().out();
        for (Block block : architecture.blocks()) {
            reduction = new Extent(reduction.height() * block.stride().height(), reduction.width() * block.stride().width());
            row(row, Integer.toString(row), block.kernel(), block.inside(in), block.out(), block.squeeze(),
                    block.activation().formatName(), reduction, !block.stride().isOne());
            row++;
            in = block.out();
        }
        if (architecture.head().conv() > 0) {
            row(row++, "head", Extent.square(1), architecture.head().conv(), architecture.head().conv(), Optional.empty(), architecture.head().activation().formatName(), reduction, false);
        }
        text(LEFT, TOP + row * ROW + 16, "start", "#5a6472", "", "pooling" + (architecture.head().hidden() > 0 ? ", dense " + architecture.head().hidden() : "")
                + ", classifier " + architecture.classes());
        return svg.append("</svg>\n").toString();
    }

    private void row(int row, String name, Extent kernel, int inside, int out, Optional<SqueezeExcite> squeeze, String activation, Extent reduction, boolean strided) {
        int y = TOP + row * ROW;
        String colour = switch (Math.max(kernel.height(), kernel.width())) {
            case 1 -> "#6c7684";
            case 3 -> "#2f5fa8";
            case 5 -> "#3d7a2f";
            default -> "#b34a10";
        };
        int length = Math.max(3, Math.round(BAR * (float) Math.max(inside, out) / widest));
        int dark = Math.max(2, Math.round(BAR * (float) out / widest));
        text(44, y + 15, "end", "#5a6472", "", name);
        rect(50, y + 2, 34, 18, colour, "");
        text(67, y + 15, "middle", "#ffffff", "font-weight=\"600\"", kernel + (strided ? "↓" : ""));
        rect(LEFT, y + 3, length, 16, colour, " fill-opacity=\"0.25\" stroke=\"" + colour + "\"");
        rect(LEFT, y + 3, dark, 16, colour, "");
        text(LEFT + BAR + 72, y + 15, "end", "#22262b", "", inside + "→" + out);
        text(LEFT + BAR + 84, y + 15, "start", "#22262b", "", squeeze.isPresent() ? "SE" : "");
        text(LEFT + BAR + 106, y + 15, "start", "#22262b", "", activation);
        text(WIDTH - 12, y + 15, "end", "#5a6472", "", strided ? "1/" + reduction : "");
    }

    private void rect(int x, int y, int width, int height, String fill, String more) {
        svg.append("<rect x=\"").append(x).append("\" y=\"").append(y).append("\" width=\"").append(width).append("\" height=\"").append(height)
                .append("\" rx=\"3\" fill=\"").append(fill).append('"').append(more).append("/>\n");
    }

    private void text(int x, int y, String anchor, String fill, String more, String text) {
        if (!text.isEmpty()) {
            svg.append("<text x=\"").append(x).append("\" y=\"").append(y).append("\" text-anchor=\"").append(anchor).append("\" fill=\"").append(fill).append('"')
                    .append(more.isEmpty() ? "" : " " + more).append('>').append(escape(text)).append("</text>\n");
        }
    }

    private static String escape(String text) {
        // XML has none of these, not even escaped
        return text.replaceAll("[\\p{Cntrl}\\ud800-\\udfff\\ufffe\\uffff]", " ").replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
