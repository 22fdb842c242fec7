package finch.search.report;

import finch.search.config.Objective;
import finch.search.report.RunData.Network;
import finch.search.report.RunData.Range;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The front beside the references: as a chart and as tables. */
final class FrontSection {
    /** A front with more networks is shortened. */
    private static final int LONG = 16;
    /** With more networks than this, the intervals of all would hide the networks. */
    private static final int WHISKERS = 14;
    /** References that make an axis longer than so many times what is on it are told in words instead. */
    private static final double MOST_SPAN = 3;

    private FrontSection() {}

    static String of(RunData run) {
        return chart(run) + table(run) + measured(run);
    }

    // --- the chart ---------------------------------------------------------------------------------------------------

    private static String chart(RunData run) {
        if (run.objectives().size() < 2 || run.front().isEmpty()) {
            return "";
        }
        Objective up = run.objectives().stream().filter(Objective::maximised).findFirst().orElse(run.objectives().getFirst());
        Objective across = run.objectives().stream().filter(o -> o != up).findFirst().orElseThrow();
        Chart chart = Chart.scatter(Words.heading(across), Words.heading(up));
        List<Bound> bounds = bounds(run);
        List<Network> references = run.references().stream().filter(r -> isNear(r, across, run) && isNear(r, up, run)).toList();
        Range shown = range(chart, "x", across, run, references, bounds);
        range(chart, "y", up, run, references, bounds);
        cloud(chart, run, across, up);
        List<Network> found = run.front().stream().filter(n -> n.reference().isEmpty()).toList();
        ObjectNode front = networks(chart, "front", "front", run.front(), found.size(), across, up);
        if (run.objectives().size() == 2) {
            Chart.steps(front, run.front(), across, up);
        }
        networks(chart, "references", "reference", run.references(), 0, across, up);
        measured(chart, run, across, up);
        for (Bound bound : bounds) {
            if (bound.objective() == across || bound.objective() == up) {
                chart.bound(bound.objective() == across ? "x" : "y", Words.scaled(bound.objective(), bound.limit()), Words.constraint(bound.text()));
            }
        }
        return chart.figure("front-chart", Words.name(up) + " against " + Words.name(across) + ": " + run.front().size() + " networks on the front, "
                + run.references().size() + " references, " + Words.grouped(run.journal().evaluated()) + " evaluated. The table below lists the figures",
                "Hover over a network for its figures. Lines through a mark are central 90 % intervals; a dashed line is a bound."
                        + (run.objectives().size() == 2 ? " The steps are what the front offers between its networks." : "")
                        + (run.measured().isEmpty() || across != Objective.LATENCY ? "" : " Triangles: the same networks as they were timed after the search.") + beyond(run, across, up, references, shown), false);
    }

    /** A bound in base units. */
    private record Bound(Objective objective, double limit, String text) {}

    private static List<Bound> bounds(RunData run) {
        List<Bound> bounds = new ArrayList<>();
        for (JsonNode node : run.manifest().path("reachable")) {
            String text = node.path("constraint").asString("");
            Objective objective = Objective.byName().get(text.contains(" ") ? text.substring(0, text.indexOf(' ')) : text);
            if (objective != null && node.path("limit").isNumber()) {
                bounds.add(new Bound(objective, node.path("limit").asDouble(), text));
            }
        }
        return bounds;
    }

    /** Whether the front would still be seen on an axis that a reference fits in, and those that are nearer. */
    private static boolean isNear(Network reference, Objective objective, RunData run) {
        DoubleSummaryStatistics front = run.front().stream().flatMap(network -> network.value(objective).stream()).mapToDouble(Range::value).summaryStatistics();
        if (reference.value(objective).isEmpty() || front.getCount() == 0 || front.getMax() == front.getMin()) {
            return true;
        }
        ToDoubleFunction<Network> away = r -> r.value(objective).map(v -> Math.max(front.getMin() - v.value(), v.value() - front.getMax())).orElse(0.0);
        double low = front.getMin();
        double high = front.getMax();
        for (Network nearer : run.references().stream().sorted(Comparator.comparingDouble(away)).toList()) {
            double value = nearer.value(objective).map(Range::value).orElse(low);
            boolean fits = Math.max(high, value) - Math.min(low, value) <= MOST_SPAN * (high - low);
            if (nearer == reference || !fits) {
                return fits;
            }
            low = Math.min(low, value);
            high = Math.max(high, value);
        }
        return true;
    }

