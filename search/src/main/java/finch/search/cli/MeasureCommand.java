package finch.search.cli;

import finch.latency.Measurement;
import finch.latency.MeasuringProtocol;
import finch.latency.ProtocolSettings;
import finch.space.Extent;
import finch.space.format.Problem;
import finch.space.network.Network;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "measure", description = "Times networks on this machine, warm and one image at a time. Several are timed in"
        + " turn, so that a drift of the machine meets all alike.",
        footer = {"  finch measure mobilenetv3-large mobilenetv2 --json"})
final class MeasureCommand extends ArchitectureCommand<MeasureCommand.Timed> {
    /** @param name how answers call the network */
    record Timed(String name, Measurement measurement, long peakActivationBytes) {}

    @Mixin
    private RuntimeOptions runtime;

    @Mixin
    private ResolutionOption resolution;

    @Option(names = "--runs", paramLabel = "N", description = "Timed runs that the figures of each network rest on; fewer where"
            + " they would take more than half a minute. Default: 100.")
    private Integer runs;

    private final Map<Subject, Measurement> together = new IdentityHashMap<>();
    private final Progress progress;

    MeasureCommand(Terminal terminal) {
        super(terminal);
        progress = new Progress(terminal);
    }

    @Override
    Optional<Extent> resolution() {
        return resolution.extent();
    }

    @Override
    void begin(List<Subject> subjects) {
        runtime.runtime();
        settings();
        if (!subjects.isEmpty()) {
            List<Measurement> measured = measure(subjects.stream().map(Subject::network).toList());
            for (int i = 0; i < subjects.size(); i++) {
                together.put(subjects.get(i), measured.get(i));
            }
        }
    }

    @Override
    Timed answer(Subject subject) {
        Measurement measurement = together.containsKey(subject) ? together.get(subject) : measure(List.of(subject.network())).getFirst();
        if (measurement.disturbed()) {
            terminal().message("finch: " + Problem.visible(subject.name()) + ": the machine was busy while it was timed; the figures rest on fewer runs than"
                    + " asked for, or on disturbed ones as well");
        } else if (!measurement.steady()) {
            terminal().message("finch: " + Problem.visible(subject.name()) + ": its times did not settle during the warm-up");
        }
        return new Timed(subject.name(), measurement, subject.network().peakActivationBytes());
    }

    private List<Measurement> measure(List<Network> networks) {
        progress.stage("timing on " + runtime.runtime().name());
        try {
            return new MeasuringProtocol(settings()).measure(runtime.runtime(), networks, runtime.threads(), progress.timing());
        } finally {
            progress.done("");
        }
    }

    private ProtocolSettings settings() {
        if (runs == null) {
            return ProtocolSettings.standard();
        }
        if (runs < 1 || runs > 1_000_000) {
            throw new UsageException("--runs must be from 1 to 1000000, not " + runs);
        }
        return ProtocolSettings.standard().withRuns(runs);
    }

    @Override
    Map<String, Object> json(Timed timed) {
        Measurement m = timed.measurement();
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("name", timed.name());
        object.put("runtime", m.runtime());
        object.put("threads", m.threads());
        object.put("kernelSet", m.kernelSet());
        object.put("runs", m.runs());
        object.put("medianMicros", m.medianMicros());
        object.put("p10Micros", m.p10Micros());
        object.put("p90Micros", m.p90Micros());
        object.put("macs", m.macs());
        m.arenaBytes().ifPresent(bytes -> object.put("arenaBytes", bytes));
        object.put("peakActivationBytes", timed.peakActivationBytes());
        object.put("runtimeVersion", m.runtimeVersion());
        object.put("rejectedRuns", m.rejectedRuns());
        object.put("disturbed", m.disturbed());
        object.put("steady", m.steady());
        return object;
    }

    @Override
    String text(List<Timed> answers) {
        TextTable table = new TextTable("network", ">median", ">10 %", ">90 %", ">runs", ">multiply-adds", ">per second", ">arena", ">layer by layer");
        for (Timed timed : answers) {
            Measurement m = timed.measurement();
            table.row(timed.name(), Quantities.micros(m.medianMicros()), Quantities.micros(m.p10Micros()), Quantities.micros(m.p90Micros()),
                    m.runs(), Quantities.rounded(m.macs()), Quantities.rounded(m.macs() / m.medianMicros() * 1e6),
                    m.arenaBytes().isPresent() ? Quantities.bytes(m.arenaBytes().getAsLong()) : "", Quantities.bytes(timed.peakActivationBytes()));
        }
        Measurement first = answers.getFirst().measurement();
        return first.runtime() + " " + first.runtimeVersion() + ", " + first.kernelSet() + ", "
                + first.threads() + (first.threads() == 1 ? " thread" : " threads") + ", batch 1\n\n" + table;
    }
}
