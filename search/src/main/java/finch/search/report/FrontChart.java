package finch.search.report;

import finch.search.config.Objective;
import finch.search.report.RunData.Network;
import finch.search.report.RunData.Range;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** Two objectives of a run as a scatter chart in SVG: what was evaluated, the front, the references. */
final class FrontChart {
    private static final int WIDTH = 880;
    private static final int HEIGHT = 460;
    private static final int LEFT = 78;
    private static final int RIGHT = 24;
    private static final int TOP = 20;
    private static final int BOTTOM = 56;
    private static final double LETTER = 7.2;
    /** With more networks than this, the intervals of all would hide the networks. */
    private static final int WHISKERS = 14;

    private final RunData run;
    private final Objective across;
    private final Objective up;
    private final Axis x;
    private final Axis y;
    private final StringBuilder svg = new StringBuilder();

    private FrontChart(RunData run, Objective across, Objective up) {
        this.run = run;
        this.across = across;
        this.up = up;
        x = axis(across, LEFT, WIDTH - RIGHT);
        y = axis(up, HEIGHT - BOTTOM, TOP);
    }

    /** Empty where the run has not two objectives or no network on its front. */
    static Optional<String> of(RunData run) {
        if (run.objectives().size() < 2 || run.front().isEmpty()) {
            return Optional.empty();
        }
        Objective up = run.objectives().stream().filter(Objective::maximised).findFirst().orElse(run.objectives().getFirst());
        Objective across = run.objectives().stream().filter(o -> o != up).findFirst().orElseThrow();
        return Optional.of(new FrontChart(run, across, up).draw());
    }

    /** The front and the references fit in; far outliers among what was evaluated do not matter. */
    private Axis axis(Objective objective, int from, int to) {
        var values = Stream.concat(run.front().stream(), run.references().stream())
                .flatMap(network -> network.value(objective).stream()).mapToDouble(Range::value).summaryStatistics();
        return values.getCount() == 0 ? new Axis(0, 1, from, to) : Axis.covering(values.getMin(), values.getMax(), from, to);
    }

    private String draw() {
        svg.append("<svg viewBox=\"0 0 ").append(WIDTH).append(' ').append(HEIGHT)
                .append("\" role=\"img\" aria-labelledby=\"chart-title chart-text\">\n<title id=\"chart-title\">")
                .append(Html.escape(Words.name(up) + " against " + Words.name(across))).append("</title>\n<desc id=\"chart-text\">")
                .append(Html.escape(run.front().size() + " networks on the front and " + run.references().size()
                        + " references; the tables below list the same figures.")).append("</desc>\n");
        grid();
        svg.append("<g class=\"cloud\">\n");
        run.cloud().stream().filter(this::isPlaced).forEach(this::dot);
        svg.append("</g>\n");
        frontLine();
        List<Network> references = run.references().stream().filter(this::isPlaced).toList();
        List<Network> found = run.front().stream().filter(this::isPlaced).filter(n -> n.reference().isEmpty()).toList();
        Stream.concat(found.stream().filter(n -> found.size() <= WHISKERS || n.best() || n.knee()), references.stream()).forEach(this::whiskers);
        for (Network network : found) {
            boolean picked = network.best() || network.knee();
            point(network, "<circle class=\"front\" r=\"" + (picked ? 6.5 : 4.5) + "\"", "</circle>");
        }
        references.forEach(network -> point(network, "<path class=\"reference\" d=\"M0 -7 L7 0 L0 7 L-7 0 Z\"", "</path>"));
        labels(found, references);
        return svg.append("</svg>\n").toString();
    }

    private boolean isPlaced(Network network) {
        return network.value(across).isPresent() && network.value(up).isPresent();
    }

    private double px(Network network) {
        return x.pixels(network.value(across).orElseThrow().value());
    }

    private double py(Network network) {
        return y.pixels(network.value(up).orElseThrow().value());
    }

