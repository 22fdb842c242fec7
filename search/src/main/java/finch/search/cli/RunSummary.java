package finch.search.cli;

import finch.search.config.Objective;
import finch.search.report.RunData;
import finch.search.report.RunData.Network;
import finch.search.report.RunData.Range;
import finch.search.report.ShellWord;
import finch.search.run.RunFolder;
import finch.training.ModelFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** What a finished search tells on the terminal: the front, the timings, and where everything lies. */
final class RunSummary {
    private static final int ROWS = 12;

    private final Terminal terminal;
    private final RunFolder folder;

    RunSummary(Terminal terminal, RunFolder folder) {
        this.terminal = terminal;
        this.folder = folder;
    }

    String text() throws IOException {
        RunData run = RunData.read(folder);
        return "\n" + painted(front(run)) + measured(run) + findings(run) + Comparison.text(folder) + "\n" + files();
    }

    /** The heading soft, the best bold, the references in another colour. */
    private String painted(String table) {
        return !terminal.colours() ? table : table.lines().map(line -> line.contains("  network  ") && line.contains("multiply-adds") ? paint(line, "2") : line.contains("  best") ? paint(line, "1;36")
                : line.stripLeading().startsWith("reference") ? paint(line, "33") : line).collect(Collectors.joining("\n", "", "\n"));
    }

    private static String paint(String line, String code) {
        return "\u001b[" + code + "m" + line + "\u001b[0m";
    }

    private static String front(RunData run) {
        boolean scores = run.objectives().contains(Objective.SCORE);
        TextTable table = new TextTable(">", "network", scores ? ">score" : ">top-1, %", ">latency, ms", ">multiply-adds", ">params");
        List<Network> front = run.front();
        for (int i : shown(front)) {
            row(table, "front/" + (i + 1), front.get(i));
        }
        run.references().stream().filter(reference -> front.stream().noneMatch(n -> n.reference().equals(reference.reference())))
                .forEach(reference -> row(table, "reference", reference));
        int left = front.size() - shown(front).size();
        String note = scores ? "(a score ranks networks; it is no accuracy)\n" : "";
        return table + note + (left > 0 ? "(and " + left + " more on the front)\n" : "");
    }

    /** Both ends of a long front, evenly what lies between, and whatever has a name. */
    private static TreeSet<Integer> shown(List<Network> front) {
        TreeSet<Integer> shown = new TreeSet<>();
        for (int i = 0; i < Math.min(ROWS, front.size()); i++) {
            shown.add(front.size() <= ROWS ? i : Math.round(i * (front.size() - 1) / (float) (ROWS - 1)));
        }
        for (int i = 0; i < front.size(); i++) {
            if (front.get(i).best() || front.get(i).knee() || front.get(i).reference().isPresent()) {
                shown.add(i);
            }
        }
        return shown;
    }

    private static void row(TextTable table, String place, Network network) {
        String marks = (network.best() ? "  best" : "") + (network.knee() ? "  knee" : "");
        table.row(place, network.name() + marks, network.value(Objective.SCORE).isPresent() ? range(network.value(Objective.SCORE), 1, 2) : range(network.value(Objective.TOP1), 1, 1), range(network.value(Objective.LATENCY), 1e3, 2),
                Quantities.exact(network.costs().path("macs").asLong()), Quantities.exact(network.costs().path("params").asLong()));
    }

    private static String range(Optional<Range> range, double unit, int digits) {
        return range.map(r -> Quantities.decimals(r.value() / unit, digits) + (r.isExact() ? ""
                : " (" + Quantities.decimals(r.low() / unit, digits) + " to " + Quantities.decimals(r.high() / unit, digits) + ")")).orElse("");
    }

    private static String measured(RunData run) {
        if (run.measured().isEmpty()) {
            return "";
        }
        TextTable table = new TextTable("timed in turn on this machine", ">median", ">10 %", ">90 %", ">predicted");
        for (JsonNode node : run.measured()) {
            table.row(node.path("name").asString("") + (node.path("disturbed").asBoolean(false) ? "  (machine was busy)" : ""),
                    Quantities.micros(node.path("medianMicros").asDouble()), Quantities.micros(node.path("p10Micros").asDouble()),
                    Quantities.micros(node.path("p90Micros").asDouble()),
                    node.has("predictedMicros") ? Quantities.micros(node.path("predictedMicros").path("value").asDouble()) : "");
        }
        return "\n" + table;
    }

    private static String findings(RunData run) {
        return run.findings().isEmpty() ? "" : "\n" + String.join("\n", run.findings()) + "\n";
    }

    /** Trained networks are exported as models too. */
    private static boolean isTrained(Path file) {
        return Files.exists(file.resolveSibling(Home.baseName(file) + ModelFile.ENDING));
    }

    private String files() throws IOException {
        String run = terminal.relative(folder.path());
        List<String> lines = new ArrayList<>();
        lines.add("run       " + run);
        lines.add("report    " + terminal.relative(folder.report()) + " (open it, or: finch serve " + ShellWord.of(run) + ")");
        if (Files.isDirectory(folder.exports())) {
            try (Stream<Path> exports = Files.list(folder.exports())) {
                exports.sorted().forEach(file -> lines.add("exported  " + terminal.relative(file) + (isTrained(file) ? " (trained)" : " (untrained weights)")));
            }
        }
        lines.add("others    finch export " + ShellWord.of(run + ":knee") + " --format onnx -o knee.onnx");
        return String.join("\n", lines) + "\n";
    }
}
