package finch.search.report;

import finch.search.config.Objective;
import finch.search.report.HypervolumeCurve.Step;
import finch.search.report.RunData.Network;
import finch.search.report.RunData.Range;
import finch.search.run.RunFolder;
import finch.space.Architecture;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Several runs beside each other: as a page and as rows of figures. */
public final class RunComparison {
    private final List<RunData> runs;
    private final List<String> names;
    /** How the hypervolume of each run grew; none with fewer than two objectives, or where they would cost too much. */
    private final List<List<Step>> curves;
    private final List<Row> rows;

    private RunComparison(List<RunData> runs) {
        this.runs = runs;
        this.names = names(runs);
        this.curves = curves(runs);
        this.rows = IntStream.range(0, runs.size()).mapToObj(this::row).toList();
    }

    private static List<List<Step>> curves(List<RunData> runs) {
        if (runs.getFirst().objectives().size() < 2) {
            return List.of();
        }
        HypervolumeCurve curve = HypervolumeCurve.over(runs.stream().map(run -> run.journal().improvements()).toList());
        return curve.isDrawn() ? runs.stream().map(run -> curve.of(run.journal().improvements(), run.journal().evaluated())).toList() : List.of();
    }

    /**
     * Reads the runs.
     *
     * @throws IllegalArgumentException if one is no run, has no front yet, or has other objectives than the first
     */
    public static RunComparison read(List<RunFolder> folders) throws IOException {
        List<RunData> runs = new ArrayList<>();
        for (RunFolder folder : folders) {
            RunData run = RunData.read(folder);
            if (!runs.isEmpty() && !run.objectives().equals(runs.getFirst().objectives())) {
                throw new IllegalArgumentException(folder.path() + ": its objectives are " + formatNames(run) + ", those of " + runs.getFirst().folder().path()
                        + " are " + formatNames(runs.getFirst()) + "; fronts of different objectives cannot be compared");
            }
            runs.add(run);
        }
        return new RunComparison(runs);
    }

    private static List<String> formatNames(RunData run) {
        return run.objectives().stream().map(Objective::formatName).toList();
    }

    /** By folder, with their places where two are alike. */
    private static List<String> names(List<RunData> runs) {
        List<String> folders = runs.stream().map(run -> run.folder().path().toAbsolutePath().normalize().getFileName().toString()).toList();
        List<String> names = new ArrayList<>();
        for (int i = 0; i < runs.size(); i++) {
            int index = i;
            names.add(folders.stream().filter(folders.get(index)::equals).count() == 1 ? folders.get(i) : folders.get(i) + " (" + (i + 1) + ")");
        }
        return names;
    }

    /**
     * One run in figures.
     *
     * @param hypervolume share of what all runs dominate together; empty with fewer than two objectives
     * @param best        the best network's value of each objective, in base units
     */
    public record Row(String name, String status, long seed, long evaluated, int front, Optional<Double> hypervolume, String bestName,
                      Map<Objective, Double> best) {}

    /** In the order given. */
    public List<Row> rows() {
        return rows;
    }

    private Row row(int index) {
        RunData run = runs.get(index);
        Map<Objective, Double> best = new LinkedHashMap<>();
        run.best().ifPresent(network -> run.objectives().forEach(o -> network.value(o).ifPresent(range -> best.put(o, range.value()))));
        List<Step> steps = curves.isEmpty() ? List.of() : curves.get(index);
        return new Row(names.get(index), Report.plain(run.manifest().path("status")), run.manifest().path("seed").asLong(), run.journal().evaluated(),
                run.front().size(), steps.isEmpty() ? Optional.empty() : Optional.of(steps.getLast().share()),
                run.best().map(Network::name).orElse(""), best);
    }

    /** What makes figures of different runs hard to compare, a sentence each. */
    public List<String> cautions() {
        List<String> cautions = new ArrayList<>();
        if (runs.getFirst().objectives().contains(Objective.LATENCY)
                && runs.stream().map(run -> run.manifest().path("deviceProfile").path("sha256").asString("")).distinct().count() > 1) {
            cautions.add("The runs have different device profiles, so their latencies are of different machines or calibrations.");
        }
        if (runs.stream().map(run -> run.config().map(config -> config.accuracy().toString()).orElse("")).distinct().count() > 1) {
            cautions.add("The runs take their accuracies from different sources.");
        }
        if (runs.stream().map(RunData::constraints).distinct().count() > 1) {
            cautions.add("The runs keep different bounds.");
        }
        return cautions;
    }

    /** The page. */
    public String html() {
        StringBuilder body = new StringBuilder("<header>\n<h1>").append(Html.escape(String.join(" · ", names))).append("</h1>\n<p class=\"soft\">")
                .append(runs.size()).append(" runs side by side</p>\n</header>\n");
        cautions().forEach(caution -> body.append("<p><b>Mind:</b> ").append(Html.escape(caution)).append("</p>\n"));
        body.append("<h2>Figures</h2>\n").append(table()).append(fronts()).append(hypervolume()).append(blocks()).append(configs());
        return Page.of(String.join(", ", names), body.toString(), 0);
    }

