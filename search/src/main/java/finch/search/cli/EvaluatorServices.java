package finch.search.cli;

import finch.accuracy.AccuracyEstimator;
import finch.engine.Runtime;
import finch.latency.Calibration;
import finch.latency.DeviceProfile;
import finch.latency.ErrorSummary;
import finch.latency.Measurement;
import finch.latency.MeasuringProtocol;
import finch.latency.ProtocolSettings;
import finch.search.config.Accuracy;
import finch.search.config.EnsembleAccuracy;
import finch.search.config.SearchConfig;
import finch.search.run.ClusterEngine;
import finch.search.run.DeviceLatency;
import finch.search.run.EvaluationCluster;
import finch.search.run.SearchServices;
import finch.search.run.TrainingServices;
import finch.space.Architecture;
import finch.space.SearchSpace;
import finch.space.network.Network;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The real evaluators, with progress and able to be interrupted. */
final class EvaluatorServices implements SearchServices {
    private final Progress progress;
    private final Interruption interruption;
    private final Devices devices;
    private final Optional<EvaluationCluster> cluster;
    private final RunTrainings trainings;
    private DeviceLatency latency;

    EvaluatorServices(Progress progress, Interruption interruption) {
        this(progress, interruption, Optional.empty());
    }

    /** @param cluster who estimates accuracies instead of this process */
    EvaluatorServices(Progress progress, Interruption interruption, Optional<ClusterEngine.Listening> cluster) {
        this.cluster = cluster.map(c -> c);
        this.progress = progress;
        this.interruption = interruption;
        this.devices = new Devices(progress);
        this.trainings = new RunTrainings(progress, interruption);
    }

    @Override
    public AccuracyEstimator accuracy(Accuracy choice, SearchSpace space) throws IOException {
        return Accuracies.of(choice, space, this::told);
    }

    @Override
    public AccuracyEstimator accuracy(Accuracy choice, SearchConfig config, Path folder) throws IOException {
        if (choice instanceof EnsembleAccuracy) {
            progress.stage("making the ensemble");
        }
        return Accuracies.of(choice, config, folder, this::told);
    }

    @Override
    public Optional<EvaluationCluster> cluster() {
        return cluster;
    }

    @Override
    public TrainingServices training() {
        return trainings;
    }

    private void told(int networks, int all) {
        progress.update((double) networks / all, networks + " of " + all + " networks");
    }

    /** Asked once for one search; the answer is kept, so that a command may ask before it starts the run. */
    @Override
    public DeviceLatency latency(SearchConfig.Device device, SearchSpace space) throws IOException {
        if (latency == null) {
            DeviceProfile profile = profile(device, space);
            latency = new DeviceLatency(profile.model(), profile.fingerprint(), profile::toJson);
        }
        return latency;
    }

    private DeviceProfile profile(SearchConfig.Device device, SearchSpace space) throws IOException {
        if (device.profile().isPresent()) {
            DeviceProfile profile = DeviceProfile.read(device.profile().get());
            // the profile may be of a machine far away, whose runtime is not here
            if (finch.engine.Runtimes.available().contains(device.runtime())) {
                profile.warnings(RuntimeOptions.named(device.runtime()), device.threads())
                        .forEach(warning -> progress.message("finch: " + device.profile().get() + ": " + warning));
            }
            return profile;
        }
        Runtime runtime = RuntimeOptions.named(device.runtime());
        Optional<DeviceProfile> known = devices.find(runtime, device.threads());
        return known.isPresent() ? known.get() : calibrated(runtime, device, space);
    }

    private DeviceProfile calibrated(Runtime runtime, SearchConfig.Device device, SearchSpace space) throws IOException {
        progress.message("This machine has no profile of " + runtime.name() + " yet; it is measured once, for "
                + Quantities.duration(device.calibrationBudget()) + ".");
        Calibration.Result result;
        try {
            result = interruptibly(() -> devices.calibrate(runtime, device.threads(), device.calibrationBudget(), space));
        } catch (IllegalArgumentException e) {
            // too few networks were timed: whoever searches has not chosen a budget, and does not know where one is given
            throw new IllegalArgumentException(e.getMessage() + " A search takes it as --set device.calibration-budget=PT3M; finch calibrate --budget PT3M"
                    + (runtime.name().equals("finch") ? "" : " --runtime " + runtime.name()) + (device.threads() == 1 ? "" : " --threads " + device.threads())
                    + " does it beforehand.", e);
        }
        Path file = devices.profiles().keep(result.profile());
        ErrorSummary errors = result.profile().heldOut();
        progress.message("calibrated: predictions are off by " + Quantities.percent(errors.mapePercent()) + " on average over "
                + errors.networks() + " networks not fitted to; kept as " + file);
        result.notes().forEach(progress::message);
        return result.profile();
    }

    @Override
    public List<Measurement> time(List<Architecture> networks, SearchConfig.Device device, int runs) {
        try {
            return interruptibly(() -> new MeasuringProtocol(ProtocolSettings.standard().withRuns(runs)).measure(
                    RuntimeOptions.named(device.runtime()), networks.stream().map(Network::of).toList(), device.threads(), progress.timing()));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Override
    public void exportOnnx(Architecture architecture, long weightSeed, Path file) throws IOException {
        OnnxExport.seeded(architecture, weightSeed, true, file);
    }

    /** Something that times networks and files. */
    @FunctionalInterface
    private interface Timing<T> {
        T run() throws IOException;
    }

    /** @throws CancelledException if the user interrupted it: half a timing is none */
    private <T> T interruptibly(Timing<T> timing) throws IOException {
        try {
            T result = interruption.interruptibly(timing::run);
            if (interruption.requested()) {
                throw new CancelledException();
            }
            return result;
        } catch (IOException | RuntimeException e) {
            if (interruption.requested()) {
                throw new CancelledException();
            }
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
