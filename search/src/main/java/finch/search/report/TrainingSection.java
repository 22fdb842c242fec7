package finch.search.report;

import finch.training.supernet.RankRow;
import finch.training.supernet.RankStudy;
import finch.training.supernet.Ranking;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What was trained: the final comparison, the curves, and how well the super-network ranks. */
final class TrainingSection {
    /** A ranking of fewer networks says nothing. */
    private static final int LEAST_RANKED = 3;

    private TrainingSection() {}

    static String of(RunData run) throws IOException {
        JsonNode finals = RunData.optional(run.folder().finals());
        JsonNode supernets = RunData.optional(run.folder().supernets());
        return comparison(finals) + trainings(finals) + superNetwork(supernets) + ranking(run, supernets);
    }

    private static String comparison(JsonNode finals) {
        FinalsFacts facts = FinalsFacts.of(finals);
        if (facts.networks().isEmpty()) {
            return "";
        }
        HtmlTable table = new HtmlTable("Trained alone with one recipe, " + facts.seeds() + " seeds each: mean and standard deviation of the accuracies on " + facts.on() + " images, the worst and the"
                + " best. Latencies are medians of networks timed in turn after all trainings.", "Network", ">Latency, ms", ">Accuracy, %", ">Deviation", ">Worst, %", ">Best, %");
        for (FinalsFacts.Trained network : facts.networks()) {
            table.row(network.found() ? "best" : "", network.name(), Words.decimals(network.micros() / 1e3, 3), Words.decimals(network.mean(), 2), Words.decimals(network.deviation(), 2),
                    Words.decimals(network.least(), 2), Words.decimals(network.most(), 2));
        }
        StringBuilder html = new StringBuilder("<h3>The final comparison</h3>\n");
        facts.sentences().forEach(sentence -> html.append("<p>").append(Html.escape(sentence)).append("</p>\n"));
        return html.append(table).toString();
    }

    private static String trainings(JsonNode finals) {
        if (finals.path("trainings").isEmpty()) {
            return "";
        }
        Map<String, Integer> colours = new LinkedHashMap<>();
        Chart chart = Chart.lines("epoch", "validation images right, %").with("straight", true);
        List<Double> values = new ArrayList<>();
        HtmlTable table = new HtmlTable("Every training after the search. Seconds are of the last sitting.", "Network", ">Seed", ">Validation, %", ">Test, %", ">Epochs", ">Seconds", "Failed");
        for (JsonNode training : finals.path("trainings")) {
            String name = training.path("network").asString("");
            String seed = training.path("seed").asString("");
            int colour = colours.computeIfAbsent(name, _ -> colours.size());
            if (!training.path("curve").isEmpty()) {
                ObjectNode series = chart.series(name + ", seed " + seed).put("color", colour).put("dashed", isBaseline(finals, name));
                curve(series.putArray("points"), training.path("curve"), "validationTop1", values);
            }
            table.row("", name, seed, percent(training.path("validation")), percent(training.path("test")), training.path("curve").size(),
                    training.has("seconds") ? Words.decimals(training.path("seconds").asDouble(), 0) : "", training.path("failed").asString(""));
        }
        return "<h3>Trainings after the search</h3>\n" + (values.isEmpty() ? "" : ranged(chart, values).figure("training-chart", "Validation accuracy against epochs, of each training",
                "A line for each training, a colour for each network, baselines dashed.", false)) + table;
    }

    private static boolean isBaseline(JsonNode finals, String name) {
        return finals.path("networks").valueStream().anyMatch(node -> node.path("name").asString("").equals(name) && node.path("baseline").asBoolean(false));
    }

    private static String percent(JsonNode figures) {
        return figures.has("top1") ? Words.decimals(figures.path("top1").asDouble(), 2) : "";
    }

    /** Shares become percent. @param values all that were drawn, added to */
    private static void curve(ArrayNode points, JsonNode curve, String key, List<Double> values) {
        for (JsonNode point : curve) {
            double value = 100 * point.path(key).asDouble();
            points.addArray().add(point.path("epoch").asInt()).add(value);
            values.add(value);
        }
    }

