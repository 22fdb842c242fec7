package finch.search.report;

import finch.accuracy.Figure;
import finch.accuracy.Surrogate;
import finch.latency.DeviceProfile;
import finch.latency.ErrorSummary;
import finch.search.config.Accuracy;
import finch.search.config.EnsembleAccuracy;
import finch.search.config.LadderAccuracy;
import finch.search.config.Objective;
import finch.search.config.ProxyAccuracy;
import finch.search.run.AccuracySource;
import finch.space.format.InvalidFileException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;

/** How wrong the estimates are: latency predicted against measured, and where accuracies come from. */
final class TrustSection {
    /** Width of the histogram's bins. */
    private static final double BIN_PERCENT = 2.5;
    /** Errors beyond it stand in the outermost bins. */
    private static final double MOST_PERCENT = 20;

    private TrustSection() {}

    static String of(RunData run) {
        return run.profile().map(profile -> latency(run, profile)).orElse("") + accuracy(run);
    }

    /** In milliseconds. */
    private record Pair(String name, double measured, double predicted) {
        double errorPercent() {
            return 100 * (predicted / measured - 1);
        }
    }

    private static String latency(RunData run, DeviceProfile profile) {
        List<Pair> heldOut = profile.heldOutNetworks().stream().map(n -> new Pair(n.name(), n.measured() / 1e3, n.predicted() / 1e3)).toList();
        List<Pair> timed = run.measured().stream().filter(n -> n.has("predictedMicros")).map(n -> new Pair(n.path("name").asString(""),
                n.path("medianMicros").asDouble() / 1e3, n.path("predictedMicros").path("value").asDouble() / 1e3)).toList();
        String charts = heldOut.isEmpty() && timed.isEmpty() ? "" : "<div class=\"two\">\n" + against(heldOut, timed) + histogram(heldOut, timed) + "</div>\n";
        HtmlTable table = new HtmlTable("Errors on networks that the model was not fitted to, beside trivial models on the same ones. The noise floor is the same networks timed twice: no model can beat it.",
                "Model", ">Networks", ">Mean error, %", ">Within 5 %", ">Within 10 %", ">Rank correlation", ">Worst, %");
        row(table, "latency model", profile.heldOut());
        profile.baselines().forEach((name, errors) -> row(table, name, errors));
        row(table, "noise floor", profile.noiseFloor());
        return "<h3>Latency: predicted against measured</h3>\n" + charts + table
                + "<p class=\"soft\">" + Html.escape(String.format(Locale.ROOT, "The 90 %% interval is %.2f to %.2f times the prediction; %.0f %% of the held-out networks lie in it.",
                profile.interval().low(), profile.interval().high(), 100 * profile.interval().coverage())) + "</p>\n";
    }

    private static void row(HtmlTable table, String name, ErrorSummary e) {
        table.row("", name, e.networks(), Words.decimals(e.mapePercent(), 1), Words.decimals(100 * e.within5(), 0), Words.decimals(100 * e.within10(), 0),
                Words.decimals(e.spearman(), 3), Words.decimals(e.worstPercent(), 1));
    }

    private static String against(List<Pair> heldOut, List<Pair> timed) {
        var all = Stream.concat(heldOut.stream(), timed.stream()).flatMap(p -> Stream.of(p.measured(), p.predicted())).mapToDouble(d -> d).summaryStatistics();
        double margin = 0.06 * Math.max(all.getMax() - all.getMin(), 0.1 * all.getMax());
        Chart chart = Chart.scatter("Measured, ms", "Predicted, ms").with("diagonal", true)
                .range("x", Math.max(0, all.getMin() - margin), all.getMax() + margin).range("y", Math.max(0, all.getMin() - margin), all.getMax() + margin);
        points(chart, "held out of the calibration", 0, heldOut);
        points(chart, "timed after the search", 1, timed);
        return chart.figure("predicted-chart", "Predicted against measured latency of " + (heldOut.size() + timed.size()) + " networks", "On the dashed line a prediction is right.", true);
    }

    private static void points(Chart chart, String name, int color, List<Pair> pairs) {
        if (!pairs.isEmpty()) {
            ArrayNode points = chart.series(name).put("role", "point").put("color", color).putArray("points");
            pairs.forEach(p -> points.addArray().add(p.measured()).add(p.predicted()).add(p.name()).addNull().addNull().addNull().addNull()
                    .add(points.arrayNode().add(String.format(Locale.ROOT, "off by %+.1f %%", p.errorPercent()))).add("").add(false));
        }
    }

    private static String histogram(List<Pair> heldOut, List<Pair> timed) {
        int bins = (int) (2 * MOST_PERCENT / BIN_PERCENT);
        List<String> names = new ArrayList<>();
        for (int i = 0; i < bins; i++) {
            double from = -MOST_PERCENT + i * BIN_PERCENT;
            names.add(i == 0 ? "below " + Words.decimals(from + BIN_PERCENT, 1) : i == bins - 1 ? "above " + Words.decimals(from, 1)
                    : Words.decimals(from, 1) + " to " + Words.decimals(from + BIN_PERCENT, 1));
        }
        Chart chart = Chart.bars("predicted over measured, % off", "networks", names).with("stacked", true).with("narrowGap", true).with("whole", true);
        counts(chart, "held out of the calibration", heldOut, bins);
        counts(chart, "timed after the search", timed, bins);
        return chart.figure("error-chart", "Histogram of the errors of the predictions", "How far predictions are off.", true);
    }

