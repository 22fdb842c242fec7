package finch.search.cli;

import finch.engine.Runtime;
import finch.latency.Calibration;
import finch.latency.DeviceProfile;
import finch.latency.DeviceProfiles;
import finch.latency.Measurement;
import finch.space.Architecture;
import finch.space.SearchSpace;
import finch.space.format.References;
import finch.space.format.SpaceFormat;
import java.io.IOException;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/** Finds the profile of this machine, or makes it. */
final class Devices {
    /** Its networks are calibrated on: every block choice of the MobileNetV3 family. */
    private static final String SPACE = "mobilenetv3";
    /** What searches compare with: their own predictions should be right before any others. */
    private static final List<String> FITTED = List.of("mobilenetv3-large", "mobilenetv3-small");
    private static final List<String> HELD_OUT = List.of("mobilenetv2", "mobilenetv1", "mobilenetv3-large@0.75");
    private static final long SEED = 1;

    private final DeviceProfiles profiles = DeviceProfiles.ofUser();
    private final Progress progress;

    Devices(Progress progress) {
        this.progress = progress;
    }

    DeviceProfiles profiles() {
        return profiles;
    }

    Optional<DeviceProfile> find(Runtime runtime, int threads) throws IOException {
        return profiles.find(runtime, threads);
    }

    /** Calibrates on the MobileNetV3 family; the caller decides whether to keep the profile. */
    Calibration.Result calibrate(Runtime runtime, int threads, Duration budget) throws IOException {
        return calibrate(runtime, threads, budget, SpaceFormat.named(SPACE));
    }

    /** Calibrates on networks of a space and of the MobileNetV3 family in turn. */
    Calibration.Result calibrate(Runtime runtime, int threads, Duration budget, SearchSpace space) throws IOException {
        progress.stage("calibrating " + runtime.name() + " on this machine");
        try {
            Calibration.Request request = new Calibration.Request(runtime, threads, budget, candidates(List.of(space, SpaceFormat.named(SPACE))),
                    HELD_OUT.stream().map(References::resolve).toList(), FITTED.stream().map(References::resolve).toList(), SEED);
            return new Calibration().run(request, new Calibration.Listener() {
                @Override
                public void timed(Measurement measurement, boolean heldOut, int networks, Duration elapsed, Duration whole) {
                    progress.update(elapsed.toMillis() / (double) whole.toMillis(),
                            networks + " networks, last " + Quantities.micros(measurement.medianMicros()));
                }
            });
        } finally {
            progress.done("");
        }
    }

    /** Networks of the spaces in turn, without end, each decision drawn evenly. */
    private static Iterator<Architecture> candidates(List<SearchSpace> spaces) {
        RandomGenerator random = new SplittableRandom(SEED);
        return new Iterator<>() {
            private int given;

            @Override
            public boolean hasNext() {
                return true;
            }

            @Override
            public Architecture next() {
                SearchSpace space = spaces.get(given++ % spaces.size());
                return space.decode(space.random(random));
            }
        };
    }
}
