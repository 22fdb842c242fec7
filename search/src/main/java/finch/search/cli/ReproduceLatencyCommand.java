package finch.search.cli;

import finch.latency.LatencyFinding;
import finch.latency.Measurement;
import finch.latency.MeasuringProtocol;
import finch.latency.ProtocolSettings;
import finch.space.Architecture;
import finch.space.format.Suggestions;
import finch.space.network.Network;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "latency", description = "Times here what the MobileNet papers timed on phones, and says which of their findings hold on this machine. Takes about"
        + " two minutes; leave the machine alone meanwhile.",
        footer = {"  finch reproduce latency", "  finch reproduce latency last-stage stem --runtime onnxruntime --json"})
final class ReproduceLatencyCommand implements Callable<Integer> {
    private static final String MULTIPLIERS = "multipliers";

    @Parameters(paramLabel = "FINDING", arity = "0..*", description = "large-v2, small-v2, small-large, last-stage, stem, relu, later-half, swish, squeeze-excite, separable,"
            + " spatially-separable, or multipliers for MobileNetV1 at four widths and four resolutions; without one, all.")
    private List<String> wanted = new ArrayList<>();

    @Mixin
    private RuntimeOptions runtime;

    @Option(names = "--runs", paramLabel = "N", defaultValue = "100", description = "Timed runs of each network. Default: ${DEFAULT-VALUE}.")
    private int runs;

    @Option(names = "--json", description = "Print one JSON object for each finding and each network of the multipliers, a line each.")
    private boolean json;

    private final Terminal terminal;

    ReproduceLatencyCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        List<LatencyFinding> findings = findings();
        List<List<Architecture>> grid = wanted.isEmpty() || wanted.contains(MULTIPLIERS) ? LatencyFinding.multipliers() : List.of();
        if (runs < 1 || runs > 1_000_000) {
            throw new UsageException("--runs must be from 1 to 1000000, not " + runs);
        }
        // each network once, however many findings speak of it
        Map<Architecture, Network> networks = new LinkedHashMap<>();
        Stream.concat(findings.stream().flatMap(f -> Stream.of(f.first(), f.second())), grid.stream().flatMap(List::stream))
                .forEach(a -> networks.computeIfAbsent(a, Network::of));
        Map<Architecture, Measurement> times = measure(networks);
        if (json) {
            findings.forEach(finding -> terminal.out().println(JsonLine.of(json(finding, times))));
            grid.stream().flatMap(List::stream).forEach(a -> terminal.out().println(JsonLine.of(json(a, times.get(a)))));
        } else {
            terminal.out().print(text(findings, grid, times));
        }
        return ExitCode.DONE;
    }

    private List<LatencyFinding> findings() {
        List<String> names = Stream.concat(LatencyFinding.all().stream().map(LatencyFinding::name), Stream.of(MULTIPLIERS)).toList();
        for (String name : wanted) {
            if (!names.contains(name)) {
                throw new UsageException(name + ": there is no such finding. " + Suggestions.nearest(name, names).map(n -> "Maybe you meant " + n + ". ").orElse("")
                        + "Findings: " + String.join(", ", names));
            }
        }
        return LatencyFinding.all().stream().filter(finding -> wanted.isEmpty() || wanted.contains(finding.name())).toList();
    }

    private Map<Architecture, Measurement> measure(Map<Architecture, Network> networks) {
        Progress progress = new Progress(terminal);
        progress.stage("timing " + networks.size() + " networks on " + runtime.runtime().name());
        List<Measurement> measured;
        try {
            measured = new MeasuringProtocol(ProtocolSettings.standard().withRuns(runs)).measure(runtime.runtime(), List.copyOf(networks.values()), runtime.threads(),
                    progress.timing());
        } finally {
            progress.done("");
        }
        Map<Architecture, Measurement> times = new LinkedHashMap<>();
        List<Architecture> order = List.copyOf(networks.keySet());
        for (int i = 0; i < measured.size(); i++) {
            times.put(order.get(i), measured.get(i));
        }
        String disturbed = measured.stream().filter(Measurement::disturbed).map(Measurement::name).collect(Collectors.joining("; "));
        if (!disturbed.isEmpty()) {
            terminal.message("finch: the machine was busy while these were timed: " + disturbed);
        }
        return times;
    }

    private static double micros(Map<Architecture, Measurement> times, Architecture a) {
        return times.get(a).correctedMicros();
    }

    private static double ratio(LatencyFinding finding, Map<Architecture, Measurement> times) {
        return micros(times, finding.first()) / micros(times, finding.second());
    }

    static String text(List<LatencyFinding> findings, List<List<Architecture>> grid, Map<Architecture, Measurement> times) {
        Measurement any = times.values().iterator().next();
        StringBuilder text = new StringBuilder(any.runtime() + " " + any.runtimeVersion() + ", " + any.kernelSet() + ", " + any.threads() + (any.threads() == 1 ? " thread" : " threads")
                + ", batch 1, corrected by the clock\n");
        if (!findings.isEmpty()) {
            TextTable table = new TextTable("finding", "networks", ">here", ">ratio", ">published", "holds here");
            for (LatencyFinding finding : findings) {
                double ratio = ratio(finding, times);
                table.row(finding.name(), finding.first().name(), Quantities.micros(micros(times, finding.first())), Quantities.decimals(ratio, 2),
                        finding.ratio().isPresent() ? Quantities.decimals(finding.ratio().getAsDouble(), 2) : "", finding.holds(ratio) ? "yes" : "no");
                table.row("", finding.second().name(), Quantities.micros(micros(times, finding.second())), "", "", "");
            }
            text.append('\n').append(table).append('\n');
            findings.forEach(finding -> text.append(finding.name()).append(": ").append(finding.claim()).append(" (").append(finding.published()).append(").\n"));
        }
        if (!grid.isEmpty()) {
            TextTable table = new TextTable("multipliers", ">multiply-adds", ">here", ">per second");
            for (Architecture a : grid.stream().flatMap(List::stream).toList()) {
                Measurement m = times.get(a);
                table.row(a.name(), Quantities.rounded(m.macs()), Quantities.micros(m.correctedMicros()), Quantities.rounded(m.macs() / m.correctedMicros() * 1e6));
            }
            text.append('\n').append(table).append('\n').append(falling(grid, times)).append(" of ").append(pairs(grid))
                    .append(" steps to a smaller width or resolution take less time; the paper gives multiply-adds only (MobileNetV1, tables 6 and 7).\n");
        }
        return text.toString();
    }

    private static int pairs(List<List<Architecture>> grid) {
        return grid.size() * (grid.getFirst().size() - 1) + (grid.size() - 1) * grid.getFirst().size();
    }

    private static int falling(List<List<Architecture>> grid, Map<Architecture, Measurement> times) {
        int falling = 0;
        for (int w = 0; w < grid.size(); w++) {
            for (int r = 0; r < grid.get(w).size(); r++) {
                double here = micros(times, grid.get(w).get(r));
                falling += w > 0 && here < micros(times, grid.get(w - 1).get(r)) ? 1 : 0;
                falling += r > 0 && here < micros(times, grid.get(w).get(r - 1)) ? 1 : 0;
            }
        }
        return falling;
    }

    private static Map<String, Object> json(LatencyFinding finding, Map<Architecture, Measurement> times) {
        double ratio = ratio(finding, times);
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("finding", finding.name());
        object.put("claim", finding.claim());
        object.put("published", finding.published());
        finding.ratio().ifPresent(published -> object.put("publishedRatio", published));
        object.put("first", json(finding.first(), times.get(finding.first())));
        object.put("second", json(finding.second(), times.get(finding.second())));
        object.put("ratio", ratio);
        object.put("holds", finding.holds(ratio));
        return object;
    }

    private static Map<String, Object> json(Architecture a, Measurement m) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("network", a.name());
        object.put("macs", m.macs());
        object.put("medianMicros", m.medianMicros());
        object.put("correctedMicros", m.correctedMicros());
        object.put("disturbed", m.disturbed());
        return object;
    }
}
