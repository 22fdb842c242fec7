package finch.search.cli;

import finch.accuracy.AccuracyEstimate;
import finch.accuracy.Surrogate;
import finch.latency.DeviceProfile;
import finch.latency.ErrorSummary;
import finch.latency.LatencyEstimate;
import finch.latency.LatencyModel;
import finch.space.format.Problem;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "estimate", description = "Predicts accuracy and latency of architectures without running them, each with the"
        + " interval that holds the truth nine times of ten, and tells their exact costs.",
        footer = {"  finch estimate mobilenetv3-small@0.75", "  finch estimate mobilenetv3-large --explain"})
final class EstimateCommand extends ArchitectureCommand<EstimateCommand.Answer> {
    /** @param latency empty where the machine has no profile */
    record Answer(Subject subject, Optional<LatencyEstimate> latency, AccuracyEstimate accuracy) {}

    @Mixin
    private RuntimeOptions runtime;

    @Option(names = "--device", paramLabel = "FILE", description = "A device profile instead of this machine's own.")
    private Path device;

    @Option(names = "--recipe", paramLabel = "NAME", description = "The training recipe that the accuracy is of.")
    private String recipe;

    @Option(names = "--surrogate", paramLabel = "FILE", description = "An accuracy surrogate made by finch fit instead of the shipped one.")
    private Path surrogateFile;

    @Option(names = "--explain", description = "Tell what the estimates rest on and how wrong they are.")
    private boolean explain;

    private Surrogate surrogate;
    private Optional<DeviceProfile> profile = Optional.empty();
    private Optional<LatencyModel> model = Optional.empty();

    EstimateCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    void begin(List<Subject> subjects) throws IOException {
        Surrogate whole = surrogateFile == null ? Surrogate.shipped() : Surrogate.read(terminal().resolve(surrogateFile));
        surrogate = recipe == null ? whole : whole.withRecipe(recipe);
        profile = profile();
        model = profile.map(DeviceProfile::model);
        if (profile.isEmpty()) {
            terminal().message("finch: no latency: this machine has no profile of " + runtime.runtime().name() + " with "
                    + Quantities.threads(runtime.threads()) + ". Make one with: " + runtime.calibration());
        }
    }

    private Optional<DeviceProfile> profile() throws IOException {
        if (device == null) {
            return new Devices(new Progress(terminal())).find(runtime.runtime(), runtime.threads());
        }
        DeviceProfile given = DeviceProfile.read(terminal().resolve(device));
        runtime.requireSame(device, given.device());
        return Optional.of(given);
    }

    @Override
    Answer answer(Subject subject) {
        AccuracyEstimate accuracy = subject.architecture().map(surrogate::estimate)
                .orElseGet(() -> new AccuracyEstimate.Silent("an ONNX file does not say its architecture"));
        if (accuracy instanceof AccuracyEstimate.Silent silent) {
            terminal().message("finch: " + Problem.visible(subject.name()) + ": no accuracy: " + silent.reason());
        }
        Optional<LatencyEstimate> latency = model.map(m -> m.estimate(subject.network()));
        latency.flatMap(l -> profile.flatMap(p -> p.testedElsewhere(l.micros()))).ifPresent(tested -> terminal().message("finch: " + Problem.visible(subject.name())
                + ": latency: the profile was checked on networks of " + Quantities.micros(tested.fastest()) + " to " + Quantities.micros(tested.slowest())
                + "; how wrong it is beyond these is not known, and the interval may be too narrow."));
        return new Answer(subject, latency, accuracy);
    }

    @Override
    Map<String, Object> json(Answer answer) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("name", answer.subject().name());
        object.put("params", answer.subject().network().params());
        object.put("macs", answer.subject().network().macs());
        object.put("peakActivationBytes", answer.subject().network().peakActivationBytes());
        answer.latency().ifPresent(latency -> {
            Map<String, Object> range = range(latency.micros(), latency.low(), latency.high());
            range.put("device", latency.device());
            object.put("latencyMicros", range);
        });
        if (answer.accuracy() instanceof AccuracyEstimate.Known known) {
            Map<String, Object> range = range(known.top1(), known.low(), known.high());
            range.put("source", known.source());
            range.put("dataset", known.dataset());
            object.put("top1", range);
        }
        if (explain) {
            object.put("explanation", explanation());
        }
        return object;
    }

    private static Map<String, Object> range(double value, double low, double high) {
        Map<String, Object> range = new LinkedHashMap<>();
        range.put("value", value);
        range.put("low", low);
        range.put("high", high);
        return range;
    }

    @Override
    String text(List<Answer> answers) {
        TextTable table = new TextTable("network", ">top-1, %", ">latency", ">multiply-adds", ">params", ">peak activations");
        for (Answer answer : answers) {
            String top1 = answer.accuracy() instanceof AccuracyEstimate.Known known
                    ? Quantities.decimals(known.top1(), 1) + " (" + Quantities.decimals(known.low(), 1) + " to " + Quantities.decimals(known.high(), 1) + ")" : "";
            String latency = answer.latency().map(l -> Quantities.micros(l.micros()) + " (" + Quantities.micros(l.low()) + " to "
                    + Quantities.micros(l.high()) + ")").orElse("");
            table.row(answer.subject().name(), top1, latency, Quantities.exact(answer.subject().network().macs()),
                    Quantities.exact(answer.subject().network().params()), Quantities.bytes(answer.subject().network().peakActivationBytes()));
        }
        return table + (explain ? "\n" + explanation() : "");
    }

    private String explanation() {
        StringBuilder text = new StringBuilder();
        profile.ifPresent(p -> {
            ErrorSummary errors = p.heldOut();
            text.append("Latency: profile ").append(p.fingerprint()).append(" of ").append(p.device().cpu()).append(", ")
                    .append(p.device().runtime()).append(' ').append(p.device().kernelSet()).append(", ")
                    .append(Quantities.threads(p.device().threads())).append(", made ").append(p.date()).append(".\n")
                    .append("On ").append(errors.networks()).append(" networks that it was not fitted to it errs by ")
                    .append(Quantities.percent(errors.mapePercent())).append(" on average, at worst by ").append(Quantities.percent(errors.worstPercent()))
                    .append(" (").append(errors.worstNetwork()).append("); ").append(Quantities.decimals(100 * p.interval().coverage(), 0))
                    .append(" % of them lie in their interval.\n");
        });
        return text + "Accuracy: " + surrogate.explain();
    }
}
