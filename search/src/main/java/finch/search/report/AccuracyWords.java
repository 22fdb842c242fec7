package finch.search.report;

import finch.search.config.EnsembleAccuracy;
import finch.search.config.LadderAccuracy;
import finch.search.config.Objective;
import finch.search.config.ProxyAccuracy;
import finch.search.config.Accuracy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** What a report says of scores, ensembles and ladders. */
final class AccuracyWords {
    private AccuracyWords() {}

    static String proxy(ProxyAccuracy proxy, JsonNode facts) {
        return "<p>The score is the zero-cost proxy <code>" + Html.escape(proxy.proxy().key()) + "</code>" + settings(proxy.settings().data(), proxy.settings().seeds(), proxy.settings().batch())
                + ". It ranks networks and is no accuracy: nothing says how many points of top-1 a score is worth, and only scores of one run compare. " + measured(facts) + "</p>\n";
    }

    static String ensemble(EnsembleAccuracy ensemble, JsonNode facts) {
        String what = ensemble.tells() == Objective.TOP1
                ? "Top-1 is estimated by an ensemble: a ridge regression of the logarithm of the error on the signals below, fitted to " + facts.path("networks").asLong()
                + " networks of the table " + Html.escape(ensemble.table().map(t -> String.valueOf(t.getFileName())).orElse("")) + ". Intervals held 90 % of what a fit had not seen"
                : "The score is an ensemble by ranks: the sum of the logarithms of a network's places among " + facts.path("networks").asLong()
                + " networks drawn from the space. It ranks networks and is no accuracy";
        HtmlTable table = new HtmlTable(ensemble.tells() == Objective.TOP1 ? "A weight tells what a standard deviation of the signal is worth on the scale of the fit."
                : "All signals have the same weight.", "Signal", ">Weight");
        for (Map.Entry<String, JsonNode> weight : facts.path("weights").properties()) {
            table.row("", weight.getKey(), Words.decimals(weight.getValue().asDouble(), 4));
        }
        return "<p>" + what + settings(ensemble.settings().data(), ensemble.settings().seeds(), ensemble.settings().batch()) + ". " + heldOut(facts) + "</p>\n" + table;
    }

    private static String settings(Optional<String> data, int seeds, int batch) {
        return data.isEmpty() ? "" : " (" + seeds + (seeds == 1 ? " seed" : " seeds") + ", batches of " + batch + " images)";
    }

    private static String heldOut(JsonNode facts) {
        JsonNode heldOut = facts.path("heldOut");
        if (!heldOut.isObject()) {
            return measured(facts);
        }
        return "On " + heldOut.path("networks").asLong() + " networks that it was not made with its rank correlation is "
                + Words.decimals(heldOut.path("spearman").asDouble(), 3) + " (Kendall's " + Words.decimals(heldOut.path("kendall").asDouble(), 3) + ")"
                + (heldOut.has("rmse") ? " and its root mean square error " + Words.decimals(heldOut.path("rmse").asDouble(), 2) + " points of top-1" : "")
                + "; the best signal alone, " + Html.escape(heldOut.path("bestSignal").asString("")) + ", has " + Words.decimals(heldOut.path("bestSignalSpearman").asDouble(), 3) + ".";
    }

    private static String measured(JsonNode facts) {
        return facts.has("spearman") ? "On " + Html.escape(facts.path("measuredOn").asString("")) + " its rank correlation with trained accuracy is "
                + Words.decimals(facts.path("spearman").asDouble(), 3) + "; another space may be ranked otherwise."
                : "How well it ranks networks nobody has measured.";
    }

    /** @param each tells of one estimator, by its facts */
    static String ladder(LadderAccuracy ladder, RunData run, java.util.function.BiFunction<Accuracy, JsonNode, String> each) {
        JsonNode rungs = run.manifest().path("accuracy").path("rungs");
        HtmlTable table = new HtmlTable("Figures of different rungs are never compared: whoever has come further ranks first, and within a rung its own figure counts.",
                "Rung", "Estimator", "Tells", ">Share of all, at most, %", ">Evaluated", ">Feasible", ">Failed");
        List<String> told = new ArrayList<>();
        for (int i = 0; i < ladder.rungs().size(); i++) {
            LadderAccuracy.Rung rung = ladder.rungs().get(i);
            JournalFacts.OnRung count = run.journal().rungs().getOrDefault(i + 1, JournalFacts.OnRung.NONE);
            table.row("", i + 1, title(rung.accuracy()), Words.name(rung.accuracy().tells()), Words.decimals(100 * rung.share(), 1), Words.grouped(count.evaluated()),
                    Words.grouped(count.feasible()), Words.grouped(count.failed()));
            told.add("<h4>Rung " + (i + 1) + "</h4>\n" + each.apply(rung.accuracy(), rungs.path(i)));
        }
        return "<p>Accuracies come from a ladder of " + ladder.rungs().size() + " rungs: each further estimator was asked only about the promising networks of the one before"
                + " (successive halving). The front holds networks of the last rung alone; after the search the last rung was asked about whatever stood on the front of the rung below it.</p>\n"
                + table + String.join("", told);
    }

    static String title(Accuracy accuracy) {
        return switch (accuracy) {
            case Accuracy.Surrogate s -> "surrogate";
            case Accuracy.Table t -> "table " + t.table().getFileName();
            case Accuracy.Supernet s -> "super-network " + s.model().getFileName();
            case Accuracy.Command c -> "command " + String.join(" ", c.run()) + (c.fidelity() < 1 ? ", fidelity " + Words.decimals(c.fidelity(), 3) : "");
            case ProxyAccuracy p -> "proxy " + p.proxy().key();
            case EnsembleAccuracy e -> "ensemble of " + String.join(", ", e.signals().stream().map(EnsembleAccuracy.Source::title).toList());
            case LadderAccuracy l -> "ladder of " + l.rungs().size() + " rungs";
        };
    }
}
