package finch.search.cli;

import finch.accuracy.AccuracyTable;
import finch.accuracy.proxy.ProxyImages;
import finch.accuracy.proxy.ProxyProbe;
import finch.accuracy.proxy.ProxyReport;
import finch.accuracy.proxy.ProxyStudy;
import finch.accuracy.proxy.Signal;
import finch.data.DataSet;
import finch.data.DataSets;
import finch.data.Split;
import finch.data.UnusableDataException;
import finch.space.staged.StagedSpace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(name = "proxies", description = "Tells how well zero-cost proxies, numbers of untrained networks, rank networks whose accuracy is known,"
        + " beside multiply-adds, parameters and depth. What a proxy loses to, beats, or is not told apart from is named.",
        footer = {"  finch proxies --space nas-bench-macro --table accuracies.json --data fashion-mnist",
                "  finch proxies --space my-space.yaml --table accuracies.csv --networks 100 --seeds 1"})
final class ProxiesCommand implements Callable<Integer> {
    private static final int CORRUPT_NAMED = 10;

    @Option(names = "--space", required = true, paramLabel = "SPACE", description = "What the table's genomes mean: the name of a shipped space or a space file.")
    private String space;

    @Option(names = "--table", required = true, paramLabel = "FILE", description = "Networks with their accuracy (.csv, .json, .jsonl).")
    private Path table;

    @Option(names = "--data", paramLabel = "NAME|DIR", description = "Labelled images: a folder or archive (one folder a class, IDX, CIFAR), or the name of a set"
            + " that a system package brings. Without it, proxies that need images are left out.")
    private String data;

    @Option(names = "--networks", defaultValue = "300", paramLabel = "N", description = "How many of the table's distinct networks to look at, drawn at random. Default: ${DEFAULT-VALUE}.")
    private int networks;

    @Option(names = "--seeds", defaultValue = "3", paramLabel = "N", description = "Times each network is looked at, with other weights and images. Default: ${DEFAULT-VALUE}.")
    private int seeds;

    @Option(names = "--batch", defaultValue = "16", paramLabel = "N", description = "Images of a batch. Default: ${DEFAULT-VALUE}.")
    private int batch;

    @Option(names = "--threads", paramLabel = "N", description = "Threads; they do not change a result. Default: the machine's cores.")
    private Integer threads;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    private final Terminal terminal;

    ProxiesCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        int workers = Threads.of(threads);
        if (seeds < 1 || batch < 2) {
            throw new UsageException("--seeds must be at least 1 and --batch at least 2, not " + seeds + " and " + batch + ".");
        }
        StagedSpace meaning = Spaces.resolve(terminal, space);
        Path file = terminal.resolve(table);
        if (!Files.isRegularFile(file)) {
            throw new UsageException(table + ": there is no such file");
        }
        AccuracyTable accuracies = AccuracyTable.read(file, Optional.of(meaning));
        Optional<DataSet> images = images();
        Optional<ProxyImages> batches = images.map(ProxyImages::new);
        ProxyProbe probe = new ProxyProbe(batches, batch, workers);
        Progress progress = new Progress(terminal);
        progress.stage("computing proxies");
        ProxyReport report;
        try {
            report = ProxyReport.of(ProxyStudy.of(accuracies, probe, networks, seeds,
                    (done, all) -> progress.update((double) done / all, done + " of " + all + " networks")));
        } finally {
            progress.done("");
        }
        batches.ifPresent(b -> tell(b.corrupt()));
        terminal.out().print(json ? JsonLine.of(json(report, images)) + "\n" : text(report, images));
        return ExitCode.DONE;
    }

    private void tell(List<String> corrupt) {
        corrupt.stream().limit(CORRUPT_NAMED).forEach(terminal::message);
        if (!corrupt.isEmpty()) {
            terminal.message(corrupt.size() + " image(s) could not be used and were left out.");
        }
    }

    private Optional<DataSet> images() throws IOException {
        if (data == null) {
            terminal.message("without --data these are left out, which need images: " + Arrays.stream(Signal.values())
                    .filter(s -> s.kind() == Signal.Kind.IMAGES).map(Signal::key).collect(Collectors.joining(", ")));
            return Optional.empty();
        }
        try {
            DataSet set = DataSets.open(data, terminal.workingDirectory(), Split.DEFAULT);
            set.remarks().forEach(terminal::message);
            return Optional.of(set);
        } catch (UnusableDataException e) {
            throw new UsageException(e.getMessage());
        }
    }

    private String text(ProxyReport report, Optional<DataSet> images) {
        StringBuilder text = new StringBuilder();
        text.append(report.networks()).append(" networks of ").append(space).append(", ").append(seeds).append(seeds == 1 ? " seed" : " seeds")
                .append(", batches of ").append(batch).append(images.map(set -> " images of " + set.name()).orElse("")).append("; ")
                .append(report.top() == 0 ? "a tenth of them is too few to rank a top" : "the top are the " + report.top() + " most accurate")
                .append(".\nBeside the trivial signals: what holds for 90 % of draws of as many networks.\n\n");
        TextTable signals = new TextTable("signal", "needs", ">Spearman", ">Kendall", ">in the top", ">", ">seed by seed", "beside the trivial ones");
        for (ProxyReport.Figure figure : report.figures()) {
            signals.row(figure.signal(), needs(figure.kind()), number(figure.all().spearman()), number(figure.all().kendall()), number(figure.inTop(), ProxyReport.Ranking::spearman),
                    number(figure.inTop(), ProxyReport.Ranking::kendall), range(figure.bySeed()), verdict(figure));
        }
        text.append(signals).append("\nCombinations, made with one half of the networks and tested on the other:\n\n");
        TextTable combinations = new TextTable("combination", ">made with", ">tested on", ">Spearman", ">Kendall", ">in their top", ">", "of");
        for (ProxyReport.Combined combined : report.combinations()) {
            combinations.row(combined.name(), combined.madeWith(), combined.testedOn(), number(combined.all().spearman()), number(combined.all().kendall()),
                    number(combined.inTop(), ProxyReport.Ranking::spearman), number(combined.inTop(), ProxyReport.Ranking::kendall), weights(combined));
        }
        return text.append(combinations).toString();
    }

    private static String needs(Signal.Kind kind) {
        return switch (kind) {
            case IMAGES -> "images";
            case DATA_FREE -> "no data";
            case TRIVIAL -> "trivial";
        };
    }

    private static String verdict(ProxyReport.Figure figure) {
        if (figure.kind() == Signal.Kind.TRIVIAL) {
            return "";
        }
        if (figure.betterThan().size() == figure.differences().size()) {
            return "better than all";
        }
        List<String> parts = new ArrayList<>();
        Map<String, List<String>> words = new LinkedHashMap<>();
        words.put("LOSES to ", figure.losesTo());
        words.put("not told apart from ", figure.notToldApartFrom());
        words.put("better than ", figure.betterThan());
        words.forEach((word, signals) -> {
            if (!signals.isEmpty()) {
                parts.add(word + String.join(", ", signals));
            }
        });
        return String.join("; ", parts);
    }

    private static String range(List<Double> values) {
        return values.isEmpty() ? "" : number(values.stream().mapToDouble(Double::doubleValue).min().orElseThrow()) + " to "
                + number(values.stream().mapToDouble(Double::doubleValue).max().orElseThrow());
    }

    private static String weights(ProxyReport.Combined combined) {
        boolean equal = combined.weights().values().stream().distinct().count() == 1;
        return combined.weights().entrySet().stream().map(e -> equal ? e.getKey() : e.getKey() + " " + String.format(Locale.ROOT, "%+.2f", e.getValue()))
                .collect(Collectors.joining(", "));
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.3f", value);
    }

    private static String number(Optional<ProxyReport.Ranking> ranking, ToDoubleFunction<ProxyReport.Ranking> which) {
        return ranking.map(r -> number(which.applyAsDouble(r))).orElse("");
    }

    private Map<String, Object> json(ProxyReport report, Optional<DataSet> images) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("space", space);
        object.put("table", table.toString());
        object.put("data", images.map(DataSet::name).orElse(null));
        object.put("networks", report.networks());
        putTop(object, report.top());
        object.put("seeds", seeds);
        object.put("batch", batch);
        List<Object> signals = new ArrayList<>();
        for (ProxyReport.Figure figure : report.figures()) {
            Map<String, Object> row = new LinkedHashMap<>();
            row.put("signal", figure.signal());
            row.put("needs", needs(figure.kind()).replace(' ', '-'));
            rankings(row, figure.all(), figure.inTop());
            row.put("spearmanBySeed", figure.bySeed());
            row.put("losesTo", figure.losesTo());
            row.put("notToldApartFrom", figure.notToldApartFrom());
            row.put("betterThan", figure.betterThan());
            Map<String, Object> differences = new LinkedHashMap<>();
            figure.differences().forEach((other, d) -> differences.put(other, difference(d)));
            row.put("differences", differences);
            signals.add(row);
        }
        object.put("signals", signals);
        List<Object> combinations = new ArrayList<>();
        for (ProxyReport.Combined combined : report.combinations()) {
            Map<String, Object> row = new LinkedHashMap<>();
            row.put("name", combined.name());
            row.put("madeWith", combined.madeWith());
            row.put("testedOn", combined.testedOn());
            putTop(row, combined.top());
            rankings(row, combined.all(), combined.inTop());
            row.put("weights", combined.weights());
            combinations.add(row);
        }
        object.put("combinations", combinations);
        return object;
    }

    private static Map<String, Object> difference(ProxyReport.Difference difference) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("value", difference.value());
        object.put("low", difference.low());
        object.put("high", difference.high());
        return object;
    }

    private static void putTop(Map<String, Object> row, int top) {
        if (top > 0) {
            row.put("top", top);
        }
    }

    private static void rankings(Map<String, Object> row, ProxyReport.Ranking all, Optional<ProxyReport.Ranking> top) {
        row.put("spearman", all.spearman());
        row.put("kendall", all.kendall());
        top.ifPresent(ranking -> {
            row.put("spearmanTop", ranking.spearman());
            row.put("kendallTop", ranking.kendall());
        });
    }
}
