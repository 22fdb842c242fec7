package finch.search.report;

import finch.search.config.Objective;
import finch.search.report.RunData.Network;
import finch.search.report.RunData.Range;
import finch.search.run.RunFolder;
import finch.space.format.AtomicFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** Writes {@code report.html} of a run: one file that needs nothing else. */
public final class Report {
    /** A front with more networks is shortened. */
    private static final int LONG = 16;

    private final RunData run;
    private final StringBuilder html = new StringBuilder();

    private Report(RunData run) {
        this.run = run;
    }

    /**
     * Writes the report into the run folder.
     *
     * @return its file
     * @throws IllegalArgumentException if the folder holds no run, or one without a front yet
     */
    public static Path write(RunFolder folder) throws IOException {
        AtomicFile.write(folder.report(), new Report(RunData.read(folder)).page());
        return folder.report();
    }

    private String page() {
        String name = run.manifest().path("name").asString("run");
        html.append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
                .append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
                .append("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n")
                .append("<title>").append(Html.escape(name)).append(" · Finch</title>\n<style>\n").append(style()).append("</style>\n</head>\n<body>\n<main>\n");
        summary(name);
        chart();
        front();
        measured();
        best();
        facts();
        return html.append("</main>\n</body>\n</html>\n").toString();
    }

    private void summary(String name) {
        JsonNode counts = run.manifest().path("counts");
        html.append("<header>\n<h1>").append(Html.escape(name)).append("</h1>\n<p class=\"soft\">")
                .append(Html.escape(run.manifest().path("message").asString(run.manifest().path("status").asString("")))).append("</p>\n</header>\n");
        html.append("<ul class=\"cards\">\n");
        card(run.front().size() + "", "networks on the front");
        card(grouped(counts.path("evaluated").asLong(run.cloud().size())), "architectures evaluated");
        bestFound().ifPresent(network -> {
            for (Objective objective : run.objectives()) {
                network.value(objective).ifPresent(range -> card(Words.number(objective, range.value()), Words.heading(objective) + ", best network"));
            }
        });
        html.append("</ul>\n");
        run.findings().forEach(finding -> html.append("<p>").append(Html.escape(finding)).append("</p>\n"));
        if (!run.constraints().isEmpty()) {
            html.append("<p>Every network keeps: ").append(Html.escape(String.join("; ", run.constraints()))).append(".</p>\n");
        }
    }

    private void card(String figure, String meaning) {
        html.append("<li><b>").append(Html.escape(figure)).append("</b><span>").append(Html.escape(meaning)).append("</span></li>\n");
    }

    private void chart() {
        FrontChart.of(run).ifPresent(svg -> html.append("<h2>What can be had</h2>\n<figure>\n").append(svg)
                .append("<figcaption><span class=\"key\"></span>front<span class=\"key r\"></span>reference<span class=\"key c\"></span>evaluated. "
                        + "Lines through a mark are central 90 % intervals.</figcaption>\n</figure>\n"));
    }

    private void front() {
        List<Objective> shown = Stream.of(Objective.values()).filter(this::known).toList();
        List<String> columns = new ArrayList<>(List.of("Network"));
        shown.forEach(objective -> columns.add(">" + Words.heading(objective)));
        List<Network> references = run.references().stream()
                .filter(r -> run.front().stream().noneMatch(n -> n.reference().equals(r.reference()))).toList();
        html.append("<h2>The front and the references</h2>\n")
                .append(table("In brackets the central 90 % interval of an estimate.", columns, shown, Stream.concat(some(), references.stream()).toList()));
        if (some().count() < run.front().size()) {
            html.append("<details><summary>All ").append(run.front().size()).append(" networks of the front</summary>\n")
                    .append(table("The whole front.", columns, shown, run.front())).append("</details>\n");
        }
    }

    /** Of a long front both ends, evenly what lies between, and whatever has a name. */
    private Stream<Network> some() {
        List<Network> front = run.front();
        return java.util.stream.IntStream.range(0, front.size())
                .filter(i -> front.size() <= LONG || front.get(i).best() || front.get(i).knee() || front.get(i).reference().isPresent()
                        || i == front.size() - 1 || i * LONG / front.size() != (i - 1) * LONG / front.size() || i == 0)
                .mapToObj(front::get);
    }

    private static HtmlTable table(String caption, List<String> columns, List<Objective> shown, List<Network> networks) {
        HtmlTable table = new HtmlTable(caption, columns.toArray(String[]::new));
        networks.forEach(network -> row(table, network, shown));
        return table;
    }

    private boolean known(Objective objective) {
        return exact(objective).isPresent() || Stream.concat(run.front().stream(), run.references().stream())
                .anyMatch(network -> network.value(objective).isPresent());
    }

    /** The key of an exact figure in a network's costs. */
    private static Optional<String> exact(Objective objective) {
        return switch (objective) {
            case MACS -> Optional.of("macs");
            case PARAMS -> Optional.of("params");
            case PEAK_MEMORY -> Optional.of("peakActivationBytes");
            case TOP1, LATENCY, WEIGHT_BYTES -> Optional.empty();
        };
    }