    private HtmlTable table() {
        List<Objective> objectives = runs.getFirst().objectives();
        List<String> columns = new ArrayList<>(List.of("Run", "Status", ">Seed", ">Evaluated", ">On the front", ">Hypervolume", "Best network"));
        objectives.forEach(o -> columns.add(">" + Words.heading(o)));
        HtmlTable table = new HtmlTable("Hypervolume: share of what all runs dominate together.", columns.toArray(String[]::new));
        for (Row row : rows()) {
            List<Object> cells = new ArrayList<>(List.of(row.name(), row.status(), row.seed(), Words.grouped(row.evaluated()), row.front(),
                    row.hypervolume().map(h -> Words.decimals(h, 3)).orElse(""), row.bestName()));
            objectives.forEach(o -> cells.add(row.best().containsKey(o) ? Words.number(o, row.best().get(o)) : ""));
            table.row("", cells.toArray());
        }
        return table;
    }

    private String fronts() {
        List<Objective> objectives = runs.getFirst().objectives();
        if (objectives.size() < 2) {
            return "";
        }
        Objective up = objectives.stream().filter(Objective::maximised).findFirst().orElse(objectives.getFirst());
        Objective across = objectives.stream().filter(o -> o != up).findFirst().orElseThrow();
        Chart chart = Chart.scatter(Words.heading(across), Words.heading(up));
        for (int i = 0; i < runs.size(); i++) {
            ObjectNode series = chart.series(names.get(i)).put("role", "point").put("color", i);
            points(series.putArray("points"), runs.get(i).front(), across, up);
            if (objectives.size() == 2) {
                Chart.steps(series, runs.get(i).front(), across, up);
            }
        }
        Map<String, Network> references = new LinkedHashMap<>();
        runs.forEach(run -> run.references().forEach(r -> references.putIfAbsent(r.name(), r)));
        points(chart.series("references").put("role", "reference").putArray("points"), List.copyOf(references.values()), across, up);
        return "<h2>Fronts</h2>\n" + chart.figure("fronts-chart", "The fronts of " + runs.size() + " runs: " + Words.name(up) + " against " + Words.name(across),
                "References have the values of the first run that knows them.", false);
    }

    private static void points(ArrayNode points, List<Network> networks, Objective across, Objective up) {
        for (Network network : networks) {
            if (network.value(across).isPresent() && network.value(up).isPresent()) {
                Range x = Words.scaled(across, network.value(across).get());
                Range y = Words.scaled(up, network.value(up).get());
                new Chart.Point(x.value(), y.value(), network.name(), x, y, List.of(), network.reference().orElse(""), false).addTo(points);
            }
        }
    }

    private String hypervolume() {
        if (curves.isEmpty()) {
            return "";
        }
        Chart chart = Chart.lines("evaluations", "share of the hypervolume").with("yMax", 1);
        for (int i = 0; i < runs.size(); i++) {
            ArrayNode points = chart.series(names.get(i)).put("dashed", false).putArray("points");
            curves.get(i).forEach(step -> points.addArray().add(step.evaluation()).add(step.share()));
        }
        return "<h2>Hypervolume against evaluations</h2>\n" + chart.figure("hypervolume-chart", "Share of the hypervolume against evaluations", "", true);
    }

    /** The best networks of the first two runs. */
    private String blocks() {
        List<Architecture> best = new ArrayList<>();
        for (int i = 0; i < Math.min(2, runs.size()); i++) {
            int index = i;
            runs.get(i).best().flatMap(RunData::architecture).ifPresent(a -> best.add(a.named(names.get(index) + ": " + a.name())));
        }
        return best.isEmpty() ? "" : "<h2>Best networks</h2>\n" + BlockDiagram.of(best.getFirst(), best.size() > 1 ? Optional.of(best.get(1)) : Optional.empty())
                + "<p class=\"soft\">" + BlockDiagram.LEGEND + "</p>\n";
    }

    /** The lines of the resolved configs that are not in all of them. */
    private String configs() {
        Set<String> lines = new LinkedHashSet<>();
        runs.forEach(run -> run.yaml().lines().filter(line -> !line.startsWith("#")).forEach(lines::add));
        lines.removeIf(line -> runs.stream().allMatch(run -> run.yaml().lines().anyMatch(line::equals)));
        if (lines.isEmpty()) {
            return "<h2>Configs</h2>\n<p>The resolved configs are equal.</p>\n";
        }
        List<String> columns = new ArrayList<>(List.of("Line of a resolved config"));
        columns.addAll(names);
        HtmlTable table = new HtmlTable("What is not the same in all.", columns.toArray(String[]::new));
        for (String line : lines) {
            List<Object> cells = new ArrayList<>(List.of(line));
            runs.forEach(run -> cells.add(run.yaml().lines().anyMatch(line::equals) ? "yes" : ""));
            table.row("", cells.toArray());
        }
        return "<h2>Configs</h2>\n" + table;
    }
}
