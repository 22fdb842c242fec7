package finch.latency;

import static org.assertj.core.api.Assertions.assertThat;

import finch.engine.FinchRuntime;
import finch.engine.Runtime;
import finch.space.Activation;
import finch.space.Architecture;
import finch.space.Block;
import finch.space.Extent;
import finch.space.Head;
import finch.space.Padding;
import finch.space.Stem;
import finch.space.network.Network;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A calibration of the real engine on the real clock. It says nothing of speed: the machine may be busy. */
class FinchCalibrationTest {
    @TempDir
    Path folder;

    private static Iterator<Architecture> tiny() {
        Random random = new Random(1);
        return Stream.generate(() -> tiny("", 8 * (1 + random.nextInt(4)), 3 + 2 * random.nextInt(2), 64)).iterator();
    }

    private static Architecture tiny(String name, int expanded, int kernel, int side) {
        Block block = new Block.InvertedResidual(Extent.square(kernel), Extent.square(2), expanded, 16, Optional.empty(),
                Activation.HARD_SWISH, false, true);
        return new Architecture(name, Extent.square(side), 3, 10, Padding.SYMMETRIC,
                new Stem(8, Extent.square(3), Extent.square(2), Activation.RELU), List.of(block, block), Head.plain());
    }

    @Test
    void the_engine_is_calibrated_into_a_profile_that_is_found_again() throws IOException {
        Runtime runtime = new FinchRuntime();
        Architecture reference = tiny("small-reference", 24, 3, 96);
        Calibration.Result result = new Calibration().run(
                new Calibration.Request(runtime, 1, Duration.ofSeconds(3), tiny(), List.of(reference), 1), Calibration.Listener.silent());

        DeviceProfile profile = result.profile();
        assertThat(profile.device().runtime()).isEqualTo("finch");
        assertThat(profile.device().kernelSet()).isEqualTo(runtime.kernelSet());
        assertThat(profile.samples().fitted()).isGreaterThanOrEqualTo(CalibrationRun.LEAST_FITTED);
        assertThat(profile.heldOut().networks()).isEqualTo(profile.samples().heldOut());
        assertThat(profile.coefficients().values()).allMatch(price -> price >= 0).anyMatch(price -> price > 0);
        assertThat(profile.baselines()).containsKey("sum over a table of blocks");
        assertThat(result.heldOut()).allMatch(one -> one.measuredMicros() > 0 && one.predictedMicros() > 0);

        DeviceProfiles profiles = new DeviceProfiles(folder);
        profiles.keep(profile);
        assertThat(profiles.find(runtime, 1)).contains(profile);
        assertThat(profile.warnings(runtime, 1)).isEmpty();

        LatencyEstimate small = profile.model().estimate(Network.of(reference));
        LatencyEstimate large = profile.model().estimate(Network.of(reference.atResolution(Extent.square(320))));
        assertThat(small.device()).isEqualTo(profile.fingerprint());
        assertThat(small.micros()).isPositive().isLessThan(large.micros());
    }

    @Test
    void the_protocol_times_the_engine() {
        Network network = Network.of(tiny("tiny", 16, 3, 64));
        Measurement measured = new MeasuringProtocol(ProtocolSettings.standard().withRuns(20))
                .measure(new FinchRuntime(), List.of(network), 1, MeasuringProtocol.Listener.silent()).getFirst();

        assertThat(measured.name()).isEqualTo("tiny");
        assertThat(measured.runs()).isPositive();
        assertThat(measured.p10Micros()).isPositive().isLessThanOrEqualTo(measured.medianMicros());
        assertThat(measured.p90Micros()).isGreaterThanOrEqualTo(measured.medianMicros());
        assertThat(measured.macs()).isEqualTo(network.macs());
        assertThat(measured.arenaBytes()).isPresent();
    }
}