    private void grid() {
        svg.append("<g class=\"axes\">\n");
        for (double tick : x.ticks(8)) {
            line("grid", x.pixels(tick), TOP, x.pixels(tick), HEIGHT - BOTTOM);
            text("", "middle", x.pixels(tick), HEIGHT - BOTTOM + 18, Words.tick(across, tick));
        }
        for (double tick : y.ticks(6)) {
            line("grid", LEFT, y.pixels(tick), WIDTH - RIGHT, y.pixels(tick));
            text("", "end", LEFT - 8, y.pixels(tick) + 4, Words.tick(up, tick));
        }
        text("axis", "middle", (LEFT + WIDTH - RIGHT) / 2.0, HEIGHT - 12, Words.heading(across));
        svg.append("<g transform=\"translate(16 ").append((TOP + HEIGHT - BOTTOM) / 2).append(") rotate(-90)\">");
        text("axis", "middle", 0, 0, Words.heading(up));
        svg.append("</g>\n</g>\n");
    }

    private void dot(Network network) {
        if (x.contains(network.value(across).orElseThrow().value()) && y.contains(network.value(up).orElseThrow().value())) {
            svg.append("<circle r=\"2\" cx=\"").append(number(px(network))).append("\" cy=\"").append(number(py(network))).append("\"/>\n");
        }
    }

    /** Steps: between two networks of the front, only what the worse one offers is to be had. */
    private void frontLine() {
        List<Network> sorted = run.front().stream().filter(this::isPlaced)
                .sorted(Comparator.comparingDouble(this::px)).toList();
        if (run.objectives().size() != 2 || sorted.size() < 2) {
            return;
        }
        StringBuilder path = new StringBuilder();
        double last = py(sorted.getFirst());
        for (Network network : sorted) {
            path.append(path.isEmpty() ? "M" : "L").append(number(px(network))).append(' ').append(number(last))
                    .append(" L").append(number(px(network))).append(' ').append(number(py(network))).append(' ');
            last = py(network);
        }
        svg.append("<path class=\"front-line\" d=\"").append(path.toString().strip()).append("\"/>\n");
    }

    private void whiskers(Network network) {
        Range a = network.value(across).orElseThrow();
        Range b = network.value(up).orElseThrow();
        String kind = network.reference().isPresent() ? "whisker of-reference" : "whisker";
        if (!a.isExact()) {
            line(kind, x.clamped(a.low()), py(network), x.clamped(a.high()), py(network));
        }
        if (!b.isExact()) {
            line(kind, px(network), y.clamped(b.low()), px(network), y.clamped(b.high()));
        }
    }

    private void point(Network network, String shape, String end) {
        svg.append(shape).append(" transform=\"translate(").append(number(px(network))).append(' ').append(number(py(network))).append(")\"><title>")
                .append(Html.escape(network.name() + "\n" + Words.value(up, network.value(up).orElseThrow()) + "\n"
                        + Words.value(across, network.value(across).orElseThrow())))
                .append("</title>").append(end).append('\n');
    }

    /** Names of the references and of the picked networks, moved down where they would meet. */
    private void labels(List<Network> found, List<Network> references) {
        List<double[]> taken = new ArrayList<>();
        Stream.concat(references.stream(), found.stream().filter(n -> n.best() || n.knee())).forEach(network -> {
            String label = network.reference().orElse(network.best() ? "best" : "knee");
            boolean left = px(network) + 10 + LETTER * label.length() > WIDTH - RIGHT;
            double from = left ? px(network) - 10 - LETTER * label.length() : px(network) + 10;
            double to = from + LETTER * label.length();
            double at = py(network) + 17;
            while (overlaps(taken, from, to, at)) {
                at += 15;
            }
            taken.add(new double[] {from, to, at});
            text("label", left ? "end" : "start", left ? to : from, at, label);
        });
    }

    private static boolean overlaps(List<double[]> taken, double from, double to, double at) {
        return taken.stream().anyMatch(box -> from < box[1] && to > box[0] && Math.abs(at - box[2]) < 14);
    }

    private void line(String kind, double x1, double y1, double x2, double y2) {
        svg.append("<line class=\"").append(kind).append("\" x1=\"").append(number(x1)).append("\" y1=\"").append(number(y1))
                .append("\" x2=\"").append(number(x2)).append("\" y2=\"").append(number(y2)).append("\"/>\n");
    }

    private void text(String kind, String anchor, double atX, double atY, String text) {
        svg.append(kind.isEmpty() ? "<text" : "<text class=\"" + kind + "\"").append(" text-anchor=\"").append(anchor).append("\" x=\"")
                .append(number(atX)).append("\" y=\"").append(number(atY)).append("\">").append(Html.escape(text)).append("</text>\n");
    }

    private static String number(double pixels) {
        return String.format(Locale.ROOT, "%.1f", pixels);
    }
}