    private static void row(HtmlTable table, Network network, List<Objective> shown) {
        List<Object> cells = new ArrayList<>();
        cells.add(network.name() + (network.best() ? " (best)" : "") + (network.knee() ? " (knee)" : "")
                + (network.reference().isPresent() && !network.name().equals(network.reference().get()) ? " = " + network.reference().get() : ""));
        for (Objective objective : shown) {
            Optional<Range> range = network.value(objective).or(() -> exact(objective).map(network.costs()::path).filter(JsonNode::isNumber)
                    .map(node -> new Range(node.asDouble(), node.asDouble(), node.asDouble())));
            cells.add(range.map(r -> Words.range(objective, r)).orElse(""));
        }
        table.row(network.reference().isPresent() ? "reference" : network.best() ? "best" : "", cells.toArray());
    }

    private void measured() {
        if (run.measured().isEmpty()) {
            return;
        }
        HtmlTable table = new HtmlTable("Timed in turn after the search, one image at a time; in brackets the 10th and 90th percentile of the runs.",
                "Network", ">Predicted, ms", ">Measured median, ms", ">Measured / predicted", ">Runs");
        for (JsonNode node : run.measured()) {
            Range measured = new Range(node.path("medianMicros").asDouble(), node.path("p10Micros").asDouble(), node.path("p90Micros").asDouble());
            Optional<Range> predicted = Optional.of(node.path("predictedMicros")).filter(JsonNode::isObject).map(RunData::range);
            table.row(node.has("reference") ? "reference" : "",
                    node.path("name").asString("") + (node.path("disturbed").asBoolean(false) ? " (machine was busy)" : ""),
                    predicted.map(range -> Words.range(Objective.LATENCY, range)).orElse(""), Words.range(Objective.LATENCY, measured),
                    predicted.map(range -> String.format(Locale.ROOT, "%.2f", measured.value() / range.value())).orElse(""),
                    node.path("runs").asLong());
        }
        html.append("<h2>Measured on this machine</h2>\n").append(table);
    }

    private Optional<Network> bestFound() {
        return run.front().stream().max(Comparator.comparing(Network::best));
    }

    private void best() {
        Optional<Network> best = bestFound().filter(network -> network.architecture().isObject());
        if (best.isEmpty()) {
            return;
        }
        JsonNode architecture = best.get().architecture();
        HtmlTable table = new HtmlTable("Resolution " + plain(architecture.path("resolution")) + ", stem of "
                + plain(architecture.path("stem").path("out")) + " channels, head of " + plain(architecture.path("head").path("conv")) + " and "
                + plain(architecture.path("head").path("hidden")) + ".",
                "Block", "Type", ">Kernel", ">Stride", ">Expanded", ">Squeeze", ">Out", "Activation");
        int number = 1;
        for (JsonNode block : architecture.path("blocks")) {
            table.row("", number++, plain(block.path("type")), plain(block.path("kernel")), plain(block.path("stride")), plain(block.path("expanded")),
                    plain(block.path("squeeze")), plain(block.path("out")), plain(block.path("activation")));
        }
        html.append("<h2>The best network: ").append(Html.escape(best.get().name())).append("</h2>\n").append(table);
    }

    private static String plain(JsonNode node) {
        return node.isMissingNode() ? "none" : node.isValueNode() ? node.asString("") : node.toString();
    }

    private void facts() {
        JsonNode manifest = run.manifest();
        HtmlTable table = new HtmlTable("What the figures rest on.", "Fact", "Value");
        fact(table, "Status", plain(manifest.path("status")));
        fact(table, "Stopped by", plain(manifest.path("stoppedBy")));
        fact(table, "Seed", plain(manifest.path("seed")));
        fact(table, "Finch", plain(manifest.path("versions").path("finch"))
                + (manifest.has("commit") ? ", commit " + plain(manifest.path("commit")) + (manifest.path("dirty").asBoolean(false) ? " with changes" : "") : ""));
        JsonNode device = run.device().path("device");
        JsonNode machine = manifest.path("machine");
        fact(table, "Machine", Stream.of(device.path("cpu"), machine.path("architecture"), machine.path("os")).filter(n -> !n.isMissingNode())
                .map(Report::plain).reduce((a, b) -> a + ", " + b).orElse("") + ", " + plain(machine.path("cores")) + " cores");
        fact(table, "JVM", plain(manifest.path("jvm").path("vendor")) + " " + plain(manifest.path("jvm").path("version")));
        if (device.isObject()) {
            JsonNode heldOut = run.device().path("heldOut");
            fact(table, "Latency model", String.format(Locale.ROOT, "%s %s, %s thread(s); mean error %.1f %% on %d held-out networks; profile %s of %s",
                    plain(device.path("runtime")), plain(device.path("kernelSet")), plain(device.path("threads")), heldOut.path("mapePercent").asDouble(),
                    heldOut.path("networks").asLong(), plain(run.device().path("fingerprint")), plain(run.device().path("date"))));
        }
        manifest.path("counts").properties().forEach(entry -> fact(table, "Networks " + entry.getKey(), grouped(entry.getValue().asLong())));
        html.append("<h2>About this run</h2>\n").append(table);
        if (!run.config().isEmpty()) {
            html.append("<details><summary>The resolved config</summary>\n<pre>").append(Html.escape(run.config())).append("</pre></details>\n");
        }
    }

    private static void fact(HtmlTable table, String name, String value) {
        table.row("", name, value);
    }

    private static String grouped(long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }

    private static String style() {
        try (InputStream in = Report.class.getResourceAsStream("report.css")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