    /** From below the least to above the most, on round numbers. */
    private static Chart ranged(Chart chart, List<Double> values) {
        double least = values.stream().mapToDouble(v -> v).min().orElse(0);
        double most = values.stream().mapToDouble(v -> v).max().orElse(100);
        return chart.range("y", 5 * Math.floor(least / 5), Math.min(100, 5 * Math.floor(most / 5) + 5));
    }

    private static String superNetwork(JsonNode supernets) {
        StringBuilder html = new StringBuilder();
        int number = 0;
        for (JsonNode supernet : supernets.path("supernets")) {
            if (supernet.path("curve").isEmpty()) {
                continue;
            }
            Chart chart = Chart.lines("epoch", "images right, %").with("straight", true);
            List<Double> values = new ArrayList<>();
            curve(chart.series("largest network, validation images").putArray("points"), supernet.path("curve"), "validationTop1", values);
            curve(chart.series("largest network, training images as augmented").put("dashed", true).putArray("points"), supernet.path("curve"), "top1", values);
            number++;
            html.append(number == 1 ? "<h3>The super-network's training</h3>\n" : "").append(ranged(chart, values).figure("supernet-chart" + (number == 1 ? "" : "-" + number),
                    "Accuracy of the largest network of the space against epochs of the super-network's training", Html.escape(Path.of(supernet.path("model").asString("")).getFileName()
                            + ", " + supernet.path("curve").size() + " epochs on " + supernet.path("data").path("name").asString("images") + "."), true));
        }
        return html.toString();
    }

    private static String ranking(RunData run, JsonNode supernets) throws IOException {
        if (!Files.exists(run.folder().supernetRank())) {
            return "";
        }
        RankStudy.Stored stored = RankStudy.stored(run.folder().supernetRank());
        List<RankRow> rows = stored.rows();
        if (rows.size() < LEAST_RANKED) {
            return "";
        }
        boolean tested = rows.stream().allMatch(row -> row.test().isPresent());
        ToDoubleFunction<RankRow> alone = tested ? row -> row.test().orElseThrow() : RankRow::alone;
        Chart chart = Chart.scatter("with shared weights, validation images, %", "trained alone, " + (tested ? "test" : "validation") + " images, %");
        ArrayNode points = chart.series("networks of the space").put("role", "point").putArray("points");
        for (RankRow row : rows) {
            double y = alone.applyAsDouble(row);
            new Chart.Point(row.scored(), y, row.name(), new RunData.Range(row.scored(), row.scored(), row.scored()), new RunData.Range(y, y, y),
                    List.of("Multiply-adds: " + Words.grouped(row.macs()), "Parameters: " + Words.grouped(row.params())), "", false).addTo(points);
        }
        HtmlTable table = new HtmlTable("Rank correlation with " + rows.size() + " networks that were trained alone; the interval is the central 95 % of bootstrap samples.", "Ranked by", ">Spearman",
                ">from", ">to", ">Kendall");
        rank(table, "the super-network", Ranking.of(rows, RankRow::scored, alone));
        rank(table, "multiply-adds", Ranking.of(rows, RankRow::macs, alone));
        rank(table, "parameters", Ranking.of(rows, RankRow::params, alone));
        boolean same = supernets.path("supernets").valueStream().anyMatch(s -> s.path("sha256").asString("").equals(stored.supernet()));
        return "<h3>How well the super-network ranks</h3>\n" + (same ? "" : "<p><b>Mind:</b> this table is of another super-network than the run's.</p>\n")
                + chart.figure("rank-chart", "Accuracy of networks trained alone against that with shared weights", "A point for each network of <code>supernet-rank.jsonl</code>.", false) + table;
    }

    private static void rank(HtmlTable table, String by, Ranking ranking) {
        table.row("", by, Words.decimals(ranking.spearman(), 3), Words.decimals(ranking.low(), 3), Words.decimals(ranking.high(), 3), Words.decimals(ranking.kendall(), 3));
    }
}