    private static void counts(Chart chart, String name, List<Pair> pairs, int bins) {
        if (!pairs.isEmpty()) {
            int[] counts = new int[bins];
            pairs.forEach(p -> counts[Math.clamp((long) Math.floor((p.errorPercent() + MOST_PERCENT) / BIN_PERCENT), 0, bins - 1)]++);
            ArrayNode values = chart.series(name).putArray("values");
            for (int count : counts) {
                values.add(count);
            }
        }
    }

    // --- accuracy ----------------------------------------------------------------------------------------------------

    private static String accuracy(RunData run) {
        if (run.config().isEmpty()) {
            // a file that is gone is one reason why a config cannot be read any more
            String change = run.objectives().stream().anyMatch(Objective::ofAccuracy) ? change(run) : "";
            return change.isEmpty() ? "" : "<h3>Accuracy</h3>\n" + change;
        }
        if (!run.config().get().asksAccuracies()) {
            return "";
        }
        return "<h3>Accuracy</h3>\n" + change(run) + told(run, run.config().get().accuracy(), run.manifest().path("accuracy"));
    }

    /** @param facts what the manifest tells of a proxy or an ensemble */
    private static String told(RunData run, Accuracy accuracy, JsonNode facts) {
        return switch (accuracy) {
            case Accuracy.Surrogate choice -> surrogate(choice);
            case ProxyAccuracy proxy -> AccuracyWords.proxy(proxy, facts);
            case EnsembleAccuracy ensemble -> AccuracyWords.ensemble(ensemble, facts);
            case LadderAccuracy ladder -> AccuracyWords.ladder(ladder, run, (rung, own) -> told(run, rung, own));
            case Accuracy.Supernet supernet -> "<p>Accuracies are those of parts of a super-network, " + Html.escape(String.valueOf(supernet.model().getFileName()))
                    + ": weights that all networks of the space share, on up to " + supernet.images() + " validation images. They are for ranking and are not the accuracy of a network"
                    + " trained alone. Intervals are those of counting so many images and know nothing of that difference; finch supernet-rank measures how well such a ranking does.</p>";
            case Accuracy.Table table -> "<p>Accuracies stand in the table " + Html.escape(String.valueOf(table.table().getFileName()))
                    + sha(run.manifest().path("accuracyTable").path("sha256")) + "; they are taken as they are.</p>\n";
            case Accuracy.Command command -> "<p>Accuracies on " + Html.escape(command.dataset()) + " were measured by the program <code>"
                    + Html.escape(String.join(" ", command.run())) + "</code>" + (command.fidelity() < 1 ? ", asked for " + Words.decimals(100 * command.fidelity(), 1) + " % of a whole training" : "") + ", at most " + command.timeout()
                    + " an attempt, up to " + (command.retries() + 1) + " attempts; what it wrote is in <code>trainer.log</code> and <code>candidates/</code>.</p>\n";
        };
    }

    private static String change(RunData run) {
        Optional<String> change;
        try {
            change = AccuracySource.change(run.manifest());
        } catch (IOException e) {
            change = Optional.of("The file that the accuracies came from cannot be read: " + e.getMessage());
        }
        return change.map(text -> "<p><b>Mind:</b> " + Html.escape(text) + "</p>\n").orElse("");
    }

    private static String sha(JsonNode hash) {
        return hash.isMissingNode() ? "" : " (SHA-256 <code>" + Html.escape(hash.asString("")) + "</code>)";
    }

    private static String surrogate(Accuracy.Surrogate choice) {
        Surrogate surrogate;
        try {
            Surrogate base = choice.file().isPresent() ? Surrogate.read(choice.file().get()) : Surrogate.shipped();
            surrogate = choice.recipe().map(base::withRecipe).orElse(base);
        } catch (InvalidFileException | IllegalArgumentException | IOException e) {
            return "<p>Accuracies come from a surrogate that cannot be read any more: " + Html.escape(String.valueOf(e.getMessage())) + "</p>\n";
        }
        HtmlTable table = new HtmlTable("Points of top-1, on results that it was not fitted to unless said otherwise; each fold or family judges intervals"
                + " that were calibrated on the others.", "Test", ">Results", ">Root mean square error",
                ">Mean error", ">Rank correlation", ">In the 90 % interval, %", "Error of a line over one figure");
        for (Figure f : surrogate.figures()) {
            table.row("", f.test(), f.rows(), Words.decimals(f.rmse(), 2), Words.decimals(f.meanAbsoluteError(), 2), Words.decimals(f.spearman(), 3),
                    Words.decimals(100 * f.coverage90(), 0), f.baselines().stream().map(b -> b.feature() + " " + Words.decimals(b.rmse(), 2)).collect(Collectors.joining(", ")));
        }
        return "<p>Top-1 accuracies are estimates of a surrogate for " + Html.escape(surrogate.dataset()) + ", speaking of the training recipe <code>"
                + Html.escape(surrogate.recipe()) + "</code>. Data: " + Html.escape(String.join("; ", surrogate.sources())) + ".</p>\n" + table;
    }
}
