package finch.latency;

import finch.engine.Runtime;
import finch.space.format.AtomicFile;
import finch.space.format.TextFile;
import finch.space.network.Network;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A calibrated machine with one runtime and thread count: the prices of the latency model, how they were found, and how
 * wrong they are on networks that the fit has not seen. Plain JSON, one field a line.
 *
 * @param format       {@link #FORMAT}
 * @param fingerprint  {@link Device#fingerprint()}
 * @param date         when it was calibrated, ISO 8601
 * @param budget       time given to the calibration, ISO 8601
 * @param device       machine, JVM, runtime, threads
 * @param features     version of the features that the coefficients price
 * @param samples      what was timed
 * @param coefficients microseconds per unit of a feature, all at least 0
 * @param interval     the central 90 % of measured / predicted
 * @param heldOut      errors on networks that were not fitted
 * @param baselines    errors of trivial models on the same networks
 * @param noiseFloor   the held-out networks timed twice, first as prediction of second: no model can beat it
 * @param heldOutNetworks each network that was not fitted; empty in profiles of versions that did not keep them
 */
public record DeviceProfile(String format, String fingerprint, String date, String budget, Device device, String features,
                            Samples samples, Map<String, Double> coefficients, Interval interval, ErrorSummary heldOut,
                            Map<String, ErrorSummary> baselines, ErrorSummary noiseFloor, List<HeldOut> heldOutNetworks) {
    /** The only format that this version reads and writes. */
    public static final String FORMAT = "finch-device-profile/1";

    public DeviceProfile {
        coefficients = Collections.unmodifiableMap(new TreeMap<>(coefficients));
        baselines = Collections.unmodifiableMap(new TreeMap<>(baselines));
        heldOutNetworks = List.copyOf(heldOutNetworks);
    }

    /** One network that the fit has not seen, in microseconds. @param measured median, corrected by the clock probe */
    public record HeldOut(String name, double measured, double predicted) {}

    /**
     * What a calibration timed.
     *
     * @param fitted    networks that the coefficients were fitted to
     * @param heldOut   networks kept apart
     * @param disturbed networks timed on a disturbed machine and therefore left out
     * @param runs      timed runs altogether
     * @param seconds   wall clock of the whole calibration
     */
    public record Samples(int fitted, int heldOut, int disturbed, long runs, double seconds) {}

    /**
     * The central 90 % of measured / predicted, from predictions of networks that the predicting fit had not seen.
     *
     * @param low      5 % quantile
     * @param high     95 % quantile
     * @param residuals how many ratios it rests on
     * @param coverage share of the held-out networks inside it, 0 to 1
     */
    public record Interval(double low, double high, int residuals, double coverage) {}

    /** How far beyond the fastest and the slowest network that it was checked on a profile is still taken at its word. */
    private static final double BEYOND = 1.25;

    /** Microseconds from the fastest to the slowest network. */
    public record Tested(double fastest, double slowest) {}

    /**
     * The latencies that the profile was checked on, if a prediction lies clearly outside: nothing tells how wrong it is, and its interval is that of others.
     * Empty where it lies inside, and in profiles that did not keep the networks.
     */
    public Optional<Tested> testedElsewhere(double micros) {
        if (heldOutNetworks.isEmpty()) {
            return Optional.empty();
        }
        Tested tested = new Tested(heldOutNetworks.stream().mapToDouble(HeldOut::measured).min().orElseThrow(),
                heldOutNetworks.stream().mapToDouble(HeldOut::measured).max().orElseThrow());
        return micros * BEYOND < tested.fastest() || micros > BEYOND * tested.slowest() ? Optional.of(tested) : Optional.empty();
    }

    /**
     * Reads a profile.
     *
     * @throws finch.space.format.InvalidFileException if it is not a profile of this format, naming the field
     * @throws IOException if the file cannot be read
     */
    public static DeviceProfile read(Path file) throws IOException {
        return DeviceProfileJson.parse(file.toString(), TextFile.read(file));
    }

    /** Reads a profile from text. @param source how messages call it */
    public static DeviceProfile parse(String source, String text) {
        return DeviceProfileJson.parse(source, text);
    }

    /** The profile as JSON, one field a line, keys in a fixed order. */
    public String toJson() {
        return DeviceProfileJson.write(this);
    }

    /** Writes {@link #toJson()} beside the file first, then moves it there, so that no half file is ever seen. */
    public void write(Path file) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        AtomicFile.write(file, toJson());
    }

    /** The quantities of a network that a calibration of a device prices now, by name: those that {@link #coefficients} must have. */
    public static List<String> quantities(Device device) {
        return Features.current(device.kernelSet()).quantities();
    }

    /** The version of {@link #quantities}, as {@link #features} gives it. */
    public static String quantitiesVersion(Device device) {
        return Features.current(device.kernelSet()).version();
    }

    /** The model that this profile holds. */
    public LatencyModel model() {
        return new AdditiveLatencyModel(this);
    }

    /**
     * The predicted microseconds of each layer. Their sum is the network's prediction but for what is charged to the
     * network as a whole.
     */
    public double[] layerMicros(Network network) {
        return new AdditiveLatencyModel(this).layerMicros(network);
    }

    /**
     * What speaks against using this profile for a runtime on this machine: one sentence per field that differs, naming
     * it; empty when they agree.
     */
    public List<String> warnings(Runtime runtime, int threads) {
        return warnings(Device.here(runtime, threads));
    }

    public List<String> warnings(Device here) {
        List<String> warnings = new ArrayList<>(device.differences(here));
        String told = device.fingerprint(features);
        if (!told.equals(fingerprint)) {
            warnings.add("fingerprint is " + fingerprint + ", but the profile's fields give " + told + ": edited by hand?");
        }
        return warnings;
    }
}