    /**
     * The front, references, and bounds and timings near them fit in; far outliers among what was evaluated do not matter.
     *
     * @return the ends of the axis, if it has any
     */
    private static Range range(Chart chart, String axis, Objective objective, RunData run, List<Network> references, List<Bound> bounds) {
        DoubleSummaryStatistics values = Stream.concat(run.front().stream(), references.stream())
                .flatMap(network -> network.value(objective).stream()).mapToDouble(r -> Words.scaled(objective, r.value())).summaryStatistics();
        if (values.getCount() == 0) {
            return new Range(0, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY);
        }
        double span = values.getMax() - values.getMin();
        double margin = 0.08 * (span > 0 ? span : Math.max(Math.abs(values.getMax()), 1e-9));
        double low = values.getMin() - margin;
        double high = values.getMax() + margin;
        List<Double> near = new ArrayList<>(bounds.stream().filter(bound -> bound.objective() == objective).map(bound -> Words.scaled(objective, bound.limit())).toList());
        if (objective == Objective.LATENCY) {
            run.measured().forEach(node -> near.add(Words.scaled(objective, node.path("medianMicros").asDouble())));
        }
        double least = low - span / 2;
        double most = high + span / 2;
        for (double value : near) {
            if (value > least && value < most) {
                low = Math.min(low, value - margin);
                high = Math.max(high, value + margin);
            }
        }
        chart.range(axis, low, high);
        return new Range((low + high) / 2, low, high);
    }

    /** References that would leave the front no room, and timings that are nowhere near the predictions, are told, since nobody would see them. */
    private static String beyond(RunData run, Objective across, Objective up, List<Network> references, Range shown) {
        Stream<String> far = run.references().stream().filter(r -> !references.contains(r)).map(r -> r.name() + " (" + Stream.of(up, across)
                .flatMap(objective -> r.value(objective).stream().map(v -> (Words.number(objective, v.value()) + " " + Words.unit(objective)).strip()))
                .collect(Collectors.joining(", ")) + ")");
        Stream<String> late = across != Objective.LATENCY ? Stream.of() : run.measured().stream().filter(node -> {
            double latency = Words.scaled(Objective.LATENCY, node.path("medianMicros").asDouble());
            return (latency < shown.low() || latency > shown.high()) && run.references().stream().noneMatch(r -> !references.contains(r) && r.name().equals(node.path("name").asString("")));
        }).map(node -> node.path("name").asString("") + " (" + Words.number(Objective.LATENCY, node.path("medianMicros").asDouble()) + " ms)");
        String names = Stream.concat(far, late).collect(Collectors.joining(", "));
        return names.isEmpty() ? "" : " Beyond the chart's ends: " + Html.escape(names) + ".";
    }

    private static void cloud(Chart chart, RunData run, Objective across, Objective up) {
        ArrayNode points = chart.series("evaluated").put("role", "cloud").putArray("points");
        for (Network network : run.journal().cloud()) {
            if (network.value(across).isPresent() && network.value(up).isPresent()) {
                points.addArray().add(rounded(Words.scaled(across, network.value(across).get().value())))
                        .add(rounded(Words.scaled(up, network.value(up).get().value()))).add("evaluated");
            }
        }
    }

    /** Thousands of points at the resolution of a screen. */
    private static double rounded(double value) {
        double step = Math.pow(10, Math.floor(Math.log10(Math.max(Math.abs(value), 1e-9))) - 4);
        return Math.round(value / step) * step;
    }

    private static ObjectNode networks(Chart chart, String name, String role, List<Network> networks, int found, Objective across, Objective up) {
        List<Network> placed = networks.stream().filter(n -> n.value(across).isPresent() && n.value(up).isPresent())
                .filter(n -> role.equals("reference") || n.reference().isEmpty()).toList();
        ObjectNode series = chart.series(name).put("role", role);
        ArrayNode points = series.putArray("points");
        for (Network network : placed) {
            Range x = Words.scaled(across, network.value(across).orElseThrow());
            Range y = Words.scaled(up, network.value(up).orElseThrow());
            boolean named = network.best() || network.knee() || network.reference().isPresent();
            String label = network.reference().orElse(network.best() ? "best" : network.knee() ? "knee" : "");
            new Chart.Point(x.value(), y.value(), network.name(), x, y, further(network, across, up), label, named || found <= WHISKERS).addTo(points);
        }
        return series;
    }

    private static List<String> further(Network network, Objective across, Objective up) {
        List<String> lines = new ArrayList<>();
        for (Objective objective : Objective.values()) {
            if (objective != across && objective != up) {
                value(network, objective).ifPresent(range -> lines.add(Words.heading(objective) + ": " + Words.range(objective, range)));
            }
        }
        return lines;
    }

