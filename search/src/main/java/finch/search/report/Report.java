package finch.search.report;

import finch.search.config.Objective;
import finch.search.run.RunFolder;
import finch.space.format.AtomicFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** Writes {@code report.html} of a run: one file that needs nothing else. */
public final class Report {
    /** How often an open page of a running search reads itself again. */
    private static final int REFRESH_SECONDS = 10;

    private Report() {}

    /** A part of the page with its heading. @param html safe; empty for nothing to tell */
    record Section(String id, String title, String html) {}

    /**
     * Writes the report into the run folder.
     *
     * @return its file
     * @throws IllegalArgumentException if the folder holds no run, or one without a front yet
     */
    public static Path write(RunFolder folder) throws IOException {
        AtomicFile.write(folder.report(), html(folder));
        return folder.report();
    }

    /** The page itself. @throws IllegalArgumentException as {@link #write}, or if a file of the run is damaged */
    public static String html(RunFolder folder) throws IOException {
        try {
            return page(folder);
        } catch (JacksonException e) {
            throw RunData.damaged(folder, e);
        }
    }

    private static String page(RunFolder folder) throws IOException {
        RunData run = RunData.read(folder);
        List<Section> sections = new ArrayList<>(List.of(
                new Section("front", "What can be had", FrontSection.of(run)),
                new Section("network", "The best network", NetworkSection.of(run)),
                new Section("training", "What training came to", TrainingSection.of(run)),
                new Section("search", "How the search went", SearchSection.of(run)),
                new Section("trust", "How far the estimates can be trusted", TrustSection.of(run)),
                new Section("about", "About this run", AboutSection.of(run))));
        sections.removeIf(section -> section.html().isEmpty());
        StringBuilder body = new StringBuilder(summary(run)).append("<nav aria-label=\"Sections\">\n");
        sections.forEach(s -> body.append("<a href=\"#").append(s.id()).append("\">").append(Html.escape(s.title())).append("</a>\n"));
        body.append("</nav>\n");
        sections.forEach(s -> body.append("<section id=\"").append(s.id()).append("\">\n<h2>").append(Html.escape(s.title())).append("</h2>\n")
                .append(s.html()).append("</section>\n"));
        return Page.of(run.name(), body.toString(), run.isRunning() ? REFRESH_SECONDS : 0);
    }

    private static String summary(RunData run) {
        JsonNode manifest = run.manifest();
        StringBuilder html = new StringBuilder("<header>\n<h1>").append(Html.escape(run.name()))
                .append(run.isRunning() ? " <span class=\"live\">running</span>" : "").append("</h1>\n<p class=\"soft\">")
                .append(Html.escape(run.isRunning() ? "The search goes on; this page reads itself again. If it was stopped, finch resume goes on with it."
                        : manifest.path("message").asString(manifest.path("status").asString("")))).append("</p>\n</header>\n<ul class=\"cards\">\n");
        card(html, Words.grouped(run.front().size()), run.front().size() == 1 ? "network on the front" : "networks on the front");
        card(html, Words.grouped(manifest.path("counts").path("evaluated").asLong(run.journal().evaluated())), "architectures evaluated");
        run.best().ifPresent(network -> {
            for (Objective objective : run.objectives()) {
                network.value(objective).ifPresent(range -> card(html, Words.number(objective, range.value()), Words.heading(objective) + ", best network"));
            }
        });
        html.append("</ul>\n");
        run.findings().forEach(finding -> html.append("<p>").append(Html.escape(finding)).append("</p>\n"));
        if (!run.constraints().isEmpty()) {
            html.append("<p>Every network keeps: ").append(Html.escape(run.constraints().stream().map(Words::constraint).collect(Collectors.joining("; ")))).append(".</p>\n");
        }
        return html.toString();
    }

    private static void card(StringBuilder html, String figure, String meaning) {
        html.append("<li><b>").append(Html.escape(figure)).append("</b><span>").append(Html.escape(meaning)).append("</span></li>\n");
    }

    /** A value of a manifest for people. */
    static String plain(JsonNode node) {
        return node.isMissingNode() ? "none" : node.isValueNode() ? node.asString("") : node.toString();
    }
}
