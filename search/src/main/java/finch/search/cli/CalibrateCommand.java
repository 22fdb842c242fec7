package finch.search.cli;

import finch.engine.Runtime;
import finch.latency.Calibration;
import finch.latency.DeviceProfile;
import finch.latency.ErrorSummary;
import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "calibrate", description = "Measures this machine, so that latencies can be predicted, and prints how wrong the"
        + " predictions are on networks they were not fitted to.",
        footer = {"  finch calibrate", "  finch calibrate --runtime onnxruntime --budget PT3M"})
final class CalibrateCommand implements Callable<Integer> {
    @Mixin
    private RuntimeOptions runtime;

    @Option(names = "--budget", paramLabel = "DURATION", defaultValue = "PT3M",
            description = "How long to measure, in ISO 8601, e.g. PT45S. Default: ${DEFAULT-VALUE}.")
    private String budget;

    @Option(names = {"-o", "--output"}, paramLabel = "FILE", description = "Write the profile here and not into the folder of"
            + " profiles, where searches find it.")
    private Path output;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    private final Terminal terminal;
    private final Progress progress;

    CalibrateCommand(Terminal terminal) {
        this.terminal = terminal;
        this.progress = new Progress(terminal);
    }

    @Override
    public Integer call() throws Exception {
        Runtime chosen = runtime.runtime();
        Duration time = duration(budget);
        if (output != null) {
            OutputFiles.check(terminal.resolve(output));
        }
        Devices devices = new Devices(progress);
        Calibration.Result result = devices.calibrate(chosen, runtime.threads(), time);
        DeviceProfile profile = result.profile();
        Path file;
        if (output == null) {
            file = devices.profiles().keep(profile);
        } else {
            file = terminal.resolve(output);
            OutputFiles.write(file, profile::write);
        }
        result.notes().forEach(note -> terminal.message("finch: " + note));
        terminal.out().print(json ? JsonLine.of(json(result, file)) + "\n" : text(result));
        terminal.message("wrote " + terminal.relative(file));
        return ExitCode.DONE;
    }

    private static Duration duration(String text) {
        try {
            Duration duration = Duration.parse(text);
            if (duration.compareTo(Duration.ofSeconds(1)) >= 0 && duration.compareTo(Duration.ofDays(1)) <= 0) {
                return duration;
            }
        } catch (DateTimeParseException e) {
            // told below, as a duration out of range
        }
        throw new UsageException("--budget must be a duration from PT1S to PT24H, e.g. PT45S or PT3M, not " + text);
    }

    private static Map<String, Object> json(Calibration.Result result, Path file) {
        DeviceProfile profile = result.profile();
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("file", file.toString());
        object.put("fingerprint", profile.fingerprint());
        object.put("runtime", profile.device().runtime());
        object.put("threads", profile.device().threads());
        object.put("kernelSet", profile.device().kernelSet());
        object.put("fitted", profile.samples().fitted());
        object.put("heldOut", profile.samples().heldOut());
        object.put("fittedReferences", result.fittedReferences());
        object.put("heldOutReferences", result.heldOutReferences());
        object.put("seconds", profile.samples().seconds());
        object.put("coverage", profile.interval().coverage());
        object.put("models", result.table().stream().map(CalibrateCommand::row).toList());
        return object;
    }

    private static Map<String, Object> row(Calibration.Row row) {
        ErrorSummary errors = row.errors();
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("model", row.model());
        object.put("networks", errors.networks());
        object.put("mapePercent", errors.mapePercent());
        object.put("within5", errors.within5());
        object.put("within10", errors.within10());
        object.put("spearman", errors.spearman());
        object.put("worstPercent", errors.worstPercent());
        object.put("worstNetwork", errors.worstNetwork());
        return object;
    }

    private static String text(Calibration.Result result) {
        DeviceProfile profile = result.profile();
        TextTable table = new TextTable("error on held-out networks", ">mean", ">within 5 %", ">within 10 %", ">rank corr.", ">worst", "");
        for (Calibration.Row row : result.table()) {
            ErrorSummary e = row.errors();
            table.row(row.model(), Quantities.percent(e.mapePercent()), share(e.within5()), share(e.within10()),
                    Quantities.decimals(e.spearman(), 3), Quantities.percent(e.worstPercent()), e.worstNetwork());
        }
        TextTable networks = new TextTable("held-out network", ">measured", ">predicted", ">error");
        List<Calibration.HeldOut> heldOut = result.heldOut();
        for (Calibration.HeldOut one : heldOut.subList(0, Math.min(heldOut.size(), 12))) {
            networks.row(one.name(), Quantities.micros(one.measuredMicros()), Quantities.micros(one.predictedMicros()),
                    Quantities.percent(100 * (one.predictedMicros() / one.measuredMicros() - 1)));
        }
        return profile.device().cpu() + ", " + profile.device().runtime() + " " + profile.device().kernelSet() + ", "
                + profile.device().threads() + (profile.device().threads() == 1 ? " thread" : " threads") + "\n"
                + profile.samples().fitted() + " networks fitted, " + profile.samples().heldOut() + " held out, "
                + profile.samples().disturbed() + " left out as disturbed; "
                + share(profile.interval().coverage()) + " of the held-out ones lie in their 90 % interval\nreferences fitted: " + names(result.fittedReferences()) + "; held out: " + names(result.heldOutReferences())
                + "\n\n" + table + knownBlocks(result) + "\n" + networks;
    }

    /** What the table of blocks must be judged by. */
    private static String knownBlocks(Calibration.Result result) {
        return result.knownBlocks().isEmpty() ? "" : "The table of blocks has timed " + share(result.knownBlocks().getAsDouble())
                + " of the held-out networks' blocks; for the others the nearest of the same form stands in.\n";
    }

    private static String names(List<String> names) {
        return names.isEmpty() ? "none" : String.join(", ", names);
    }

    private static String share(double share) {
        return Quantities.decimals(100 * share, 0) + " %";
    }
}
