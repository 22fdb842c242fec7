package finch.search.report;

import finch.search.config.Objective;
import java.util.Comparator;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A chart as {@code report.js} draws it: a block of JSON and the figure that shows it.
 *
 * <p>{@code kind} is {@code scatter} (series of points, bounds as lines), {@code lines} (steps over a count, or {@code straight} from point to point) or {@code bars}
 * (side by side, or stacked).
 */
final class Chart {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final ObjectNode spec = JSON.createObjectNode();

    private Chart(String kind, String x, String y) {
        spec.put("kind", kind).put("x", x).put("y", y);
        spec.putArray("series");
    }

    /** @param x heading of the horizontal axis @param y of the vertical one */
    static Chart scatter(String x, String y) {
        return new Chart("scatter", x, y);
    }

    static Chart lines(String x, String y) {
        return new Chart("lines", x, y);
    }

    static Chart bars(String x, String y, List<String> categories) {
        Chart chart = new Chart("bars", x, y);
        categories.forEach(chart.spec.putArray("categories")::add);
        return chart;
    }

    /** A switch or figure of {@code report.js}. */
    Chart with(String key, Object value) {
        spec.set(key, JSON.valueToTree(value));
        return this;
    }

    /** Where an axis begins and ends. @param axis {@code x} or {@code y} */
    Chart range(String axis, double low, double high) {
        spec.putArray(axis + "Range").add(low).add(high);
        return this;
    }

    ObjectNode series(String name) {
        return spec.withArray("series").addObject().put("name", name);
    }

    /**
     * A line of steps along a front of two objectives: between two of its networks nothing better is known than the one that
     * is no worse in the horizontal objective.
     *
     * @param front all networks of the front, whatever order and marks they have
     */
    static void steps(ObjectNode series, List<RunData.Network> front, Objective across, Objective up) {
        series.put("step", step(across));
        ArrayNode line = series.putArray("line");
        front.stream().filter(n -> n.value(across).isPresent() && n.value(up).isPresent())
                .map(n -> new double[] {Words.scaled(across, n.value(across).get().value()), Words.scaled(up, n.value(up).get().value())})
                .sorted(Comparator.comparingDouble(p -> p[0])).forEach(p -> line.addArray().add(p[0]).add(p[1]));
    }

    /** Where ECharts rises from one point of a front to the next: before it, or only there. */
    static String step(Objective across) {
        return across.maximised() ? "start" : "end";
    }

    /** A dashed line with a label. @param axis {@code x} or {@code y} */
    void bound(String axis, double value, String label) {
        spec.withArray("bounds").addObject().put(axis, value).put("label", label);
    }

    /** A point of a scatter chart. */
    record Point(double x, double y, String name, RunData.Range across, RunData.Range up, List<String> further, String label, boolean whiskers) {
        /** As {@code report.js} reads it. */
        void addTo(ArrayNode points) {
            ArrayNode point = points.addArray().add(x).add(y).add(name).add(across.low()).add(across.high()).add(up.low()).add(up.high());
            further.forEach(point.addArray()::add);
            point.add(label).add(whiskers);
        }
    }

    /**
     * The figure.
     *
     * @param id      unique in the page
     * @param told    what it shows, for those who cannot see it
     * @param caption safe HTML
     * @param low     whether a low one will do
     */
    String figure(String id, String told, String caption, boolean low) {
        return "<figure id=\"" + id + "\" data-chart=\"" + id + "-data\">\n<div class=\"chart" + (low ? " low" : "") + "\" tabindex=\"0\" role=\"img\" aria-label=\""
                + Html.escape(told + ". Arrow keys step through it.") + "\"></div>\n<div class=\"told\" aria-live=\"polite\"></div>\n"
                + (caption.isEmpty() ? "" : "<figcaption>" + caption + "</figcaption>\n")
                + "<script type=\"application/json\" id=\"" + id + "-data\">" + JSON.writeValueAsString(spec).replace("<", "\\u003c") + "</script>\n</figure>\n";
    }
}
