package finch.search.report;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** Where the run comes from and what to type next. */
final class AboutSection {
    private AboutSection() {}

    static String of(RunData run) {
        return commands(run) + facts(run) + (run.yaml().isEmpty() ? ""
                : "<details><summary>The resolved config</summary>\n<pre tabindex=\"0\">" + Html.escape(run.yaml()) + "</pre></details>\n");
    }

    private static String commands(RunData run) {
        String folder = ShellWord.of(typed(run.folder().path()));
        Map<String, String> commands = new LinkedHashMap<>();
        commands.put("repeat the run", "finch search " + ShellWord.of(typed(run.folder().config())));
        commands.put("go on after a stop", "finch resume " + folder);
        if (!run.front().isEmpty()) {
            commands.put("export the best network", "finch export " + folder + ":best --format onnx -o best.onnx");
            commands.put("export it for PyTorch", "finch export " + folder + ":best --format pytorch -o best.py");
        }
        if (run.front().size() > 1) {
            commands.put("export another one", "finch export " + folder + ":front/2 --format onnx -o other.onnx");
        }
        if (!run.front().isEmpty()) {
            commands.put("time the best here", "finch measure " + folder + ":best");
        }
        commands.put("make this page again", "finch report " + folder);
        StringBuilder html = new StringBuilder("<h3>What to type</h3>\n<p class=\"soft\">In the folder that this page was made from; in a checkout <code>finch</code> is "
                + "<code>./finch</code>.</p>\n<dl class=\"do\">\n");
        commands.forEach((what, command) -> html.append("<dt>").append(Html.escape(what)).append("</dt><dd><code>").append(Html.escape(command))
                .append("</code></dd>\n"));
        return html.append("</dl>\n").toString();
    }

    /** As a person would type it where the report was made. */
    private static String typed(Path path) {
        Path here = Path.of("").toAbsolutePath();
        Path absolute = path.toAbsolutePath().normalize();
        return absolute.startsWith(here) && !absolute.equals(here) ? here.relativize(absolute).toString() : absolute.toString();
    }

    private static String facts(RunData run) {
        JsonNode manifest = run.manifest();
        JsonNode machine = manifest.path("machine");
        HtmlTable table = new HtmlTable("What the figures rest on.", "Fact", "Value");
        row(table, "Status", manifest.path("status"));
        row(table, "Stopped by", manifest.path("stoppedBy"));
        row(table, "Seed", manifest.path("seed"));
        row(table, "Random numbers", manifest.path("random"));
        row(table, "Config, SHA-256", manifest.path("configSha256"));
        manifest.path("versions").properties().forEach(version -> row(table, "Version of " + version.getKey(), version.getValue()));
        if (manifest.has("commit")) {
            table.row("", "Commit", Report.plain(manifest.path("commit")) + (manifest.path("dirty").asBoolean(false) ? " with changes" : ""));
        }
        table.row("", "Machine", Stream.concat(run.profile().stream().map(p -> p.device().cpu()), Stream.of(machine.path("architecture"), machine.path("os"))
                .filter(n -> !n.isMissingNode()).map(Report::plain)).reduce((a, b) -> a + ", " + b).orElse("unknown") + ", " + Report.plain(machine.path("cores")) + " cores");
        table.row("", "JVM", Report.plain(manifest.path("jvm").path("vendor")) + " " + Report.plain(manifest.path("jvm").path("version")));
        run.profile().ifPresent(p -> table.row("", "Device profile", p.fingerprint() + " of " + p.date() + ": " + p.device().runtime() + " " + p.device().kernelSet()
                + ", " + p.device().threads() + (p.device().threads() == 1 ? " thread" : " threads")));
        manifest.path("sessions").forEach(session -> table.row("", "Session", Report.plain(session.path("started")) + " to "
                + (session.has("ended") ? Report.plain(session.path("ended")) : "an end that is not told") + ", " + Report.plain(session.path("threads")) + " workers"));
        return "<h3>Provenance</h3>\n" + table;
    }

    private static void row(HtmlTable table, String name, JsonNode value) {
        if (!value.isMissingNode()) {
            table.row("", name, Report.plain(value));
        }
    }
}