    private static void measured(Chart chart, RunData run, Objective across, Objective up) {
        if (across != Objective.LATENCY || run.measured().isEmpty()) {
            return;
        }
        ArrayNode points = chart.series("measured").put("role", "measured").putArray("points");
        for (JsonNode node : run.measured()) {
            String name = node.path("name").asString("");
            Stream.concat(run.front().stream(), run.references().stream()).filter(n -> n.name().equals(name)).findFirst()
                    .flatMap(n -> n.value(up)).ifPresent(range -> {
                        Range x = Words.scaled(across, new Range(node.path("medianMicros").asDouble(), node.path("p10Micros").asDouble(), node.path("p90Micros").asDouble()));
                        Range y = Words.scaled(up, new Range(range.value(), range.value(), range.value()));
                        new Chart.Point(x.value(), y.value(), name + ", measured", x, y, List.of("in brackets the 10th and 90th percentile"), "", false).addTo(points);
                    });
        }
    }

    // --- the tables --------------------------------------------------------------------------------------------------

    private static String table(RunData run) {
        List<Objective> shown = Stream.of(Objective.values()).filter(objective -> known(run, objective)).toList();
        List<Network> references = run.references().stream()
                .filter(r -> run.front().stream().noneMatch(n -> n.reference().equals(r.reference()))).toList();
        List<Network> some = some(run.front());
        String html = "<h3>The front and the references</h3>\n" + table("In brackets the central 90 % interval of an estimate. A click on a heading sorts.", shown,
                Stream.concat(some.stream(), references.stream()).toList());
        return some.size() == run.front().size() ? html : html + "<details><summary>All " + run.front().size() + " networks of the front</summary>\n"
                + table("The whole front.", shown, run.front()) + "</details>\n";
    }

    /** Of a long front both ends, evenly what lies between, and whatever has a name. */
    private static List<Network> some(List<Network> front) {
        return IntStream.range(0, front.size())
                .filter(i -> front.size() <= LONG || front.get(i).best() || front.get(i).knee() || front.get(i).reference().isPresent()
                        || i == front.size() - 1 || i * LONG / front.size() != (i - 1) * LONG / front.size() || i == 0)
                .mapToObj(front::get).toList();
    }

    private static HtmlTable table(String caption, List<Objective> shown, List<Network> networks) {
        List<String> columns = new ArrayList<>(List.of("Network"));
        shown.forEach(objective -> columns.add(">" + Words.heading(objective)));
        HtmlTable table = new HtmlTable(caption, columns.toArray(String[]::new));
        for (Network network : networks) {
            List<Object> cells = new ArrayList<>();
            cells.add(network.name() + (network.best() ? " (best)" : "") + (network.knee() ? " (knee)" : "")
                    + (network.reference().isPresent() && !network.name().equals(network.reference().get()) ? " = " + network.reference().get() : ""));
            shown.forEach(objective -> cells.add(value(network, objective).map(r -> Words.range(objective, r)).orElse("")));
            table.row(network.reference().isPresent() ? "reference" : network.best() ? "best" : "", cells.toArray());
        }
        return table;
    }

    private static boolean known(RunData run, Objective objective) {
        return Stream.concat(run.front().stream(), run.references().stream()).anyMatch(network -> value(network, objective).isPresent())
                && objective != Objective.WEIGHT_BYTES || run.objectives().contains(objective);
    }

    /** An objective's value, or the exact figure among the costs. */
    private static Optional<Range> value(Network network, Objective objective) {
        Optional<String> cost = switch (objective) {
            case MACS -> Optional.of("macs");
            case PARAMS -> Optional.of("params");
            case PEAK_MEMORY -> Optional.of("peakActivationBytes");
            case WEIGHT_BYTES -> Optional.of("weightBytes");
            case TOP1, SCORE, LATENCY -> Optional.empty();
        };
        return network.value(objective).or(() -> cost.map(network.costs()::path).filter(JsonNode::isNumber)
                .map(node -> new Range(node.asDouble(), node.asDouble(), node.asDouble())));
    }

    private static String measured(RunData run) {
        if (run.measured().isEmpty()) {
            return "";
        }
        HtmlTable table = new HtmlTable("Timed in turn after the search, one image at a time; in brackets the 10th and 90th percentile of the runs.",
                "Network", ">Predicted, ms", ">Measured median, ms", ">Measured / predicted", ">Runs");
        for (JsonNode node : run.measured()) {
            Range measured = new Range(node.path("medianMicros").asDouble(), node.path("p10Micros").asDouble(), node.path("p90Micros").asDouble());
            Optional<Range> predicted = Optional.of(node.path("predictedMicros")).filter(JsonNode::isObject).map(RunData::range);
            table.row(node.has("reference") ? "reference" : "",
                    node.path("name").asString("") + (node.path("disturbed").asBoolean(false) ? " (machine was busy)" : ""),
                    predicted.map(range -> Words.range(Objective.LATENCY, range)).orElse(""), Words.range(Objective.LATENCY, measured),
                    predicted.map(range -> Words.decimals(measured.value() / range.value(), 2)).orElse(""), node.path("runs").asLong());
        }
        return "<h3>Measured on this machine</h3>\n" + table;
    }
}
