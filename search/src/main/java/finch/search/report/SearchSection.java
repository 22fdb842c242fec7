package finch.search.report;

import finch.search.config.Objective;
import finch.search.report.HypervolumeCurve.Step;
import finch.search.report.JournalFacts.Improvement;
import finch.search.run.GenomeText;
import finch.space.Genome;
import finch.space.SearchSpace;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;

/** How the search went: the growth of the front, what it agrees on, what repeats were saved, what failed. */
final class SearchSection {
    private SearchSection() {}

    static String of(RunData run) {
        return hypervolume(run) + genes(run) + effort(run) + reasons(run);
    }

    private static String hypervolume(RunData run) {
        List<Improvement> improvements = run.journal().improvements();
        List<Improvement> random = baseline(run);
        HypervolumeCurve curve = HypervolumeCurve.over(random.isEmpty() ? List.of(improvements) : List.of(improvements, random));
        // without a journal a baseline has nothing to stand beside
        if (run.objectives().size() < 2 || improvements.isEmpty() || !curve.isDrawn()) {
            return "";
        }
        Chart chart = Chart.lines("evaluations", "share of the hypervolume").with("yMax", 1);
        List<Step> ours = curve.of(improvements, run.journal().evaluated());
        series(chart, "this search", ours, false);
        String caption = "Hypervolume that the front dominates, 1 being what all curves dominate together; the reference point is the worst of each objective that ever widened a front.";
        if (!random.isEmpty()) {
            List<Step> theirs = curve.of(random, run.baseline().path("evaluated").asLong());
            series(chart, "random search", theirs, true);
            caption += " Random search: " + Words.grouped(run.baseline().path("evaluated").asLong()) + " different architectures drawn uniformly after the same seed networks, judged by the same estimates"
                    + (run.baseline().path("cutShort").asBoolean(false) ? "; it was stopped early because it took long" : "") + ". It ends at "
                    + Words.decimals(theirs.getLast().share(), 3) + ", this search at " + Words.decimals(ours.getLast().share(), 3) + ".";
        }
        return "<h3>Hypervolume against evaluations</h3>\n" + chart.figure("hypervolume-chart", "Share of the hypervolume against evaluations"
                + (random.isEmpty() ? "" : ", with random search"), Html.escape(caption), true);
    }

    private static void series(Chart chart, String name, List<Step> steps, boolean dashed) {
        ArrayNode points = chart.series(name).put("dashed", dashed).putArray("points");
        steps.forEach(step -> points.addArray().add(step.evaluation()).add(step.share()));
    }

    /** What widened the front of the random baseline. */
    private static List<Improvement> baseline(RunData run) {
        List<Improvement> improvements = new ArrayList<>();
        for (JsonNode node : run.baseline().path("improvements")) {
            double[] point = new double[run.objectives().size()];
            for (int i = 0; i < point.length; i++) {
                Objective objective = run.objectives().get(i);
                point[i] = objective.minimised(node.path("objectives").path(objective.formatName()).asDouble());
            }
            improvements.add(new Improvement(node.path("evaluation").asLong(), point));
        }
        return improvements;
    }

    private static String genes(RunData run) {
        if (run.config().isEmpty()) {
            return "";
        }
        SearchSpace space = run.config().get().space().space();
        List<Genome> front = new ArrayList<>();
        try {
            run.front().stream().filter(n -> !n.genome().isEmpty()).forEach(n -> front.add(new GenomeText(space).parse(n.genome())));
        } catch (IllegalArgumentException e) {
            // a run in a space that has changed since
            return "";
        }
        List<GeneShares> shares = GeneShares.of(space, front);
        if (shares.isEmpty()) {
            return "";
        }
        HtmlTable table = new HtmlTable("Every decision of the space that speaks in some network of the front.", "Decision", "Choices on the front", ">Networks in which it speaks");
        for (GeneShares share : shares) {
            table.row("", share.decision().name(), share.text(), share.total());
        }
        return "<h3>What the networks of the front share</h3>\n<p>How often each choice of a decision stands on the front of " + front.size()
                + (front.size() == 1 ? " network" : " networks") + "; decisions without effect (those of dropped blocks) do not count.</p>\n"
                + "<details><summary>Chart of all " + shares.size() + " decisions</summary>\n"
                + GeneShares.chart(shares).figure("gene-chart", "Choices of each decision on the front. The table below lists them", "", false) + "</details>\n"
                + agreed(shares, front.size()) + "<details><summary>All decisions as a table</summary>\n" + table + "</details>\n";
    }

    /** What nearly all agree on, in a sentence. */
    private static String agreed(List<GeneShares> shares, int front) {
        List<String> agreed = shares.stream().filter(s -> front > 1 && s.total() == front && s.percent(s.most()) >= 95)
                .map(s -> s.decision().name() + " = " + s.decision().choices().get(s.most())).toList();
        return agreed.isEmpty() ? "" : "<p>At least 95 % agree on: " + Html.escape(String.join(", ", agreed)) + ".</p>\n";
    }

    private static String effort(RunData run) {
        Map<String, Long> outcomes = run.journal().outcomes();
        long evaluated = run.journal().evaluated();
        long architectures = run.journal().rungs().isEmpty() ? evaluated : run.journal().rungs().getOrDefault(1, JournalFacts.OnRung.NONE).evaluated();
        long proposed = Math.max(architectures, run.manifest().path("counts").path("proposed").asLong(0));
        HtmlTable table = new HtmlTable("One architecture is evaluated once" + (run.journal().rungs().isEmpty() ? "" : " on each rung that it comes to") + ", however many genomes mean it.", "What", ">Count", ">Share, %");
        if (run.manifest().path("counts").has("proposed")) {
            table.row("", "genomes proposed", Words.grouped(proposed), "");
            table.row("", "repeats that cost no evaluation", Words.grouped(proposed - architectures), share(proposed - architectures, proposed));
        }
        table.row("", "architectures evaluated", Words.grouped(architectures), share(architectures, proposed));
        run.journal().rungs().forEach((rung, count) -> table.row("", "evaluations on rung " + rung, Words.grouped(count.evaluated()), share(count.evaluated(), evaluated)));
        outcomes.forEach((outcome, count) -> table.row("", "of these " + (outcome.equals("measured") ? "feasible" : outcome), Words.grouped(count), share(count, evaluated)));
        return "<h3>Effort</h3>\n" + table + damaged(run.journal().damaged());
    }

    private static String damaged(List<Long> lines) {
        return lines.isEmpty() ? "" : "<p>The journal is damaged: " + (lines.size() == 1 ? "line " + lines.getFirst() + " is" : lines.size() + " lines, the first of them " + lines.getFirst()
                + ", are") + " not told of here, and a damaged journal is not resumed.</p>\n";
    }

    private static String share(long part, long whole) {
        return whole == 0 ? "" : Words.decimals(100.0 * part / whole, 1);
    }

    private static String reasons(RunData run) {
        if (run.journal().missed().isEmpty() && run.journal().failed().isEmpty()) {
            return "";
        }
        HtmlTable table = new HtmlTable("Why evaluations do not count. One network may miss several bounds.", "Outcome", "Reason", ">Evaluations");
        run.journal().failed().forEach((reason, count) -> table.row("", "failed", reason, Words.grouped(count)));
        run.journal().missed().forEach((reason, count) -> table.row("", "infeasible", reason, Words.grouped(count)));
        return "<h3>Failed and infeasible</h3>\n" + table;
    }
}
